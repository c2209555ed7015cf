"""A seeded market model: a factor for each country, factors for sectors, and noise of each asset's own. Pure.

Every factor and asset draws one number for each calendar day since the epoch, in order, so a later day adds prices
and changes none of those before it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from portfolio.demo.assets import EPOCH, DemoAsset

FloatArray = NDArray[np.float64]

SEED = 20100103  # one of the first that treats the demo person like real years did
WEEKDAYS_OF_A_YEAR = 261
DAYS_OF_A_YEAR = 365
COUNTRIES_TOGETHER = 0.5
"""Correlation of the Indian market with the American one."""
SATURDAY = 5


def closes_until(assets: Sequence[DemoAsset], last: date) -> dict[str, dict[date, Decimal]]:
    """Closes as traded by symbol and day, up to `last`."""
    days = [EPOCH + timedelta(days=i) for i in range((last - EPOCH).days + 1)]
    is_weekday = np.array([day.weekday() < SATURDAY for day in days])
    return {asset.symbol: _closes(asset, days, is_weekday) for asset in assets}


def _closes(asset: DemoAsset, days: Sequence[date], is_weekday: NDArray[np.bool_]) -> dict[date, Decimal]:
    trades = np.ones(len(days), bool) if asset.every_day else is_weekday
    values = _path(asset, trades) * _later_splits(asset, days)
    return {
        day: Decimal(f"{value:.{asset.decimals}f}")
        for day, value, is_open in zip(days, values.tolist(), trades.tolist(), strict=True)
        if is_open and day >= asset.first_day
    }


def _path(asset: DemoAsset, trades: NDArray[np.bool_]) -> FloatArray:
    """Value of what was one share on the asset's first day and is today's share now, as splits do not change it."""
    a_day = 1 / (DAYS_OF_A_YEAR if asset.every_day else WEEKDAYS_OF_A_YEAR)
    drift = (asset.growth - asset.volatility**2 / 2) * a_day
    steps = np.where(trades, drift + asset.volatility * sqrt(a_day) * _shocks(asset, len(trades)), 0.0)
    level = np.cumsum(steps)
    values: FloatArray = asset.start * np.exp(level - level[min((asset.first_day - EPOCH).days, len(level) - 1)])
    return values


def _shocks(asset: DemoAsset, count: int) -> FloatArray:
    """Standard normal, correlated by way of the factors."""
    own = sqrt(1 - _explained(asset))
    return own * _noise(asset.symbol, count) + sum(
        (loading * _factor(name, count) for name, loading in asset.loadings.items()), np.zeros(count)
    )


def _explained(asset: DemoAsset) -> float:
    return sum(loading**2 for loading in asset.loadings.values())


def _factor(name: str, count: int) -> FloatArray:
    if name == "IN":
        apart = sqrt(1 - COUNTRIES_TOGETHER**2)
        return COUNTRIES_TOGETHER * _noise("US", count) + apart * _noise("IN", count)
    return _noise(name, count)


def _noise(name: str, count: int) -> FloatArray:
    """RandomState, because numpy promises that its streams never change."""
    return np.random.RandomState(SEED ^ crc32(name.encode())).standard_normal(count)


def _later_splits(asset: DemoAsset, days: Sequence[date]) -> FloatArray:
    """How many of today's shares one share of each day has become: what it was traded at then was that much more."""
    factor = np.ones(len(days))
    for split in asset.splits:
        factor[: max(0, (split.ex_date - EPOCH).days)] *= split.ratio
    return factor
