"""The balance of one account on each day: from what was stated, what changed it, and the interest of its terms."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.accrual import Walked, opening_of, walk
from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.crediting import Terms
from analytics.engine.earners import Course

__all__ = ["Accrued", "Terms", "balances_daily"]

PLACES = 8
"""Balances are rounded to so many decimals: sums of floats must not show a rest where an account is empty."""
_MOST = 1e30
"""Beyond it no amount is known: what is made of it must stay within floats."""
_SOLVED = 1e-7
"""An opening that explains the first statement to this share of it explains it."""


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

    changes (days,): what came less what went on the day. stated (days,): at the end of the day, NaN where nothing was.
    touched (days,): days with an entry or a movement of cash, though these may add up to nothing.

    The account begins on the first day that is touched or stated, and has nothing before it. It opens with what the
    first statement, worked back, says that it had: with nothing where there is no statement. A later statement that
    says something else than expected sets the balance from its day on. What has accrued by a statement stays on top.
    NaN is what is beyond all money there is, at rates that nobody has.
    """
    is_told = ~np.isnan(stated)
    course = Course(
        days=np.arange(first, first + len(changes), dtype=np.int64),
        changes=changes,
        stated=stated,
        begins=_first_true(touched | is_told),
    )
    if course.begins == len(changes):
        return _accrued(Walked.empty(len(changes)), opening=0.0, begins=course.begins)
    told = np.flatnonzero(is_told)
    with np.errstate(over="ignore", invalid="ignore"):
        opening, walked = _without_terms(course, told) if terms is None else _with_terms(course, terms, told)
    return _accrued(walked, opening=opening, begins=course.begins)


def _without_terms(course: Course, told: IntArray) -> tuple[float, Walked]:
    moved = np.cumsum(course.changes)
    offsets = course.stated[told] - moved[told]
    opening = float(offsets[0]) if len(told) else 0.0
    walked = Walked.empty(len(moved))
    walked.difference[told[1:]] = np.diff(offsets)
    walked.balance[:] = moved + opening + np.cumsum(walked.difference)
    walked.balance[: course.begins] = 0.0
    walked.balance[told] = course.stated[told]
    return opening, walked


def _with_terms(course: Course, terms: Terms, told: IntArray) -> tuple[float, Walked]:
    opening = opening_of(course, terms)
    walked = walk(course, terms, opening)
    if len(told) and abs(walked.difference[told[0]]) <= _SOLVED * max(1.0, abs(course.stated[told[0]])):
        walked.difference[told[0]] = 0.0
    return opening, walked


def _accrued(walked: Walked, *, opening: float, begins: int) -> Accrued:
    return Accrued(
        balance=_rounded(walked.balance),
        accrued=_rounded(walked.accrued),
        credited=_rounded(walked.credited),
        difference=_rounded(walked.difference),
        opening=round(opening, PLACES),
        begins=begins,
    )


def _first_true(days: BoolArray) -> int:
    return int(days.argmax()) if days.any() else len(days)


def _rounded(amounts: FloatArray) -> FloatArray:
    """Without a negative zero."""
    known = np.where(np.abs(amounts) < _MOST, amounts, np.nan)
    return np.asarray(np.round(known, PLACES) + 0.0, np.float64)
