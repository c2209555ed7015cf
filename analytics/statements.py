"""What was stated of accounts beside what was expected of them, and which entries would explain the difference."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from analytics.account_days import AccountDays, account_days_load
from analytics.amounts import amount_of
from core.fields import MONEY_PLACES
from core.models import User
from core.selectors import accounts_of
from ledger.models import Balance
from ledger.suspects import Mismatch, Suspect, suspects_of

NO_MONEY = "The account keeps no money."
FIRST = "There is no statement before this one."
NO_RATE = "An exchange rate since the statement before is not known."


@dataclass(frozen=True, slots=True)
class Check:
    """Of a statement. expected: from the statement before and what came since, None for a reason; difference: stated
    less expected. agreed_on: the day of the statement before, after which the difference began."""

    expected: Decimal | None = None
    difference: Decimal | None = None
    agreed_on: dt.date | None = None
    reason: str | None = None
    suspects: Sequence[Suspect] = ()


class Checks:
    """Of the statements of a person, made together for all that are loaded together."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._known: dict[int, Check] = {}

    def load(self, rows: Sequence[Balance]) -> None:
        self._known = _checks_of(self._user, rows)

    def of(self, row: Balance) -> Check:
        if row.pk not in self._known:
            self.load([row])
        return self._known[row.pk]

    def forget(self) -> None:
        self._known = {}


def _checks_of(user: User, rows: Sequence[Balance]) -> dict[int, Check]:
    if not rows:
        return {}
    last, accounts = max(row.date for row in rows), {row.account_id for row in rows}
    days = account_days_load(user, currency=user.base_currency, last=last, accounts=accounts)
    checks = {row.pk: check_of(days.get(row.account_id), row.date, row.balance) for row in rows}
    wrong = [
        Mismatch(row.pk, row.account_id, check.agreed_on, row.date, check.difference)
        for row in rows
        if (check := checks[row.pk]).difference and check.agreed_on
    ]
    if wrong:
        currencies = dict(accounts_of(user).values_list("pk", "currency"))
        for pk, suspects in suspects_of(wrong, currencies).items():
            checks[pk] = replace(checks[pk], suspects=suspects)
    return checks


def check_of(days: AccountDays | None, day: dt.date, stated: Decimal) -> Check:
    """Of a statement of the account on a day; days: None where it keeps no money any more."""
    if days is None:
        return Check(reason=NO_MONEY)
    agreed_on = max((other for other in days.stated if other < day), default=None)
    if agreed_on is None:
        return Check(reason=FIRST)
    difference = amount_of(round(float(days.difference[days.place(day)]), MONEY_PLACES))
    if difference is None:
        return Check(agreed_on=agreed_on, reason=NO_RATE)
    return Check(expected=stated - difference, difference=difference, agreed_on=agreed_on)
