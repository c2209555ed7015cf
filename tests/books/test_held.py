"""Since when units are held: first in, first out, also where they share one cost, and through all that moves them."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.books.events import QUANTUM, ZERO, Action, Entry
from portfolio.books.held import Held, Units, resized, shares
from portfolio.books.lots import Lot
from portfolio.books.position import Position
from portfolio.books.replay import replay
from tests.books.makers import APR, AWAY, FEB, GOLD, HOME, JAN, MAR, MAY, SILVER, D, action, entry, position
from tests.oracle.strategies import worlds
from tests.oracle.world import World

quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def closed(held: Position) -> list[list[tuple[date, Decimal]]]:
    """Of each sale: (day since which they were held, units)."""
    return [[(u.acquired, u.quantity) for u in m.closed] for m in held.movements if m.proceeds is not None]


def blocks(held: Position) -> list[tuple[list[tuple[date, Decimal]], Decimal]]:
    """Of each block that is open: its units by day, and what they cost."""
    return [([(u.acquired, u.quantity) for u in lot.units], lot.cost) for lot in held.lots.blocks()]


def test_first_in_first_out_closes_lot_by_lot() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000), entry("sell", MAR, 15, 3000))
    assert closed(held) == [[(JAN, 10)], [(FEB, 5)]]
    assert blocks(held) == [([(FEB, 5)], 1000)]


def test_of_a_pool_the_oldest_units_are_sold_at_the_average_cost() -> None:
    """Units at 150 each; the 15 are the 10 of January and 5 of February, and 5 of February are left."""
    held = position(
        entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000), entry("sell", MAR, 15, 3000), average=True
    )
    assert closed(held) == [[(JAN, 10), (FEB, 5)]]
    assert [-m.cost for m in held.movements if m.proceeds is not None] == [2250]
    assert blocks(held) == [([(FEB, 5)], 750)]


def test_a_split_keeps_the_days() -> None:
    held = position(
        entry("buy", JAN, 10, 1000),
        entry("buy", FEB, 10, 2000),
        entry("sell", MAR, 4, 800),
        action("split", APR, 2),
        entry("sell", MAY, 20, 2000),
        average=True,
    )
    assert closed(held) == [[(JAN, 4)], [(JAN, 12), (FEB, 8)]]
    assert blocks(held) == [([(FEB, 12)], 900)]  # 16 × 150 = 2,400 for 32; 12 are left


@pytest.mark.parametrize("average", [[HOME, AWAY], [HOME]])
def test_what_leaves_a_pool_takes_the_days_that_are_left(average: Sequence[int]) -> None:
    """All units of January were sold, so what moves is of February, although its cost is partly that of January."""
    books = replay(
        [
            entry("buy", JAN, 10, 1000),
            entry("buy", FEB, 10, 2000),
            entry("sell", MAR, 10, 2000),
            entry("transfer_out", APR, 4),
            entry("transfer_in", APR, 4, None, account=AWAY),
            entry("sell", MAY, 3, 600, account=AWAY),
        ],
        average_accounts=average,
    )
    home, away = books[HOME, GOLD, "INR"], books[AWAY, GOLD, "INR"]
    assert {day for units in closed(away) for day, _ in units} == {FEB}
    assert [units for units, _ in blocks(away)] == [[(FEB, 1)]]
    assert blocks(home) == [([(FEB, 6)], 900)]


def test_what_is_spun_off_is_held_since_its_origin() -> None:
    """Of 20 units 10 are left, of February; 5 children, half for each, take 30 % of the cost of 1,500."""
    events: list[Entry | Action] = [
        entry("buy", JAN, 10, 1000),
        entry("buy", FEB, 10, 2000),
        entry("sell", MAR, 10, 2000),
        action("spinoff", APR, "0.5", new_asset=SILVER, cost_fraction="0.3"),
    ]
    assert blocks(position(*events, average=True, asset=SILVER)) == [([(FEB, 5)], 450)]
    assert blocks(position(*events, average=True)) == [([(FEB, 10)], 1050)]


@pytest.mark.parametrize("average", [False, True])
def test_the_cash_of_a_merger_is_for_the_old_units(average: bool) -> None:
    held = position(
        entry("buy", JAN, 10, 1000),
        entry("buy", FEB, 10, 2000),
        action("merger", MAR, 0, cash_per_share=200),
        average=average,
    )
    assert closed(held) == [[(JAN, 10)], [(FEB, 10)]]
    assert held.realized_gain == 1000


def test_those_of_one_day_are_one_and_older_ones_go_first() -> None:
    held = Held([Units(FEB, D(2)), Units(JAN, D(1)), Units(FEB, D(3)), Units(JAN, D(1))])
    assert held.all() == (Units(JAN, D(2)), Units(FEB, D(5)))
    assert held.take(D(3)) == (Units(JAN, D(2)), Units(FEB, D(1)))
    assert held.all() == (Units(FEB, D(4)),)


def test_resizing_loses_no_unit() -> None:
    thirds = resized([Units(JAN, D(1)), Units(FEB, D(1)), Units(MAR, D(1))], D(1))
    assert [units.quantity for units in thirds] == [D("0.333333333333"), D("0.333333333333"), D("0.333333333334")]
    assert resized([Units(JAN, D("1e-12")), Units(FEB, D(1))], D("0.1")) == (Units(FEB, D("0.1")),)


def test_shares_add_up() -> None:
    assert shares(D(100), [D(1), D(2)]) == [D("33.333333333333"), D("66.666666666667")]
    assert shares(D("1e19"), [D(1), D(1), D(1)])[0] == D("3333333333333333333.333333333333")


def test_a_part_of_a_lot_takes_its_oldest_units() -> None:
    lot = Lot(JAN, D(4), D(40), D(40), held=(Units(JAN, D(1)), Units(FEB, D(3))))
    part = lot.split_off(D(2))
    assert part.units == (Units(JAN, D(1)), Units(FEB, D(1)))
    assert lot.units == (Units(FEB, D(2)),)


@quick
@given(worlds())
def test_units_and_costs_add_up(world: World) -> None:
    for held in replay(world.entries, world.actions, average_accounts=world.average_accounts).values():
        for movement in held.movements:
            if movement.proceeds is None:
                assert movement.closed == ()
                continue
            assert all(units.quantity > 0 and units.acquired <= movement.day for units in movement.closed)
            days = [units.acquired for units in movement.closed]
            assert days == sorted(set(days))
            if movement.entry is not None:  # a merger takes the units away in a movement of its own
                assert sum((units.quantity for units in movement.closed), ZERO) == -movement.quantity
        opened = held.lots.blocks()
        assert sum((u.quantity for lot in opened for u in lot.units), ZERO) == held.quantity
        assert sum((lot.cost for lot in opened), ZERO) == held.cost_basis


@st.composite
def trades(draw: st.DrawFn) -> list[Entry]:
    """Purchases and sales of one asset; a sale is of some tenths of what is there, so that all can be sold."""
    quantity, entries = ZERO, []
    for number in range(draw(st.integers(1, 25))):
        day = JAN + timedelta(days=number // 2)
        if quantity and draw(st.booleans()):
            sold = (quantity * draw(st.integers(1, 10)) / 10).quantize(QUANTUM)
            entries.append(entry("sell", day, sold, 100))
            quantity -= sold
        else:
            bought = Decimal(draw(st.integers(1, 10**6))) / 1000
            entries.append(entry("buy", day, bought, draw(st.integers(0, 1000))))
            quantity += bought
    return entries


def sold_by_day(entries: list[Entry], sale: Entry, *, average: list[int]) -> dict[date, Decimal]:
    sold: dict[date, Decimal] = {}
    for movement in replay(entries, average_accounts=average)[HOME, GOLD, "INR"].movements:
        for units in movement.closed if movement.entry == sale.id else ():
            sold[units.acquired] = sold.get(units.acquired, ZERO) + units.quantity
    return sold


@quick
@given(trades())
def test_a_pool_sells_the_units_that_first_in_first_out_would(entries: list[Entry]) -> None:
    for sale in (one for one in entries if one.kind == "sell"):
        by_day = [sold_by_day(entries, sale, average=average) for average in ([], [HOME])]
        assert by_day[0] == by_day[1]


@st.composite
def moves(draw: st.DrawFn) -> list[Entry]:
    """Purchases, sales and moves between two accounts."""
    held, entries = {HOME: ZERO, AWAY: ZERO}, []
    for number in range(draw(st.integers(2, 25))):
        day, account = JAN + timedelta(days=number), draw(st.sampled_from([HOME, AWAY]))
        part = (held[account] * draw(st.integers(1, 10)) / 10).quantize(QUANTUM)
        kind = draw(st.sampled_from(["buy", "sell", "move"])) if part else "buy"
        if kind == "buy":
            part = -Decimal(draw(st.integers(1, 1000)))
            entries.append(entry("buy", day, -part, 100, account=account))
        elif kind == "sell":
            entries.append(entry("sell", day, part, 100, account=account))
        else:
            other = HOME + AWAY - account
            entries.append(entry("transfer_out", day, part, account=account))
            entries.append(entry("transfer_in", day, part, None, account=other))
            held[other] += part
        held[account] -= part
    return entries


@quick
@given(moves(), st.sampled_from([[HOME], [AWAY], [HOME, AWAY], []]))
def test_no_unit_is_sold_twice_or_lost(entries: list[Entry], average: list[int]) -> None:
    """By day of acquisition: what was bought is what was sold and what is open, wherever it went in between."""
    positions = replay(entries, average_accounts=average).values()
    seen: dict[date, Decimal] = {}
    for held in positions:
        sold = [units for movement in held.movements for units in movement.closed]
        for units in (*sold, *(units for lot in held.lots.blocks() for units in lot.units)):
            seen[units.acquired] = seen.get(units.acquired, ZERO) + units.quantity
    assert seen == {one.day: one.quantity for one in entries if one.kind == "buy"}
