"""Movements: what they say, packed and unpacked, and the first day on which two differ."""

from datetime import date
from decimal import Decimal

import numpy as np

from portfolio.books.movements import DTYPE, Movement, first_difference, pack, unpack
from tests.books.makers import FEB, JAN, MAR, D, entry, position


def test_packing_keeps_every_value() -> None:
    movement = Movement(
        day=FEB, basis_day=JAN, quantity=D("-2.5"), cost=D(-250), invested=D(-240), basis_rate=D("80.25"),
        basis_currency="INR", release=D("0.25"), rate=D("81.5"), rate_currency="USD", proceeds=D(300), income=D(1),
        costs=D(2), fees=D(3), cash=D(299), external=D(4), in_kind=D(5), moved=D(6),
    )  # fmt: skip
    (row,) = unpack(pack([movement]))
    assert date.fromordinal(int(row["day"])) == FEB
    assert date.fromordinal(int(row["basis_day"])) == JAN
    assert (row["basis_currency"], row["rate_currency"]) == (b"INR", b"USD")
    for name in set(DTYPE.names or ()) - {"day", "basis_day", "basis_currency", "rate_currency"}:
        assert row[name] == float(getattr(movement, name)), name


def test_what_is_not_there_is_nan() -> None:
    (row,) = unpack(pack([Movement(JAN, JAN)]))
    assert all(np.isnan(row[name]) for name in ("basis_rate", "release", "rate", "proceeds"))
    assert row["basis_currency"] == b""


def test_unpacking_copies_nothing_and_cannot_be_written() -> None:
    packed = pack([Movement(JAN, JAN)] * 3)
    assert len(packed) == 3 * DTYPE.itemsize
    rows = unpack(memoryview(packed))
    assert len(rows) == 3
    assert not rows.flags.writeable
    assert len(unpack(b"")) == 0


def test_the_gain_of_a_movement_is_what_it_brought_less_its_cost() -> None:
    assert Movement(JAN, JAN, cost=D(-100), proceeds=D(130)).realized_gain == 30
    assert Movement(JAN, JAN, cost=D(-100)).realized_gain == 0
    assert Movement(JAN, JAN, cost=D(-100), proceeds=D(0)).realized_gain == -100


def packed(*days: date, quantity: int = 1) -> bytes:
    return pack([Movement(day, day, quantity=Decimal(quantity)) for day in days])


def test_the_first_difference() -> None:
    assert first_difference(packed(JAN, FEB), packed(JAN, FEB)) is None
    assert first_difference(b"", b"") is None
    assert first_difference(b"", packed(FEB, MAR)) == FEB
    assert first_difference(packed(JAN, FEB), packed(JAN)) == FEB
    assert first_difference(packed(JAN, MAR), packed(JAN, FEB, MAR)) == FEB
    assert first_difference(packed(JAN, FEB), packed(JAN, FEB, quantity=2)) == JAN
    assert first_difference(packed(JAN, FEB, FEB), packed(JAN, FEB, MAR)) == FEB


def test_a_lot_is_released_at_the_day_and_rate_of_its_purchase() -> None:
    held = position(
        entry("buy", JAN, 10, 1000, rate=80, rate_currency="USD"),
        entry("sell", MAR, 10, 1500, rate=85, rate_currency="USD"),
    )
    sale = held.movements[-1]
    assert (sale.basis_day, sale.basis_rate, sale.basis_currency) == (JAN, 80, "USD")
    assert (sale.day, sale.rate, sale.rate_currency, sale.release) == (MAR, 85, "USD", None)


def test_a_sale_of_a_pool_releases_its_share() -> None:
    held = position(entry("buy", JAN, 10, 1000), entry("buy", FEB, 10, 2000), entry("sell", MAR, 5, 900), average=True)
    assert held.movements[-1].release == D("0.25")
    assert len(held.movements) == 3
