"""Interest day by day in exact decimals, as one would keep it on paper: slow, and with no code of the engine's."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

PERIODS = {"monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1, "financial_year": 1, "at_maturity": 1}


@dataclass(frozen=True)
class PaperTerms:
    credited: str
    basis: str
    starts_on: date
    matures_on: date | None
    rates: Mapping[date, Decimal]
    of_debt: bool = False

    def counted(self, balance: Decimal) -> Decimal:
        """Of a loan that is overpaid nobody pays interest."""
        return min(balance, Decimal(0)) if self.of_debt else balance

    def rate(self, day: date) -> Decimal:
        known = [since for since in self.rates if since <= day]
        return self.rates[max(known)] if known else Decimal(0)

    def earns(self, day: date) -> bool:
        return day > self.starts_on and (self.matures_on is None or day <= self.matures_on)


@dataclass
class Sheet:
    """One line a day."""

    balance: list[Decimal] = field(default_factory=list)
    accrued: list[Decimal] = field(default_factory=list)
    credited: list[Decimal] = field(default_factory=list)
    difference: list[Decimal] = field(default_factory=list)


def later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_around(terms: PaperTerms, day: date) -> tuple[date, date]:
    """The period whose interest a day belongs to: it is after the first of these, and not after the second."""
    if terms.credited == "financial_year":
        end = date(day.year, 3, 31) if day <= date(day.year, 3, 31) else date(day.year + 1, 3, 31)
        return date(end.year - 1, 3, 31), end
    step, number = 12 // PERIODS[terms.credited], 1
    while later(terms.starts_on, step * number) < day:
        number += 1
    return later(terms.starts_on, step * (number - 1)), later(terms.starts_on, step * number)


def is_due(terms: PaperTerms, day: date) -> bool:
    if not terms.earns(day):
        return False
    if day == terms.matures_on or terms.credited == "daily":
        return True
    return terms.credited != "at_maturity" and period_around(terms, day)[1] == day


def is_over(terms: PaperTerms, day: date) -> bool:
    """All that had accrued was credited on the day on which they end."""
    return terms.matures_on is not None and day > terms.matures_on


def interest_of_day(terms: PaperTerms, day: date, before: Decimal) -> Decimal:
    """Of the balance at the end of the day before."""
    if not terms.earns(day):
        return Decimal(0)
    rate = terms.rate(day - timedelta(days=1))
    if terms.credited == "daily":
        return before * ((1 + rate) ** (Decimal(1) / 365) - 1)
    first, last = period_around(terms, day)
    return before * rate / PERIODS[terms.credited] / (last - first).days


def interest_of_month(terms: PaperTerms, day: date, seen: list[Decimal], at_first: Decimal) -> Decimal:
    """What the month has earned by the day; seen: at the end of each day of the month, before interest came."""
    first = day.replace(day=1)
    gate = first if terms.basis == "month_opening" else first.replace(day=5)
    if terms.starts_on > gate:
        return Decimal(0)
    month_days = [first + timedelta(days=i) for i in range(calendar.monthrange(day.year, day.month)[1])]
    counted = [one for one in month_days if one > terms.starts_on]
    rates = sum((terms.rate(one) for one in counted if one <= day and terms.earns(one)), Decimal(0))
    counts = at_first if terms.basis == "month_opening" else min(seen[4:], default=seen[-1])
    return terms.counted(counts) * rates / 12 / len(counted)


def sheet(
    first: date,
    changes: list[Decimal],
    *,
    terms: PaperTerms,
    opening: Decimal = Decimal(0),
    stated: Mapping[date, Decimal] | None = None,
) -> Sheet:
    """An account that is there from `first` on; what it opens with counts as there since that month began."""
    lines, balance, pending, closed_months = Sheet(), opening, Decimal(0), Decimal(0)
    seen, at_first = [opening] * (first.day - 1), opening
    with localcontext(prec=40):
        for number, change in enumerate(changes):
            day = first + timedelta(days=number)
            if day.day == 1:
                seen, at_first = [], balance
            before, balance = balance, balance + change
            seen.append(balance)
            if terms.basis == "daily":
                pending += interest_of_day(terms, day, terms.counted(before) if number else Decimal(0))
            else:
                of_month = interest_of_month(terms, day, seen, at_first)
                pending = Decimal(0) if is_over(terms, day) else closed_months + of_month
                if (day + timedelta(days=1)).day == 1:
                    closed_months += of_month
            credited = pending if is_due(terms, day) else Decimal(0)
            pending, closed_months, balance = pending - credited, closed_months - credited, balance + credited
            said = (stated or {}).get(day, balance)
            lines.balance.append(said)
            lines.accrued.append(pending)
            lines.credited.append(credited)
            lines.difference.append(said - balance)
            balance = said
    return lines
