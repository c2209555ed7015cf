"""What changed the money of each account on each day, in its own currency: entries, and the cash of trades."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.engine.book import Book
from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.flows import converted
from analytics.engine.money import UNITS, Money, MoneyAccount
from analytics.engine.rates import Rates


@dataclass(frozen=True, slots=True)
class Changes:
    """(accounts, days) in units of the account's own currency. touched: days with a change, though it be 0 in all.

    lost: that part of what was `moved` to other accounts which did not arrive there.
    """

    outside: FloatArray
    moved: FloatArray
    lost: FloatArray
    cash: FloatArray
    touched: BoolArray


def money_accounts(money: Money, book: Book) -> list[MoneyAccount]:
    """By id. Those of the book alone have cash."""
    found = {account.id: account for account in money.accounts}
    own = np.flatnonzero(_own(book))
    ids, first = np.unique(book.account[own], return_index=True)
    for pk, currency in zip(ids.tolist(), book.cash_currency[own][first].tolist(), strict=True):
        found.setdefault(pk, MoneyAccount(pk, currency))
    return [found[pk] for pk in sorted(found)]


def _own(book: Book) -> BoolArray:
    """Movements that change the account's own money."""
    own: BoolArray = book.own_cash & (book.rows["cash"] != 0)
    return own


def changes_of(accounts: Sequence[MoneyAccount], money: Money, book: Book, *, rates: Rates) -> Changes:
    """On every day of `rates`; what is in another currency than the account's becomes it at the rates of its day."""
    shape = len(accounts), rates.values.shape[1]
    places = {account.id: row for row, account in enumerate(accounts)}
    own = np.flatnonzero(_own(book))
    paid = _Cells.of([places[pk] for pk in book.account[own].tolist()], book.rows["day"][own] - rates.origin, shape)
    rows = np.array([places[account.id] for account in money.accounts], np.int64)
    homes = np.array([account.currency for account in accounts], np.int64)
    row, lost = rows[money.account], money.lost
    entered = _Cells.of(row, money.day - rates.origin, shape)
    cross = _crossed(money.currency, homes[row], money.day, rates)
    sent = _Cells.of(rows[lost.account], lost.day - rates.origin, shape)
    back = _crossed(lost.currency, homes[rows[lost.account]], lost.day, rates)
    touched = paid.marked | entered.marked
    for place, account in enumerate(accounts):
        if account.entered_from is not None and account.entered_from - rates.origin < shape[1]:
            touched[place, account.entered_from - rates.origin] = True
    return Changes(
        outside=entered.sums(converted(money.outside.astype(np.float64), cross)),
        moved=entered.sums(converted(money.moved.astype(np.float64), cross)),
        lost=sent.sums(converted(lost.units.astype(np.float64), back)),
        cash=paid.sums(book.rows["cash"][own] * _into_account(book, own, rates) * UNITS),
        touched=touched,
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where `n` changes stand among (accounts, days); those after the last day nowhere."""

    cell: IntArray
    inside: BoolArray
    shape: tuple[int, int]

    @classmethod
    def of(cls, row: Sequence[int] | IntArray, column: IntArray, shape: tuple[int, int]) -> "_Cells":
        inside = column < shape[1]
        return cls((np.asarray(row, np.int64) * shape[1] + column)[inside], inside, shape)

    def sums(self, amounts: FloatArray) -> FloatArray:
        # bincount counts in integers where there is nothing to count
        sums = np.bincount(self.cell, amounts[self.inside], self.shape[0] * self.shape[1])
        return sums.astype(np.float64, copy=False).reshape(self.shape)

    @property
    def marked(self) -> BoolArray:
        marked = np.zeros(self.shape, bool)
        marked.reshape(-1)[self.cell] = True
        return marked


def _into_account(book: Book, own: IntArray, rates: Rates) -> FloatArray:
    """What one unit of a movement's currency became in its account: at the applied rate, or at that of its day."""
    daily = _crossed(book.currency[own], book.cash_currency[own], book.rows["day"][own], rates)
    return np.where(book.rate_currency[own] >= 0, book.rows["rate"][own], daily)


def _crossed(currency: IntArray, home: IntArray, day: IntArray, rates: Rates) -> FloatArray:
    return np.where(currency == home, 1.0, rates.on(currency, day) / rates.on(home, day))
