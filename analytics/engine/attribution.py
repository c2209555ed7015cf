"""Where a return and a change of wealth came from: by part, and by what moved it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.allocation import SMALLEST_GROSS, Allocation
from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.panel import Panel
from analytics.engine.returns import returns_daily
from analytics.engine.worth import Worth, period_days


def contributions(parts: Worth, whole: Worth) -> FloatArray:
    """(things,) what each part brought to the time-weighted return of the whole; NaN where that has none.

    Sum over days of gain of the part / base of the whole × index of the whole on the evening before. These add up to
    the return, since index - 1 is the sum of the daily returns × index before. That is exact, whatever the order of
    the parts, and leaves past days as they are, where the linkings of Carino (1999) and Menchero (2000) spread a
    factor of the whole period over all of them. Days on which the whole has no return add nothing.

    parts: (things, days), whose gains add up to that of `whole`, (days,), on each day.
    """
    returns = returns_daily(whole)
    index = returns.index
    if returns.reason is not None or not np.isfinite(index).all():
        return np.full(len(parts.value), np.nan)
    before = np.concatenate(([1.0], index[:-1]))
    divisor = np.maximum(whole.base, -whole.gain)  # no return is below -1: then the whole is what was lost
    linked = np.zeros(whole.days)
    np.divide(before, divisor, out=linked, where=~np.isnan(returns.rate))
    contribution: FloatArray = parts.gain @ linked
    return contribution


def average_weights(allocation: Allocation) -> FloatArray:
    """(parts,) mean of the weights over the days on which anything was owned, together 1; NaN where there are none."""
    some = ~(allocation.gross <= SMALLEST_GROSS)  # also days of which it is not known
    if not some.any():
        return np.full(len(allocation.value), np.nan)
    weights: FloatArray = allocation.weight[:, some].mean(axis=1)
    return weights


@dataclass(frozen=True, slots=True)
class Effects:
    """What a period brought beside the moves of prices: a sum for each line or part, NaN where a rate is not known.

    income: dividends and interest, before what was kept back. costs: all fees and taxes, those of purchases and sales
    too. currency: what the worth of the evening before gained by the moves of its exchange rate.
    """

    income: FloatArray
    costs: FloatArray
    currency: FloatArray

    def grouped(self, group: IntArray, count: int) -> "Effects":
        """Summed by `group` (lines,), an index below `count`."""
        return Effects(*(_summed(amounts, group, count) for amounts in (self.income, self.costs, self.currency)))


def effects(panel: Panel, start: date, last: date) -> Effects:
    """Of each line, on the days of `period_days`."""
    days, events = period_days(panel.first, start, last), panel.events
    inside = (events.day >= days.start) & (events.day < days.stop)
    line, count = events.line[inside], len(panel.account)
    return Effects(
        income=_summed(events.income[inside], line, count),
        costs=_summed(events.fees[inside], line, count),
        currency=_currency_effect(panel, max(days.start, 1), days.stop),
    )


def _currency_effect(panel: Panel, begin: int, end: int) -> FloatArray:
    """(lines,) sum over the days [begin, end) of the value before × (rate / rate before - 1)."""
    growth = panel.rates[:, begin:end] / panel.rates[:, begin - 1 : end - 1] - 1
    moves: BoolArray = (growth != 0).any(axis=1)  # unknown rates too; not those of the asked currency
    effect = np.zeros(len(panel.account))
    for line in np.flatnonzero(moves[panel.currency]).tolist():
        before = panel.value[line, begin - 1 : end - 1]
        effect[line] = np.where(before == 0, 0.0, before * growth[panel.currency[line]]).sum()
    return effect


@dataclass(frozen=True, slots=True)
class Change:
    """How `start` became `end`: start + added + market + currency + income - costs; NaN where one is not known.

    market: all that nothing else explains: moves of prices, at the rate of their day, and by how much a rate that was
    applied differed from the day's.
    """

    start: float
    inflow: float
    outflow: float
    market: float
    currency: float
    income: float
    costs: float
    end: float

    @property
    def added(self) -> float:
        return self.inflow - self.outflow

    @property
    def gain(self) -> float:
        """What it brought, whatever flowed."""
        return self.market + self.currency + self.income - self.costs


def changes(worth: Worth, brought: Effects) -> list[Change]:
    """Of each thing of `worth`, (things, days), with the effects of the same things on these days."""
    start, inflow, outflow = worth.before, worth.inflow.sum(axis=1), worth.outflow.sum(axis=1)
    end = worth.value[:, -1] if worth.days else start
    gain = end + outflow - start - inflow
    market = gain - brought.currency - brought.income + brought.costs
    sums = (start, inflow, outflow, market, brought.currency, brought.income, brought.costs, end)
    return [Change(*amounts) for amounts in np.stack(sums, axis=1).tolist()]


def _summed(amounts: FloatArray, group: IntArray, count: int) -> FloatArray:
    return np.bincount(group, amounts, count).astype(np.float64, copy=False)
