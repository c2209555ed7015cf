"""The money of the accounts, day by day: what was stated, what entries and trades changed, what interest adds.

The rule for one account is that of `analytics.engine.interest`; here all that changes it comes together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.engine.book import Book
from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.interest import Accrued, balances_daily
from analytics.engine.money import UNITS, Money, MoneyAccount
from analytics.engine.money_changes import changes_of, money_accounts
from analytics.engine.rates import Rates
from analytics.engine.valuation import NOISE_SHARE, clean


@dataclass(frozen=True, slots=True)
class Balances:
    """The accounts that have begun, (accounts,) with their ids in order, on each day of the rates, (accounts, days).

    Amounts are in the account's own currency, a row of the rates; NaN where a rate is not known. begins: column of its
    first day, before which it has nothing. opening: (accounts,) what it had when it began. balance: at the end of the
    day. accrued: interest earned (owed: negative) and not yet credited. credited: interest that became balance on the
    day. difference: stated less expected, on the days of statements after the first. outside: what came from outside,
    with what it had when it began and with the differences that are no gain. moved: what came from other accounts that
    keep money, or arrived there: what a bank's rate took on the way is lost by the account that sent it. The cash of
    trades and interest are in the balance alone.
    """

    account: IntArray
    currency: IntArray
    is_cash: BoolArray
    begins: IntArray
    opening: FloatArray
    balance: FloatArray
    accrued: FloatArray
    credited: FloatArray
    difference: FloatArray
    outside: FloatArray
    moved: FloatArray

    @property
    def worth(self) -> FloatArray:
        """(accounts, days): negative where it is owed."""
        return clean(self.balance + self.accrued)


def balances_of(money: Money, book: Book, rates: Rates) -> Balances:
    """The accounts of `money`, and those of `book` that keep the cash of their trades, on every day of `rates`.

    These must reach to the first statement of each, which all before it is worked back from; what is later is left out.
    """
    accounts, days = money_accounts(money, book), rates.values.shape[1]
    changes = changes_of(accounts, money, book, rates=rates)
    totals = changes.outside + changes.moved + changes.cash
    found = [
        _of_one(account, total, touched, origin=rates.origin)
        for account, total, touched in zip(accounts, totals, changes.touched, strict=True)
    ]
    begun = np.flatnonzero(np.array([one.begins for one in found], np.int64) < days)
    accounts, found = [accounts[row] for row in begun], [found[row] for row in begun]
    daily = {
        name: np.array([getattr(one, name) for one in found]).reshape(len(found), days)
        for name in ("balance", "accrued", "credited", "difference")
    }
    return Balances(
        account=np.array([account.id for account in accounts], np.int64),
        currency=np.array([account.currency for account in accounts], np.int64),
        is_cash=np.array([account.is_cash for account in accounts], bool),
        begins=np.array([one.begins for one in found], np.int64),
        opening=np.array([one.opening for one in found], np.float64),
        outside=_from_outside(accounts, found, changes.outside[begun] / UNITS),
        moved=(changes.moved + changes.lost)[begun] / UNITS,
        **daily,
    )


def _of_one(account: MoneyAccount, total: FloatArray, touched: BoolArray, *, origin: int) -> Accrued:
    """In the currency. Interest is no whole number of anything, and is counted in the currency from the start."""
    stated, unit = _stated(account, origin, len(total)), UNITS if account.terms is None else 1
    lost = np.isnan(total)
    known = np.where(lost, 0.0, total)
    found = balances_daily(
        first=origin,
        changes=known * (unit / UNITS),
        stated=stated * (unit / UNITS),
        touched=touched,
        terms=account.terms,
    )
    settled = _settled(found, unit, noise=_noise(known) / UNITS)
    return _without_lost(settled, lost, stated, has_terms=account.terms is not None) if lost.any() else settled


def _stated(account: MoneyAccount, origin: int, days: int) -> FloatArray:
    """(days,) in units, NaN where nothing was stated."""
    stated = np.full(days, np.nan)
    for day, balance in account.stated.items():
        if day - origin < days:
            stated[day - origin] = balance
    return stated


def _noise(changes: FloatArray) -> float:
    """What sums of these may be off by: nothing where all are whole numbers."""
    is_whole = bool((changes == np.rint(changes)).all())
    return 0.0 if is_whole else NOISE_SHARE * float(np.abs(changes).sum())


def _settled(found: Accrued, unit: int, *, noise: float) -> Accrued:
    """From so many units of the currency to the currency, and without what floats leave of 0."""

    def settle(amounts: FloatArray) -> FloatArray:
        return clean(np.where(np.abs(amounts) <= noise * unit, 0.0, amounts) / unit)

    return replace(
        found,
        balance=settle(found.balance),
        accrued=clean(found.accrued / unit),
        credited=clean(found.credited / unit),
        difference=settle(found.difference),
        opening=float(settle(np.array(found.opening))),
    )


def _without_lost(found: Accrued, lost: BoolArray, stated: FloatArray, *, has_terms: bool) -> Accrued:
    """NaN where a change that is not known, for want of a rate, lies between a day and the statement that it rests on.

    With interest, which rests on every balance before, only days before the change are known, if it is after the first
    statement.
    """
    count, told = np.cumsum(lost), np.flatnonzero(~np.isnan(stated))
    days, anchors = np.arange(len(lost)), told[:1] if has_terms else told
    resting = count[anchors[np.maximum(np.searchsorted(anchors, days, side="right") - 1, 0)]] if len(told) else 0
    has_opening = not (len(told) and count[told[0]])
    is_lost = has_terms and not has_opening
    between = np.zeros(len(lost), bool)
    between[told[1:]] = (count[told[1:]] != count[anchors[: len(told) - 1]]) | is_lost
    return replace(
        found,
        balance=np.where(((count != resting) | is_lost) & (days >= found.begins), np.nan, found.balance),
        difference=np.where(between, np.nan, found.difference),
        opening=found.opening if has_opening else np.nan,
    )


def _from_outside(accounts: Sequence[MoneyAccount], found: Sequence[Accrued], entered: FloatArray) -> FloatArray:
    for row, (account, one) in enumerate(zip(accounts, found, strict=True)):
        entered[row, one.begins] += one.opening
        if not account.is_valued:
            entered[row] += one.difference
    return entered
