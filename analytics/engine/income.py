"""Dividends and interest: their sums by kind and by span of time, and the yield of what is held."""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure, measured

YEAR_DAYS = 365
EPOCH = 719163
"""The proleptic ordinal of numpy's first day, 1970-01-01."""
Span = Literal["M", "Y"]


@dataclass(frozen=True, slots=True)
class Payments:
    """`n` dividends and interest payments; amounts in one currency, NaN where a rate is not known.

    day: (n,) proleptic ordinals. line: (n,) of the panel. income: before `fee` and `tax`, which were kept back.
    """

    day: IntArray
    line: IntArray
    is_dividend: BoolArray
    income: FloatArray
    fee: FloatArray
    tax: FloatArray

    def where(self, chosen: BoolArray) -> "Payments":
        return Payments(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    def between(self, first: int, last: int) -> "Payments":
        """Those of the days `first` to `last` (ordinals), both included."""
        return self.where((self.day >= first) & (self.day <= last))


@dataclass(frozen=True, slots=True)
class Sums:
    """One value a group, (groups,). income = dividends + interest, net = income - fees - taxes."""

    dividends: FloatArray
    interest: FloatArray
    fees: FloatArray
    taxes: FloatArray

    @property
    def income(self) -> FloatArray:
        return self.dividends + self.interest

    @property
    def net(self) -> FloatArray:
        return self.income - self.fees - self.taxes


def payments_summed(payments: Payments, group: IntArray, count: int) -> Sums:
    """The payments by `group` (n,), an index below `count`."""

    def summed(amounts: FloatArray) -> FloatArray:
        # bincount counts in integers where there is nothing to count
        return np.bincount(group, amounts, count).astype(np.float64, copy=False)

    return Sums(
        dividends=summed(np.where(payments.is_dividend, payments.income, 0.0)),
        interest=summed(np.where(payments.is_dividend, 0.0, payments.income)),
        fees=summed(payments.fee),
        taxes=summed(payments.tax),
    )


def spans_of(days: IntArray, span: Span) -> IntArray:
    """(n,) the calendar month or year of each day (ordinals), counted from that of 1970-01-01."""
    dates = (days - EPOCH).astype("datetime64[D]")
    return dates.astype(f"datetime64[{span}]").astype(np.int64)


def span_names(first: int, last: int, span: Span) -> list[str]:
    """YYYY-MM or YYYY of every span from `first` to `last`, counted as in `spans_of`."""
    return [str(name) for name in np.arange(first, last + 1).astype(f"datetime64[{span}]")]


def income_yield(income: float, base: float, *, held_days: int | None, what: str) -> Measure:
    """income / base, a year. held_days: for how long something of it has been held; None where nothing is.

    what: what the base is, for the reason. A yield of less than a year is none: it would miss the payments that
    come in the other months.
    """
    if held_days is None:
        return Measure(None, "No asset is held.")
    if held_days < YEAR_DAYS:
        return Measure(None, f"Needs {YEAR_DAYS} days; it has been held for {held_days}.")
    if base <= 0:
        return Measure(None, f"Its {what} is 0.")
    return measured(income / base, otherwise=UNKNOWN_AMOUNTS)


def income_growth(this_year: float, last_year: float) -> Measure:
    """How much more than in the year before: this / last - 1."""
    if last_year == 0:
        return Measure(None, "There was no income in the same days of the year before.")
    return measured(this_year / last_year - 1, otherwise=UNKNOWN_AMOUNTS)
