"""An export is of one moment: what is written while it is under way is not in it, and waits for nothing."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection

from core.archive import writer
from core.models import User
from ledger.services.entries import EntryInput, entry_record
from tests.archive.handling import archive_of, opened, rows_in
from tests.conftest import make_person


def enter(person: User, payee: str) -> None:
    data = EntryInput(
        account=person.accounts.get(), kind="expense", date=date(2026, 1, 5), amount=Decimal(1), payee=payee
    )
    entry_record(user=person, data=data)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CHUNK", 1)
    person = make_person("asha@example.com", currency="INR", zone="UTC")
    enter(person, "before")
    stream = writer.archive_stream(person)
    parts = [next(stream), next(stream)]  # some tables are read, that of the entries is still to come
    other = Thread(target=enter, args=(person, "meanwhile"))
    other.start()
    other.join(timeout=10)
    assert not other.is_alive()
    whole = b"".join([*parts, *stream])
    assert [row["payee"] for row in rows_in(opened(whole), "entries")] == ["before"]
    assert [row["payee"] for row in rows_in(opened(archive_of(person)), "entries")] == ["before", "meanwhile"]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_given_up_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "CHUNK", 1)
    person = make_person("asha@example.com", currency="INR", zone="UTC")
    stream = writer.archive_stream(person)
    next(stream)
    stream.close()
    enter(person, "after")
    assert [row["payee"] for row in rows_in(opened(archive_of(person)), "entries")] == ["after"]
