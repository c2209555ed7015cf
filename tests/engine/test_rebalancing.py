"""The trades that restore targets: worked by hand, and what holds of every portfolio."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.rebalancing import Rebalanced, Standing, Wish, rebalance
from analytics.engine.whole_units import Line

CASH = 0
NOISE = 1e-5


def line(part: int, held: str, unit: float, decimals: int = 0) -> Line:
    return Line(part, Decimal(held), unit, decimals)


def standing(cash: float, targets: list[float], *lines: Line, unpriced: tuple[float, ...] = ()) -> Standing:
    """Part 0 is money; what cannot be traded, `unpriced`, counts in its part."""
    value = np.zeros(len(targets))
    value[: len(unpriced)] = unpriced
    for one in lines:
        value[one.part] += one.value
    value[CASH] += cash
    money, keeps = np.zeros(len(targets)), np.zeros(len(targets), bool)
    money[CASH], keeps[CASH] = cash, True
    return Standing(value, money, np.array(targets), keeps, lines)


def quantities(found: Rebalanced) -> dict[int, Decimal]:
    return {trade.line: trade.quantity for trade in found.trades}


def test_two_assets_and_money():
    """Owned: 700 of A at 70, 200 of B at 50, 100 of money; wanted 50 %, 40 %, 10 % of 1000.

    A is 200 over: 2 units for 140, and not a third. Money keeps its 100, so B gets 140 of the 200 it misses: 2 units
    for 100. 40 more of money are left than are wanted.
    """
    found = rebalance(standing(100, [0.1, 0.5, 0.4], line(1, "10", 70), line(2, "4", 50)), Wish())

    assert quantities(found) == {0: -2, 1: 2}
    np.testing.assert_allclose(found.weight, [0.1, 0.7, 0.2])
    np.testing.assert_allclose(found.drift, [0.0, 0.2, -0.2], atol=1e-15)
    np.testing.assert_allclose(found.amount, [60, -200, 140])
    np.testing.assert_allclose(found.weight_after, [0.14, 0.56, 0.3])
    assert (found.cash, found.left_over) == pytest.approx((140, 40))


def test_what_is_sold_to_the_last_unit_weighs_nothing():
    """The sum of floats that it was worth is a hair above the 0.3 that three units bring."""
    before = standing(1, [1, 0], line(1, "3", 0.1))
    found = rebalance(replace(before, value=np.array([1, 0.1 + 0.2 + 1e-15])), Wish())

    assert quantities(found) == {0: -3}
    assert found.weight_after[1] == 0


def test_within_a_part_in_proportion_to_what_is_held():
    """A part of 900 in A at 100 and 300 in B at 50 is to lose 600: 450 of A, 150 of B.

    Of A that is 4 units (400), of B 3 (150). The 50 that A lost by rounding pay for no unit of A more.
    """
    found = rebalance(standing(0, [0.5, 0.5], line(1, "9", 100), line(1, "6", 50)), Wish())

    assert quantities(found) == {0: -4, 1: -3}
    assert found.cash == pytest.approx(550)


def test_what_rounding_left_pays_for_one_more():
    """1000 of new money for three shares at 150, held equally: 333.33 each pays for 2, and the 100 left for none.

    With 1100 it is 366.67 each: 2 units, and the 200 that are left pay for one more.
    """
    shares = [line(1, "2", 150), line(1, "2", 150), line(1, "2", 150)]

    assert sum(quantities(rebalance(standing(0, [0, 1], *shares), Wish(add=1000))).values()) == 6
    assert sum(quantities(rebalance(standing(0, [0, 1], *shares), Wish(add=1100))).values()) == 7


def test_parts_of_units_where_they_are_traded():
    """Of 1000 a fund at 33 gets 500 and a coin at 7,000,000 the other 500: 15.151 and 0.00007142 units."""
    funds = [line(1, "0", 33, 3), line(2, "0", 7_000_000, 8)]
    found = rebalance(standing(1000, [0, 0.5, 0.5], *funds), Wish())

    assert quantities(found) == {0: Decimal("15.151"), 1: Decimal("0.00007142")}


def test_all_of_it_is_sold_to_the_last_fraction():
    found = rebalance(standing(0, [1, 0], line(1, "3.7", 10)), Wish())

    assert quantities(found) == {0: Decimal("-3.7")}
    assert found.cash == pytest.approx(37)
    np.testing.assert_allclose(found.weight_after, [1, 0], atol=1e-15)


def test_without_sales_the_money_is_split_over_what_is_missing():
    """Owned: 600 A, 300 B, 100 C, no money; wanted a third each of 1000 + 200.

    Wanted are 400 each: 100 of B and 300 of C are missing, and 200 are there: 50 for B and 150 for C.
    """
    lines = [line(1, "60", 10), line(2, "30", 10), line(3, "10", 10)]
    found = rebalance(standing(0, [0, 1 / 3, 1 / 3, 1 / 3], *lines), Wish(add=200, may_sell=False))

    assert quantities(found) == {1: 5, 2: 15}
    np.testing.assert_allclose(found.amount, [0, 0, 50, 150], atol=1e-9)


def test_money_over_its_target_counts_without_sales():
    found = rebalance(standing(500, [0.2, 0.5, 0.3], line(1, "40", 10), line(2, "10", 10)), Wish(may_sell=False))

    # Wanted: 200 money, 500 A, 300 B. 300 over; A misses 100 and B 200: all of it.
    assert quantities(found) == {0: 10, 1: 20}


def test_money_under_its_target_comes_first():
    found = rebalance(standing(0, [0.5, 0.5, 0], line(1, "50", 10), line(2, "50", 10)), Wish(add=100, may_sell=False))

    # Wanted are 550 of money, so the 100 stay money.
    assert found.trades == ()
    assert found.cash == 100


def test_taking_money_out():
    """1000 of A at 300 and 100 in money; 500 go out. 400 have to be raised: 2 units are 600, but one is too little."""
    found = rebalance(standing(100, [0, 1], line(1, "10", 300)), Wish(add=-500))

    assert quantities(found) == {0: -2}
    assert found.cash == pytest.approx(200)


def test_taking_out_more_than_sales_raise():
    found = rebalance(standing(0, [0, 1], line(1, "10", 30)), Wish(add=-100, may_sell=False))

    assert (found.trades, found.cash, found.left_over) == ((), -100, 0)
    assert np.isnan(found.weight_after).all()


def test_small_trades_are_left_out():
    """A is 20 over and B 20 under: both trades are worth 20."""
    owned = standing(0, [0, 0.5, 0.5], line(1, "52", 10), line(2, "48", 10))

    assert quantities(rebalance(owned, Wish(minimum=20))) == {0: -2, 1: 2}
    assert rebalance(owned, Wish(minimum=20.01)).trades == ()


def test_a_part_of_which_nothing_is_held_keeps_its_money():
    """Half is to be in a part without an asset: 500 are raised for it, and left over until one is chosen."""
    found = rebalance(standing(0, [0, 0.5, 0.5], line(1, "10", 100)), Wish())

    assert quantities(found) == {0: -5}
    np.testing.assert_allclose(found.amount, [0, -500, 500])
    assert (found.cash, found.left_over) == (500, 500)


def test_what_has_no_price_stays():
    """Part 1 is 600, of which 400 cannot be traded, and is to be nothing: the 200 of A go."""
    found = rebalance(standing(0, [0.6, 0], line(1, "2", 100), unpriced=(0, 400)), Wish())

    assert quantities(found) == {0: -2}
    np.testing.assert_allclose(found.weight_after, [1 / 3, 2 / 3])


def test_money_in_its_currency_changes_in_proportion():
    """Rupees: 600 of A and 200 of money; dollars: 200 of money. Wanted: half each.

    The rupees lose 300: 225 of A at 10 and 75 of money. 22 units are sold; the dollars should have 500, and get
    their 200, the 75 and the 220.
    """
    owned = Standing(
        value=np.array([800.0, 200.0]), money=np.array([200.0, 200.0]), target=np.array([0.5, 0.5]),
        keeps_money=np.array([True, True]), lines=(line(0, "60", 10),),
    )  # fmt: skip
    found = rebalance(owned, Wish())

    assert quantities(found) == {0: -22}
    np.testing.assert_allclose(found.amount, [-300, 300])
    assert found.cash == pytest.approx(620)  # 125 are to be rupees and 500 dollars: 5 are missing
    np.testing.assert_allclose(found.weight_after.sum(), 1)


def test_nothing_is_owned():
    nothing = Standing(np.zeros(2), np.zeros(2), np.array([0.5, 0.5]), np.array([True, False]), ())

    assert np.isnan(rebalance(nothing, Wish()).weight).all()
    assert rebalance(nothing, Wish()).trades == ()
    np.testing.assert_allclose(rebalance(nothing, Wish(add=100)).amount, [50, 50])
    np.testing.assert_allclose(rebalance(nothing, Wish(add=100)).weight_after, [1, 0])


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    parts = draw(st.integers(1, 4)) + 1
    shares = draw(st.lists(st.integers(0, 10), min_size=parts, max_size=parts).filter(any))
    lines = draw(
        st.lists(
            st.builds(
                Line,
                part=st.integers(1, parts - 1),
                held=st.decimals("0.001", "1000", places=3),
                unit=st.floats(0.01, 1e5),
                decimals=st.sampled_from((0, 0, 3, 8)),
            ),
            max_size=8,
        )
    )
    cash = draw(st.floats(0, 1e5))
    return standing(cash, [share / sum(shares) for share in shares], *lines)


wishes = st.builds(
    Wish, add=st.floats(0, 1e5), may_sell=st.booleans(), minimum=st.one_of(st.just(0.0), st.floats(0, 1e4))
)
some = settings(max_examples=50, deadline=None)


@some
@given(standings(), wishes)
def test_money_is_conserved_and_suffices(owned: Standing, wish: Wish) -> None:
    found = rebalance(owned, wish)
    spent = sum(float(trade.quantity) * owned.lines[trade.line].unit for trade in found.trades)
    assert found.cash == pytest.approx(float(owned.money.sum()) + wish.add - spent, rel=1e-9, abs=NOISE)
    assert found.cash >= 0
    assert float(found.amount.sum()) == pytest.approx(wish.add, rel=1e-9, abs=NOISE)


@some
@given(standings(), wishes)
def test_trades_are_possible(owned: Standing, wish: Wish) -> None:
    for trade in rebalance(owned, wish).trades:
        one = owned.lines[trade.line]
        assert trade.quantity >= -one.held
        assert abs(trade.worth) >= wish.minimum - NOISE
        assert trade.quantity % one.smallest == 0 or trade.quantity == -one.held
        assert trade.quantity > 0 or wish.may_sell


@some
@given(standings(), wishes)
def test_no_part_overshoots_its_target(owned: Standing, wish: Wish) -> None:
    """So that with each trade the part is nearer to it than without."""
    found = rebalance(owned, wish)
    total = float(owned.value.sum()) + wish.add
    after = owned.value.copy()
    for trade in found.trades:
        after[owned.lines[trade.line].part] += trade.worth
    missing, still = owned.target * total - owned.value, owned.target * total - after
    for part in range(1, len(after)):
        assert min(0, missing[part]) - NOISE <= still[part] <= max(0, missing[part]) + NOISE


@some
@given(standings())
def test_each_part_with_an_asset_is_within_a_unit_of_its_target(owned: Standing) -> None:
    """Sales lose less than a unit of one asset by rounding, purchases too, and what sales lost, purchases lack."""
    found = rebalance(owned, Wish())
    after = found.weight_after * owned.value.sum()
    allowed = sum(one.unit for one in owned.lines) + NOISE
    with_assets = {one.part for one in owned.lines}
    for part in with_assets:
        assert abs(after[part] - owned.target[part] * owned.value.sum()) <= allowed


@some
@given(standings())
def test_without_drift_nothing_is_traded(owned: Standing) -> None:
    if owned.value.sum() > 0:
        at_rest = replace(owned, target=owned.value / owned.value.sum())
        assert rebalance(at_rest, Wish()).trades == ()
        assert rebalance(at_rest, Wish(may_sell=False)).trades == ()


@some
@given(standings(), st.floats(0.01, 0.99))
def test_what_is_taken_out_is_raised(owned: Standing, share: float) -> None:
    out = share * float(owned.value.sum())
    assert rebalance(owned, Wish(add=-out)).cash >= 0


@some
@given(standings(), wishes)
def test_weights_after_are_all_there_is(owned: Standing, wish: Wish) -> None:
    found = rebalance(owned, wish)
    if owned.value.sum() + wish.add > 1:
        assert (found.weight_after >= 0).all()
        assert found.weight_after.sum() == pytest.approx(1)
