"""What of a balance earns interest: that of each day, or one of each calendar month."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.crediting import FIFTH, Months, Terms, day_shares, month_shares


@dataclass(frozen=True, slots=True)
class Course:
    """An account's days: `days` (ordinals), what `changes` it, what was `stated` (NaN where nothing was), `begins`:
    offset of the first day on which it is there."""

    days: IntArray
    changes: FloatArray
    stated: FloatArray
    begins: int


class Earner(Protocol):
    """Knows what has accrued and is not credited, by the last day that it was asked for."""

    def accrue(self, days: slice, offset: float) -> FloatArray:
        """By each of the days, which follow the last ones, when the balance is `offset` above what moved it."""

    def credit(self, amount: float) -> None: ...


class DailyEarner:
    """Each day earns of the balance of the day before."""

    def __init__(self, terms: Terms, course: Course, moved: FloatArray) -> None:
        shares = day_shares(terms, course.days)
        shares[: course.begins + 1] = 0.0
        self._share = shares
        self._before = moved - course.changes
        self._of_debt = terms.of_debt
        self._pending = 0.0

    def accrue(self, days: slice, offset: float) -> FloatArray:
        counted = self._before[days] + offset
        if self._of_debt:
            counted = np.minimum(counted, 0.0)
        path = self._pending + np.cumsum(self._share[days] * counted)
        self._pending = float(path[-1])
        return np.asarray(path, np.float64)

    def credit(self, amount: float) -> None:
        self._pending -= amount


class MonthlyEarner:
    """Each calendar month earns of one balance: that at its beginning, or the lowest since the end of its 5th.

    Of the lowest, what a month has earned by a day is counted with the lowest so far, and before the 5th with the
    balance of the day: taking money out forfeits what it had earned since the month began. What the account opens with
    counts as there since the beginning of that month. All `days` that are asked for at once are of one month.
    On the day on which the terms end everything is credited: what moves later in that month forfeits nothing.
    """

    def __init__(self, terms: Terms, course: Course, moved: FloatArray) -> None:
        self._months = Months.of(course.days)
        self._share = month_shares(terms, course.days)
        self._moved = moved
        self._is_over = course.days > (terms.until or course.days[-1])
        self._is_lowest = terms.basis == "lowest_after_fifth"
        self._of_debt = terms.of_debt
        self._begins = course.begins
        self._pending = 0.0
        self._counted = np.inf

    def accrue(self, days: slice, offset: float) -> FloatArray:
        if self._is_over[days.start]:
            return np.zeros(days.stop - days.start)
        counted = self._counted_by(days, offset)
        path = self._pending + self._share[days] * (np.minimum(counted, 0.0) if self._of_debt else counted)
        if self._months.day[days.stop - 1] == self._months.length[days.stop - 1]:
            self._pending = float(path[-1])
            self._counted = np.inf
        return np.asarray(path, np.float64)

    def credit(self, amount: float) -> None:
        self._pending -= amount

    def _counted_by(self, days: slice, offset: float) -> FloatArray | float:
        if self._is_lowest:
            return self._lowest_by(days, offset)
        if self._months.day[days.start] == 1 or days.start == self._begins:
            self._counted = offset + (float(self._moved[days.start - 1]) if days.start else 0.0)
        return self._counted

    def _lowest_by(self, days: slice, offset: float) -> FloatArray:
        if days.start == self._begins and self._months.day[days.start] > FIFTH:
            self._counted = offset
        level = self._moved[days] + offset
        after = np.where(self._months.day[days] >= FIFTH, level, np.inf)
        lowest = np.minimum(np.minimum.accumulate(after), self._counted)
        self._counted = float(lowest[-1])
        return np.where(np.isfinite(lowest), lowest, level)


def earner_of(terms: Terms, course: Course, moved: FloatArray) -> Earner:
    """moved (days,): the sum of all changes by then."""
    return DailyEarner(terms, course, moved) if terms.basis == "daily" else MonthlyEarner(terms, course, moved)
