"""Between closes as traded and closes as a provider restates them for every later split. Pure."""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portfolio.providers.base import Split

Closes = Mapping[date, float]
_SINGLE_DIGITS = 6
"""Digits after the first that survive in the single precision in which Yahoo keeps its closes."""


def as_traded(closes: Closes, splits: Sequence[Split]) -> dict[date, float]:
    """Closes that were restated for all of `splits`, as they were on their day: times every ratio after it."""
    factor = later_factor(splits)
    return {day: close * factor(day) for day, close in closes.items()}


def adjusted(closes: Closes, splits: Sequence[Split]) -> dict[date, float]:
    """Closes as traded, restated for all later splits: the inverse of `as_traded`."""
    factor = later_factor(splits)
    return {day: close / factor(day) for day, close in closes.items()}


def later_factor(splits: Sequence[Split]) -> Callable[[date], float]:
    """By day, the product of the ratios of all splits after it; the bar of an ex-date is in new shares already."""
    in_order = sorted(splits, key=lambda split: split.ex_date)
    days = [split.ex_date for split in in_order]
    factors = [Fraction(1)]
    for split in reversed(in_order):
        factors.append(factors[-1] * split.ratio)
    by_place = [float(factor) for factor in reversed(factors)]
    return lambda day: by_place[bisect_right(days, day)]


def rounded(value: float, hint: int) -> Decimal:
    """`value` without the noise of single precision: 37.06999969482422 is 37.07.

    hint: how many decimals its market has at least, as the provider says. What was cheaper than 1 keeps up to twelve.
    """
    if not math.isfinite(value):
        return Decimal(value)
    exponent = math.floor(math.log10(abs(value))) if value else 0
    decimals = max(hint, min(_SINGLE_DIGITS - exponent, 4 if abs(value) >= 1 else 12))
    return Decimal(repr(round(value, decimals)))
