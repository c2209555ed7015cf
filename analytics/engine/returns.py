"""Returns of money over time."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyxirr

from analytics.engine.carry import FloatArray

SMALLEST_FLOW = 1e-6
"""Differences of running totals below this are noise of floats, not flows."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value, or why there is none."""

    value: float | None
    reason: str | None = None


def money_weighted_return(first: date, net_contributions: FloatArray, value: float) -> Measure:
    """XIRR a year: the rate at which the contributions of each day, and `value` as paid out on the last, are worth 0.

    net_contributions: running total, one a day from `first` on. Excel's XIRR (actual days / 365), by pyxirr.
    """
    flows = np.diff(net_contributions, prepend=0.0)
    if not np.isfinite(flows).all() or not np.isfinite(value):
        return Measure(None, "Some amounts are not known in this currency.")
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
