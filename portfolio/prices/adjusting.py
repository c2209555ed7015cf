"""Closes as they were traded, out of closes that a provider restated for every later split. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor, log10

from portfolio.providers.base import Split

SURE_DIGITS = 6
"""What a 32-bit float always keeps of a decimal number; Yahoo's closes are such floats."""
PRICE_DECIMALS, COIN_DECIMALS = 4, 12


def as_traded(closes: Mapping[date, float], splits: Sequence[Split]) -> dict[date, float]:
    """Undo every split that is later than the close: on its ex-date itself, new shares are traded."""
    later = sorted(splits, key=lambda split: split.ex_date)
    factor = Fraction(1)
    traded = {}
    for day in sorted(closes, reverse=True):
        while later and later[-1].ex_date > day:
            factor *= later.pop().ratio
        traded[day] = closes[day] * float(factor)
    return dict(reversed(traded.items()))


def rounded(value: float, hint: int) -> Decimal:
    """The number that was meant by a 32-bit float: 37.07 for 37.06999969. hint: decimals that its prices have."""
    return round(Decimal(value), max(hint, _meant_decimals(abs(value))))


def _meant_decimals(size: float) -> int:
    if size == 0:
        return 0
    before_the_point = floor(log10(size)) + 1
    return min(SURE_DIGITS - before_the_point, PRICE_DECIMALS if size >= 1 else COIN_DECIMALS)
