"""What the engine is given: the movements of the positions to value, and the prices of their assets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from analytics.engine.carry import BoolArray, IntArray, Observed, Step


@dataclass(frozen=True, slots=True)
class Book:
    """Movements of several positions, `n` in all, oldest first within each position.

    rows: (n,) structured as `portfolio.books.movements.DTYPE`; amounts in the currency of the position, days as
        proleptic ordinals.
    position, account, currency: (n,) indices; `currency` into the rows of the rates.
    asset: (n,) index into the rows of the prices; -1 for money without an asset.
    own_cash: (n,) whether the account keeps the cash of its trades; else that comes from and goes outside.
    cash_currency: (n,) index of the account's own currency, in which it keeps that cash.
    rate_currency, basis_currency: (n,) indices of the currencies that applied rates lead to; -1 where none was.
    moves_are_flows: whether what moves between accounts or assets crosses the border of what is valued.
    """

    rows: NDArray[Any]
    position: IntArray
    account: IntArray
    asset: IntArray
    currency: IntArray
    own_cash: BoolArray
    cash_currency: IntArray
    rate_currency: IntArray
    basis_currency: IntArray
    moves_are_flows: bool = False


@dataclass(frozen=True, slots=True)
class Market:
    """The assets, one row each: closes as traded, the index of their currency, and what splits do to carried closes.

    The days of the closes are the days that are valued; they must begin no later than the first movement in kind,
    whose units enter at the price of their day.
    """

    closes: Observed
    currency: IntArray
    steps: Sequence[Step] = ()
