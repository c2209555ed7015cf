"""What each corporate action does to the positions in an asset, lot by lot."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, pairwise

from portfolio.books.events import QUANTUM, ZERO, Action
from portfolio.books.lots import Lot
from portfolio.books.movements import Movement
from portfolio.books.position import Position, removal_of

Target = Callable[[], Position]
"""Gives the position in the new asset, in the same account; called only where the action needs one."""


def split(position: Position, action: Action, target: Target) -> None:
    """A split or bonus: more units (or fewer) for the same cost."""
    before = position.quantity
    lots = position.lots.open()
    for lot, quantity in zip(lots, _quantities(lots, action), strict=True):
        lot.resize(quantity)
    position.lots.replace(lots)
    movement = _movement(action)
    movement.quantity = position.quantity - before
    position.record(movement)


def spinoff(position: Position, action: Action, target: Target) -> None:
    """New units of another asset beside the old ones; a share of the cost of each lot moves to them."""
    fraction = action.cost_fraction or ZERO
    kept = position.lots.open()
    for lot, quantity in zip(kept, _quantities(kept, action), strict=True):
        moved = _moved(lot, quantity, fraction)
        lot.cost -= moved.cost
        lot.invested -= moved.invested
        leaving = removal_of(moved, _movement(action))
        leaving.quantity, leaving.exchanged = ZERO, -moved.cost
        position.record(leaving)
        _arrive(target(), moved, action)
    position.lots.replace(kept)


def merger(position: Position, action: Action, target: Target) -> None:
    """Each lot becomes units of the new asset (none where the ratio is 0) and cash."""
    lots = position.lots.take_lots(position.quantity)
    shared = _kept_fraction(lots, action) if position.lots.is_pool else None
    for lot, quantity in zip(lots, _quantities(lots, action), strict=True):
        moved = _moved(lot, quantity, _kept_fraction([lot], action) if shared is None else shared)
        leaving = removal_of(lot, _movement(action))
        leaving.cost, leaving.invested = -moved.cost, -moved.invested
        leaving.exchanged = -moved.cost
        position.record(leaving)
        if action.cash_per_share or moved.cost != lot.cost:
            _pay(position, action, lot=lot, moved=moved)
        if action.ratio:
            _arrive(target(), moved, action)


def _arrive(target: Position, lot: Lot, action: Action) -> None:
    movement = _movement(action)
    movement.exchanged = lot.cost
    target.put(lot, movement)


def _kept_fraction(lots: list[Lot], action: Action) -> Decimal:
    """Share of the lots' cost that goes to the new units.

    Where the action does not say, cash gives back cost first, and only what exceeds it is a gain.
    """
    if not action.ratio:
        return ZERO
    if action.cost_fraction is not None:
        return action.cost_fraction
    cost = sum((lot.cost for lot in lots), ZERO)
    if not cost:
        return Decimal(1)
    cash = sum((lot.quantity for lot in lots), ZERO) * action.cash_per_share
    return max(ZERO, 1 - cash / cost)


def _pay(position: Position, action: Action, *, lot: Lot, moved: Lot) -> None:
    """The cash of a merger, against that part of the cost which did not move to the new units."""
    movement = removal_of(lot, _movement(action))
    movement.quantity = ZERO
    movement.cost = moved.cost - lot.cost
    movement.invested = moved.invested - lot.invested
    movement.proceeds = movement.cash = lot.quantity * action.cash_per_share
    movement.closed = lot.units
    position.record(movement)


def _moved(lot: Lot, quantity: Decimal, fraction: Decimal) -> Lot:
    """The lot of the new asset that comes out of `lot`, with its day of acquisition."""
    cost, invested = ((amount * fraction).quantize(QUANTUM) for amount in (lot.cost, lot.invested))
    moved = replace(lot, cost=cost, invested=invested)
    moved.resize(quantity)
    return moved


def _quantities(lots: list[Lot], action: Action) -> list[Decimal]:
    """What each lot becomes; rounded so that together they are what the whole position becomes."""
    reached = [(whole * action.ratio).quantize(QUANTUM) for whole in accumulate(lot.quantity for lot in lots)]
    return [upto - before for before, upto in pairwise([ZERO, *reached])]


def _movement(action: Action) -> Movement:
    return Movement(action.day, action.day, action=action.id)


EFFECTS: dict[str, Callable[[Position, Action, Target], None]] = {
    "split": split,
    "bonus": split,
    "spinoff": spinoff,
    "merger": merger,
    "rename": merger,
}
