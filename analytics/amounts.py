"""The line at which a float of the engine becomes an amount or a number of an answer."""

from decimal import Decimal
from math import isfinite

from analytics.engine.valuation import NOISE_DECIMALS


def amount_of(value: float) -> Decimal | None:
    """The amount in its shortest form, without the noise of float sums; None where it is not known."""
    return Decimal(repr(round(value, NOISE_DECIMALS))) if isfinite(value) else None


def rate_of(value: float) -> Decimal | None:
    """A rate with all its digits: those of a small one are far behind the point; None where it is not known."""
    return Decimal(repr(value)) if isfinite(value) else None


def number_of(value: float) -> float | None:
    """A ratio or weight; None where it is not known."""
    return value if isfinite(value) else None


def total(*amounts: Decimal | None) -> Decimal | None:
    """The sum, which is not known if one of the amounts is not."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other
