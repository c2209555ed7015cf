"""Which currencies everyday money is in and since when, as the sums of the entries tell at little cost."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.dispatch import receiver

from core.currencies import Used, currencies_used
from core.models import Account
from core.signals import money_abroad
from ledger.models import AccountYear, Balance, Budget
from ledger.signals import ledger_changed

KEEPS_MONEY = Q(tracks_cash=True) | ~Q(kind__in=Account.CUSTODY)
"""As `Account.keeps_money`."""


def ledger_currencies(user_id: int | None) -> Iterator[Used]:
    """A source of `core.currencies`."""
    whose = Q() if user_id is None else Q(user_id=user_id)
    yield from _of_accounts(Account.objects.filter(whose))
    budgets = Budget.objects.filter(whose).values_list("user_id", "currency")
    for owner, currency, first in budgets.annotate(first=Min(Coalesce("month", "starts_on"))):
        yield Used(owner, currency, first)


def _of_accounts(accounts: QuerySet[Account]) -> Iterator[Used]:
    """What was entered, in its currency and that of its account, and what was stated. A year counts from its start."""
    entered = AccountYear.objects.filter(account__in=accounts).values_list("account__user_id", "currency")
    counted = AccountYear.objects.filter(account__in=accounts.filter(KEEPS_MONEY))
    for rows in (entered, counted.values_list("account__user_id", "account__currency")):
        for owner, currency, year in rows.annotate(first=Min("year")):
            yield Used(owner, currency, date(year, 1, 1))
    earliest = Balance.objects.filter(account=OuterRef("pk")).order_by("date").values("date")[:1]
    stated = accounts.filter(KEEPS_MONEY).annotate(first=Subquery(earliest)).exclude(first=None)
    for owner, currency, first in stated.values_list("user_id", "currency", "first"):
        yield Used(owner, currency, first)


@receiver(ledger_changed)
def tell_after_commit(user_id: int, **_: Any) -> None:
    transaction.on_commit(partial(tell_of_money_abroad, user_id))


def tell_of_money_abroad(user_id: int) -> None:
    """Whoever fetches rates need not wait for their next look. One question for those who have none of it."""
    accounts = Account.objects.filter(user_id=user_id, user__is_demo=False)
    other = AccountYear.objects.filter(account=OuterRef("pk")).exclude(currency=OuterRef("currency"))
    if accounts.filter(~Q(currency=F("user__base_currency")) | Exists(other)).exists():
        tell_of_currencies(user_id)


def tell_of_currencies(user_id: int) -> None:
    for currencies in currencies_used(user_id).values():
        money_abroad.send(sender=Account, user_id=user_id, currencies=currencies)
