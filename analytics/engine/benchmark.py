"""A benchmark beside a portfolio: its returns, and what the same flows would have become in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray, Observed, Step, carry_forward
from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure
from analytics.engine.money_weighted import xirr
from analytics.engine.returns import SMALLEST_FLOW, Returns, begun, gain, twr, twr_annualized
from analytics.engine.worth import Worth

DAY = timedelta(days=1)
NO_PRICE = "The benchmark has no price."


def price_continuous(closes: Observed, steps: Sequence[Step] = ()) -> FloatArray:
    """(rows, days): closes carried forward, in units of the last day, so that a split is no return.

    NaN before the first close of a row. steps: what splits do to a close that is carried across them.
    """
    price = carry_forward(closes, steps).values
    for step in steps:
        days = (step.day - closes.first).days
        if 0 < days < price.shape[1]:
            price[step.row, :days] *= step.factor
    return price


def index_returns(first: date, price: FloatArray) -> Returns:
    """Returns of every calendar day from the price (days,) of the evening before and of the day.

    The first day has none, as its evening before is not among them; nor have days whose price is not known (NaN).
    """
    rate = np.full(len(price), np.nan)
    np.divide(price[1:], price[:-1], out=rate[1:], where=price[:-1] > 0)
    rate[1:] -= 1
    never = np.zeros(len(price), bool)
    return Returns(first, rate, held=~np.isnan(rate), overnight=~never, broken=never, unknown=never, priced=~never)


@dataclass(frozen=True, slots=True)
class Beside:
    """A benchmark beside returns, from where these begin: the evening before something was first at work, or where it
    came on that day, the evening of it, at whose price it could have gone into the benchmark instead.

    excess: by how much the return exceeded that of the benchmark. line: (1 + days,) growth of the benchmark from the
    evening before the first day on, 1 where the returns begin, or at its first price after that; NaN before.
    """

    twr: Measure
    twr_annualized: Measure
    excess: Measure
    line: FloatArray


def beside(returns: Returns, price: FloatArray) -> Beside:
    """price: (1 + days,) of the benchmark on the evening before the first day, and on each."""
    begin = begun(returns)
    line = np.where(np.arange(len(price)) < begin, np.nan, price)
    known = np.flatnonzero(line > 0)
    if not len(known) or known[0] > begin:
        nothing = Measure(None, _not_yet(returns, known))
        return Beside(nothing, nothing, nothing, line / line[known[0]] if len(known) else line)
    index = index_returns(returns.first - DAY, price).since(returns.first + DAY * begin)
    ours, theirs = twr(returns), twr(index)
    return Beside(theirs, twr_annualized(index), _less(ours, theirs), line / line[begin])


def _not_yet(returns: Returns, known: IntArray) -> str:
    if not len(known):
        return NO_PRICE
    return f"The benchmark has no price before {returns.first + DAY * (int(known[0]) - 1)}, when the period had begun."


def _less(ours: Measure, theirs: Measure) -> Measure:
    if ours.value is None or theirs.value is None:
        return Measure(None, ours.reason or theirs.reason)
    return Measure(ours.value - theirs.value)


@dataclass(frozen=True, slots=True)
class SameFlows:
    """What the flows of something else would have become in a benchmark.

    units: of the benchmark at the end of each day, (days,). value: what they were worth; NaN where that is not known,
    and from the day on on which more was taken out than there was. reason: why it is not known on the last day.
    """

    units: FloatArray
    value: FloatArray
    reason: str | None


def same_flows(worth: Worth, price: FloatArray) -> SameFlows:
    """Buy the benchmark for what comes in, sell it for what goes out, each day's balance at that day's price.

    price: (1 + days,), that of the evening before the first day, at which the value of that evening is invested, and
    of every day; in one kind of unit throughout.
    """
    flow = np.concatenate(([float(worth.before)], worth.inflow - worth.outflow))
    flow[np.abs(flow) < SMALLEST_FLOW] = 0.0
    bought = np.where(flow == 0, 0.0, np.nan)
    np.divide(flow, price, out=bought, where=(flow != 0) & (price > 0))
    units = np.cumsum(bought)
    overdrawn = np.logical_or.accumulate(units * price < -SMALLEST_FLOW)
    units[overdrawn] = np.nan
    value = np.where(units == 0, 0.0, units * price)
    return SameFlows(units[1:], value[1:], _reason(worth, flow, units, overdrawn))


@dataclass(frozen=True, slots=True)
class Instead:
    """The same flows in the benchmark, on the last day; NaN where `reason` says why they are not known.

    difference: by how much what there really is exceeds `value`.
    """

    value: float
    gain: float
    difference: float
    xirr: Measure
    reason: str | None


def instead(worth: Worth, same: SameFlows) -> Instead:
    """What was gained or missed by not having bought the benchmark."""
    if same.reason:
        return nothing_instead(same.reason)
    other = replace(worth, value=same.value)
    value = float(other.end)
    return Instead(value, gain(other), float(worth.end) - value, xirr(other), None)


def nothing_instead(reason: str) -> Instead:
    return Instead(np.nan, np.nan, np.nan, Measure(None, reason), reason)


def _reason(worth: Worth, flow: FloatArray, units: FloatArray, overdrawn: BoolArray) -> str | None:
    if np.isnan(flow).any():
        return UNKNOWN_AMOUNTS
    if overdrawn.any():
        day = worth.first + DAY * (int(overdrawn.argmax()) - 1)
        return f"On {day} more was taken out than the benchmark would have been worth."
    if np.isnan(units[-1]):
        day = worth.first + DAY * (int(np.isnan(units).argmax()) - 1)
        return f"No price of the benchmark is known on {day}, when something was invested."
    return None
