"""Where the gain of a period came from: sales, prices, income, costs, and the rest."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.panel import MONEY, Panel
from analytics.engine.returns import gain
from analytics.engine.worth import Worth


@dataclass(frozen=True, slots=True)
class GainSources:
    """total = realized + unrealized + income - costs + other; NaN where an amount is not known.

    total: from values and flows alone. unrealized: how much the unrealized gain changed. other: what exchange rates
    did to money in accounts, what deposits earned, and where units came or went in kind, their worth on that day less
    their cost.
    """

    total: float
    realized: float
    unrealized: float
    income: float
    costs: float
    other: float


def gain_sources(panel: Panel, worth: Worth) -> GainSources:
    """Split the gain of the days of `worth`, which is the worth of all lines of `panel` on some of its days."""
    events, begin = panel.events, _offset(panel, worth.first)
    inside = (events.day >= begin) & (events.day < begin + worth.days)
    realized, income, costs, cost = (
        float(amounts[inside].sum()) for amounts in (events.realized_gain, events.income, events.costs, events.cost)
    )
    unrealized = _holdings(panel, begin + worth.days) - _holdings(panel, begin) - cost
    total = gain(worth)
    other = total - (realized + unrealized + income - costs)
    return GainSources(total, realized, unrealized, income, costs, other)


def _offset(panel: Panel, day: date) -> int:
    return (day - panel.first).days


def _holdings(panel: Panel, days: int) -> float:
    """What the assets were worth after so many days."""
    return float(np.sum(panel.value[panel.asset != MONEY, days - 1])) if days else 0.0
