"""What a corporate action moves from one asset to another, at what it was worth on the day."""

from collections import defaultdict, deque
from collections.abc import Iterable

import numpy as np

from analytics.engine.book import Book, Market
from analytics.engine.carry import BoolArray, FloatArray
from analytics.engine.lines import MONEY

_AMOUNTS = ("cost", "cash", "external", "in_kind", "moved", "exchanged", "income", "costs", "fees")


def is_exchange(book: Book, market: Market) -> BoolArray:
    """(n,) which movements a spin-off, merger or rename made, also those that moved no cost."""
    rows = book.rows
    found: BoolArray = rows["exchanged"] != 0
    nothing = (book.asset != MONEY) & np.isnan(rows["proceeds"])
    for name in _AMOUNTS:
        nothing &= rows[name] == 0
    splits = {(step.row, step.day.toordinal()) for step in market.steps}
    for i in np.flatnonzero(nothing).tolist():
        found[i] = rows["quantity"][i] == 0 or (int(book.asset[i]), int(rows["day"][i])) not in splits
    return found


def exchanged_worth(book: Book, exchange: BoolArray, unit_values: FloatArray, *, cost: FloatArray) -> FloatArray:
    """(n,) what arrives counts what it was worth at the end of the day; without a price, its cost.

    What leaves counts what the units that it became were worth, so that over both assets it is nothing.
    unit_values, cost: (n,) of one unit at the end of the day, NaN without a price; and what moved at that day's rate.
    """
    quantity = book.rows["quantity"]
    worth = np.zeros(len(quantity))
    for leaving, arriving in _pairs(book, np.flatnonzero(exchange)):
        priced = float(quantity[arriving] * unit_values[arriving])
        worth[arriving] = cost[arriving] if np.isnan(priced) else priced
        worth[leaving] = -worth[arriving]
    return worth


def _pairs(book: Book, exchanges: Iterable[np.int64]) -> list[tuple[int, int]]:
    """(leaving, arriving): a lot takes its cost and the day on which it was acquired along, in the same account."""
    rows = book.rows
    waiting: defaultdict[tuple[float, ...], tuple[deque[int], deque[int]]] = defaultdict(lambda: (deque(), deque()))
    for i in map(int, exchanges):
        moved = float(rows["exchanged"][i])
        arrives = moved > 0 or bool(moved == 0 and rows["quantity"][i] > 0)
        key = (int(book.account[i]), int(rows["day"][i]), int(rows["basis_day"][i]), abs(moved))
        waiting[key][arrives].append(i)
    return [pair for leaving, arriving in waiting.values() for pair in zip(leaving, arriving, strict=False)]
