"""Returns of money over time."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyxirr

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.measure import NOTHING_HELD, UNKNOWN_AMOUNTS, Measure
from analytics.engine.worth import Worth

SATURDAY = 5
SMALLEST_FLOW = 1e-6
"""Differences of running totals below this are noise of floats, not flows."""


@dataclass(frozen=True, slots=True)
class Returns:
    """The flow-free return of each day from `first` on, (days,): gain / (value of the evening before + inflow).

    rate: NaN where there is none. held: whether anything was at work. overnight: whether anything was at work since
    the evening before, so that the day is a whole one. broken: where there is something but no return of it, since
    it was not positive; unknown: where an amount is not known.
    """

    first: date
    rate: FloatArray
    held: BoolArray
    overnight: BoolArray
    broken: BoolArray
    unknown: BoolArray

    @property
    def index(self) -> FloatArray:
        """1 before the first day; the growth of what was there then. Level on days without a return."""
        return np.cumprod(1 + np.nan_to_num(self.rate), dtype=np.float64)

    @property
    def reason(self) -> str | None:
        """Why these days have no return together."""
        if self.unknown.any():
            return UNKNOWN_AMOUNTS
        if self.broken.any():
            return "What was owed exceeded what was owned."
        return None if self.held.any() else NOTHING_HELD


def returns_daily(worth: Worth) -> Returns:
    """Daily returns of one thing: inflows at the start of the day, outflows at its end (true time-weighting)."""
    base, gain = worth.base, worth.gain
    opening = base - worth.inflow
    unknown = np.isnan(base) | np.isnan(gain)
    held = base > SMALLEST_FLOW
    rate = np.full(len(base), np.nan)
    np.divide(gain, base, out=rate, where=held)
    broken = (base < -SMALLEST_FLOW) | (rate <= -1 - SMALLEST_FLOW)
    return Returns(worth.first, np.maximum(rate, -1.0), held, opening > SMALLEST_FLOW, broken, unknown)


@dataclass(frozen=True, slots=True)
class Observations:
    """Returns of weekdays, Saturday and Sunday compounded into Monday: (n,) each, oldest first.

    day: the weekday as a proleptic ordinal. overnight: whether all of it was a whole day.
    """

    day: IntArray
    rate: FloatArray
    overnight: BoolArray


def observations_of(returns: Returns) -> Observations:
    """The days on which something was held. A weekend at the end is left out: its Monday is to come."""
    ordinal = returns.first.toordinal() + np.arange(len(returns.rate))
    weekday = (ordinal - 1) % 7  # ordinal 1 was a Monday
    monday = ordinal + np.where(weekday >= SATURDAY, 7 - weekday, 0)
    seen = ~np.isnan(returns.rate) & (monday <= ordinal[-1:].max(initial=0))
    if not seen.any():
        return Observations(monday[:0], returns.rate[:0], returns.overnight[:0])
    day, start = np.unique(monday[seen], return_index=True)
    rate = np.multiply.reduceat(1 + returns.rate[seen], start) - 1
    return Observations(day, rate, np.logical_and.reduceat(returns.overnight[seen], start))


def money_weighted_return(first: date, net_contributions: FloatArray, value: float) -> Measure:
    """XIRR a year: the rate at which the contributions of each day, and `value` as paid out on the last, are worth 0.

    net_contributions: running total, one a day from `first` on. Excel's XIRR (actual days / 365), by pyxirr.
    """
    flows = np.diff(net_contributions, prepend=0.0)
    if not np.isfinite(flows).all() or not np.isfinite(value):
        return Measure(None, UNKNOWN_AMOUNTS)
    days = np.flatnonzero(np.abs(flows) > SMALLEST_FLOW)
    amounts = [*(-flows[days]).tolist(), value]
    if not (min(amounts) < 0 < max(amounts)):
        return Measure(None, "All cash flows have the same sign.")
    base = first.toordinal()
    dates = [date.fromordinal(base + day) for day in [*days.tolist(), len(flows) - 1]]
    if dates[0] == dates[-1]:
        return Measure(None, "All cash flows are on one day.")
    rate = pyxirr.xirr(dates, amounts, silent=True)
    if rate is None or not np.isfinite(rate):
        return Measure(None, "No rate makes the sum of these cash flows zero.")
    return Measure(float(rate))
