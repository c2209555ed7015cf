"""Writes of what was stated of accounts."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from core.errors import InvalidInput, NotFound
from core.locks import person_lock
from core.models import Account, User
from core.selectors import account_named
from ledger.models import Balance
from ledger.services.entry_rules import account_day_errors


@dataclass(frozen=True, kw_only=True)
class BalanceInput:
    """At the end of the day, in the account's currency; what is owed is negative."""

    account: Account
    date: dt.date
    balance: Decimal
    note: str = ""


@transaction.atomic
def balance_record(*, user: User, data: BalanceInput) -> Balance:
    person_lock(user.pk)
    row = _filled(Balance(user=user), data)
    row.save()
    return row


@transaction.atomic
def balance_change(*, balance: Balance, data: BalanceInput) -> Balance:
    person_lock(balance.user_id)
    row = _filled(_present(balance), data)
    row.save()
    return row


@transaction.atomic
def balance_delete(*, balance: Balance) -> None:
    person_lock(balance.user_id)
    _present(balance).delete()


def _present(balance: Balance) -> Balance:
    """As it is now: another request may have changed or deleted it meanwhile."""
    row = Balance.objects.select_related("account").filter(pk=balance.pk, user_id=balance.user_id).first()
    if row is None:
        raise NotFound
    return row


def _filled(row: Balance, data: BalanceInput) -> Balance:
    row.account = account_named(row.user_id, data.account.pk)
    row.date, row.balance, row.note = data.date, data.balance, data.note
    _check(row)
    return row


def _check(row: Balance) -> None:
    account = row.account
    if not account.keeps_money:
        detail = f"{account.name!r} keeps no money; turn on tracks_cash."
        raise InvalidInput(detail, attr="account", code="keeps_no_money")
    for error in account_day_errors(account, row.date):
        raise InvalidInput(error.detail, attr=error.attr, code=error.code)
    if account.kind == Account.Kind.LOAN and row.balance > 0:
        raise InvalidInput("What is owed is negative.", attr="balance", code="not_owed")
    if Balance.objects.filter(account=account, date=row.date).exclude(pk=row.pk).exists():
        raise InvalidInput("This account has a balance on this day; change that.", attr="date", code="unique")
