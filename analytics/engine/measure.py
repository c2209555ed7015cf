"""A measure: a number, how many observations it rests on, or why there is none."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` is None exactly where `reason` says why. observations: None where none are counted."""

    value: float | None
    reason: str | None = None
    observations: int | None = None


NOTHING_HELD = "Nothing was held."
NOTHING_PRICED = "No price is known of anything that was held."
NO_DAYS = "The period begins and ends on the same day."
TOO_LARGE = "The number is too large."
UNKNOWN_AMOUNTS = "Some amounts are not known in this currency."


def measured(value: float, *, otherwise: str, observations: int | None = None) -> Measure:
    """`value`, or where it is no finite number, nothing and the reason `otherwise`."""
    if isfinite(value):
        return Measure(float(value), None, observations)
    return Measure(None, otherwise, observations)
