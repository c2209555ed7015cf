"""A process that is killed while it sends loses no mail; the one that it was sending may arrive twice."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.utils import timezone

from core import background
from core.models import OutgoingMail
from tests.safety.smtp import Behaviour, MailServer

ROOT = Path(__file__).resolve().parent.parent.parent
SENDER = "import django; django.setup(); from core import background; background.run_due('mail')"
RECEIVERS = [f"person{number}@example.com" for number in range(5)]


def database_url() -> str:
    """Of the database of the tests, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def sender(port: int) -> "subprocess.Popen[bytes]":
    surroundings = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "pandaledger.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    return subprocess.Popen([sys.executable, "-c", SENDER], cwd=ROOT, env=surroundings)


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_loses_nothing_and_sends_one_twice_at_worst(smtp: MailServer) -> None:
    for receiver in RECEIVERS:
        mail.send_mail("Hello", "text", "site@example.com", [receiver])
    smtp.behaviour = Behaviour(held=threading.Event())

    process = sender(smtp.port)
    try:
        assert smtp.arrived.wait(60)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    leased = OutgoingMail.objects.exclude(lease_until=None).get()
    assert OutgoingMail.objects.count() == len(RECEIVERS)
    assert leased.lease_until is not None
    assert leased.lease_until > timezone.now()

    smtp.behaviour.held.set()
    smtp.behaviour = Behaviour()
    background.run_due("mail")
    assert [row.to for row in OutgoingMail.objects.all()] == [leased.to]  # until its lease ends
    OutgoingMail.objects.update(lease_until=F("lease_until") - timedelta(minutes=4))
    background.run_due("mail")

    arrived = Counter(one.receivers[0] for one in smtp.received)
    assert arrived == {receiver: 2 if receiver == leased.to else 1 for receiver in RECEIVERS}
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_several_processes_send_each_mail_once(smtp: MailServer) -> None:
    receivers = [f"person{number}@example.com" for number in range(40)]
    for receiver in receivers:
        mail.send_mail("Hello", "text", "site@example.com", [receiver])

    processes = [sender(smtp.port) for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]

    assert Counter(one.receivers[0] for one in smtp.received) == Counter(receivers)
    assert not OutgoingMail.objects.exists()
