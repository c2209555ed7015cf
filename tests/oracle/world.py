"""Everything that a portfolio depends on, as plain values: what the oracle and the engine are both given."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portfolio.books.events import Action, Entry

Series = dict[date, Decimal]
Pair = tuple[str, str]
"""(the one unit, what it costs): ("USD", "INR") is rupees for one dollar."""


@dataclass(frozen=True)
class Account:
    id: int
    currency: str
    average: bool = False
    tracks_cash: bool = False


@dataclass(frozen=True)
class World:
    """A person's accounts and entries, the market around them, and the days to value.

    assets: their currencies. closes: as traded, by asset and day. rates: by pair and day, in the order in which the
    pairs are preferred.
    """

    accounts: dict[int, Account]
    assets: dict[int, str]
    entries: tuple[Entry, ...]
    first: date
    last: date
    actions: tuple[Action, ...] = ()
    closes: dict[int, Series] = field(default_factory=dict, repr=False)
    rates: dict[Pair, Series] = field(default_factory=dict, repr=False)
    base: str = "INR"

    @property
    def days(self) -> list[date]:
        return [date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1)]

    @property
    def average_accounts(self) -> list[int]:
        return [account.id for account in self.accounts.values() if account.average]
