"""Walks through the days of an account that earns or pays interest, from one event to the next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray
from analytics.engine.crediting import Months, Terms, day_shares, due_days
from analytics.engine.earners import Course, earner_of

_TRIES = 20
_EXACT = 1e-13
"""As a share of the amount."""
_FLAT = 1e-9
"""A rate of -100 % leaves nothing of any opening: none explains a statement."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Of each day, at its end: see `analytics.engine.interest.Accrued`."""

    balance: FloatArray
    accrued: FloatArray
    credited: FloatArray
    difference: FloatArray

    @classmethod
    def empty(cls, days: int) -> "Walked":
        return cls(*(np.zeros(days) for _ in range(4)))

    def settle(self, day: int, *, stated: float) -> float:
        """End a day: what was credited on it is balance, and what was stated is right. The balance then."""
        expected = float(self.balance[day] + self.credited[day])
        balance = expected if np.isnan(stated) else stated
        self.difference[day] = balance - expected
        self.balance[day] = balance
        return balance


def walk(course: Course, terms: Terms, opening: float) -> Walked:
    """All days of an account that begins with `opening`."""
    if terms.credited == "daily" and terms.basis == "daily":
        return _compounded(course, terms, opening)
    moved, walked = np.cumsum(course.changes), Walked.empty(len(course.days))
    earner, due, offset = earner_of(terms, course, moved), due_days(terms, course.days), opening
    for days in _stretches(course, terms, due):
        last = days.stop - 1
        walked.balance[days] = moved[days] + offset
        walked.accrued[days] = earner.accrue(days, offset)
        if due[last]:
            walked.credited[last] = walked.accrued[last]
            walked.accrued[last] = 0.0
            earner.credit(float(walked.credited[last]))
        offset = walked.settle(last, stated=float(course.stated[last])) - float(moved[last])
    return walked


def _stretches(course: Course, terms: Terms, due: BoolArray) -> Iterator[slice]:
    """From the first day of the account on; each ends where interest is credited or a balance stated and, if months
    matter, with a month."""
    ends = due | ~np.isnan(course.stated)
    if terms.basis != "daily":
        months = Months.of(course.days)
        ends |= months.day == months.length
    ends[-1] = True
    start = course.begins
    for end in (np.flatnonzero(ends[start:]) + start + 1).tolist():
        yield slice(start, end)
        start = end


def _compounded(course: Course, terms: Terms, opening: float) -> Walked:
    """Where each day is credited, numbers of Python are faster than arrays of one day."""
    walked, balance = Walked.empty(len(course.days)), opening
    shares = day_shares(terms, course.days)
    shares[: course.begins + 1] = 0.0
    given = [values[course.begins :].tolist() for values in (shares, course.changes, course.stated)]
    rows: list[tuple[float, float, float]] = []
    for share, change, stated in zip(*given, strict=True):
        interest = (min(balance, 0.0) if terms.of_debt else balance) * share
        expected = balance + change + interest
        balance = expected if isnan(stated) else stated
        rows.append((balance, interest, balance - expected))
    walked.balance[course.begins :], walked.credited[course.begins :], walked.difference[course.begins :] = zip(
        *rows, strict=True
    )
    return walked


def opening_of(course: Course, terms: Terms) -> float:
    """What the account must have had when it began, for its first statement to be as expected; 0 without one.

    The balance by then grows with the opening, in a straight line but for the lowest of a month and for a debt that is
    paid off, which bend it: so Newton's method gets there in a step or a few.
    """
    told = np.flatnonzero(~np.isnan(course.stated))
    if not len(told):
        return 0.0
    upto = slice(0, int(told[0]) + 1)
    target, blank = float(course.stated[told[0]]), np.full(upto.stop, np.nan)
    before = replace(course, days=course.days[upto], changes=course.changes[upto], stated=blank)
    opening = target - float(before.changes.sum())
    for _ in range(_TRIES):
        reached = _ending(before, terms, opening)
        if abs(target - reached) <= _EXACT * max(1.0, abs(target)):
            break
        slope = _ending(before, terms, opening + 1) - reached
        if slope <= _FLAT:
            break
        opening += (target - reached) / slope
    return opening


def _ending(course: Course, terms: Terms, opening: float) -> float:
    return float(walk(course, terms, opening).balance[-1])
