"""Turn wishes into entries that can be: nothing leaves a position that was not there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from portfolio.books.events import Action, Entry
from tests.oracle.world import Account

UNIT = Decimal("1e-12")
COIN = Decimal("1e-8")
ZERO = Decimal(0)
TYPICAL = {"USD": Decimal(80), "EUR": Decimal(90), "INR": Decimal(1)}


@dataclass(frozen=True)
class Wish:
    """What would be entered, if there is enough for it. `share`: tenths of what is there, of what leaves it."""

    kind: str
    account: int
    other: int
    asset: int
    currency: str
    day: date
    at: time | None
    quantity: Decimal
    share: int
    amount: Decimal
    fee: Decimal
    tax: Decimal
    applied: int | None

    def order(self) -> tuple[date, time]:
        return self.day, self.at or time.min


class Drafts:
    """The entries so far and how much of each asset they leave in each account. Wishes come in their order."""

    def __init__(self, accounts: dict[int, Account], assets: dict[int, str], actions: list[Action]) -> None:
        self.accounts, self.assets = accounts, assets
        self.entries: list[Entry] = []
        self._held: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        self._pending, self._kept = list(actions), list[Action]()
        self._transfers: set[tuple[int, date, Decimal]] = set()

    def write(self, wish: Wish) -> None:
        while self._pending and self._pending[0].day <= wish.day:
            self._act(self._pending.pop(0))
        writers: dict[str, Callable[[Wish], None]] = {
            "buy": self._buy,
            "sell": self._sell,
            "sell_all": self._sell,
            "move": self._move,
            "transfer_in": self._transfer_in,
            "transfer_out": self._transfer_out,
            "transfer_all": self._transfer_out,
        }
        writers.get(wish.kind, self._money)(wish)

    def kept_actions(self) -> list[Action]:
        """Those that leave something of everything that they touch."""
        while self._pending:
            self._act(self._pending.pop(0))
        return self._kept

    def _act(self, action: Action) -> None:
        old = {account: self._held[account, action.asset] for account in self.accounts}
        new = {account: (quantity * action.ratio).quantize(UNIT) for account, quantity in old.items()}
        if action.ratio and any(old[account] and not new[account] for account in old):
            return
        self._kept.append(action)
        for account in self.accounts:
            if action.kind != "spinoff":
                self._held[account, action.asset] = ZERO
            target = action.new_asset or action.asset
            self._held[account, target] += new[account]

    def _buy(self, wish: Wish) -> None:
        self._held[wish.account, wish.asset] += wish.quantity
        self._add(wish, "buy", quantity=wish.quantity, gross=_gross(wish.quantity, wish.amount))

    def _sell(self, wish: Wish) -> None:
        quantity = self._leaving(wish)
        if quantity:
            self._held[wish.account, wish.asset] -= quantity
            self._add(wish, "sell", quantity=quantity, gross=_gross(quantity, wish.amount))

    def _transfer_in(self, wish: Wish) -> None:
        if self._is_new_transfer(wish, wish.quantity):
            self._held[wish.account, wish.asset] += wish.quantity
            self._add(wish, "transfer_in", quantity=wish.quantity, gross=_gross(wish.quantity, wish.amount))

    def _transfer_out(self, wish: Wish) -> None:
        quantity = self._leaving(wish)
        if quantity and self._is_new_transfer(wish, quantity):
            self._held[wish.account, wish.asset] -= quantity
            self._add(wish, "transfer_out", quantity=quantity)

    def _move(self, wish: Wish) -> None:
        quantity = self._leaving(wish)
        if quantity and wish.other != wish.account and self._is_new_transfer(wish, quantity):
            self._held[wish.account, wish.asset] -= quantity
            self._held[wish.other, wish.asset] += quantity
            self._add(wish, "transfer_out", quantity=quantity)
            self._add(wish, "transfer_in", quantity=quantity, gross=None, account=wish.other)

    def _is_new_transfer(self, wish: Wish, quantity: Decimal) -> bool:
        """Transfers that look alike would pair up, whatever was wished."""
        key = wish.asset, wish.day, quantity
        fresh = key not in self._transfers
        self._transfers.add(key)
        return fresh

    def _leaving(self, wish: Wish) -> Decimal:
        held = self._held[wish.account, wish.asset]
        if wish.kind.endswith("_all"):
            return held
        return (held * wish.share / 10).quantize(COIN) if held > COIN else held

    def _money(self, wish: Wish) -> None:
        kind = {"cash_interest": "interest", "account_fee": "fee"}.get(wish.kind, wish.kind)
        of_asset = wish.kind in ("dividend", "fee", "tax")
        self._add(wish, kind, gross=wish.amount, of_asset=of_asset)

    def _add(
        self,
        wish: Wish,
        kind: str,
        *,
        quantity: Decimal = ZERO,
        gross: Decimal | None = ZERO,
        account: int | None = None,
        of_asset: bool = True,
    ) -> None:
        currency = self.assets[wish.asset] if of_asset else wish.currency
        own = self.accounts[account or wish.account].currency
        applied = wish.applied is not None and own != currency
        rate = TYPICAL[currency] / TYPICAL[own] * Decimal(wish.applied or 0) / 100
        entry = Entry(
            id=len(self.entries) + 1,
            account=account or wish.account,
            asset=wish.asset if of_asset else None,
            kind=kind,
            day=wish.day,
            currency=currency,
            quantity=quantity,
            gross=gross,
            fee=wish.fee,
            tax=wish.tax,
            at=wish.at,
            rate=round(rate, 10) if applied else None,
            rate_currency=own if applied else "",
        )
        self.entries.append(entry)


def _gross(quantity: Decimal, price: Decimal) -> Decimal:
    return (quantity * price).quantize(UNIT)
