"""What was deleted more than 30 days ago goes for good, in the background."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from core import background
from ledger.models import Entry
from ledger.services.entries import EntryInput, entries_delete, entries_record, entries_restore
from ledger.services.purge import BATCH, PurgeWork, entries_purge
from tests.ledger.conftest import check_sums

LONG_AGO = datetime.now(UTC) - timedelta(days=30, seconds=1)


@pytest.fixture
def enter(asha, bank):
    def make(count: int, deleted_at: datetime | None) -> set[int]:
        data = EntryInput(account=bank, kind="expense", date=date(2024, 1, 2), amount=Decimal(1))
        rows = entries_record(user=asha, rows=[data] * count)
        if deleted_at is not None:
            entries_delete(user=asha, entries=rows)
            Entry.objects.filter(pk__in=[row.pk for row in rows]).update(deleted_at=deleted_at)
        return {row.pk for row in rows}

    return make


def ids() -> set[int]:
    return set(Entry.objects.values_list("pk", flat=True))


def test_it_works(asha, enter, heard):
    kept = enter(2, None) | enter(1, LONG_AGO + timedelta(days=1))
    enter(3, LONG_AGO)
    heard.clear()

    assert entries_purge() == 3
    assert ids() == kept
    assert entries_purge() == 0
    check_sums(asha)
    assert heard == []


def test_many_go_in_batches_that_hold_up_nothing(enter):
    """It is first in its lane, and what says that there is more is asked again before all others."""
    enter(2 * BATCH + 5, LONG_AGO)
    work, left = PurgeWork(), []
    for _ in range(4):
        assert not work()
        left.append(len(ids()))

    assert left == [BATCH + 5, 5, 0, 0]


def test_where_nothing_was_due_it_looks_an_hour_later(enter, django_assert_num_queries):
    work = PurgeWork()
    assert not work()
    enter(1, LONG_AGO)
    with django_assert_num_queries(0):
        assert not work()
    assert len(ids()) == 1


def test_the_background_does_it():
    assert any(isinstance(work, PurgeWork) for work in background.lane(background.HISTORY).sources)


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_purged_while_it_is_restored_is_not_counted(asha, enter, monkeypatch):
    """Asked back in its last moment, which was over when the purge looked."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite one waits for the other.")
    enter(1, LONG_AGO + timedelta(days=1))
    monkeypatch.setattr("ledger.services.purge.restorable_since", lambda: datetime.now(UTC))

    def restore() -> int:
        try:
            return entries_restore(user=asha, entries=Entry.objects.all())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert entries_purge() == 1
            restored = pool.submit(restore)
            wait_for_a_lock()
        assert restored.result() == 0
    check_sums(asha)


def wait_for_a_lock() -> None:
    """Until another connection waits for a row of this one."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
            time.sleep(0.01)
    raise TimeoutError
