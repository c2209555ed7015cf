"""The calendar of interest: when it is credited, and what share of a balance each day earns."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.engine.carry import BoolArray, FloatArray, IntArray

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12, "at_maturity": 12}
"""The length of the periods that are counted from the start; of what is credited at maturity, they only measure."""
FIFTH = 5
DAYS_A_YEAR = 365
_MONTHS_A_YEAR = 12
_UNIX_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account earns or costs.

    credited: "daily", "monthly", "quarterly", "half_yearly", "yearly", "financial_year" or "at_maturity"; basis:
    "daily", "lowest_after_fifth" or "month_opening". start, until: ordinals of days, until inclusive, None is never.
    rates: (ordinal of the day from which it holds, rate a year as a fraction), oldest first; 0 before the first.
    of_debt: whether interest is of what is owed alone: a loan that is overpaid earns nothing.
    """

    credited: str
    basis: str
    start: int
    until: int | None
    rates: tuple[tuple[int, float], ...]
    of_debt: bool = False

    def rate_on(self, days: IntArray) -> FloatArray:
        """The rate a year on days (ordinals)."""
        since = np.array([day for day, _ in self.rates], np.int64)
        rates = np.array([0.0, *(rate for _, rate in self.rates)])
        return np.asarray(rates[np.searchsorted(since, days, side="right")], np.float64)


@dataclass(frozen=True, slots=True)
class Months:
    """The calendar month of each day (days,): its first day (ordinal), its length, and the day within it from 1 on."""

    first: IntArray
    length: IntArray
    day: IntArray

    @classmethod
    def of(cls, days: IntArray) -> "Months":
        month = (days - _UNIX_EPOCH).astype("datetime64[D]").astype("datetime64[M]")
        first = _first_days(month)
        return cls(first, _first_days(month + 1) - first, days - first + 1)


def anniversaries(start: int, *, months: int, until: int) -> IntArray:
    """`start` and every so many months later, up to the first that is not before `until` (ordinals).

    Where a month is too short for the day, its last one; counted from the start, so 31 January, 28 February, 31 March.
    """
    origin = date.fromordinal(start)
    count = (until - start) // (28 * months) + 2
    month = np.datetime64(f"{origin:%Y-%m}", "M") + np.arange(count) * months
    first = _first_days(month)
    days = first - 1 + np.minimum(origin.day, _first_days(month + 1) - first)
    return np.asarray(days[: int(np.searchsorted(days, until)) + 1], np.int64)


def bounds_of(terms: Terms, until: int) -> IntArray:
    """The ends of the periods of interest (ordinals), the first at or before the start, the last not before `until`."""
    until = max(until, terms.start + 1)
    if terms.credited == "financial_year":
        start = date.fromordinal(terms.start)
        year = start.year - (start < date(start.year, 3, 31))
        return anniversaries(date(year, 3, 31).toordinal(), months=12, until=until)
    return anniversaries(terms.start, months=MONTHS[terms.credited], until=until)


def due_days(terms: Terms, days: IntArray) -> BoolArray:
    """The days (ordinals, oldest first) at whose end what has accrued becomes balance."""
    if terms.credited == "daily":
        due = np.ones(len(days), np.bool_)
    elif terms.credited == "at_maturity":
        due = np.zeros(len(days), np.bool_)
    else:
        due = np.isin(days, bounds_of(terms, int(days[-1])))
    ends = np.zeros(len(days), np.bool_) if terms.until is None else days == terms.until
    return np.asarray((due & _within(terms, days)) | ends, np.bool_)


def day_shares(terms: Terms, days: IntArray) -> FloatArray:
    """What each day earns of the balance at the end of the day before, with basis "daily".

    The rate is that of the day before: a rate counts from the end of its day, as a balance does. Of a period of 1/n
    year with D days, a day earns rate / n / D; credited daily, it earns (1 + rate) ** (1 / 365) - 1, so that 365 days
    bring the rate.
    """
    rates = np.where(_within(terms, days), terms.rate_on(days - 1), 0.0)
    if terms.credited == "daily":
        return np.asarray((1 + rates) ** (1 / DAYS_A_YEAR) - 1, np.float64)
    months = 12 if terms.credited == "financial_year" else MONTHS[terms.credited]
    bounds = bounds_of(terms, int(days[-1]))
    period = np.clip(np.searchsorted(bounds, days) - 1, 0, len(bounds) - 2)
    return np.asarray(rates * months / _MONTHS_A_YEAR / np.diff(bounds)[period], np.float64)


def month_shares(terms: Terms, days: IntArray) -> FloatArray:
    """What a calendar month has earned by each day, of the balance that it counts; a whole month rate / 12.

    It grows by days, with the rate of each. The month in which the terms start counts as a whole, growing from the
    start, if its opening (basis "month_opening") or its 5th is not before that, else not at all.
    """
    lead = date.fromordinal(int(days[0])).day - 1
    days = np.arange(days[0] - lead, days[-1] + 1)
    months = Months.of(days)
    gate = months.first + (FIFTH - 1 if terms.basis == "lowest_after_fifth" else 0)
    counts = _within(terms, days) & (terms.start <= gate)
    length = months.length - np.clip(terms.start - months.first + 1, 0, FIFTH)
    total = np.cumsum(np.where(counts, terms.rate_on(days), 0.0) / _MONTHS_A_YEAR / length)
    by_month = total - np.concatenate(([0.0], total))[months.first - days[0]]
    return np.asarray(by_month[lead:], np.float64)


def _within(terms: Terms, days: IntArray) -> BoolArray:
    """Days that earn: after the start, and not after the end."""
    return np.asarray((days > terms.start) & (days <= (terms.until or days[-1])), np.bool_)


def _first_days(month: NDArray[np.datetime64]) -> IntArray:
    """The ordinal of the first day of each month (datetime64[M])."""
    return month.astype("datetime64[D]").astype(np.int64) + _UNIX_EPOCH
