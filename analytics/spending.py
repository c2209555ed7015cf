"""What a person spends and earns, by category and month, in one currency: from the packed sums of their entries.

It costs the same whatever the number of entries: one row a year, category and currency is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from analytics.category_tree import Tree
from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.months import YEAR, days_in_month, month_starts
from analytics.engine.spending import Sums, by_month, converted_units, fits
from analytics.rates import missing_rates, rates_load
from core.calendar import YEAR_LENGTH
from ledger.daily import CategoryDays, category_days
from portfolio.prices.live_closes import Now

TOO_LARGE = {"code": "too_large", "detail": "The amounts are too large to be added up."}


@dataclass(frozen=True)
class Spending:
    """Of each line of the tree by itself, in units of `currency`: months from `first` on, and the days of the last one.

    reasons: why some of it is not known.
    """

    tree: Tree
    first: int
    own: Sums
    daily: Sums
    reasons: list[dict[str, str]]

    @property
    def last(self) -> int:
        return self.first + int(self.own.units.shape[1]) - 1

    def until(self, day: date) -> "Spending":
        """As it stood at the end of a day of the last month."""
        gone = np.arange(self.daily.units.shape[1]) < day.day
        daily = Sums(self.daily.units * gone, self.daily.count * gone, self.daily.unknown & gone)
        units, count, unknown = self.own.units.copy(), self.own.count.copy(), self.own.unknown.copy()
        units[:, -1], count[:, -1] = daily.units.sum(axis=1), daily.count.sum(axis=1)
        unknown[:, -1] = daily.unknown.any(axis=1)
        return replace(self, own=Sums(units, count, unknown), daily=daily)

    @cached_property
    def rolled(self) -> Sums:
        """(lines, months): of each line with all below it."""
        return self.own.rolled_up(self.tree.parent)

    @cached_property
    def rolled_daily(self) -> Sums:
        return self.daily.rolled_up(self.tree.parent)

    def part(self, kind: str, category: int | None) -> Sums:
        """(months,): of a category with all below it, or of the whole; nothing where it is of another kind."""
        return self._part(self.own, self.rolled, kind, category)

    def part_daily(self, kind: str, category: int | None) -> Sums:
        """The same of the days of the last month."""
        return self._part(self.daily, self.rolled_daily, kind, category)

    def _part(self, own: Sums, rolled: Sums, kind: str, category: int | None) -> Sums:
        if category is None:
            return own.total(self.tree.of_kind(kind))
        row = self.tree.rows.get((kind, category))
        chosen = np.zeros(len(self.tree.lines), bool)
        if row is not None:
            chosen[row] = True
        return rolled.total(chosen)


@dataclass(frozen=True, slots=True)
class _Rows:
    """(rows, 366) units in the asked currency, how many entries, and where an amount is not known."""

    line: IntArray
    year: IntArray
    days: Sums


def spending_load(user_id: int, tree: Tree, *, first: int, last: int, currency: str, now: Now) -> Spending:
    """The months from `first` to `last`; two questions, and two more where something is in another currency."""
    years = category_days(user_id, first_year=first // YEAR, last_year=last // YEAR)
    rows, reasons = _converted(user_id, tree, years, currency=currency, now=now)
    start, days = int(month_starts(last // YEAR)[last % YEAR]), days_in_month(last)
    own = np.zeros((3, len(tree.lines), last - first + 1), np.int64)
    daily = np.zeros((3, len(tree.lines), days), np.int64)
    for year in np.unique(rows.year).tolist():
        chosen = rows.year == year
        begin = year * YEAR - first  # where its January stands among the months
        within = slice(max(-begin, 0), min(last - first + 1 - begin, YEAR))
        for place, values in enumerate((rows.days.units, rows.days.count, rows.days.unknown)):
            months = by_month(values[chosen].astype(np.int64), year)[:, within]
            np.add.at(own[place, :, begin + within.start : begin + within.stop], rows.line[chosen], months)
            if year == last // YEAR:
                np.add.at(daily[place], rows.line[chosen], values[chosen, start : start + days].astype(np.int64))
    return Spending(tree, first, _sums(own), _sums(daily), reasons)


def _sums(arrays: IntArray) -> Sums:
    units, count, unknown = arrays
    return Sums(units, count, unknown > 0)


def _converted(
    user_id: int, tree: Tree, years: Sequence[CategoryDays], *, currency: str, now: Now
) -> tuple[_Rows, list[dict[str, str]]]:
    """What is in the asked currency already stays as it is, to the last digit."""
    shape = (len(years), YEAR_LENGTH)
    units = np.array([row.amount for row in years], np.int64).reshape(shape)
    count = np.array([row.count for row in years], np.int64).reshape(shape)
    unknown = np.zeros(shape, bool)
    foreign = [place for place, row in enumerate(years) if row.currency != currency and row.amount.any()]
    rates = _rates(user_id, [years[place] for place in foreign], currency=currency, now=now)
    for place, rate in zip(foreign, rates, strict=True):
        known = np.isfinite(rate)
        unknown[place] = ~known & (units[place] != 0)
        units[place] = converted_units(units[place], np.where(known, rate, 0.0))
    reasons = missing_rates(sorted({years[place].currency for place in foreign if unknown[place].any()}), currency)
    if not fits(units):
        unknown, units = units != 0, np.zeros_like(units)
        reasons.append(TOO_LARGE)
    line = np.array([tree.row(row.kind, row.category) for row in years], np.int64)
    return _Rows(line, np.array([row.year for row in years], np.int64), Sums(units, count, unknown)), reasons


def _rates(user_id: int, rows: Sequence[CategoryDays], *, currency: str, now: Now) -> list[FloatArray]:
    """Of each row, (366,) the rate of each day of its year; later than today that of today."""
    if not rows:
        return []
    codes = sorted({row.currency for row in rows})
    first, last = min(row.year for row in rows), max(row.year for row in rows)
    daily = rates_load(
        user_id=user_id,
        currencies=codes,
        target=currency,
        first=min(date(first, 1, 1), now.today),
        last=min(date(last, 12, 31), now.today),
        now=now,
    )
    day = np.arange(YEAR_LENGTH)
    return [
        daily.rates.on(np.full(YEAR_LENGTH, codes.index(row.currency)), date(row.year, 1, 1).toordinal() + day)
        for row in rows
    ]
