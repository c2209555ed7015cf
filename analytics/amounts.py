"""The line at which a float of the engine becomes an amount or a number of an answer."""

from decimal import Decimal
from math import isfinite

from analytics.engine.valuation import NOISE_DECIMALS


def amount_of(value: float) -> Decimal | None:
    """The amount in its shortest form, without the noise of float sums; None where it is not known."""
    return Decimal(repr(round(value, NOISE_DECIMALS))) if isfinite(value) else None


def number_of(value: float) -> float | None:
    """A ratio or weight; None where it is not known."""
    return value if isfinite(value) else None
