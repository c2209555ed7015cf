"""What entries come to day by day, as the database adds them up: the same as `ledger.effects` says of each.

What is read grows with days, accounts and categories, not with the entries of a day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.fields import money_units
from ledger.effects import AMOUNT, COUNT, MOVED, OUTSIDE
from ledger.models import Category, Entry

Part = tuple[tuple[Any, ...], date, int, int]
"""The key of a row of sums, a day, which of its arrays, and what is to be added there."""

CHUNK = 2000
_CHARGED = Coalesce("account_amount", "amount")
_CHARGED_IN = Case(When(account_amount=None, then=F("currency")), default=F("account__currency"))
_ARRIVED = Coalesce("to_amount", "amount")
_ARRIVED_IN = Case(When(to_amount=None, then=F("currency")), default=F("to_account__currency"))


def account_parts(entries: QuerySet[Entry]) -> Iterator[Part]:
    """Keys: (account, year, currency)."""
    single, transfers, fees = _sorted_out(entries)
    for account, kind, currency, day, units, _ in _grouped(
        single, "account_id", "kind", of=_CHARGED_IN, total=_CHARGED
    ):
        yield (account, day.year, currency), day, OUTSIDE, Entry.SIGN[kind] * units
    for account, currency, day, units, _ in _grouped(transfers, "account_id", of=_CHARGED_IN, total=_CHARGED):
        yield (account, day.year, currency), day, MOVED, -units
    for account, currency, day, units, _ in _grouped(transfers, "to_account_id", of=_ARRIVED_IN, total=_ARRIVED):
        yield (account, day.year, currency), day, MOVED, units
    for account, currency, day, units, _ in _grouped(fees, "account_id", of=F("currency"), total=F("fee")):
        yield (account, day.year, currency), day, OUTSIDE, -units


def category_parts(entries: QuerySet[Entry]) -> Iterator[Part]:
    """Keys: (category, kind, year, currency)."""
    single, _, fees = _sorted_out(entries)
    rows = _grouped(single, "category_id", "kind", of=_CHARGED_IN, total=_CHARGED)
    for category, kind, currency, day, units, count in rows:
        yield (category, kind, day.year, currency), day, AMOUNT, units
        yield (category, kind, day.year, currency), day, COUNT, count
    expense = Category.Kind.EXPENSE.value
    for category, currency, day, units, count in _grouped(fees, "category_id", of=F("currency"), total=F("fee")):
        yield (category, expense, day.year, currency), day, AMOUNT, units
        yield (category, expense, day.year, currency), day, COUNT, count


def _sorted_out(entries: QuerySet[Entry]) -> tuple[QuerySet[Entry], QuerySet[Entry], QuerySet[Entry]]:
    """Expenses and incomes; transfers; those of the transfers that cost something."""
    entries = entries.order_by()
    transfers = entries.exclude(to_account=None)
    return entries.filter(to_account=None), transfers, transfers.exclude(fee=0)


def _grouped(rows: QuerySet[Entry], *by: str, of: Combinable, total: Combinable) -> Iterator[tuple[Any, ...]]:
    """(*by, currency, day, units, count)."""
    groups = rows.annotate(of=of).values_list(*by, "of", "date")
    for *group, amount, count in groups.annotate(units=Sum(total), entries=Count("pk")).iterator(chunk_size=CHUNK):
        yield *group, money_units(amount), count
