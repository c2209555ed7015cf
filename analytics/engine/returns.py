"""Time-weighted returns: how well something did, however much money was in it.

Time-weighting as in Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed., ch. 2.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.measure import (
    NO_DAYS,
    NOTHING_HELD,
    NOTHING_PRICED,
    TOO_LARGE,
    UNKNOWN_AMOUNTS,
    Measure,
    measured,
)
from analytics.engine.worth import Worth

SATURDAY = 5
YEAR = 365
SMALLEST_FLOW = 1e-6
"""What is below this is noise of sums of floats, not a flow."""
OWED_MORE = "What was owed exceeded what was owned."


@dataclass(frozen=True, slots=True)
class Returns:
    """The flow-free return of each day from `first` on, (days,): gain / (value of the evening before + inflow).

    rate: NaN where there is none. held: whether anything was at work. overnight: whether anything was at work since
    the evening before, and at a price, so that the day is a whole one. broken: where there is something but no return
    of it, since it was not positive; unknown: where an amount is not known. priced: whether anything at work has a
    price that evening, or left: what stands at its cost returns nothing that anybody knows.
    """

    first: date
    rate: FloatArray
    held: BoolArray
    overnight: BoolArray
    broken: BoolArray
    unknown: BoolArray
    priced: BoolArray

    @property
    def index(self) -> FloatArray:
        """1 before the first day; the growth of what was there then. Level on days without a return."""
        return np.cumprod(1 + np.nan_to_num(self.rate), dtype=np.float64)

    @property
    def line(self) -> FloatArray:
        """(1 + days,) the index from the evening before on; NaN from the day on on which there is no return."""
        never = self.held if self.is_unpriced else np.zeros(len(self.held), bool)
        lost = np.logical_or.accumulate(self.broken | self.unknown | never)
        return np.concatenate(([1.0], np.where(lost, np.nan, self.index)))

    @property
    def reason(self) -> str | None:
        """Why these days have no return together."""
        if self.unknown.any():
            return UNKNOWN_AMOUNTS
        if self.broken.any():
            return OWED_MORE
        if not len(self.rate):
            return NO_DAYS
        if not self.held.any():
            return NOTHING_HELD
        return NOTHING_PRICED if self.is_unpriced else None

    @property
    def is_unpriced(self) -> bool:
        """Whether no price is known of anything that was at work."""
        return bool(self.held.any() and not self.priced[self.held].any())

    def since(self, day: date) -> "Returns":
        """The days from `day` on, which is not before the first."""
        days = slice((day - self.first).days, None)
        return Returns(
            day,
            self.rate[days],
            held=self.held[days],
            overnight=self.overnight[days],
            broken=self.broken[days],
            unknown=self.unknown[days],
            priced=self.priced[days],
        )


def returns_daily(worth: Worth) -> Returns:
    """Daily returns of one thing: inflows at the start of the day, outflows at its end (true time-weighting)."""
    base, gain = worth.base, worth.gain
    opening = base - worth.inflow
    unknown = np.isnan(base) | np.isnan(gain)
    held = base > SMALLEST_FLOW
    rate = np.full(len(base), np.nan)
    priced = np.ones(len(base), bool) if worth.unpriced is None else ~worth.unpriced
    known = held & (priced | (np.abs(gain) > SMALLEST_FLOW))
    np.divide(gain, base, out=rate, where=known)
    broken = (base < -SMALLEST_FLOW) | (rate <= -1 - SMALLEST_FLOW)
    return Returns(
        worth.first,
        np.maximum(rate, -1.0),
        held,
        overnight=(opening > SMALLEST_FLOW) & np.append(True, priced[:-1])[: len(base)],
        broken=broken,
        unknown=unknown,
        priced=priced,
    )


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


def twr(returns: Returns) -> Measure:
    """Time-weighted return of all days: their returns one after the other."""
    if returns.reason:
        return Measure(None, returns.reason)
    return measured(float(returns.index[-1]) - 1, otherwise=TOO_LARGE)


def twr_annualized(returns: Returns) -> Measure:
    """(1 + twr)^(365 / days) - 1, from 365 days on, counted as XIRR does.

    They begin with the first day on which something was at work: where that was there since the evening before, with
    that evening, so that one purchase without any flow after it has the same rate here and as XIRR.
    """
    whole = twr(returns)
    if whole.value is None:
        return whole
    days = days_at_work(returns)
    if days < YEAR:
        return Measure(None, f"Needs {YEAR} days; there {'is' if days == 1 else 'are'} {days}.")
    return Measure((1 + whole.value) ** (YEAR / days) - 1)


def days_at_work(returns: Returns) -> int:
    """How many days passed from when something was first at work to the last day on which something was."""
    if not returns.held.any():
        return 0
    return len(returns.held) - int(returns.held[::-1].argmax()) - begun(returns)


def begun(returns: Returns) -> int:
    """How many days passed before something was at work, with the day on which it came."""
    if not returns.held.any():
        return 0
    first = int(returns.held.argmax())
    return first + (not returns.overnight[first])


def gain(worth: Worth) -> float:
    """What all days brought together, whatever flowed; NaN where an amount is not known."""
    return float(worth.end) + float(worth.outflow.sum()) - _put_in(worth)


def simple_return(worth: Worth) -> Measure:
    """gain / (what was there the evening before + all that came in)."""
    brought, base = gain(worth), _put_in(worth)
    if not (np.isfinite(brought) and np.isfinite(base)):
        return Measure(None, UNKNOWN_AMOUNTS)
    if base < -SMALLEST_FLOW:
        return Measure(None, OWED_MORE)
    if is_unpriced(worth):
        return Measure(None, NOTHING_PRICED)
    return Measure(brought / base) if base > SMALLEST_FLOW else Measure(None, NOTHING_HELD)


def is_unpriced(worth: Worth) -> bool:
    """Whether no price is known of anything that was at work on these days."""
    return worth.unpriced is not None and returns_daily(worth).is_unpriced


def _put_in(worth: Worth) -> float:
    return float(worth.before) + float(worth.inflow.sum())
