"""The money-weighted return: how well the money did, as it came and went."""

from dataclasses import dataclass
from math import log

import numpy as np
import pyxirr
from numpy.typing import NDArray

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.measure import NOTHING_HELD, NOTHING_PRICED, UNKNOWN_AMOUNTS, Measure, measured
from analytics.engine.returns import OWED_MORE, SMALLEST_FLOW, YEAR, is_unpriced
from analytics.engine.worth import Worth

UNSOLVED = "No rate was found that makes the sum of these cash flows zero."
_TOTALS = (1e6, 1.0, 1e-3)
"""To which flows are scaled: pyxirr is content with a small amount left over, so that large ones are never small enough
and of small ones anything is."""
_EXACT, _NEAR = 1e-10, 1e-4
"""How far from a root, as logarithm of the growth, what pyxirr finds is taken as it is, and how far corrected."""
_GROWTHS = [number / 4 for number in range(-400, 401)]
"""Where a root is looked for that pyxirr does not find: logarithms of the growth over all days."""
_TEN_PERCENT = log(1.1)


def xirr(worth: Worth) -> Measure:
    """Money-weighted return: the yearly rate at which all flows are worth nothing together.

    What was there the evening before counts as paid in then, what is there on the last day as paid out on it; of each
    day the balance of what flowed. Excel's XIRR (actual days / 365), by pyxirr; what falls or rises too steeply for
    it, by bisection. Where the flows change their sign more than once several rates may do so; it is then the one that
    is found first from 10 % on.
    """
    before, end = float(worth.before), float(worth.end)
    flows = np.concatenate(([-before], worth.outflow - worth.inflow, [end]))
    if not np.isfinite(flows).all():
        return Measure(None, UNKNOWN_AMOUNTS)
    days = np.concatenate((np.arange(-1, worth.days), [worth.days - 1]))
    flowed = np.abs(flows) > SMALLEST_FLOW
    reason = _meaningless(worth) or _unsolvable(flows[flowed], days[flowed])
    if reason:
        return Measure(None, reason)
    return measured(_rate(np.datetime64(worth.first) + days[flowed], flows[flowed]), otherwise=UNSOLVED)


def _meaningless(worth: Worth) -> str | None:
    """Why a rate of these flows would say nothing: that of a debt has the sign of what the debt costs."""
    if min(float(worth.before), float(worth.end)) < -SMALLEST_FLOW:
        return OWED_MORE
    return NOTHING_PRICED if is_unpriced(worth) else None


def _unsolvable(flows: FloatArray, days: IntArray) -> str | None:
    """Why no rate can make these flows worth nothing together."""
    if not len(flows):
        return NOTHING_HELD
    if not flows.min() < 0 < flows.max():
        return "All cash flows have the same sign."
    return "All cash flows are on one day." if days[0] == days[-1] else None


def _rate(days: NDArray[np.datetime64], flows: FloatArray) -> float:
    """What pyxirr finds is near a root where what is left over is small beside the flows as they are scaled."""
    years = ((days - days[0]) / np.timedelta64(YEAR, "D")).astype(np.float64)
    grown = _Grown(flows, years / years[-1])
    for total in _TOTALS:
        rate = pyxirr.xirr(days, flows * (total / np.abs(flows).sum()), silent=True)
        if rate is not None and -1 < rate < np.inf:
            growth = years[-1] * float(np.log1p(rate))
            if grown.is_crossed(growth - _EXACT, growth + _EXACT):
                return float(rate)
            if grown.is_crossed(growth - _NEAR, growth + _NEAR):
                return _a_year(grown.root(growth - _NEAR, growth + _NEAR), years[-1])
    return _steep_rate(grown, years[-1])


def _steep_rate(grown: "_Grown", years: float) -> float:
    """The rate nearest to 10 % of those that the grid of growths tells apart; NaN where there is none."""
    crossed = [i for i in range(len(_GROWTHS) - 1) if grown.is_crossed(_GROWTHS[i], _GROWTHS[i + 1])]
    if not crossed:
        return np.nan
    nearest = min(crossed, key=lambda i: abs(_GROWTHS[i] / years - _TEN_PERCENT))
    return _a_year(grown.root(_GROWTHS[nearest], _GROWTHS[nearest + 1]), years)


def _a_year(growth: float, years: float) -> float:
    with np.errstate(over="ignore"):  # infinite is not measured
        return float(np.expm1(growth / years))


@dataclass(frozen=True, slots=True)
class _Grown:
    """(n,) flows, after `share` of all days, and what they are worth together where all days grow by e^growth."""

    flows: FloatArray
    share: FloatArray

    def balance(self, growth: float) -> float:
        """On the first day where that is growth, on the last where it is loss, so that nothing overflows."""
        return float(np.dot(self.flows, np.exp(-growth * (self.share if growth >= 0 else self.share - 1))))

    def is_crossed(self, low: float, high: float) -> bool:
        """Whether a root is between."""
        return (self.balance(low) > 0) != (self.balance(high) > 0)

    def root(self, low: float, high: float) -> float:
        """The one between these, by bisection to the last digit."""
        begins = self.balance(low) > 0
        for _ in range(64):
            middle = (low + high) / 2
            low, high = (middle, high) if (self.balance(middle) > 0) == begins else (low, middle)
        return low
