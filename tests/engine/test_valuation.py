"""A day's worth: what is unknown, what is nothing, what is owed, and how sure it is."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from analytics.engine.timeline import Timeline
from portfolio.books.events import Entry
from tests.engine.test_flows import ASSET, START, entry, on
from tests.oracle.engine_input import engine_timeline
from tests.oracle.world import Account, Pair, Series, World

D = Decimal


def line(
    *entries: Entry,
    days: int,
    closes: dict[int, float] | None = None,
    rates: dict[Pair, Series] | None = None,
    currency: str = "INR",
    tracks: bool = False,
) -> Timeline:
    world = World(
        accounts={1: Account(1, currency, tracks_cash=tracks)},
        assets={ASSET: currency},
        entries=entries,
        first=START,
        last=on(days - 1),
        closes={ASSET: {on(day): D(str(close)) for day, close in (closes or {}).items()}},
        rates=rates or {},
    )
    return engine_timeline(world)


def test_without_a_rate_a_day_with_value_is_unknown_and_one_without_is_nothing() -> None:
    found = line(entry(1, "buy", 1, 100), entry(2, "sell", 1, 100), days=4, closes={0: 100}, currency="USD")
    assert np.isnan(found.net_worth).tolist() == [False, True, False, False]
    assert found.net_worth[[0, 2, 3]].tolist() == [0, 0, 0]


def test_what_is_left_of_floats_is_not_worth_anything() -> None:
    """0.1 + 0.2 - 0.3 is not 0 for floats; for the person it is, in any currency, and nothing has shares."""
    buys = entry(0, "buy", "0.1", 10, currency="USD"), entry(1, "buy", "0.2", 20, currency="USD")
    found = line(*buys, entry(2, "sell", "0.3", 30), days=4, closes={0: 1_000_000}, currency="USD")
    assert found.net_worth[2:].tolist() == [0, 0]
    assert np.isnan(found.priced[2:]).all()


def test_money_left_of_floats_is_not_owed() -> None:
    parts = ["0.1", "0.2", "0.3"]
    deposits = [entry(day, "deposit", 0, part, asset=None, currency="INR") for day, part in enumerate(parts)]
    found = line(*deposits, entry(3, "withdrawal", 0, "0.6", asset=None, currency="INR"), days=5, tracks=True)
    assert (found.cash[-1], found.liabilities[-1], found.net_worth[-1]) == (0, 0, 0)
    assert np.isnan(found.priced[-1])


def test_before_its_first_price_an_asset_counts_its_cost_as_an_estimate() -> None:
    found = line(entry(0, "buy", 10, 1000, currency="INR"), days=3, closes={2: 120})
    assert found.holdings.tolist() == [1000, 1000, 1200]
    assert found.estimated.tolist() == [1, 1, 0]
    assert found.priced.tolist() == [0, 0, 1]


def test_a_price_over_a_week_old_is_stale() -> None:
    found = line(entry(0, "buy", 10, 1000, currency="INR"), days=9, closes={0: 100})
    assert found.stale.tolist() == [0] * 8 + [1]


def test_a_rate_over_a_week_old_makes_its_money_stale() -> None:
    deposit = entry(0, "deposit", 0, 100, asset=None)
    rates = {("USD", "INR"): {START: D(80)}}
    found = line(deposit, days=9, currency="USD", tracks=True, rates=rates)
    assert found.cash.tolist() == [8000] * 9
    assert found.stale.tolist() == [0] * 8 + [1]


def test_before_the_first_rate_all_of_a_currency_is_an_estimate() -> None:
    rates = {("USD", "INR"): {START + timedelta(days=1): D(80)}}
    found = line(entry(0, "buy", 1, 100), days=2, closes={0: 100}, currency="USD", rates=rates)
    assert found.holdings.tolist() == [8000, 8000]
    assert found.estimated.tolist() == [1, 0]


def test_an_overdraft_is_owed_and_no_share_of_anything() -> None:
    found = line(
        entry(0, "deposit", 0, 100, asset=None, currency="INR"),
        entry(1, "buy", 1, 150, currency="INR"),
        days=2, closes={0: 160}, tracks=True,
    )  # fmt: skip
    assert found.cash.tolist() == [100, 0]
    assert found.liabilities.tolist() == [0, 50]
    assert found.net_worth.tolist() == [100, 110]
    assert found.priced.tolist() == [1, 1]


def test_an_account_keeps_its_money_in_its_own_currency() -> None:
    """1,000 rupees are 12.5 dollars at 80; 10 of them buy, and what is left is worth 225 when a dollar is 90."""
    found = line(
        entry(0, "deposit", 0, 1000, asset=None, currency="INR"),
        entry(0, "buy", 1, 10, id=2),
        days=2, closes={0: 10}, currency="USD", tracks=True, rates={("USD", "INR"): {START: D(80), on(1): D(90)}},
    )  # fmt: skip
    assert found.cash.tolist() == [200, 225]
    assert found.liabilities.tolist() == [0, 0]
    assert found.net_worth.tolist() == [1000, 1125]


def test_shares_are_of_what_is_owned() -> None:
    """3,000 at a price of today and 1,000 in a bank."""
    found = line(
        entry(0, "deposit", 0, 4000, asset=None, currency="INR"),
        entry(0, "buy", 30, 3000, id=2, currency="INR"),
        days=9, closes={0: 100}, tracks=True,
    )  # fmt: skip
    assert found.stale[-1] == pytest.approx(0.75)
    assert found.priced[-1] == pytest.approx(0.25)


def test_movements_after_the_last_day_are_left_out() -> None:
    found = line(entry(0, "buy", 1, 100, currency="INR"), entry(5, "buy", 1, 100, currency="INR"), days=3)
    assert found.cost_basis.tolist() == [100, 100, 100]
