"""Everyday money on paper: what entries and statements do to the accounts that keep money, exactly.

What an account had when it began is found by going through all days twice: the first time without it, up to the first
statement, which then tells it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.market import Market
from tests.oracle.world import Everyday, World

ZERO = Decimal(0)
Balances = defaultdict[int, Decimal]


@dataclass
class Beginning:
    """On which day an account begins, and with what."""

    day: date
    amount: Decimal = ZERO


@dataclass
class Purses:
    """The balance of each account in its own currency while the days go by; trades change it as well.

    beginnings: as the first time told, None while that is under way. contributions: in the base currency.
    """

    world: World
    market: Market
    beginnings: dict[int, Beginning] | None = None
    balances: Balances = field(default_factory=lambda: defaultdict(Decimal))
    contributions: Decimal = ZERO
    found: dict[int, Beginning] = field(default_factory=dict)
    _told: set[int] = field(default_factory=set)

    def begin(self, day: date) -> None:
        for account, beginning in (self.beginnings or {}).items():
            if beginning.day == day:
                self.balances[account] += beginning.amount
                self._contribute(beginning.amount, self.world.accounts[account].currency)

    def touch(self, account: int, day: date) -> None:
        self.found.setdefault(account, Beginning(day))

    def enter(self, day: date) -> None:
        for entry in self.world.everyday:
            if entry.day == day:
                self._enter(entry)

    def state(self, day: date) -> None:
        """What a statement at the end of the day says, is so."""
        for (account, stated_on), stated in self.world.statements.items():
            if stated_on == day and self.world.accounts[account].keeps_money:
                self._state(account, day, stated)

    def _enter(self, entry: Everyday) -> None:
        if entry.kind == "transfer":
            self._transfer(entry)
            return
        amount, currency = entry.charge(self.world)
        signed = amount if entry.kind == "income" else -amount
        if self._keeps(entry.account):
            self._put(entry.account, signed, currency, entry.day)
            self._contribute(signed, currency)

    def _transfer(self, entry: Everyday) -> None:
        assert entry.to_account is not None
        ours, theirs = self._keeps(entry.account), self._keeps(entry.to_account)
        amount, currency = entry.charge(self.world)
        if ours:
            self._put(entry.account, -amount, currency, entry.day)
            self._put(entry.account, -entry.fee, entry.currency, entry.day)
            self._contribute(-entry.fee, entry.currency)
            if not theirs:
                self._contribute(-amount, currency)
        amount, currency = entry.arrival(self.world)
        if theirs:
            self._put(entry.to_account, amount, currency, entry.day)
            if not ours:
                self._contribute(amount, currency)

    def _keeps(self, account: int) -> bool:
        return self.world.accounts[account].keeps_money

    def _put(self, account: int, amount: Decimal, currency: str, day: date) -> None:
        own = self.world.accounts[account].currency
        self.touch(account, day)
        self.balances[account] += amount if currency == own else amount * self._rate(currency) / self._rate(own)

    def _contribute(self, amount: Decimal, currency: str) -> None:
        self.contributions += amount * self._rate(currency)

    def _rate(self, currency: str) -> Decimal:
        rate = self.market.rate(currency)
        assert rate is not None
        return rate.value

    def _state(self, account: int, day: date, stated: Decimal) -> None:
        self.touch(account, day)
        difference = stated - self.balances[account]
        if account not in self._told:
            self._told.add(account)
            self.found[account].amount = difference
            assert self.beginnings is None or abs(difference) < Decimal("1e-40"), "the beginning explains it"
        elif self.world.accounts[account].kind not in ("deposit", "property", "other"):
            self._contribute(difference, self.world.accounts[account].currency)
        self.balances[account] = stated
