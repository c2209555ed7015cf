"""What the engine is given of the accounts that keep money: what entries did to them, and what was stated of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.engine.carry import IntArray
from analytics.engine.interest import Terms

UNITS = 10_000
"""The ledger counts in ten-thousandths, and so does this module: floats add up whole numbers exactly."""


def _none() -> IntArray:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class MoneyAccount:
    """An account that keeps money.

    currency: row of the rates. is_cash: whether money that it has is cash; else it is another asset. is_valued: whether
    what a statement says beyond the expected is a gain or a loss; else it is money that came or went. entered_from:
    ordinal of the day of its first entry, None where it has none. stated: by ordinal, in units.
    """

    id: int
    currency: int
    is_cash: bool = True
    is_valued: bool = False
    entered_from: int | None = None
    stated: Mapping[int, int] = field(default_factory=dict)
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """`n` amounts, units of a currency, of accounts on days: see `Money`."""

    account: IntArray = field(default_factory=_none)
    currency: IntArray = field(default_factory=_none)
    day: IntArray = field(default_factory=_none)
    units: IntArray = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Money:
    """Accounts that keep money, and what entries did to them: `n` sums of a day.

    account, currency, day: (n,) place in `accounts`, row of the rates, proleptic ordinal. outside, moved: (n,) units of
    that currency that came from outside, and from other accounts that keep money; what went is negative.
    lost: of the accounts that sent a transfer, what a bank's rate took of it: what left, and less it what arrived.
    """

    accounts: Sequence[MoneyAccount] = ()
    account: IntArray = field(default_factory=_none)
    currency: IntArray = field(default_factory=_none)
    day: IntArray = field(default_factory=_none)
    outside: IntArray = field(default_factory=_none)
    moved: IntArray = field(default_factory=_none)
    lost: Parts = field(default_factory=Parts)
