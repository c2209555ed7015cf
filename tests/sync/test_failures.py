"""What goes wrong with a provider never reaches the stored history, says so, and ends by itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portfolio.models import Asset, AssetAlias, PriceSource
from portfolio.providers.base import (
    BudgetSpent,
    Garbled,
    ProviderDown,
    ProviderError,
    RateLimited,
    Resting,
    TimedOut,
    UnknownSymbol,
    Unreachable,
    WrongAnswer,
)
from tests.sync.conftest import Shelf, buy, due_at, flat, listed, source_of, stored, sync, travel

pytestmark = pytest.mark.usefixtures("clock")
LATER = date(2024, 2, 2)
DOWN = [RateLimited("429"), TimedOut("slow"), Unreachable("no"), Garbled("<html>"), WrongAnswer("of BETA")]


@pytest.fixture
def market(shelf: Shelf) -> Shelf:
    shelf.put("ACME", flat("2023-01-02", "2024-02-10", "100"))
    return shelf


@pytest.fixture
def held(market: Shelf, acme: Asset, account) -> Asset:
    buy(account, acme, "2023-06-15")
    return acme


@pytest.mark.parametrize("error", DOWN, ids=lambda error: error.code)
def test_down_at_cold_start_and_back(market: Shelf, held: Asset, error: ProviderError, clock: Any) -> None:
    market.errors["ACME"] = error
    sync()
    source = source_of(held)
    assert (source.failures, source.error_code, source.last_error) == (1, error.code, str(error))
    assert source.lease_owner == ""
    assert stored(held) == {}

    del market.errors["ACME"]
    clock.move_to(due_at(held))
    sync()

    source = source_of(held)
    assert (source.failures, source.error_code, source.last_error) == (0, "", "")
    assert min(stored(held)) == "2023-06-05"


@pytest.mark.parametrize("error", DOWN, ids=lambda error: error.code)
def test_down_later_changes_nothing_that_is_stored(market: Shelf, held: Asset, error: ProviderError) -> None:
    sync()
    before = stored(held)
    market.errors["ACME"] = error

    with travel(LATER):
        sync()
        assert stored(held) == before
        del market.errors["ACME"]

    with travel(LATER, at="13:00"):
        sync()

    assert max(stored(held)) == "2024-02-02"
    assert source_of(held).error_code == ""


def test_waits_grow_to_ten_minutes(market: Shelf, held: Asset, clock: Any) -> None:
    market.errors["ACME"] = Garbled("<html>")
    sync()
    waits = []
    for _ in range(10):
        waits.append(due_at(held) - datetime.now(UTC))
        clock.move_to(due_at(held))
        sync()

    assert waits[0] <= timedelta(seconds=15)
    assert timedelta(minutes=7) <= waits[-1] <= timedelta(minutes=10)
    assert len(market.asked) == 11


def test_what_nobody_needs_any_more_is_not_tried_again(market: Shelf, held: Asset, clock: Any) -> None:
    market.errors["ACME"] = Garbled("<html>")
    sync()
    held.transactions.get().delete()
    clock.move_to(due_at(held))
    sync()

    assert source_of(held).wanted_from is None
    assert source_of(held).due_at is None


def test_a_symbol_that_is_always_answered_wrongly_is_soon_asked_for_four_times_a_day(
    market: Shelf, held: Asset, clock: Any
) -> None:
    """The budget is everybody's."""
    market.errors["ACME"] = WrongAnswer("It has no currency.")
    sync()
    assert due_at(held) - datetime.now(UTC) <= timedelta(seconds=15)
    for _ in range(13):
        clock.move_to(due_at(held))
        sync()

    assert timedelta(hours=4) <= due_at(held) - datetime.now(UTC) <= timedelta(hours=6)


@pytest.mark.parametrize("error", [Resting("left alone", retry_after=40), BudgetSpent("spent", retry_after=40)])
def test_a_provider_that_rests_is_asked_when_it_reopens(
    market: Shelf, held: Asset, account, error: ProviderDown, clock: Any
) -> None:
    """And nothing of it is held against the assets: it was not asked."""
    beta = listed("BETA")
    market.put("BETA", flat("2023-01-02", "2024-02-10", "20"))
    buy(account, beta, "2023-06-15")
    market.errors = {"ACME": error, "BETA": error}

    sync()

    assert len(market.asked) == 1
    for asset in (held, beta):
        source = source_of(asset)
        assert (source.failures, source.error_code, source.lease_owner) == (0, "", "")
        assert source.due_at == datetime(2024, 1, 31, 12, 0, 40, tzinfo=UTC)

    market.errors = {}
    clock.move_to(datetime(2024, 1, 31, 12, 0, 41, tzinfo=UTC))
    sync()
    assert stored(held)
    assert stored(beta)


def test_a_symbol_that_vanishes_keeps_its_prices(market: Shelf, held: Asset, clock: Any) -> None:
    sync()
    before = stored(held)
    market.errors["ACME"] = UnknownSymbol("No data found, symbol may be delisted")
    clock.move_to(datetime(2024, 2, 2, 12, tzinfo=UTC))
    sync()
    source = source_of(held)
    assert (source.vanished_at, source.error_code) == (None, "unknown_symbol")
    assert timedelta(hours=1) <= due_at(held) - datetime.now(UTC) <= timedelta(hours=2)

    clock.move_to(due_at(held))
    sync()

    source = source_of(held)
    assert source.vanished_at == datetime.now(UTC)
    assert timedelta(days=1) <= due_at(held) - datetime.now(UTC) <= timedelta(days=2)
    assert stored(held) == before

    del market.errors["ACME"]
    clock.move_to(due_at(held))
    sync()
    assert source_of(held).vanished_at is None
    assert max(stored(held)) > max(before)


def test_a_symbol_that_never_had_a_price_has_not_vanished(market: Shelf, held: Asset, clock: Any) -> None:
    market.errors["ACME"] = UnknownSymbol("no such thing")
    sync()
    clock.move_to(due_at(held))
    sync()

    source = source_of(held)
    assert (source.vanished_at, source.error_code, source.failures) == (None, "unknown_symbol", 2)


def test_a_rename_goes_on_under_the_new_symbol(market: Shelf, account) -> None:
    """The catalogue has the new symbol and an alias, as the admin makes them; the source still had the old one."""
    zomato = listed("ZOMATO.NS", provider="fixed")
    market.put("ZOMATO.NS", flat("2023-01-02", "2024-01-30", "200"))
    buy(account, zomato, "2023-06-15")
    sync()
    before = stored(zomato)
    Asset.objects.filter(pk=zomato.pk).update(symbol="ETERNAL.NS")
    AssetAlias.objects.create(asset=zomato, symbol="ZOMATO.NS", until=date(2024, 1, 31))
    market.errors["ZOMATO.NS"] = UnknownSymbol("gone")
    market.put("ETERNAL.NS", flat("2023-01-02", "2024-02-01", "200"))

    with travel(LATER):
        sync()

    source = source_of(zomato)
    assert (source.symbol, source.vanished_at, source.error_code) == ("ETERNAL.NS", None, "")
    closes = stored(zomato)
    assert {day: closes[day] for day in before} == before
    assert max(closes) == "2024-02-01"


def test_what_is_broken_here_is_said_and_tried_again(market: Shelf, held: Asset) -> None:
    market.errors["ACME"] = ZeroDivisionError("division by zero")

    sync()

    source = source_of(held)
    assert (source.error_code, source.failures) == ("internal_error", 1)
    assert "ZeroDivisionError" in source.last_error
    assert source.lease_owner == ""
    assert source.due_at is not None


def test_nothing_is_asked_while_prices_are_not_live(market: Shelf, account, settings: Any) -> None:
    """But for fixed ones: they are asked of nobody."""
    settings.LIVE_PRICES = False
    real = listed("REAL", provider="yahoo")
    buy(account, real, "2023-06-15")

    sync()

    source = source_of(real)
    assert (source.failures, source.synced_at) == (0, None)
    assert source.due_at is not None


def test_a_source_that_was_changed_meanwhile_is_not_written_to(market: Shelf, held: Asset) -> None:
    """As `source_set` does: what comes of the old symbol is thrown away."""
    shelf_history = market.history

    def history(symbol: str, **asked: Any) -> Any:
        PriceSource.objects.update(symbol="OTHER", lease_owner="", lease_until=None, due_at=None)
        return shelf_history(symbol, **asked)

    market.history = history  # type: ignore[method-assign]
    sync()

    assert stored(held) == {}
    assert source_of(held).synced_at is None
