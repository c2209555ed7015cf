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
    kind: str = "broker"

    @property
    def keeps_money(self) -> bool:
        return self.tracks_cash or self.kind not in ("broker", "demat")


@dataclass(frozen=True)
class Everyday:
    """An expense, an income or a transfer; account_amount, to_amount: in the currencies of the two accounts."""

    account: int
    kind: str
    day: date
    amount: Decimal
    currency: str
    to_account: int | None = None
    account_amount: Decimal | None = None
    to_amount: Decimal | None = None
    fee: Decimal = Decimal(0)

    def charge(self, world: "World") -> tuple[Decimal, str]:
        """What the account was charged or paid."""
        if self.account_amount is None:
            return self.amount, self.currency
        return self.account_amount, world.accounts[self.account].currency

    def arrival(self, world: "World") -> tuple[Decimal, str]:
        """What arrived in the other account."""
        assert self.to_account is not None
        if self.to_amount is None:
            return self.amount, self.currency
        return self.to_amount, world.accounts[self.to_account].currency


@dataclass(frozen=True)
class World:
    """A person's accounts and entries, the market around them, and the days to value.

    assets: their currencies. closes: as traded, by asset and day. rates: by pair and day, in the order in which the
    pairs are preferred. everyday: what was spent, earned and moved. statements: of balances, by account and day.
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
    everyday: tuple[Everyday, ...] = ()
    statements: dict[tuple[int, date], Decimal] = field(default_factory=dict)

    @property
    def days(self) -> list[date]:
        return [date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1)]

    @property
    def happenings(self) -> list[date]:
        """The days of entries and statements, of every kind."""
        entered = [*(entry.day for entry in self.entries), *(entry.day for entry in self.everyday)]
        return [*entered, *(day for _, day in self.statements)]

    @property
    def average_accounts(self) -> list[int]:
        return [account.id for account in self.accounts.values() if account.average]
