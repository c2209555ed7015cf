"""Budgets: which one counts in a month, what is carried over, how much is used and at what pace.

Amounts are whole numbers of the smallest part of a currency ("units"), months as `analytics.engine.months` counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from analytics.engine.carry import BoolArray, IntArray
from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure

NONE = -1
"""In the place of a budget: none counts."""
NOTHING_AVAILABLE = "Nothing is available to be spent."
NOT_BEGUN = "The month has not begun."


@dataclass(frozen=True, slots=True)
class Term:
    """The months that a budget was set for: one alone, or each from `first` to `last`."""

    first: int
    last: int
    is_single: bool
    carries_over: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What counts in each month from `first` on: (months,) index of a budget, or NONE.

    starts: (months,) where nothing is taken over from the month before, because the budget does not carry over, or
    because there is none in this month or the one before.
    """

    first: int
    budget: IntArray
    starts: BoolArray

    def begin(self, month: int) -> int:
        """The month from which on left-overs reach this one."""
        return self.first + int(np.flatnonzero(self.starts[: month - self.first + 1])[-1])


def plan_of(terms: Sequence[Term], *, first: int, last: int) -> Plan:
    """Of budgets for the same thing: that of the month alone before one that recurs, and of these the latest."""
    budget = np.full(last - first + 1, NONE, np.int64)
    for index in sorted(range(len(terms)), key=lambda i: (terms[i].is_single, terms[i].first)):
        term = terms[index]
        budget[max(term.first - first, 0) : max(term.last - first + 1, 0)] = index
    carries = np.array([*(term.carries_over for term in terms), False], bool)[budget]
    none = budget == NONE
    return Plan(first, budget, ~carries | none | np.concatenate(([True], none[:-1])))


def carried_over(left: IntArray, starts: BoolArray) -> IntArray:
    """(months,) sum of what was left (or, negative, overspent) of the months before, since the last start."""
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(left)[:-1]))
    begin = np.maximum.accumulate(np.where(starts, np.arange(len(left)), 0))
    carried: IntArray = before - before[begin]
    return carried


@dataclass(frozen=True, slots=True)
class Clock:
    """How many days a month has, and how many of them are gone, today with them: 0 before it begins."""

    days: int
    gone: int


@dataclass(frozen=True, slots=True)
class Status:
    """A budget in a month, in units; None where an amount is not known in the currency.

    share_used: of what is available. pace: what is spent by the end of the month at this rate; None before it begins.
    on_track: whether the pace is within what is available. used_up_on: the first day of the month (1 to 31) at whose
    end more than is available was spent, or will be at this rate; None where there is none.
    """

    amount: int | None
    carried: int | None
    spent: int | None
    share_used: Measure
    pace: int | None = None
    on_track: bool | None = None
    used_up_on: int | None = None

    @property
    def available(self) -> int | None:
        return None if self.amount is None or self.carried is None else self.amount + self.carried

    @property
    def remaining(self) -> int | None:
        return None if self.available is None or self.spent is None else self.available - self.spent


def pace_of(spent: int | None, clock: Clock) -> int | None:
    """Spent / days gone × days of the month, rounded to a unit; None before the month has begun."""
    return round(Fraction(spent * clock.days, clock.gone)) if spent is not None and clock.gone else None


def status_of(*, amount: int | None, carried: int | None, spent: int | None, daily: IntArray, clock: Clock) -> Status:
    """daily: (days of the month,) units spent on each day."""
    pace = pace_of(spent, clock)
    if amount is None or carried is None or spent is None:
        return Status(amount, carried, spent, Measure(None, UNKNOWN_AMOUNTS), pace)
    available = amount + carried
    share = Measure(spent / available) if available > 0 else Measure(None, NOTHING_AVAILABLE)
    on_track = spent * clock.days <= available * clock.gone if clock.gone else None
    return Status(amount, carried, spent, share, pace, on_track, _used_up_on(available, spent, daily, clock))


def _used_up_on(available: int, spent: int, daily: IntArray, clock: Clock) -> int | None:
    if not clock.gone:
        return None
    if spent > available:  # it has happened
        return int(np.flatnonzero(np.cumsum(daily) > available)[0]) + 1
    if spent * clock.days > available * clock.gone:
        return available * clock.gone // spent + 1
    return None
