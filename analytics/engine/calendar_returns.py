"""Returns by the month and the year, and the best and worst of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.engine.carry import FloatArray
from analytics.engine.returns import Returns

MONTHS = 12


@dataclass(frozen=True, slots=True)
class YearReturns:
    """The return of each month (12,), and of the year; NaN where nothing was held, or it is not known."""

    year: int
    months: FloatArray
    whole: float


@dataclass(frozen=True, slots=True)
class Extreme:
    """A return, and the first day of what it is the return of."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Extremes:
    """Both None where there are no returns; of equal ones the first."""

    best: Extreme | None
    worst: Extreme | None


def calendar_returns(returns: Returns) -> tuple[YearReturns, ...]:
    """The calendar years that the days touch, oldest first; of what they do not span, only the days that there are."""
    months, by_month = _chained(returns, "M")
    years, by_year = _chained(returns, "Y")
    filled = np.full((len(years), MONTHS), np.nan)
    if len(years):
        since_january = (months - years[0].astype("datetime64[M]")).astype(np.int64)
        filled.reshape(-1)[since_january] = by_month
    numbers = (years.astype(np.int64) + 1970).tolist()
    return tuple(
        YearReturns(year, row, whole) for year, row, whole in zip(numbers, filled, by_year.tolist(), strict=True)
    )


def extreme_months(returns: Returns) -> Extremes:
    """The months with the highest and the lowest return."""
    months, rates = _chained(returns, "M")
    return _extremes(months.astype("datetime64[D]"), rates)


def extreme_days(returns: Returns) -> Extremes:
    """The days with the highest and the lowest return, of those that were whole ones."""
    days = np.datetime64(returns.first) + np.arange(len(returns.rate))
    return _extremes(days, np.where(returns.overnight, returns.rate, np.nan))


def _chained(returns: Returns, unit: Literal["M", "Y"]) -> tuple[NDArray[np.datetime64], FloatArray]:
    """The months or years that the days touch, and the return of each."""
    last = returns.first + timedelta(days=len(returns.rate))
    days = np.arange(np.datetime64(returns.first), np.datetime64(last)).astype(f"datetime64[{unit}]")
    spans, starts = np.unique(days, return_index=True)
    if not len(spans):
        return spans, np.zeros(0)
    growth = np.where(returns.broken | returns.unknown, np.nan, 1 + np.nan_to_num(returns.rate))
    chained = np.multiply.reduceat(growth, starts) - 1
    return spans, np.where(np.logical_or.reduceat(~np.isnan(returns.rate), starts), chained, np.nan)


def _extremes(days: NDArray[np.datetime64], rates: FloatArray) -> Extremes:
    if np.isnan(rates).all():
        return Extremes(None, None)
    best, worst = (Extreme(days[at].item(), float(rates[at])) for at in (np.nanargmax(rates), np.nanargmin(rates)))
    return Extremes(best, worst)
