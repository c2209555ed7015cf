"""What is kept of an income, and how long money lasts. Amounts in units or as floats: only their ratio counts."""

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure

NO_INCOME = "There was no income."
NOTHING_SPENT = "Nothing was spent."
NO_WHOLE_MONTH = "Needs one whole month since the first entry."


def savings_rate(*, income: int | None, spent: int | None) -> Measure:
    """(income - spent) / income; below 0 where more was spent than earned."""
    if income is None or spent is None:
        return Measure(None, UNKNOWN_AMOUNTS)
    return Measure((income - spent) / income) if income > 0 else Measure(None, NO_INCOME)


def income_to_spent(*, income: int | None, spent: int | None) -> Measure:
    """income / spent: above 1 where something was left."""
    if income is None or spent is None:
        return Measure(None, UNKNOWN_AMOUNTS)
    return Measure(income / spent) if spent > 0 else Measure(None, NOTHING_SPENT)


def mean_of(amounts: Sequence[int | None]) -> int | None:
    """To the next unit; None where there are none, or one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return round(Fraction(sum(known), len(known))) if known and len(known) == len(amounts) else None


def runway(liquid: float, monthly: float | None, *, months: int) -> Measure:
    """How many months `liquid` lasts where `monthly` is spent in each; 0 where there is none or it is owed.

    months: how many `monthly` is the mean of; it is None where one of them is not known.
    """
    if not months:
        return Measure(None, NO_WHOLE_MONTH)
    if monthly is None or not isfinite(liquid):
        return Measure(None, UNKNOWN_AMOUNTS)
    return Measure(max(liquid, 0.0) / monthly) if monthly > 0 else Measure(None, NOTHING_SPENT)
