"""What each entry and action does to positions, balances and totals."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from decimal import ROUND_HALF_EVEN, Decimal

from portfolio.books.events import Action, Entry
from tests.oracle.everyday import Beginning, Purses
from tests.oracle.market import Market
from tests.oracle.positions import ZERO, Lot, Position, become, keep_cost, kept_fraction
from tests.oracle.world import World

UNIT = Decimal("1e-12")
"""An action leaves a position with a whole number of these."""

Key = tuple[int, int | None, str]


class Books:
    """All positions, balances and totals while the days go by."""

    def __init__(self, world: World, market: Market, beginnings: dict[int, Beginning] | None = None) -> None:
        self.world, self.market = world, market
        self.positions: dict[Key, Position] = {}
        self.purses = Purses(world, market, beginnings)
        self.balances = self.purses.balances
        self.contributions = self.income = self.realized = self.costs = ZERO
        self._entries: defaultdict[date, list[Entry]] = defaultdict(list)
        self._actions: defaultdict[date, list[Action]] = defaultdict(list)
        for entry in sorted(world.entries, key=lambda e: (e.at or time.min, e.id)):
            self._entries[entry.day].append(entry)
        for action in sorted(world.actions, key=lambda a: a.id):
            self._actions[action.day].append(action)

    def live(self, day: date) -> None:
        self.purses.begin(day)
        for action in self._actions[day]:
            for (account, asset, currency), position in list(self.positions.items()):
                if asset == action.asset and position.quantity:
                    with self._noticing(account, day):
                        self._act(position, action, account=account, currency=currency)
        partners = _partners(self._entries[day])
        for entry in self._entries[day]:
            with self._noticing(entry.account, day):
                self._enter(entry, partners.get(entry.id))
        self.purses.enter(day)
        self.purses.state(day)

    @contextmanager
    def _noticing(self, account: int, day: date) -> Iterator[None]:
        """An account begins at the latest when a trade changes its money."""
        before = self.balances[account]
        yield
        if self.balances[account] != before:
            self.purses.touch(account, day)

    def position(self, account: int, asset: int | None, currency: str) -> Position:
        new = Position(self.world.accounts[account].average)
        return self.positions.setdefault((account, asset, currency), new)

    def _rate(self, entry: Entry) -> Decimal:
        """What the broker applied, then the day's rate from there; else the day's; none for the base currency."""
        if entry.currency == self.world.base:
            return Decimal(1)
        day = self.market.rate(entry.rate_currency if entry.rate is not None else entry.currency)
        assert day is not None
        return day.value if entry.rate is None else entry.rate * day.value

    def _enter(self, entry: Entry, partner: Entry | None) -> None:
        position = self.position(entry.account, entry.asset, entry.currency)
        position.fees += entry.fee + entry.tax
        if entry.kind in ("buy", "sell"):
            getattr(self, f"_{entry.kind}")(position, entry)
        elif entry.kind in ("transfer_in", "transfer_out"):
            self._transfer(position, entry, partner)
        elif entry.kind in ("dividend", "interest"):
            self._earn(position, entry)
        elif entry.kind in ("deposit", "withdrawal"):
            amount = _gross(entry) if entry.kind == "deposit" else -_gross(entry)
            self._contribute(entry, amount)
            self._pay(entry, amount)
            self._charge(position, entry, entry.fee + entry.tax)
        else:
            position.fees += _gross(entry)
            self._charge(position, entry, _gross(entry) + entry.fee + entry.tax)

    def _buy(self, position: Position, entry: Entry) -> None:
        cost = _gross(entry) + entry.fee + entry.tax
        position.put([self._lot(entry, cost)], entry.quantity)
        self._pay(entry, -cost)

    def _lot(self, entry: Entry, cost: Decimal) -> Lot:
        rate = self._rate(entry)
        return Lot(entry.day, entry.quantity, cost, _gross(entry), cost * rate, _gross(entry) * rate)

    def _sell(self, position: Position, entry: Entry) -> None:
        proceeds = _gross(entry) - entry.fee - entry.tax
        self._realize(position, position.take(entry.quantity), proceeds=proceeds, rate=self._rate(entry))
        self._pay(entry, proceeds)

    def _realize(self, position: Position, lots: list[Lot], *, proceeds: Decimal, rate: Decimal) -> None:
        position.realized_gain += proceeds - sum((lot.cost for lot in lots), ZERO)
        self.realized += proceeds * rate - sum((lot.base_cost for lot in lots), ZERO)

    def _earn(self, position: Position, entry: Entry) -> None:
        position.income += _gross(entry)
        self.income += _gross(entry) * self._rate(entry)
        self._pay(entry, _gross(entry))
        self._charge(position, entry, entry.fee + entry.tax)

    def _charge(self, position: Position, entry: Entry, amount: Decimal) -> None:
        position.costs += amount
        self.costs += amount * self._rate(entry)
        self._pay(entry, -amount)

    def _contribute(self, entry: Entry, amount: Decimal) -> None:
        self.contributions += amount * self._rate(entry)

    def _pay(self, entry: Entry, amount: Decimal) -> None:
        """Move the account's own money, or, where it has none, that of the world outside."""
        account = self.world.accounts[entry.account]
        if not account.tracks_cash:
            self.contributions -= amount * self._rate(entry)
        elif entry.rate is None:
            self._keep(account.id, entry.currency, amount)
        else:
            self.balances[account.id] += amount * entry.rate

    def _keep(self, account: int, currency: str, amount: Decimal) -> None:
        """Money that an account keeps becomes its own currency at the day's rate."""
        own = self.world.accounts[account].currency
        if currency != own:
            there, here = self.market.rate(currency), self.market.rate(own)
            assert there is not None
            assert here is not None
            amount *= there.value / here.value
        self.balances[account] += amount

    def _transfer(self, position: Position, entry: Entry, partner: Entry | None) -> None:
        if entry.kind == "transfer_out":
            lots = position.take(entry.quantity)
            if partner is not None:
                target = self.position(partner.account, partner.asset, partner.currency)
                target.put(lots, partner.quantity)
            else:
                self._contribute_kind(entry, -entry.quantity, -sum((lot.cost for lot in lots), ZERO))
        elif partner is None:
            position.put([self._lot(entry, _gross(entry))], entry.quantity)
            self._contribute_kind(entry, entry.quantity, _gross(entry))
        self._charge(position, entry, entry.fee + entry.tax)

    def _contribute_kind(self, entry: Entry, units: Decimal, cost: Decimal) -> None:
        """At what the units were worth that day, or, with no price, at what they had cost."""
        assert entry.asset is not None
        quote, day = self.market.prices.get(entry.asset), self.market.rate(entry.currency)
        assert day is not None
        self.contributions += cost * self._rate(entry) if quote is None else units * quote.value * day.value

    def _act(self, position: Position, action: Action, *, account: int, currency: str) -> None:
        quantity = (position.quantity * action.ratio).quantize(UNIT, ROUND_HALF_EVEN)
        if action.kind in ("split", "bonus"):
            for lot in position.lots:
                lot.quantity *= quantity / position.quantity
            position.quantity = quantity
        elif action.kind == "spinoff":
            fraction = action.cost_fraction or ZERO
            moved = become(position, position.lots, quantity=quantity, fraction=fraction)
            position.lots = [keep_cost(lot, 1 - fraction) for lot in position.lots]
            self.position(account, action.new_asset, currency).put(moved, quantity)
        else:
            self._merge(position, action, account=account, currency=currency, quantity=quantity)

    def _merge(self, position: Position, action: Action, *, account: int, currency: str, quantity: Decimal) -> None:
        day = self.market.rate(currency)
        assert day is not None
        units, each = position.quantity, position.lots
        pool = [[lot] for lot in each] if not position.average else [each]
        for lots in pool:
            cash = sum((lot.quantity for lot in lots), ZERO) * action.cash_per_share
            fraction = kept_fraction(action, cash=cash, cost=sum((lot.cost for lot in lots), ZERO))
            paid = [keep_cost(lot, 1 - fraction) for lot in lots]
            self._realize(position, paid, proceeds=cash, rate=day.value)
            if action.ratio:
                moved = [become(position, [lot], quantity=quantity, fraction=fraction)[0] for lot in lots]
                self.position(account, action.new_asset, currency).put(moved, ZERO)
        if action.ratio:
            self.position(account, action.new_asset, currency).quantity += quantity
        position.lots, position.quantity = [], ZERO
        self._receive(account, currency, units * action.cash_per_share, day.value)

    def _receive(self, account: int, currency: str, cash: Decimal, rate: Decimal) -> None:
        if self.world.accounts[account].tracks_cash:
            self._keep(account, currency, cash)
        else:
            self.contributions -= cash * rate


def _gross(entry: Entry) -> Decimal:
    assert entry.gross is not None
    return entry.gross


def _partners(entries: list[Entry]) -> dict[int, Entry]:
    """The two ends of each transfer between the person's accounts, among the entries of one day."""
    free = [entry for entry in entries if entry.kind == "transfer_in"]
    partners: dict[int, Entry] = {}
    for out in entries:
        if out.kind != "transfer_out":
            continue
        fits = [e for e in free if (e.asset, e.quantity) == (out.asset, out.quantity) and e.account != out.account]
        if fits:
            free.remove(fits[0])
            partners[out.id], partners[fits[0].id] = fits[0], out
    return partners
