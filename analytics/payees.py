"""Who was paid in a month, and who paid: from its entries, each at the rate of its day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

from analytics.category_tree import EXPENSE
from analytics.engine.carry import BoolArray, IntArray
from analytics.engine.months import first_day, last_day
from analytics.engine.spending import converted_units, fits
from analytics.rates import rates_load
from core.fields import MoneyField, money_units
from core.models import User
from ledger.models import Entry
from ledger.selectors import entries_of
from portfolio.prices.live_closes import Now

_TRANSFER = When(kind=Entry.Kind.TRANSFER, then=F("fee"))
_IS_CHARGED = Q(account_amount__isnull=False) & ~Q(kind=Entry.Kind.TRANSFER)
_FLOW = Case(When(kind=Entry.Kind.INCOME, then=Value("income")), default=Value(EXPENSE))
_CURRENCY = Case(When(_IS_CHARGED, then=F("account__currency")), default=F("currency"))
_AMOUNT = Case(
    _TRANSFER, When(account_amount__isnull=False, then=F("account_amount")), default=F("amount"),
    output_field=MoneyField(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payee:
    """name: empty of what has none. Units, None where an amount is not known."""

    name: str
    spent: int | None
    income: int | None
    count: int


class _Row(NamedTuple):
    """What a payee got or gave in a currency; on a day, where it is another currency than the asked one."""

    payee: str
    flow: str
    charged_in: str
    day: date | None
    amount: Decimal
    entries: int


def payees_of(user: User, *, month: int, currency: str, categories: Collection[int] | None, now: Now) -> list[Payee]:
    """Those who got most first. categories: entries of these alone. It counts as the sums by category do."""
    rows = _rows(user, month, currency, categories)
    units, unknown = _units(user.pk, rows, currency=currency, now=now)
    sums: defaultdict[str, dict[str, int | None]] = defaultdict(lambda: {"expense": 0, "income": 0})
    counts: defaultdict[str, int] = defaultdict(int)
    for row, amount, is_unknown in zip(rows, units.tolist(), unknown.tolist(), strict=True):
        so_far = sums[row.payee][row.flow]
        sums[row.payee][row.flow] = None if is_unknown or so_far is None else so_far + amount
        counts[row.payee] += row.entries
    found = [Payee(name, both["expense"], both["income"], counts[name]) for name, both in sums.items()]
    return sorted(found, key=lambda payee: (-(payee.spent or 0), -(payee.income or 0), payee.name))


def _rows(user: User, month: int, currency: str, categories: Collection[int] | None) -> list[_Row]:
    """A transfer counts with its fee, if it has one, and else what the account was charged, where that is known."""
    entries: QuerySet[Entry] = entries_of(user).filter(date__range=(first_day(month), last_day(month)))
    if categories is not None:
        entries = entries.filter(category_id__in=categories)
    grouped = (
        entries.exclude(kind=Entry.Kind.TRANSFER, fee=0)
        .annotate(flow=_FLOW, charged_in=_CURRENCY)
        .annotate(day=Case(When(charged_in=currency, then=None), default=F("date")))
        .values("payee", "flow", "charged_in", "day")
        .annotate(total=Sum(_AMOUNT, output_field=MoneyField()), entries=Count("pk"))
        .order_by("payee", "flow", "charged_in", "day")
    )
    return [_Row(*row) for row in grouped.values_list("payee", "flow", "charged_in", "day", "total", "entries")]


def _units(user_id: int, rows: Sequence[_Row], *, currency: str, now: Now) -> tuple[IntArray, BoolArray]:
    """(rows,) in the asked currency, and where that is not known."""
    units = np.array([money_units(row.amount) for row in rows], np.int64)
    unknown = np.zeros(len(rows), bool)
    foreign = [(place, row.charged_in, row.day) for place, row in enumerate(rows) if row.day is not None]
    if foreign:
        codes = sorted({code for _, code, _ in foreign})
        days = [min(day, now.today) for _, _, day in foreign]
        daily = rates_load(
            user_id=user_id, currencies=codes, target=currency, first=min(days), last=max(days), now=now
        ).rates
        place = np.array([place for place, _, _ in foreign])
        column = np.array([codes.index(code) for _, code, _ in foreign])
        rate = daily.on(column, np.array([day.toordinal() for day in days], np.int64))
        unknown[place] = ~np.isfinite(rate)
        units[place] = converted_units(units[place], np.nan_to_num(rate))
    return (units, unknown) if fits(units) else (np.zeros_like(units), np.ones_like(unknown))
