"""A benchmark beside a portfolio: its returns, and what the same flows would have become in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, Observed, Step, carry_forward
from analytics.engine.measure import UNKNOWN_AMOUNTS
from analytics.engine.returns import SMALLEST_FLOW, Returns
from analytics.engine.worth import Worth


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
    return Returns(first, rate, held=~np.isnan(rate), overnight=~never, broken=never, unknown=never)


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


def _reason(worth: Worth, flow: FloatArray, units: FloatArray, overdrawn: BoolArray) -> str | None:
    if np.isnan(flow).any():
        return UNKNOWN_AMOUNTS
    if overdrawn.any():
        day = worth.first + timedelta(days=int(overdrawn.argmax()) - 1)
        return f"On {day} more was taken out than the benchmark would have been worth."
    if np.isnan(units[-1]):
        day = worth.first + timedelta(days=int(np.isnan(units).argmax()) - 1)
        return f"No price of the benchmark is known on {day}, when something was invested."
    return None
