"""The money of single accounts, day by day, in their own currency."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from analytics.engine.balances import Balances
from analytics.engine.carry import FloatArray
from analytics.engine.interest import Terms
from analytics.engine.money import MoneyAccount
from analytics.failures import computing
from analytics.inputs import Inputs, inputs_load
from analytics.movements import Scope
from core.fields import money_of
from core.models import User
from portfolio.prices.live_closes import Now


@dataclass(frozen=True, slots=True)
class AccountDays:
    """An account from its first day on, up to the last that was asked for, both in `first` and the length of the rest.

    stated: by day, as far as they are known: also after the last day. See `analytics.engine.interest.Accrued`;
    value: of the worth, in the asked currency. unknown: of all currencies that the accounts rest on, also those of
    entries, which have no way to the asked one.
    """

    first: date
    opening: float
    balance: FloatArray
    accrued: FloatArray
    credited: FloatArray
    difference: FloatArray
    value: FloatArray
    stated: dict[date, Decimal]
    terms: Terms | None
    unknown: tuple[str, ...]

    def place(self, day: date) -> int:
        return (day - self.first).days


def account_days_load(
    user: User, *, currency: str, last: date, accounts: Collection[int] | None = None, now: Now | None = None
) -> dict[int, AccountDays]:
    """By account, those that keep money and had begun by `last`. now: rates that count beside the stored ones."""
    with computing(user):
        inputs = inputs_load(user_id=user.pk, currency=currency, last=last, scope=Scope(account_ids=accounts), now=now)
        if inputs is None:
            return {}
        balances, known = inputs.balances(), {account.id: account for account in inputs.money.accounts}
        until = last.toordinal() - inputs.rates.origin + 1
        return {
            pk: _days_of(inputs, balances, row, known.get(pk), until=until)
            for row, pk in enumerate(balances.account.tolist())
            if balances.begins[row] < until
        }


def _days_of(inputs: Inputs, balances: Balances, row: int, account: MoneyAccount | None, *, until: int) -> AccountDays:
    begins = int(balances.begins[row])
    days = slice(begins, until)
    rates = inputs.rates.values[balances.currency[row], days]
    worth = balances.worth[row, days]
    return AccountDays(
        first=date.fromordinal(inputs.rates.origin + begins),
        opening=float(balances.opening[row]),
        balance=balances.balance[row, days],
        accrued=balances.accrued[row, days],
        credited=balances.credited[row, days],
        difference=balances.difference[row, days],
        value=np.where(worth == 0, 0.0, worth * rates),
        stated={date.fromordinal(day): money_of(units) for day, units in account.stated.items()} if account else {},
        terms=account.terms if account else None,
        unknown=inputs.unknown,
    )
