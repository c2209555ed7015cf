"""Erasing a person while others write their rows, and while the process is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from analytics import rebuild
from analytics.models import HistoryMark, HistoryYear
from core.erasure import person_erase
from core.errors import NotFound
from core.models import Account, ApiToken, User
from core.signals import person_erasing
from ledger.models import Entry
from ledger.services.entries import EntryInput, entry_record
from tests.conftest import PASSWORD, api_of

pytestmark = pytest.mark.django_db(transaction=True)
KILLED = """
import os, signal
import django
django.setup()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["KILLED_DATABASE"]
from core.erasure import person_erase
from core.models import User
from django.db.models.signals import pre_delete
pre_delete.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), sender=User, weak=False)
person_erase(user=User.objects.get(email="asha@example.com"))
"""


def spend(user: User) -> Entry:
    account = user.accounts.get(is_default=True)
    data = EntryInput(account=account, kind="expense", date=date(2024, 5, 1), amount=Decimal(5), payee="Cafe")
    return entry_record(user=user, data=data)


def in_thread(work: Callable[[], Any], into: list[Any]) -> threading.Thread:
    def run() -> None:
        try:
            into.append(work())
        except (DatabaseError, NotFound) as error:
            into.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_rebuild_that_is_under_way_leaves_nothing(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is stopped where it has read all and not stored anything; the erasure waits for it, or it for the erasure."""
    spend(asha)
    computed, goes_on = threading.Event(), threading.Event()
    save = rebuild._save

    def slow(*args: Any, **kwargs: Any) -> bool:
        computed.set()
        goes_on.wait(10)
        return save(*args, **kwargs)

    monkeypatch.setattr(rebuild, "_save", slow)
    rebuilt: list[Any] = []
    erased: list[Any] = []
    first = in_thread(lambda: rebuild.history_rebuild(asha), rebuilt)
    assert computed.wait(10)
    second = in_thread(lambda: person_erase(user=User.objects.get(pk=asha.pk)), erased)
    time.sleep(0.3)  # it is at the lock by now
    assert erased == []
    goes_on.set()
    first.join(20)
    second.join(20)
    assert (rebuilt, erased) == ([True], [None])
    assert not User.objects.filter(pk=asha.pk).exists()
    assert not HistoryYear.objects.exists()
    assert not HistoryMark.objects.exists()
    connection.check_constraints()


def test_who_waits_to_write_finds_nobody(asha: User) -> None:
    """An entry and a key that are asked for while everything of the person is being deleted."""
    begun, goes_on = threading.Event(), threading.Event()

    def slow(**_: Any) -> None:
        begun.set()
        goes_on.wait(10)

    person_erasing.connect(slow)
    erased: list[Any] = []
    written: list[Any] = []
    try:
        erasing = in_thread(lambda: person_erase(user=User.objects.get(pk=asha.pk)), erased)
        assert begun.wait(10)
        writers = [in_thread(lambda: spend(asha), written), in_thread(lambda: ApiToken.issue(asha, "late"), written)]
        time.sleep(0.3)  # they wait by now
        assert written == []
        goes_on.set()
        for thread in (erasing, *writers):
            thread.join(30)
    finally:
        person_erasing.disconnect(slow)
    assert erased == [None]
    assert all(isinstance(error, DatabaseError | NotFound | Account.DoesNotExist) for error in written), written
    assert len(written) == 2
    assert not Entry.objects.exists()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("address", "body", "headers"),
    [
        ("/api/v1/tokens/", {"name": "late"}, {}),
        ("/api/v1/tokens/", {"name": "late"}, {"Idempotency-Key": "late"}),
        ("/api/v1/entries/", {"kind": "expense", "date": "2024-05-01", "amount": "5"}, {}),
        ("/api/v1/categories/", {"name": "Late", "kind": "expense"}, {"Idempotency-Key": "late"}),
    ],
)
def test_a_request_that_waits_is_answered_as_of_nobody(
    asha: User, address: str, body: dict[str, str], headers: dict[str, str]
) -> None:
    """It was let in while there still was such a person."""
    begun, goes_on = threading.Event(), threading.Event()
    api = api_of(asha)
    ApiToken.objects.update(last_used_at=timezone.now())

    def slow(**_: Any) -> None:
        begun.set()
        goes_on.wait(10)

    person_erasing.connect(slow)
    erased: list[Any] = []
    answered: list[Any] = []
    try:
        erasing = in_thread(lambda: person_erase(user=User.objects.get(pk=asha.pk)), erased)
        assert begun.wait(10)
        asking = in_thread(lambda: api.post(address, body, headers=headers), answered)
        time.sleep(0.3)  # it waits by now
        assert answered == []
        goes_on.set()
        erasing.join(30)
        asking.join(30)
    finally:
        person_erasing.disconnect(slow)
    assert erased == [None]
    assert [answer.status_code for answer in answered] in ([401], [404])


def test_a_process_that_is_killed_in_the_middle_leaves_everything(asha: User) -> None:
    spend(asha)
    close_old_connections()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "pandaledger.settings",
        "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
        "BACKGROUND": "off",
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment, cwd=settings.BASE_DIR, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with transaction.atomic():
        assert Entry.objects.filter(user=asha).count() == 1
        assert asha.accounts.count() == 1
    person_erase(user=asha)
    assert not Entry.objects.exists()


def test_two_administrators_erase_the_same_people_at_once(asha: User, bob: User) -> None:
    """One of whom is a superuser, so that each would wait for what the other has."""
    User.objects.filter(pk=bob.pk).update(is_superuser=True, is_staff=True)
    clients = [Client(raise_request_exception=False), Client(raise_request_exception=False)]
    for number, client in enumerate(clients):
        client.force_login(User.objects.create_superuser(f"admin{number}@example.com", PASSWORD))
    chosen = {"action": "delete_selected", "_selected_action": [asha.pk, bob.pk], "post": "yes"}
    answers: list[Any] = []

    def erase(client: Client) -> int:
        return client.post("/admin/core/user/", chosen).status_code

    for thread in [in_thread(partial(erase, client), answers) for client in clients]:
        thread.join(30)

    assert answers == [302, 302]
    assert sorted(User.objects.values_list("email", flat=True)) == ["admin0@example.com", "admin1@example.com"]
