"""The money of a person's accounts, from the rows of the ledger to the engine's input."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from analytics.engine.carry import IntArray
from analytics.engine.interest import Terms
from analytics.engine.money import Money, MoneyAccount, Parts
from analytics.movements import Scope
from core.calendar import YEAR_LENGTH
from core.models import Account
from ledger.daily import AccountDays, account_days
from ledger.models import Terms as TermsRow
from ledger.money_accounts import (
    MoneyRow,
    Transferred,
    exchange_losses,
    money_rows,
    stated_balances,
    transfers_across,
)

OTHER_ASSETS = Account.VALUED | {Account.Kind.LOAN}
"""Kinds whose worth is no cash. A loan that has a positive worth is what somebody else owes."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of the accounts that keep money: what entries did to them, what was stated of them, and their terms.

    across: of transfers, those whose other account keeps no money. lost: what banks' rates took of transfers.
    """

    rows: Sequence[MoneyRow] = ()
    days: Sequence[AccountDays] = ()
    stated: dict[int, dict[date, int]] = field(default_factory=dict)
    terms: dict[int, Terms] = field(default_factory=dict)
    across: Sequence[Transferred] = ()
    lost: Sequence[Transferred] = ()

    @property
    def currencies(self) -> set[str]:
        """All that an amount is in."""
        return self.kept_currencies | self.entered_until.keys()

    @property
    def kept_currencies(self) -> set[str]:
        """Of the accounts of which anything is known."""
        return {row.currency for row in self.rows if row.is_used}

    @property
    def entered_until(self) -> dict[str, date]:
        """By currency of entries, a day after which there is none."""
        days = [(date(part.year, 12, 31), part.currency) for part in self.days]
        moved = [(part.day, part.currency) for part in (*self.across, *self.lost)]
        return {code: day for day, code in sorted([*days, *moved])}

    @property
    def stated_from(self) -> date:
        """The latest day of which an account has its first statement; what is before it is worked back from there."""
        return max((min(days) for days in self.stated.values()), default=date.min)

    @property
    def first_day(self) -> date | None:
        return min((day for row in self.rows if (day := self._begins(row))), default=None)

    def _begins(self, row: MoneyRow) -> date | None:
        days = [*([row.entered_from] if row.entered_from else []), *self.stated.get(row.id, ())]
        return min(days, default=None)


def ledger_load(user_id: int, scope: Scope) -> Ledger:
    """One query where nothing was entered and nothing stated; of assets alone the money is no part."""
    if scope.asset_ids is not None:
        return Ledger()
    rows = money_rows(user_id)
    keeping = {row.id for row in rows if row.keeps_money}
    counted = {pk for pk in keeping if scope.has_account(pk)}
    kept = [row for row in rows if row.id in counted]
    entered = account_days(user_id) if any(row.entered_from for row in rows) else []
    stated = stated_balances(user_id) if any(row.is_stated for row in kept) else {}
    outsiders = {part.account for part in entered if part.account not in counted and part.moved.any()}
    return Ledger(
        rows=kept,
        days=[part for part in entered if part.account in counted and (part.outside.any() or part.moved.any())],
        stated={pk: days for pk, days in stated.items() if pk in counted},
        terms=_terms(user_id) if any(row.has_terms for row in kept) else {},
        # of a part all that moves is a flow, whatever its other end
        across=transfers_across(counted, outsiders) if outsiders and counted and scope.is_whole else (),
        lost=exchange_losses(counted, keeping) if counted and any(part.moved.any() for part in entered) else (),
    )


def _terms(user_id: int) -> dict[int, Terms]:
    rows = TermsRow.objects.filter(user_id=user_id).select_related("account").prefetch_related("rates")
    return {row.account_id: terms_of(row) for row in rows}


def terms_of(row: TermsRow) -> Terms:
    """As the engine takes them. They end with the account, where they do not end before."""
    until = min((day for day in (row.matures_on, row.account.closed_on) if day), default=None)
    return Terms(
        credited=row.credited,
        basis=row.basis,
        start=row.starts_on.toordinal(),
        until=until.toordinal() if until else None,
        rates=tuple((rate.since.toordinal(), float(rate.rate)) for rate in row.rates.all()),
        of_debt=row.product == TermsRow.Product.LOAN,
    )


def money_of(ledger: Ledger, currencies: Sequence[str]) -> Money:
    """currencies: by row of the rates. They have all of `ledger.currencies`; an account that keeps the cash of trades,
    and has neither these nor entries, is left out where its own is not among them."""
    rows = [row for row in ledger.rows if row.currency in currencies]
    place, code = {row.id: i for i, row in enumerate(rows)}, {name: i for i, name in enumerate(currencies)}
    entered = _entered(ledger.days)
    across = np.array([part.units for part in ledger.across], np.int64)
    lost = [part for part in ledger.lost if part.account in place]
    owners = [*(ledger.days[i] for i in entered.part.tolist()), *ledger.across]
    return Money(
        accounts=[_account(row, ledger, code[row.currency]) for row in rows],
        account=np.array([place[part.account] for part in owners], np.int64),
        currency=np.array([code[part.currency] for part in owners], np.int64),
        day=np.concatenate((entered.day, np.array([part.day.toordinal() for part in ledger.across], np.int64))),
        outside=np.concatenate((entered.outside, across)),
        moved=np.concatenate((entered.moved, -across)),
        lost=Parts(
            account=np.array([place[part.account] for part in lost], np.int64),
            currency=np.array([code[part.currency] for part in lost], np.int64),
            day=np.array([part.day.toordinal() for part in lost], np.int64),
            units=np.array([part.units for part in lost], np.int64),
        ),
    )


def _account(row: MoneyRow, ledger: Ledger, currency: int) -> MoneyAccount:
    return MoneyAccount(
        id=row.id,
        currency=currency,
        is_cash=row.kind not in OTHER_ASSETS,
        is_valued=row.kind in Account.VALUED,
        entered_from=row.entered_from.toordinal() if row.entered_from else None,
        stated={day.toordinal(): units for day, units in ledger.stated.get(row.id, {}).items()},
        terms=ledger.terms.get(row.id),
    )


@dataclass(frozen=True, slots=True)
class _Entered:
    """(n,) days on which something was entered: of which part, their ordinals, and the sums of the day."""

    part: IntArray
    day: IntArray
    outside: IntArray
    moved: IntArray


def _entered(parts: Sequence[AccountDays]) -> _Entered:
    outside, moved = (
        np.array([getattr(part, name) for part in parts], np.int64).reshape(-1, YEAR_LENGTH)
        for name in ("outside", "moved")
    )
    row, column = np.nonzero((outside != 0) | (moved != 0))
    starts = np.array([date(part.year, 1, 1).toordinal() for part in parts], np.int64)
    return _Entered(row, starts[row] + column, outside[row, column], moved[row, column])
