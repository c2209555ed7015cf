"""The schedule of an account with terms: period by period as it was, and ahead with what is paid each month."""

from dataclasses import dataclass, replace
from math import ceil, inf, nan

import numpy as np

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.crediting import anniversaries, bounds_of
from analytics.engine.interest import Accrued, Terms, balances_daily

MOST_PAYMENTS = 600
_CENTS = 100
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Past:
    """An account up to the last of its days: `first` is the ordinal of day 0, `begins` the offset of its own first.

    changes (days,): what came less what went on a day. stated (days,): NaN where nothing was.
    """

    first: int
    begins: int
    changes: FloatArray
    stated: FloatArray

    @property
    def last(self) -> int:
        """Ordinal."""
        return self.first + len(self.changes) - 1

    def until(self, last: int) -> "Past":
        """With days on which nothing comes or goes."""
        more = last - self.last
        return replace(
            self,
            changes=np.concatenate((self.changes, np.zeros(more))),
            stated=np.concatenate((self.stated, np.full(more, np.nan))),
        )

    def paid(self, days: IntArray, amount: float) -> "Past":
        """With so much more on each of the days (ordinals)."""
        changes = self.changes.copy()
        changes[days - self.first] += amount
        return replace(self, changes=changes)

    def walk(self, terms: Terms) -> Accrued:
        touched = np.zeros(len(self.changes), np.bool_)
        touched[self.begins] = True
        return balances_daily(first=self.first, changes=self.changes, stated=self.stated, touched=touched, terms=terms)


@dataclass(frozen=True, slots=True)
class Line:
    """From the end of the day before `first` to the end of `last` (ordinals); what is owed is negative.

    closing = opening + paid_in - paid_out + interest + difference. interest: what was credited. accrued: what is not
    yet credited at the end. difference: what statements said beyond the expected.
    """

    first: int
    last: int
    opening: float
    paid_in: float
    paid_out: float
    interest: float
    difference: float
    closing: float
    accrued: float
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """lines: oldest first. installment: what is paid each month ahead, None where nothing is. ends: ordinal of the day
    on which it matures or is paid off; None where neither is known, or comes within the lines."""

    lines: tuple[Line, ...]
    installment: float | None
    ends: int | None


def schedule(past: Past, terms: Terms, *, is_loan: bool, installment: float | None) -> Schedule:
    """Lines of a month each where something is paid each month, else of a period of interest.

    A loan is paid from month to month, on the day of its start, until it matures or is paid off; the last payment is
    what is left. Without an installment it is the one that pays it off by its maturity: of a principal P at the rate r
    a month in n months, P r / (1 - (1 + r) ** -n), rounded up to cents. Into a deposit, installments are paid before
    the day of its maturity. At most 600 payments ahead.
    """
    plan = _planned(past, terms, is_loan=is_loan, installment=installment)
    is_monthly = plan.installment is not None or terms.credited == "daily"
    bounds = _months(terms, plan.course.last) if is_monthly else bounds_of(terms, plan.course.last)
    lines = _lines(plan.course.walk(plan.terms), plan.course, bounds, today=past.last)
    most = sum(not line.is_ahead for line in lines) + MOST_PAYMENTS
    return Schedule(tuple(lines[:most]), plan.installment, plan.ends)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The days of an account, those ahead with what is paid on them."""

    course: Past
    terms: Terms
    installment: float | None
    ends: int | None


def _planned(past: Past, terms: Terms, *, is_loan: bool, installment: float | None) -> _Plan:
    is_over = terms.until is not None and terms.until <= past.last
    if is_over or (is_loan and _worth(past, terms)[-1] >= -_NOTHING):
        return _Plan(past, terms, None, terms.until)
    payments = _payments(past, terms, is_loan=is_loan)
    if is_loan and installment is None and terms.until is not None and len(payments):
        installment = _installment_needed(past, terms, payments)
    if installment is None or (terms.until is None and not is_loan):
        return _Plan(past if terms.until is None else past.until(terms.until), terms, None, terms.until)
    last = int(payments[-1]) if terms.until is None or len(payments) == MOST_PAYMENTS else terms.until
    course = past.until(last).paid(payments, installment)
    paid_off = _paid_off(course, terms, payments, installment) if is_loan else None
    return paid_off or _Plan(course, terms, installment, terms.until)


def _payments(past: Past, terms: Terms, *, is_loan: bool) -> IntArray:
    """The days ahead (ordinals) on which something is paid."""
    until = terms.until if terms.until is not None else past.last + 31 * (MOST_PAYMENTS + 1)
    days = _months(terms, until)
    ahead = ((days > terms.start) & (days <= until)) if is_loan else (days < until)
    return days[(days > past.last) & ahead][:MOST_PAYMENTS]


def _months(terms: Terms, until: int) -> IntArray:
    return anniversaries(terms.start, months=1, until=max(until, terms.start + 1))


def _installment_needed(past: Past, terms: Terms, payments: IntArray) -> float | None:
    """What, paid on these days, leaves nothing after the last one; None where nothing is owed then anyhow.

    What is left then is a straight line in what is paid.
    """
    course = past.until(int(payments[-1]))
    unpaid, paid = (_worth(course.paid(payments, amount), terms)[-1] for amount in (0.0, 1.0))
    needed = -float(unpaid) / float(paid - unpaid) if paid > unpaid else nan
    return ceil(needed * _CENTS - _NOTHING) / _CENTS if 0 < needed < inf else None


def _paid_off(course: Past, terms: Terms, payments: IntArray, installment: float) -> _Plan | None:
    """With a last payment of what is left, on the first day on which that is no more than the installment."""
    worth = _worth(course, terms)[payments - course.first]
    enough = np.flatnonzero(worth >= -_NOTHING)
    if not len(enough):
        return None
    day = int(payments[enough[0]])
    length = day - course.first + 1
    cut = replace(course, changes=course.changes[:length], stated=course.stated[:length])
    left_over = float(worth[enough[0]])
    return _Plan(cut.paid(np.array([day]), -left_over), replace(terms, until=day), installment, day)


def _worth(course: Past, terms: Terms) -> FloatArray:
    found = course.walk(terms)
    return found.balance + found.accrued


def _lines(found: Accrued, course: Past, bounds: IntArray, *, today: int) -> list[Line]:
    """They end with the periods, with today and with the last of the days."""
    within = bounds[(bounds >= course.first + course.begins) & (bounds < course.last)]
    ends = sorted({*within.tolist(), today, course.last})
    lines: list[Line] = []
    start, opening = course.begins, found.opening
    for end in ends:
        days = slice(start, end - course.first + 1)
        closing = float(found.balance[days.stop - 1])
        changes = course.changes[days]
        lines.append(
            Line(
                first=course.first + start,
                last=end,
                opening=opening,
                paid_in=float(changes[changes > 0].sum()),
                paid_out=float(-changes[changes < 0].sum()),
                interest=float(found.credited[days].sum()),
                difference=float(found.difference[days].sum()),
                closing=closing,
                accrued=float(found.accrued[days.stop - 1]),
                is_ahead=end > today,
            )
        )
        start, opening = days.stop, closing
    return lines
