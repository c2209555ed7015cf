"""What each kind of transaction does to a position."""

from collections.abc import Callable
from decimal import Decimal

from portfolio.books.events import ZERO, CostUnknown, Entry, Oversold
from portfolio.books.held import shares
from portfolio.books.lots import Lot
from portfolio.books.position import Position, movement_of, removal_of


def buy(position: Position, entry: Entry) -> None:
    gross = _gross(entry)
    cost = gross + entry.fee + entry.tax
    lot = Lot(entry.day, entry.quantity, cost, gross, entry.rate, entry.rate_currency)
    movement = movement_of(entry)
    movement.cash = -cost
    movement.fees = entry.fee + entry.tax
    position.put(lot, movement)


def sell(position: Position, entry: Entry) -> None:
    """One movement for each lot that is closed; the proceeds go to them by quantity, the fees to the first."""
    _require(position, entry)
    fees = entry.fee + entry.tax
    proceeds = _gross(entry) - fees
    taken = position.lots.take(entry.quantity)
    for part, share in zip(taken, shares(proceeds, [part.lot.quantity for part in taken]), strict=True):
        movement = removal_of(part.lot, movement_of(entry))
        movement.closed = part.lot.units
        movement.release = part.release
        movement.proceeds = movement.cash = share
        movement.fees, fees = fees, ZERO
        position.record(movement)


def income(position: Position, entry: Entry) -> None:
    """A dividend or interest, before what was kept back: that is a cost of its own."""
    movement = movement_of(entry)
    movement.income = _gross(entry)
    movement.costs = movement.fees = entry.fee + entry.tax
    movement.cash = movement.income - movement.costs
    position.record(movement)


def cost(position: Position, entry: Entry) -> None:
    """A stand-alone fee or tax."""
    movement = movement_of(entry)
    movement.costs = movement.fees = _gross(entry) + entry.fee + entry.tax
    movement.cash = -movement.costs
    position.record(movement)


def deposit(position: Position, entry: Entry) -> None:
    _money(position, entry, _gross(entry))


def withdrawal(position: Position, entry: Entry) -> None:
    _money(position, entry, -_gross(entry))


def transfer_in(position: Position, entry: Entry) -> None:
    """Units from outside; a transfer between two accounts of the person is `move` instead."""
    if entry.gross is None:
        raise CostUnknown(entry)
    lot = Lot(entry.day, entry.quantity, entry.gross, entry.gross, entry.rate, entry.rate_currency)
    movement = movement_of(entry)
    movement.in_kind = entry.quantity
    position.put(lot, movement)
    charge(position, entry)


def transfer_out(position: Position, entry: Entry) -> None:
    """Units to outside: they leave with their cost, and nothing is gained."""
    _require(position, entry)
    for lot in position.lots.take_lots(entry.quantity):
        movement = removal_of(lot, movement_of(entry))
        movement.in_kind = -lot.quantity
        position.record(movement)
    charge(position, entry)


def move(source: Position, target: Position, *, out: Entry, into: Entry) -> None:
    """Units from one account of the person to another: each lot keeps its cost and its day."""
    _require(source, out)
    for lot in source.lots.take_lots(out.quantity):
        leaving, arriving = removal_of(lot, movement_of(out)), movement_of(into)
        leaving.moved, arriving.moved = -lot.quantity, lot.quantity
        source.record(leaving)
        target.put(lot, arriving)
    charge(source, out)
    charge(target, into)


def charge(position: Position, entry: Entry) -> None:
    """The fee of a transfer is no part of any cost, so it stands alone."""
    if entry.fee + entry.tax:
        movement = movement_of(entry)
        movement.costs = movement.fees = entry.fee + entry.tax
        movement.cash = -movement.costs
        position.record(movement)


def _money(position: Position, entry: Entry, amount: Decimal) -> None:
    movement = movement_of(entry)
    movement.external = amount
    movement.costs = movement.fees = entry.fee + entry.tax
    movement.cash = amount - movement.costs
    position.record(movement)


def _gross(entry: Entry) -> Decimal:
    if entry.gross is None:
        raise ValueError(f"The {entry.kind} {entry.id} has no amount.")
    return entry.gross


def _require(position: Position, entry: Entry) -> None:
    if entry.quantity > position.quantity:
        raise Oversold(entry, position.quantity)


EFFECTS: dict[str, Callable[[Position, Entry], None]] = {
    "buy": buy,
    "sell": sell,
    "dividend": income,
    "interest": income,
    "fee": cost,
    "tax": cost,
    "deposit": deposit,
    "withdrawal": withdrawal,
    "transfer_in": transfer_in,
    "transfer_out": transfer_out,
}
