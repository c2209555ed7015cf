"""One source is fetched by one: threads, processes and hosts meet at its row, and a lease that runs out is no lease."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier, Lock
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from core.models import User
from portfolio.models import Asset, Holding, PriceSource
from portfolio.services.rebuild import holdings_rebuild
from portfolio.sync.claims import claim, claim_due, lease_time
from portfolio.sync.due import sync_due_histories
from tests.sync.conftest import Shelf, buy, flat, listed, source_of, split, stored, sync

on_postgres = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has one writer: they queue"
)
NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


def fetch_all() -> None:
    while sync_due_histories():
        pass


def together(*works: Callable[[], None]) -> None:
    """Each in a thread with its own connection; raises what one of them raised."""

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(run, work) for work in works]:
            future.result()


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

    def test_a_lease_of_a_host_whose_clock_is_ahead_is_one(self, acme: Asset, clock: Any) -> None:
        due(acme, NOON - timedelta(hours=1))
        assert claim_due()

        clock.shift(timedelta(minutes=-2))

        assert claim_due() == []

    def test_a_lease_from_before_the_clock_was_put_back_is_none(self, acme: Asset, clock: Any) -> None:
        due(acme, NOON - timedelta(days=9))
        assert claim_due()

        clock.shift(timedelta(days=-2))

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


@pytest.mark.usefixtures("clock", "db")
def test_a_process_that_dies_in_the_middle_loses_nothing(acme: Asset, shelf: Shelf, account, clock: Any) -> None:
    """Killed while it waits for the answer: its lease runs out, and another fetches."""
    buy(account, acme, "2024-01-15")
    shelf.put("ACME", flat("2024-01-02", "2024-02-10", "100"))
    original = shelf.history

    def history(symbol: str, **asked: Any) -> Any:
        raise SystemExit

    shelf.history = history  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        sync()
    assert stored(acme) == {}
    shelf.history = original  # type: ignore[method-assign]
    sync()
    assert stored(acme) == {}  # still leased

    clock.shift(lease_time() + timedelta(seconds=1))
    sync()

    assert max(stored(acme)) >= "2024-01-30"
    assert source_of(acme).lease_owner == ""


@pytest.mark.django_db(transaction=True)
@on_postgres
def test_eight_threads_fetch_each_source_once(shelf: Shelf) -> None:
    assets = [listed(f"S{number}") for number in range(12)]
    for asset in assets:
        shelf.put(asset.symbol, flat("2024-01-02", "2024-01-30", "100"))
        due(asset)
    asked: list[str] = []
    lock, start = Lock(), Barrier(8)
    original = shelf.history

    def history(symbol: str, **question: Any) -> Any:
        with lock:
            asked.append(symbol)
        return original(symbol, **question)

    shelf.history = history  # type: ignore[method-assign]

    def work() -> None:
        start.wait()
        fetch_all()

    together(*[work] * 8)

    assert sorted(asked) == sorted(asset.symbol for asset in assets)
    assert all(stored(asset) for asset in assets)


@pytest.mark.django_db(transaction=True)
@on_postgres
def test_splits_come_while_people_edit(shelf: Shelf, bob: User, asha: User) -> None:
    """Actions lock everybody's books before the asset, as every editor does: nobody waits for each other for ever."""
    assets = [listed(f"S{number}", asset_class="stock") for number in range(6)]
    for asset in assets:
        closes = flat("2024-01-02", "2024-01-15", "100") | flat("2024-01-16", "2024-01-30", "50")
        shelf.put(asset.symbol, closes, splits=[split("2024-01-16", "2")])
        due(asset)
        for person in (bob, asha):
            buy(person.accounts.get(is_default=True), asset, "2024-01-03")

    def edit(person: User) -> None:
        for number in range(12):
            buy(person.accounts.get(is_default=True), assets[number % 6], "2024-01-17", price="50")

    together(*(partial(edit, person) for person in (bob, asha)), fetch_all, fetch_all)

    assert [source_of(asset).error_code for asset in assets] == [""] * 6
    quantities = Holding.objects.filter(asset__in=assets).values_list("quantity", flat=True)
    assert set(quantities) == {Decimal(40)}  # ten, doubled, and twice ten
    assert all(holdings_rebuild(user_id=person.pk, write=False) == [] for person in (bob, asha))
