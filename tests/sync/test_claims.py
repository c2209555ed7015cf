"""One source is fetched by one: threads, processes and hosts meet at its row, and a lease that runs out is no lease."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from portfolio.models import Asset, PriceSource
from portfolio.sync.claims import claim, claim_due, lease_time
from portfolio.sync.due import sync_due_histories
from tests.sync.conftest import Shelf, buy, flat, listed, source_of, stored, sync

on_postgres = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has one writer: they queue"
)
NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


def due(asset: Asset, at: datetime = NOON, **fields: Any) -> None:
    PriceSource.objects.filter(pk=asset.pk).update(due_at=at, wanted_from=date(2024, 1, 2), is_held=True, **fields)


@pytest.mark.usefixtures("clock", "db")
class TestOrder:
    def test_what_was_never_fetched_comes_first(self, settings: Any) -> None:
        settings.LIVE_PRICES = True
        old, new = listed("OLD", provider="yahoo"), listed("NEW", provider="yahoo")
        due(old, NOON - timedelta(hours=2), synced_at=NOON - timedelta(days=1))
        due(new)

        assert [row.symbol for row in claim_due()] == ["NEW"]
        assert [row.symbol for row in claim_due()] == ["OLD"]
        assert claim_due() == []

    def test_twenty_funds_at_once(self, settings: Any) -> None:
        settings.LIVE_PRICES = True
        for number in range(25):
            due(listed(f"F{number}", provider="mfapi", asset_class="mutual_fund"))

        assert len(claim_due()) == 20
        assert len(claim_due()) == 5

    def test_a_lease_runs_out(self, acme: Asset, clock: Any) -> None:
        due(acme)
        assert claim_due()
        assert claim([acme.pk]) == []

        clock.shift(lease_time() + timedelta(seconds=1))

        assert claim_due()

    def test_a_fetch_whose_lease_was_taken_over_writes_nothing(self, acme: Asset, shelf: Shelf, account) -> None:
        """A process that stood still for minutes, and somebody else has fetched meanwhile."""
        buy(account, acme, "2024-01-15")
        shelf.put("ACME", flat("2024-01-02", "2024-01-30", "100"))
        original = shelf.history

        def history(symbol: str, **asked: Any) -> Any:
            PriceSource.objects.update(lease_owner="another:1:1", lease_until=NOON + timedelta(seconds=30))
            return original(symbol, **asked)

        shelf.history = history  # type: ignore[method-assign]
        sync()

        assert stored(acme) == {}
        assert source_of(acme).lease_owner == "another:1:1"


@pytest.mark.django_db(transaction=True)
@on_postgres
def test_eight_threads_fetch_each_source_once(shelf: Shelf) -> None:
    assets = [listed(f"S{number}") for number in range(12)]
    for asset in assets:
        shelf.put(asset.symbol, flat("2024-01-02", "2024-01-30", "100"))
        due(asset)
    asked: list[str] = []
    lock, together = Lock(), Barrier(8)
    original = shelf.history

    def history(symbol: str, **question: Any) -> Any:
        with lock:
            asked.append(symbol)
        return original(symbol, **question)

    shelf.history = history  # type: ignore[method-assign]

    def work() -> None:
        together.wait()
        try:
            while sync_due_histories():
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        for run in [pool.submit(work) for _ in range(8)]:
            run.result()

    assert sorted(asked) == sorted(asset.symbol for asset in assets)
    assert all(stored(asset) for asset in assets)
