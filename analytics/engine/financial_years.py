"""Financial years: which one a day is in, and what it is called."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.engine.holding_rules import RuleBook

DAY = timedelta(days=1)
_LABEL = re.compile(r"(\d{4})(-\d{2})?", re.ASCII)
_FIRST, _LAST = 1900, 9998


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """The days from `first` to `last`. label: `2024`, or `2024-25` where it ends in another year."""

    first: date
    last: date

    @property
    def label(self) -> str:
        begin, end = self.first.year, self.last.year
        return str(begin) if begin == end else f"{begin}-{end % 100:02}"


def financial_year_of(day: date, book: RuleBook) -> FinancialYear:
    is_before = (day.month, day.day) < (book.month, book.day)
    return _beginning_in(day.year - is_before, book)


def financial_year_named(label: str, book: RuleBook) -> FinancialYear | None:
    """The year with this label; None where the book has none."""
    named = _LABEL.fullmatch(label)
    if named is None or not _FIRST <= int(named[1]) <= _LAST:
        return None
    year = _beginning_in(int(named[1]), book)
    return year if year.label == label else None


def _beginning_in(year: int, book: RuleBook) -> FinancialYear:
    return FinancialYear(date(year, book.month, book.day), date(year + 1, book.month, book.day) - DAY)
