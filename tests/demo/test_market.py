"""The model market: habits of real assets, as traded closes, and a past that never changes."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log, sqrt

import numpy as np
import pytest

from portfolio.demo import assets
from portfolio.demo.assets import ASSETS, EPOCH, DemoAsset
from portfolio.demo.market import closes_until
from portfolio.demo.story import Story

LAST = date(2026, 11, 20)
CLOSES = closes_until(ASSETS, LAST)


def returns(asset: DemoAsset) -> dict[date, float]:
    """Logarithmic, by day, with splits taken out."""
    days = CLOSES[asset.symbol]
    ratios = {split.ex_date: split.ratio for split in asset.splits}
    return {day: log(days[day] / days[before] * ratios.get(day, 1)) for before, day in pairwise(days)}


def correlation(a: DemoAsset, b: DemoAsset) -> float:
    first, second = returns(a), returns(b)
    days = sorted(first.keys() & second.keys())
    return float(np.corrcoef([first[day] for day in days], [second[day] for day in days])[0, 1])


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.symbol)
def test_volatilities_are_those_that_were_asked_for(asset: DemoAsset) -> None:
    a_year = 365 if asset.every_day else 261
    assert np.std(list(returns(asset).values())) * sqrt(a_year) == pytest.approx(asset.volatility, rel=0.06)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (assets.NIFTY, assets.INDIA_INDEX, 0.99),
        (assets.NIFTY, assets.MIDCAP, 0.99 * 0.88),
        (assets.NIFTY, assets.US500, 0.99 * 0.99 * 0.5),
        (assets.BANK, assets.INFOTECH, 0.72 * 0.55),
        (assets.INFOTECH, assets.TECH, 0.55 * 0.68 * 0.5 + 0.50 * 0.45),
        (assets.NIFTY, assets.DOLLAR, -0.30 * 0.99),
        (assets.NIFTY, assets.GOLD, -0.05 * 0.99),
    ],
)
def test_correlations_follow_from_the_factors(a: DemoAsset, b: DemoAsset, expected: float) -> None:
    assert correlation(a, b) == pytest.approx(expected, abs=0.05)


def test_exchanges_close_at_weekends_and_coins_never() -> None:
    for asset in ASSETS:
        days = list(CLOSES[asset.symbol])
        count = (LAST - asset.first_day).days + 1
        every = [asset.first_day + timedelta(days=i) for i in range(count)]
        assert days == [day for day in every if asset.every_day or day.weekday() < 5]


@pytest.mark.parametrize("asset", [assets.BANK, assets.TECH], ids=lambda asset: asset.symbol)
def test_a_split_halves_the_close_as_traded(asset: DemoAsset) -> None:
    (split,) = asset.splits
    days = CLOSES[asset.symbol]
    before = max(day for day in days if day < split.ex_date)
    assert days[split.ex_date] / days[before] == pytest.approx(Decimal("0.5"), rel=Decimal("0.1"))


def test_a_later_day_adds_and_changes_nothing() -> None:
    for earlier in (EPOCH, date(2018, 8, 30), LAST - timedelta(days=1)):
        known = closes_until(ASSETS, earlier)
        for symbol, days in known.items():
            assert days == {day: close for day, close in CLOSES[symbol].items() if day <= earlier}


def test_the_story_of_an_earlier_day_is_its_beginning() -> None:
    whole = Story(CLOSES).until(LAST)
    for earlier in (date(2010, 2, 4), date(2018, 8, 31), date(2025, 12, 31)):
        begun = Story(closes_until(ASSETS, earlier)).until(earlier)
        assert begun == [event for event in whole if event.day <= earlier]


def test_every_event_has_a_name_of_its_own() -> None:
    keys = [event.key for event in Story(CLOSES).until(LAST)]
    assert len(set(keys)) == len(keys)
