"""Replay a person's entries and the corporate actions, in order, into positions."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable
from decimal import localcontext
from itertools import groupby
from operator import attrgetter

from portfolio.books import actions as corporate
from portfolio.books import entries as effects
from portfolio.books.events import LARGEST_FIGURE, PRECISION, Action, Entry, TooLarge
from portfolio.books.position import Position

Key = tuple[int, int | None, str]
"""(account, asset, currency) of a position."""


def replay(
    entries: Iterable[Entry], actions: Iterable[Action] = (), *, average_accounts: Collection[int] = ()
) -> dict[Key, Position]:
    """Every position that the entries made, also those that are closed.

    entries: of one person, in any order; transfers are matched among them, so all that touch an asset must be here.
    actions: confirmed ones, of those assets.
    average_accounts: accounts that close at average cost; the others first in, first out.

    Raises Oversold, CostUnknown or TooLarge at the first entry that cannot be.
    """
    ordered = sorted(entries, key=attrgetter("order"))
    with localcontext(prec=PRECISION):
        books = _Books(average_accounts, _pairs(ordered))
        pending = deque(sorted(actions, key=attrgetter("day", "id")))
        for entry in ordered:
            while pending and pending[0].day <= entry.day:
                books.act(pending.popleft())
            books.enter(entry)
        for action in pending:
            books.act(action)
        books.close()
    return books.positions


class _Books:
    """The positions while they are being replayed."""

    def __init__(self, average_accounts: Collection[int], partners: dict[int, Entry]) -> None:
        self.positions: dict[Key, Position] = {}
        self._by_asset: defaultdict[int | None, list[Position]] = defaultdict(list)
        self._average = frozenset(average_accounts)
        self._partners = partners
        self._latest: Entry | None = None

    def enter(self, entry: Entry) -> None:
        self._latest = entry
        position = self._position(entry.account, entry.asset, entry.currency)
        partner = self._partners.get(entry.id)
        if partner is None:
            effects.EFFECTS[entry.kind](position, entry)
        elif entry.kind == "transfer_out":
            target = self._position(partner.account, partner.asset, partner.currency)
            effects.move(position, target, out=entry, into=partner)

    def act(self, action: Action) -> None:
        for position in list(self._by_asset[action.asset]):
            if position.quantity:
                corporate.EFFECTS[action.kind](position, action, self._target(position, action))
        for asset in {action.asset, action.new_asset}:
            self._require_usable(self._by_asset[asset])  # before the next ratio: products must stay exact

    def close(self) -> None:
        self._require_usable(self.positions.values())

    def _require_usable(self, positions: Iterable[Position]) -> None:
        if self._latest is not None and any(position.largest > LARGEST_FIGURE for position in positions):
            raise TooLarge(self._latest)

    def _target(self, position: Position, action: Action) -> Callable[[], Position]:
        return lambda: self._position(position.account, action.new_asset, position.currency)

    def _position(self, account: int, asset: int | None, currency: str) -> Position:
        key = account, asset, currency
        position = self.positions.get(key)
        if position is None:
            position = self.positions[key] = Position(account, asset, currency, average=account in self._average)
            self._by_asset[asset].append(position)
        return position


def _pairs(ordered: list[Entry]) -> dict[int, Entry]:
    """For each transfer between two accounts of the person, both ways, the entry at its other end.

    The ends have the same asset, day and quantity, and different accounts; several alike pair up in their order.
    """
    transfers = [entry for entry in ordered if entry.kind in ("transfer_in", "transfer_out")]
    alike = attrgetter("asset", "day", "quantity")
    pairs: dict[int, Entry] = {}
    for _, group in groupby(sorted(transfers, key=lambda e: (str(e.asset), e.day, e.quantity, e.order)), key=alike):
        incoming: list[Entry] = []
        outgoing: list[Entry] = []
        for entry in group:
            (incoming if entry.kind == "transfer_in" else outgoing).append(entry)
        for out in outgoing:
            into = next((entry for entry in incoming if entry.account != out.account), None)
            if into is not None:
                incoming.remove(into)
                pairs[out.id], pairs[into.id] = into, out
    return pairs
