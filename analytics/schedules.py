"""The schedule of one account with terms, from its days up to today."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analytics.account_days import AccountDays, account_days_load
from analytics.engine.amortization import MOST_PAYMENTS, Line, Past, schedule
from analytics.money_inputs import terms_of
from core.models import Account, User
from ledger.models import Terms

_CHANGE_PLACES = 6
"""Sums of floats leave no payment where there was none."""
Reason = dict[str, str]


@dataclass(frozen=True, slots=True)
class AccountSchedule:
    """lines: oldest first. installment: what is paid ahead, None where nothing is. ends_on: the day on which it matures
    or is paid off, None where none is known. reasons: why something is missing."""

    lines: tuple[Line, ...]
    installment: float | None
    ends_on: dt.date | None
    reasons: list[Reason]

    def interest(self, *, is_ahead: bool) -> float:
        """What was credited in all, or is to be."""
        return sum(line.interest for line in self.lines if line.is_ahead == is_ahead)


def schedule_of(user: User, account: Account, terms: Terms, *, today: dt.date) -> AccountSchedule:
    days = account_days_load(user, currency=user.base_currency, last=today, accounts={account.pk}).get(account.pk)
    if days is None:
        return _nothing("no_balance", "Nothing was entered or stated of this account yet.")
    if np.isnan(days.balance).any():
        return _nothing("not_known", "Its balance is not known: an exchange rate is missing, or it is too large.")
    is_loan = account.kind == Account.Kind.LOAN
    given = None if terms.installment is None else float(terms.installment)
    found = schedule(_past(days), terms_of(terms), is_loan=is_loan, installment=given)
    ends_on = None if found.ends is None else dt.date.fromordinal(found.ends)
    reasons = [] if ends_on else [_endless(is_loan=is_loan, has_lines=any(line.is_ahead for line in found.lines))]
    return AccountSchedule(found.lines, found.installment, ends_on, reasons)


def _past(days: AccountDays) -> Past:
    changes = np.diff(days.balance, prepend=days.opening) - days.credited - days.difference
    stated = np.full(len(changes), np.nan)
    for day, balance in days.stated.items():
        if days.place(day) < len(changes):
            stated[days.place(day)] = float(balance)
    return Past(days.first.toordinal(), 0, np.round(changes, _CHANGE_PLACES), stated)


def _nothing(code: str, detail: str) -> AccountSchedule:
    return AccountSchedule((), None, None, [{"code": code, "detail": detail}])


def _endless(*, is_loan: bool, has_lines: bool) -> Reason:
    if has_lines:
        detail = f"It is not paid off by {MOST_PAYMENTS} installments."
        return {"code": "never_paid_off", "detail": detail}
    if is_loan:
        return {"code": "no_end", "detail": "Nothing is owed, or neither an installment nor a maturity is known."}
    return {"code": "no_end", "detail": "The terms have no maturity."}
