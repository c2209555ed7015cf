"""What an entry does to the money of its accounts and counts as in its category, in whole ten-thousandths."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from core.fields import money_units
from ledger.models import Category, Entry

OUTSIDE, MOVED = 0, 1
"""The two sums of an account."""
AMOUNT, COUNT = 0, 1
"""Those of a category."""


class Counted(NamedTuple):
    """What of an entry the sums are made of."""

    user_id: int
    account_id: int
    to_account_id: int | None
    kind: str
    date: date
    amount: Decimal
    currency: str
    account_amount: Decimal | None
    to_amount: Decimal | None
    fee: Decimal
    category_id: int | None
    deleted_at: datetime | None


def counted_rows(rows: QuerySet[Entry]) -> Iterator[Counted]:
    """As the database has them, in no order."""
    for row in rows.order_by().values_list(*Counted._fields):
        yield Counted(*row)


def counted_of(entry: Entry) -> Counted:
    """Of an instance whose fields have the types of their columns."""
    return Counted(*(getattr(entry, name) for name in Counted._fields))


def account_effects(row: Counted, currencies: Mapping[int, str]) -> Iterator[tuple[int, str, int, int]]:
    """(account, currency, OUTSIDE or MOVED, units); currencies: of the accounts, by id."""
    charged, currency = _charge(row, currencies)
    if row.to_account_id is None:
        yield row.account_id, currency, OUTSIDE, Entry.SIGN[row.kind] * money_units(charged)
        return
    yield row.account_id, currency, MOVED, -money_units(charged)
    if row.fee:
        yield row.account_id, row.currency, OUTSIDE, -money_units(row.fee)
    if row.to_amount is None:
        yield row.to_account_id, row.currency, MOVED, money_units(row.amount)
    else:
        yield row.to_account_id, currencies[row.to_account_id], MOVED, money_units(row.to_amount)


def category_effects(row: Counted, currencies: Mapping[int, str]) -> Iterator[tuple[str, int | None, str, int]]:
    """(kind, category, currency, units); of a transfer the fee, if there is one."""
    if row.to_account_id is None:
        charged, currency = _charge(row, currencies)
        yield row.kind, row.category_id, currency, money_units(charged)
    elif row.fee:
        yield Category.Kind.EXPENSE.value, row.category_id, row.currency, money_units(row.fee)


def _charge(row: Counted, currencies: Mapping[int, str]) -> tuple[Decimal, str]:
    if row.account_amount is None:
        return row.amount, row.currency
    return row.account_amount, currencies[row.account_id]
