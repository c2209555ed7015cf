"""`source_set`: which provider an asset has its prices from, and what a change of it begins anew."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from core import background
from portfolio.live.board import board_changed, board_load
from portfolio.models import Asset, PriceSource, Quote
from portfolio.services.sources import source_set

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TROUBLED = {
    "failures": 4, "error_code": "unknown_symbol", "last_error": "No data", "vanished_at": NOON, "due_at": None,
    "lease_owner": "host:1", "lease_until": NOON, "exchange": "NMS", "fetched_from": date(2020, 1, 2), "is_held": True,
    "wanted_from": date(2020, 1, 2),
}  # fmt: skip


def trouble(source: PriceSource) -> dict[str, Any]:
    source.refresh_from_db()
    return {name: getattr(source, name) for name in TROUBLED}


def test_it_works(apple: Asset) -> None:
    source = source_set(asset=apple, provider="yahoo", symbol="AAPL", exchange="NMS")
    assert (source.provider, source.symbol, source.exchange) == ("yahoo", "AAPL", "NMS")
    assert (source.wanted_from, source.due_at, source.is_held) == (None, None, False)


def test_the_same_again_changes_nothing(apple: Asset) -> None:
    source = PriceSource.objects.create(asset=apple, provider="yahoo", symbol="AAPL", **TROUBLED)
    source_set(asset=apple, provider="yahoo", symbol="AAPL")
    assert trouble(source) == TROUBLED


def test_another_exchange_is_no_new_beginning(apple: Asset) -> None:
    source = PriceSource.objects.create(asset=apple, provider="yahoo", symbol="AAPL", **TROUBLED)
    source_set(asset=apple, provider="yahoo", symbol="AAPL", exchange="NYQ")
    assert trouble(source) == {**TROUBLED, "exchange": "NYQ"}


@pytest.mark.parametrize("change", [{"symbol": "APPL"}, {"provider": "fixed"}])
def test_another_symbol_or_provider_begins_anew_and_keeps_what_was_fetched(
    apple: Asset, change: dict[str, str]
) -> None:
    source = PriceSource.objects.create(asset=apple, provider="yahoo", symbol="AAPL", **TROUBLED)
    with time_machine.travel(NOON, tick=False):
        source_set(asset=apple, **{"provider": "yahoo", "symbol": "AAPL", **change})

    assert trouble(source) == {
        **TROUBLED, "failures": 0, "error_code": "", "last_error": "", "vanished_at": None, "due_at": NOON,
        "lease_owner": "", "lease_until": None,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_lane_is_woken_after_commit(apple: Asset) -> None:
    lane = background.lane("sync")
    lane._wake.clear()
    source_set(asset=apple, provider="yahoo", symbol="AAPL")
    assert lane._wake.is_set()


@pytest.mark.parametrize(("symbol", "left"), [("AAPL", Decimal(270)), ("APC.DE", None)])
def test_the_price_of_now_of_another_symbol_is_forgotten(apple: Asset, symbol: str, left: Decimal | None) -> None:
    source_set(asset=apple, provider="yahoo", symbol="AAPL")
    Quote.objects.create(asset=apple, price=Decimal(270), day=NOON.date(), at=NOON, watched_at=NOON)
    board_changed("yahoo")
    assert board_load().prices[apple.pk].price == 270

    source_set(asset=apple, provider="yahoo", symbol=symbol, exchange="GER")

    shown = board_load().prices.get(apple.pk)
    assert (shown and shown.price) == left
    assert Quote.objects.get().watched_at == NOON
