"""Short ways to open an account, to enter everyday money and to state what an account is worth."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.models import Account, User
from core.services import account_create
from ledger.models import Balance, Entry
from ledger.services.entries import EntryInput, entry_record


def opened(user: User, kind: str, **fields: Any) -> Account:
    """Named by its kind, in rupees, unless said otherwise."""
    return account_create(user=user, fields={"name": kind.title(), "kind": kind, "currency": "INR", **fields})


def entered(account: Account, kind: str, day: str, amount: str, **fields: Any) -> Entry:
    data = EntryInput(account=account, kind=kind, date=date.fromisoformat(day), amount=Decimal(amount), **fields)
    return entry_record(user=account.user, data=data)


def moved(account: Account, to_account: Account, day: str, amount: str, **fields: Any) -> Entry:
    return entered(account, "transfer", day, amount, to_account=to_account, **fields)


def stated(account: Account, day: str, balance: str) -> None:
    Balance.objects.update_or_create(
        account=account, date=date.fromisoformat(day), defaults={"user": account.user, "balance": Decimal(balance)}
    )
