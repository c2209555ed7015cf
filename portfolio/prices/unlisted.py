"""Splits that somebody entered and that the provider does not name: whether its closes were restated for them. Pure."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import median

from portfolio.prices.adjusting import as_traded
from portfolio.prices.splits import product_between
from portfolio.providers.base import Split

Closes = Mapping[date, Decimal]


def undone(sent: Closes, *, stored: Closes, unlisted: Sequence[Split], listed: Sequence[Split]) -> dict[date, Decimal]:
    """`sent` as traded, where the provider restated closes for a split without naming it."""
    closes = dict(sent)
    for split in sorted(unlisted, key=lambda split: split.ex_date, reverse=True):
        if _was_restated(closes, split, stored=stored, others=[*listed, *unlisted]):
            floats = {day: float(close) for day, close in closes.items() if day < split.ex_date}
            closes |= {day: _like(close, closes[day]) for day, close in as_traded(floats, [split]).items()}
    return closes


def _was_restated(closes: Closes, split: Split, *, stored: Closes, others: Sequence[Split]) -> bool:
    """Told by the stored closes before it, or else by whether the price steps on its day."""
    size = math.log(split.ratio)
    usable = {day: float(close) for day, close in closes.items() if close.is_finite() and close > 0}
    before = [day for day in usable if day < split.ex_date]
    shared = [math.log(float(stored[day]) / usable[day]) for day in before if day in stored]
    if shared:
        return abs(median(shared) - size) < abs(median(shared))
    after = [day for day in usable if day >= split.ex_date]
    if not before or not after:
        return False
    first, last = max(before), min(after)
    step = math.log(usable[first] / usable[last] / product_between(others, first, last)) + size
    return abs(step) < abs(step - size)


def _like(close: float, sent: Decimal) -> Decimal:
    """With as many decimals as were sent, and two more for what the ratio brought."""
    exponent = sent.as_tuple().exponent
    decimals = max(-exponent, 2) if isinstance(exponent, int) else 2
    return Decimal(repr(round(close, decimals)))
