"""Prices that are given: the demo's market, and what a test makes up."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from portfolio.demo.assets import ASSETS, BANK
from portfolio.demo.market import closes_until
from portfolio.providers.base import LivePrice, Payout, Split
from portfolio.providers.demo import demo_market
from portfolio.providers.fixed import Fixed, Listing
from tests.providers.yahoo_makers import at

MONDAY = date(2026, 11, 16)
CLOSES = {MONDAY + timedelta(days=i): Decimal(price) for i, price in enumerate(("100", "102", "51.5", "52", "53"))}
"""From Monday to Friday, with a split of 2:1 on Wednesday."""
WEDNESDAY, FRIDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)


def market(last: date) -> Mapping[str, Listing]:
    listing = Listing(
        symbol="X",
        name="Example",
        asset_class="stock",
        currency="INR",
        closes={day: close for day, close in CLOSES.items() if day <= last},
        splits=[Split(ex_date=WEDNESDAY, ratio=Fraction(2))],
        payouts=[Payout(ex_date=FRIDAY, amount=Decimal(1), currency="INR")],
    )
    return {"X": listing}


def quote() -> LivePrice:
    return Fixed(market).quotes(["X"], seconds=1).found["X"]


def test_the_close_of_today_is_a_quote_until_the_day_is_over() -> None:
    with at("2026-11-20T09:00:00Z"):
        found = quote()
        history = Fixed(market).history("X", first=MONDAY, today=FRIDAY, seconds=1)
    assert (found.price, found.day, found.previous_close) == (Decimal(53), FRIDAY, Decimal(52))
    assert max(history.closes) == FRIDAY - timedelta(days=1)
    assert history.payouts == [Payout(ex_date=FRIDAY, amount=Decimal(1), currency="INR")]
    with at("2026-11-21T00:00:00Z"):
        assert Fixed(market).history("X", first=MONDAY, today=FRIDAY, seconds=1).closes == CLOSES


def test_the_close_before_a_split_is_in_the_units_of_today() -> None:
    with at("2026-11-18T09:00:00Z"):
        found = quote()
    assert (found.price, found.previous_close) == (Decimal("51.5"), Decimal(51))


def test_the_first_close_has_none_before_it() -> None:
    with at("2026-11-16T09:00:00Z"):
        assert quote().previous_close is None


def test_an_asset_without_a_close_has_no_quote() -> None:
    with at("2026-11-15T09:00:00Z"):
        assert set(Fixed(market).quotes(["X"], seconds=1).failed) == {"X"}


def test_the_demo_is_the_market_of_its_history() -> None:
    """Its stored closes and what the provider says of them are the same, on whatever day each was asked."""
    with at("2026-11-21T12:00:00Z"):
        history = Fixed(demo_market).history(BANK.symbol, first=date(2017, 1, 2), today=FRIDAY, seconds=1)
    stored = closes_until(ASSETS, date(2026, 6, 30))[BANK.symbol]
    assert {day: close for day, close in history.closes.items() if day <= date(2026, 6, 30)} == {
        day: close for day, close in stored.items() if day >= date(2017, 1, 2)
    }
    assert history.splits == [Split(ex_date=date(2017, 9, 7), ratio=Fraction(2))]
