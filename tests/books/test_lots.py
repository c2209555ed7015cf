"""Lots: first in first out, average cost, and no unit or paisa lost by rounding."""

from decimal import Decimal

import pytest

from portfolio.books.lots import AverageLots, FifoLots, Lot
from tests.books.makers import FEB, JAN, MAR, D, entry, lots, position


def test_selling_half_keeps_the_average_cost() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("sell", FEB, 5, 600))
    assert (held.quantity, held.cost_basis, held.cost_basis / held.quantity) == (5, 500, 100)
    assert held.realized_gain == 100  # 600 - 5 × 100


def test_first_in_first_out_takes_the_oldest() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000), entry("sell", MAR, 15, 3000))
    assert lots(held) == [(FEB, 5, 1000)]
    assert held.realized_gain == 1000  # 3,000 - (1,000 + 5 × 200)


def test_average_cost_takes_the_same_of_all() -> None:
    held = position(
        entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000), entry("sell", MAR, 15, 3000), average=True
    )
    assert held.realized_gain == 750  # 3,000 - 15 × 150
    assert held.cost_basis == 750
    assert lots(held) == [(JAN, D("2.5"), 250), (FEB, D("2.5"), 500)]


def test_fees_of_a_purchase_are_cost_and_those_of_a_sale_lower_the_proceeds() -> None:
    held = position(entry("buy", JAN, 10, 1000, fee=15, tax=5), entry("sell", FEB, 5, 600, fee=8, tax=2))
    assert (held.cost_basis, held.invested) == (510, 500)
    assert held.realized_gain == 80  # 600 - 10 - 510
    assert (held.fees, held.costs) == (30, 0)


@pytest.mark.parametrize("average", [False, True])
def test_thirds_lose_no_cost(average: bool) -> None:
    """Three units for 100: each third is 33.33… and what rounding leaves goes with the last."""
    sales = [entry("sell", FEB, 1, 40) for _ in range(3)]
    held = position(entry("buy", JAN, 3, 100), *sales, average=average)
    assert (held.quantity, held.cost_basis, held.realized_gain) == (0, 0, 20)
    costs = [movement.cost for movement in held.movements if movement.proceeds is not None]
    assert sum(costs) == -100


def test_a_sold_position_keeps_its_gain_and_starts_anew() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("sell", FEB, 10, 1500), entry("buy", MAR, 4, 800))
    assert (held.realized_gain, held.quantity, held.cost_basis) == (500, 4, 800)
    assert len(held.movements) == 3
    assert (held.first_on, held.last_on) == (JAN, MAR)


def test_the_proceeds_go_to_the_lots_by_quantity() -> None:
    held = position(entry("buy", JAN, 1, 10), entry("buy", FEB, 2, 20), entry("sell", MAR, 3, 100))
    assert [m.proceeds for m in held.movements if m.proceeds is not None] == [
        D("33.333333333333"),
        D("66.666666666667"),
    ]


def test_nav_and_coins_of_many_decimals_are_exact() -> None:
    nav = position(entry("buy", JAN, "81.0002", D("81.0002") * D("12.34567")), asset=10)
    assert nav.cost_basis == D("1000.001739134")  # 81.0002 × 12.34567
    coin = position(entry("buy", JAN, "1234567.89", D("1234567.89") * D("0.00001234")))
    assert coin.cost_basis == D("15.2345677626")  # 1,234,567.89 × 0.00001234


def test_an_older_lot_goes_before_a_younger_one() -> None:
    pool = FifoLots()
    pool.add(Lot(FEB, D(1), D(20), D(20)))
    pool.add(Lot(JAN, D(1), D(10), D(10)))
    assert [lot.cost for lot in pool.take_lots(D(2))] == [10, 20]


@pytest.mark.parametrize("dust_first", [False, True])
def test_dust_of_a_pool_can_leave(dust_first: bool) -> None:
    """1 and 0.00000001 bought, 1 sold: the 0.00000001 that is left is of both lots, and moves out whole."""
    pool = AverageLots()
    sizes = [Decimal("0.00000001"), Decimal(1)]
    for size in sizes if dust_first else sizes[::-1]:
        pool.add(Lot(JAN, size, size * 100, size * 100))
    pool.take(Decimal(1))
    assert pool.quantity == Decimal("0.00000001")
    parts = pool.take_lots(pool.quantity)
    assert sum(part.quantity for part in parts) == Decimal("0.00000001")
    assert sum(part.cost for part in parts) == Decimal("0.000001")
    assert all(part.quantity > 0 and part.cost >= 0 for part in parts)
    assert pool.open() == []


def test_a_part_of_a_pool_of_dust_takes_no_more_than_is_there() -> None:
    pool = AverageLots()
    for size in ("6e-13", "6e-13", "1e-13"):
        pool.add(Lot(JAN, Decimal(size), Decimal(1), Decimal(1)))
    parts = pool.take_lots(Decimal("6.5e-13"))
    assert [part.quantity for part in parts] == [Decimal("3e-13"), Decimal("3e-13"), Decimal("0.5e-13")]
    assert sum(lot.quantity for lot in pool.open()) == Decimal("6.5e-13")
