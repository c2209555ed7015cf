"""Answers of one symbol that no column takes: its quote says so, and the others are kept as ever."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from portfolio.live.keeping import quotes_keep
from portfolio.models import PriceSource, Quote
from portfolio.providers.base import LivePrice, LivePrices, UnknownSymbol
from portfolio.services.prices import prices_record
from tests.live.conftest import at, stored_source, travel

FRIDAY = "2026-11-20 15:00"
pytestmark = pytest.mark.django_db(transaction=True)


def sent(symbol: str, price: str, previous: str | None = None) -> LivePrice:
    return LivePrice(
        symbol=symbol, price=Decimal(price), currency="USD", day=date(2026, 11, 20),
        at=datetime(2026, 11, 20, 14, 55, tzinfo=UTC), previous_close=None if previous is None else Decimal(previous),
    )  # fmt: skip


@pytest.fixture
def sources() -> list[PriceSource]:
    made = [stored_source("AAPL"), stored_source("BAD")]
    Quote.objects.bulk_create(Quote(asset=source.asset, watched_at=at(FRIDAY)) for source in made)
    return made


@pytest.mark.parametrize("has_close", [True, False])
@pytest.mark.parametrize(
    "bad", [{"price": "1E+999"}, {"price": "1E+30"}, {"price": "1E-999"}, {"price": "9", "previous": "1E-400"},
            {"price": "9", "previous": "1E+400"}, {"price": "9", "previous": "1E+25"}],
)  # fmt: skip
@travel(FRIDAY)
def test_an_absurd_price_is_refused_alone(sources: Any, bad: dict[str, str], has_close: bool) -> None:
    if has_close:
        prices_record(closes={source.asset_id: {date(2026, 11, 19): Decimal(10)} for source in sources})
    answer = LivePrices(found={"AAPL": sent("AAPL", "10.5"), "BAD": sent("BAD", **bad)})
    kept = quotes_keep(provider="yahoo", sources=sources, answer=answer)
    assert (kept.believed, list(kept.problems)) == (1, ["BAD"])
    assert dict(Quote.objects.values_list("asset__symbol", "price")) == {"AAPL": Decimal("10.5"), "BAD": None}


@travel(FRIDAY)
def test_a_previous_close_of_zero_is_none(sources: Any) -> None:
    answer = LivePrices(found={"AAPL": sent("AAPL", "10.5", "0"), "BAD": sent("BAD", "7", "6.5")})
    quotes_keep(provider="yahoo", sources=sources, answer=answer)
    assert dict(Quote.objects.values_list("asset__symbol", "previous_close")) == {"AAPL": None, "BAD": Decimal("6.5")}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="there a writer excludes all others")
@travel(FRIDAY)
def test_a_source_that_is_being_fetched_is_not_waited_for(sources: Any) -> None:
    """Locks of several rows that are taken in any order are a deadlock with who takes them in order."""
    thursday = date(2026, 11, 19)
    prices_record(closes={source.asset_id: {thursday: Decimal(40)} for source in sources})
    held, over = threading.Event(), threading.Event()

    def fetch() -> None:
        with transaction.atomic():
            list(PriceSource.objects.select_for_update().filter(symbol="BAD"))
            held.set()
            over.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(fetch)
        held.wait(10)
        answer = LivePrices(found={symbol: sent(symbol, "10", "10") for symbol in ("AAPL", "BAD")})  # as after a 4:1
        quotes_keep(provider="yahoo", sources=sources, answer=answer)
        is_waiting = not running.done()
        over.set()
        running.result()
    assert is_waiting
    due = dict(PriceSource.objects.values_list("symbol", "due_at"))
    assert due == {"AAPL": at(FRIDAY), "BAD": None}


@travel(FRIDAY)
def test_a_text_that_cannot_be_stored_is_stored_without_what_is_in_the_way(sources: Any) -> None:
    answer = LivePrices(found={"AAPL": sent("AAPL", "10.5")}, failed={"BAD": UnknownSymbol("no\x00thing")})
    kept = quotes_keep(provider="yahoo", sources=sources, answer=answer)
    assert kept.believed == 1
    assert "thing" in Quote.objects.get(asset__symbol="BAD").problem
