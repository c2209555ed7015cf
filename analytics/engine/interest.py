"""The balance of one account on each day: from what was stated, what changed it, and the interest of its terms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.engine.carry import FloatArray

BoolArray = NDArray[np.bool_]

PLACES = 8
"""Balances are rounded to so many decimals: sums of floats must not show a rest where an account is empty."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account earns or costs.

    credited: "daily", "monthly", "quarterly", "half_yearly", "yearly", "financial_year" or "at_maturity"; basis:
    "daily", "lowest_after_fifth" or "month_opening". start, until: ordinals of days, until inclusive, None is never.
    rates: (ordinal of the day from which it holds, rate a year as a fraction), oldest first; 0 before the first.
    """

    credited: str
    basis: str
    start: int
    until: int | None
    rates: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Accrued:
    """Of each day (days,), at its end, in the account's currency.

    balance: what a statement would say. accrued: interest earned (owed: negative) and not yet credited; the worth is
    the sum of both. credited: interest that became balance on the day. difference: stated less expected, on the days
    of statements after the first. opening: what it had when it began; begins: offset of that day, the number of days
    where it never did.
    """

    balance: FloatArray
    accrued: FloatArray
    credited: FloatArray
    difference: FloatArray
    opening: float
    begins: int


def balances_daily(
    *, first: int, changes: FloatArray, stated: FloatArray, touched: BoolArray, terms: Terms | None
) -> Accrued:
    """The balance of every day from `first` (ordinal) on.

    changes (days,): what came less what went on the day. stated (days,): NaN where nothing was. touched (days,): days
    with an entry or a movement of cash, though these may add up to nothing.

    The account begins on the first day that is touched or stated, and has nothing before it. It opens with what the
    first statement, worked back, says that it had: with nothing where there is no statement. A later statement that
    says something else than expected sets the balance from its day on.
    """
    begins = _first_true(touched | ~np.isnan(stated))
    return _without_terms(changes=changes, stated=stated, begins=begins)


def _without_terms(*, changes: FloatArray, stated: FloatArray, begins: int) -> Accrued:
    moved = np.cumsum(changes)
    told = np.flatnonzero(~np.isnan(stated))
    offsets = stated[told] - moved[told]
    opening = float(offsets[0]) if len(told) else 0.0
    difference = np.zeros(len(changes))
    difference[told[1:]] = np.diff(offsets)
    balance = moved + opening + np.cumsum(difference)
    balance[:begins] = 0.0
    balance[told] = stated[told]
    nothing = np.zeros(len(changes))
    return Accrued(
        balance=_rounded(balance),
        accrued=nothing,
        credited=nothing,
        difference=_rounded(difference),
        opening=round(opening, PLACES),
        begins=begins,
    )


def _first_true(days: BoolArray) -> int:
    return int(days.argmax()) if days.any() else len(days)


def _rounded(amounts: FloatArray) -> FloatArray:
    """Without a negative zero."""
    return np.asarray(np.round(amounts, PLACES) + 0.0, np.float64)
