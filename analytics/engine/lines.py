"""The lines of a panel: each asset in an account, and the money of each account."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.balances import Balances
from analytics.engine.book import Book
from analytics.engine.carry import IntArray

MONEY = -1
"""In the place of an asset: the money of an account."""
NO_LINE = -1


@dataclass(frozen=True, slots=True)
class Lines:
    """account, asset, currency: (lines,) ids, rows of the market or MONEY, and rows of the rates.

    of_row, money_of_row: (n,) the line of each movement, and of the account's own money that it moves beside it,
    NO_LINE where there is none. of_balance: (accounts,) the line of each account's balance.
    """

    account: IntArray
    asset: IntArray
    currency: IntArray
    of_row: IntArray
    money_of_row: IntArray
    of_balance: IntArray


def lines_of(book: Book, balances: Balances) -> Lines:
    """One for each asset in an account and one for the money of each account.

    That is in the account's own currency where it keeps its money; else one for each currency that was paid.
    """
    currency = np.where(book.own_cash & (book.asset == MONEY), book.cash_currency, book.currency)
    trades = book.own_cash & (book.asset != MONEY)
    account = np.concatenate((book.account, book.account[trades], balances.account))
    money = int(trades.sum()) + len(balances.account)
    asset = np.concatenate((book.asset, np.full(money, MONEY)))
    currency = np.concatenate((currency, book.cash_currency[trades], balances.currency))
    wide, high = int(asset.max(initial=MONEY)) + 2, int(currency.max(initial=0)) + 1
    keys, place = np.unique((account * wide + asset + 1) * high + currency, return_inverse=True)
    of_row, of_trade, of_balance = np.split(place, [len(book.asset), len(place) - len(balances.account)])
    money_of_row = np.full(len(book.asset), NO_LINE)
    money_of_row[trades] = of_trade
    return Lines(keys // high // wide, keys // high % wide - 1, keys % high, of_row, money_of_row, of_balance)
