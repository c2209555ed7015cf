"""Mail is a row of the transaction that sends it, goes out once, and is tried again until it is of no use."""

import email
import email.policy
import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from core import background
from core.models import OutgoingMail
from tests.safety.smtp import Behaviour, MailServer
from tests.safety.together import at_once

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = "Your key: https://example.com/reset/secret-key-4711/\n.one dot\nநன்றி — merci\n"


def write(to: str = "asha@example.com", **more: Any) -> None:
    message = mail.EmailMultiAlternatives("Zürich ✓", BODY, "PandaLedger <site@example.com>", [to], **more)
    message.attach_alternative("<p>நன்றி</p>", "text/html")
    message.send()


def send_due() -> None:
    background.run_due("mail")


@pytest.mark.django_db
def test_it_arrives_as_it_was_written(smtp: MailServer) -> None:
    write()
    assert smtp.connections == 0
    send_due()

    (received,) = smtp.received
    assert (received.sender, received.receivers) == ("site@example.com", ("asha@example.com",))
    message = email.message_from_bytes(received.text, policy=email.policy.default)
    assert (message["Subject"], message["To"]) == ("Zürich ✓", "asha@example.com")
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n").strip() == BODY.strip()
    assert html.get_content().strip() == "<p>நன்றி</p>"
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_each_receiver_gets_one_and_sees_no_hidden_ones(smtp: MailServer) -> None:
    write("Asha <asha@example.com>", cc=["bob@example.com"], bcc=["mallory@example.com"])
    send_due()

    assert sorted(one.receivers for one in smtp.received) == [
        ("asha@example.com",),
        ("bob@example.com",),
        ("mallory@example.com",),
    ]
    assert all(b"mallory" not in one.text for one in smtp.received)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_undone_sends_nothing(smtp: MailServer) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    send_due()
    assert not smtp.received

    with transaction.atomic():
        write()
    send_due()
    assert len(smtp.received) == 1


@pytest.mark.django_db(transaction=True)
def test_however_many_send_at_once_each_mail_goes_out_once(smtp: MailServer) -> None:
    receivers = [f"person{number}@example.com" for number in range(20)]
    for receiver in receivers:
        write(receiver)

    at_once(lambda number: send_due(), times=8)

    assert sorted(one.receivers[0] for one in smtp.received) == sorted(receivers)
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (Behaviour(banner="421 not now"), "SMTPConnectError 421"),
        (Behaviour(rcpt="450 greylisted"), "SMTPRecipientsRefused 450"),
        (Behaviour(rcpt="550 5.7.1 relaying denied"), "SMTPRecipientsRefused 550"),
        (Behaviour(rcpt="530 log in first"), "SMTPRecipientsRefused 530"),
        (Behaviour(data="451 disk full"), "SMTPDataError 451"),
        (Behaviour(data="554 looks like spam"), "SMTPDataError 554"),
        (Behaviour(hangs_up=True), "SMTPServerDisconnected"),
    ],
)
def test_what_fails_waits_and_is_tried_again(
    smtp: MailServer, behaviour: Behaviour, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        write()
        smtp.behaviour = behaviour
        waits = []
        for _ in range(4):
            send_due()
            row = OutgoingMail.objects.get()
            assert row.last_error == said
            waits.append((row.due_at - datetime.now(UTC)) / timedelta(minutes=1))
            clock.move_to(row.due_at)
        assert waits == [1, 2, 4, 8]
        smtp.behaviour, smtp.received[:] = Behaviour(), []
        send_due()
    assert len(smtp.received) == 1
    assert not OutgoingMail.objects.exists()
    assert said in caplog.text
    assert "asha" not in caplog.text
    assert "secret-key" not in caplog.text


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_tried_again(smtp: MailServer, settings: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        write()
        settings.EMAIL_PORT = 1
        send_due()
        row = OutgoingMail.objects.get()
        assert (row.failures, row.due_at) == (1, NOON + timedelta(minutes=1))
        assert row.last_error.startswith("ConnectionRefusedError")
        settings.EMAIL_PORT = smtp.port
        send_due()
        assert not smtp.received  # it is not due
        clock.shift(60)
        send_due()
    assert len(smtp.received) == 1


@pytest.mark.django_db
def test_a_slow_server_is_left_after_the_time_for_a_word(smtp: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    smtp.behaviour = Behaviour(held=threading.Event())
    write()
    send_due()
    smtp.behaviour.held.set()

    assert OutgoingMail.objects.get().last_error in ("TimeoutError", "SMTPServerDisconnected")


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "551 moved", "553 no such mailbox"])
def test_a_receiver_that_does_not_exist_is_given_up_at_once(
    smtp: MailServer, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.behaviour = Behaviour(rcpt=answer)
    write()
    with caplog.at_level(logging.ERROR):
        send_due()

    assert not OutgoingMail.objects.exists()
    assert "given up after 1 attempts (SMTPRecipientsRefused 55" in caplog.text
    assert "asha" not in caplog.text


@pytest.mark.django_db
def test_after_three_days_it_is_given_up(smtp: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    smtp.behaviour = Behaviour(rcpt="450 later")
    with time_machine.travel(NOON, tick=False) as clock:
        write()
        tries, last = 0, NOON
        while row := OutgoingMail.objects.first():
            clock.move_to(row.due_at)
            last = datetime.now(UTC)
            send_due()
            tries += 1
    assert timedelta(days=3) <= last - NOON <= timedelta(days=3, hours=4)
    assert 20 <= tries <= 40
    assert "given up" in caplog.text


@pytest.mark.django_db
def test_one_that_cannot_be_written_does_not_hold_up_the_others(smtp: MailServer) -> None:
    write("ஆஷா@example.com")
    write("bob@example.com")
    send_due()

    assert "bob@example.com" in [one.receivers[0] for one in smtp.received]


@pytest.mark.django_db
def test_a_letter_that_nobody_can_write_is_given_up(outbox: None, caplog: pytest.LogCaptureFixture) -> None:
    """As one whose host is none of the site's any more: the fault is none of the mail server's."""
    with time_machine.travel(NOON, tick=False) as clock:
        letter = '{"name": "no such letter", "scheme": "https", "host": "localhost"}'
        OutgoingMail.objects.create(to="asha@example.com", message=letter, due_at=NOON)
        tries = 0
        while OutgoingMail.objects.exists() and tries < 100:
            with suppress(KeyError):
                send_due()
            tries += 1
            clock.shift(timedelta(minutes=5))
    assert 20 < tries < 100
    assert "given up" in caplog.text


@pytest.mark.django_db
def test_by_default_the_server_prints_it(settings: Any, outbox: None, capsys: pytest.CaptureFixture[str]) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    write()
    send_due()
    assert "To: asha@example.com" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_lease_keeps_others_away_until_it_ends(smtp: MailServer) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        write()
        OutgoingMail.objects.update(lease_owner="a process that was killed", lease_until=NOON + timedelta(minutes=4))
        send_due()
        assert not smtp.received
        clock.shift(240)
        send_due()
    assert len(smtp.received) == 1
