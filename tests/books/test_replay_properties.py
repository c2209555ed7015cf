"""What holds of every replay: movements add up, no cost is lost, and the oracle agrees to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from portfolio.books.position import Position
from portfolio.books.replay import replay
from tests.oracle.strategies import worlds
from tests.oracle.walk import walk
from tests.oracle.world import World

ZERO = Decimal(0)
TINY = Decimal("1e-6")
"""Units are rounded to 1e-12 by actions and averages, and one may cost a hundred thousand."""
slow = HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example
quick = settings(max_examples=40, deadline=None, suppress_health_check=slow)
long = settings(max_examples=2000, deadline=None, suppress_health_check=slow)
FIGURES = ("quantity", "realized_gain", "income", "fees", "costs", "invested")


def positions_of(world: World) -> list[Position]:
    return list(replay(world.entries, world.actions, average_accounts=world.average_accounts).values())


def total(position: Position, name: str) -> Decimal:
    return sum((getattr(movement, name) for movement in position.movements), ZERO)


@quick
@given(worlds())
def test_the_positions_add_up(world: World) -> None:
    for position in positions_of(world):
        check_movements(position)
        check_lots(position)


def check_movements(position: Position) -> None:
    """Their changes are the totals."""
    assert total(position, "quantity") == position.quantity
    for name, figure in (("cost", "cost_basis"), ("invested", "invested"), ("fees", "fees")):
        assert total(position, name) == getattr(position, figure)
    for name in ("realized_gain", "income", "costs"):
        assert total(position, name) == getattr(position, name)
    days = [movement.day for movement in position.movements]
    assert days == sorted(days)


def check_lots(position: Position) -> None:
    """They are the position; a closed one costs nothing."""
    lots = position.lots.open()
    assert all(lot.quantity > 0 for lot in lots)
    assert sum((lot.quantity for lot in lots), ZERO) == position.quantity
    assert sum((lot.cost for lot in lots), ZERO) == position.cost_basis
    assert sum((lot.invested for lot in lots), ZERO) == position.invested


@quick
@given(worlds())
def test_no_cost_is_lost(world: World) -> None:
    """What was paid is either still in the lots, or was set against proceeds, or left with what went outside."""
    positions = positions_of(world)
    movements = [movement for position in positions for movement in position.movements]
    in_kind = {movement.entry for movement in movements if movement.in_kind < 0}
    ins = {"buy": True, "transfer_in": False}
    paired = {m.entry for m in movements if m.moved and m.entry is not None}
    bought = ZERO
    for entry in world.entries:
        if entry.kind in ins and entry.id not in paired and entry.gross is not None:
            bought += entry.gross + (entry.fee + entry.tax if ins[entry.kind] else ZERO)
    released = -sum((m.cost for m in movements if m.proceeds is not None or m.entry in in_kind), ZERO)
    assert sum((position.cost_basis for position in positions), ZERO) + released == bought


def check_positions(world: World) -> None:
    ours = replay(world.entries, world.actions, average_accounts=world.average_accounts)
    theirs = walk(world).positions
    assert {key for key, held in theirs.items() if held.quantity} <= set(ours) <= set(theirs)
    for key, position in ours.items():
        for name in FIGURES:
            assert abs(getattr(position, name) - getattr(theirs[key], name)) < TINY, (key, name)
        assert abs(position.cost_basis - theirs[key].cost) < TINY, key
        assert position.quantity == theirs[key].quantity


@quick
@given(worlds())
def test_the_positions_equal_the_oracle(world: World) -> None:
    check_positions(world)


@pytest.mark.drill
@long
@given(worlds())
def test_the_positions_of_thousands_equal_the_oracle(world: World) -> None:
    check_positions(world)
