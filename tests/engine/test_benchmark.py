"""A benchmark beside a portfolio, by hand."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.benchmark import beside, index_returns, instead, price_continuous, same_flows
from analytics.engine.carry import Step
from analytics.engine.measure import NO_DAYS, NOTHING_HELD, UNKNOWN_AMOUNTS
from analytics.engine.returns import observations_of, returns_daily, twr
from tests.engine.makers import FIRST, NAN, observed, worth_of

MONDAY = date(2024, 1, 1)


def prices(*values: float) -> np.ndarray:
    return np.array(values, float)


def test_index_returns_begin_with_the_second_price():
    returns = index_returns(date(2023, 12, 31), prices(100, 110, 110, 99))

    assert np.isnan(returns.rate[0])
    assert returns.rate[1:].tolist() == pytest.approx([0.1, 0, -0.1])
    assert twr(returns).value == pytest.approx(-0.01)
    assert observations_of(returns).day.tolist() == [MONDAY.toordinal() + i for i in range(3)]
    assert observations_of(returns).overnight.all()


def test_days_before_the_first_price_have_no_return():
    returns = index_returns(MONDAY, prices(NAN, NAN, 100, 110))
    assert np.isnan(returns.rate).tolist() == [True, True, True, False]
    assert twr(returns).value == pytest.approx(0.1)


def test_a_split_is_no_return():
    """100, 2:1 before the third day, then 51 as traded: half of 100 is carried, and 102 would be the old unit."""
    closes = observed([100, NAN, NAN, 51])
    split = Step(0, FIRST + timedelta(days=2), 0.5)
    (price,) = price_continuous(closes, [split])

    assert price.tolist() == [50, 50, 50, 51]
    assert twr(index_returns(FIRST, price)).value == pytest.approx(0.02)


def test_a_split_before_or_after_the_days_changes_none_of_them():
    steps = [Step(0, FIRST - timedelta(days=9), 0.5), Step(0, FIRST + timedelta(days=9), 0.5)]
    assert price_continuous(observed([100, 101]), steps).tolist() == [[100, 101]]


def test_a_split_of_what_is_carried_from_before():
    """Seen two days before at 100, split 2:1 the day before the first: 50 is carried."""
    step = Step(0, FIRST - timedelta(days=1), 0.5)
    assert price_continuous(observed([NAN, 55], before=[100], age=2), [step]).tolist() == [[50, 55]]


def test_the_same_flows_by_hand():
    """1,000 at 100: 10 units. 220 in at 110: 2 more. 360 out at 120: 3 fewer. 9 at 130 are 1,170."""
    worth = worth_of([1000, 1250, 900, 950], inflow=[0, 220, 0, 0], outflow=[0, 0, 360, 0], before=1000)
    same = same_flows(worth, prices(100, 105, 110, 120, 130))

    assert same.units.tolist() == pytest.approx([10, 12, 9, 9])
    assert same.value.tolist() == pytest.approx([1050, 1320, 1080, 1170])
    found = instead(worth, same)
    assert (found.value, found.difference, found.reason) == (pytest.approx(1170), pytest.approx(950 - 1170), None)
    assert found.gain == pytest.approx(1170 + 360 - 1220)


def test_money_that_comes_and_goes_on_one_day_buys_the_balance():
    worth = worth_of([0, 55], inflow=[100, 50], outflow=[100, 0])
    assert same_flows(worth, prices(7, 8, 10)).units.tolist() == [0, 5]


def test_the_rate_of_the_same_flows():
    """100 at 100, one year later 121 at 121: 21 %, while the portfolio went to 150."""
    days = 366
    price = np.full(days + 1, 100.0)
    price[-1] = 121
    worth = worth_of([100.0] * (days - 1) + [150.0], inflow=[100.0] + [0.0] * (days - 1))
    found = instead(worth, same_flows(worth, price))
    assert found.xirr.value == pytest.approx(0.21)
    assert found.difference == pytest.approx(29)


def test_more_taken_out_than_there_would_have_been():
    """The portfolio doubled, so 150 could be taken out; in the benchmark there were 100."""
    worth = worth_of([200, 50, 50], outflow=[0, 150, 0], before=100)
    same = same_flows(worth, prices(10, 10, 10, 10))
    reason = "On 2024-01-02 more was taken out than the benchmark would have been worth."

    assert same.reason == reason
    assert same.value[0] == 100
    assert np.isnan(same.value[1:]).all()
    found = instead(worth, same)
    assert np.isnan([found.value, found.gain, found.difference]).all()
    assert (found.xirr.value, found.xirr.reason) == (None, reason)


def test_all_taken_out_is_no_overdraft():
    """0.1 and 0.2 are a little more than 0.3 in floats, and a third of each a little less than a third of it."""
    worth = worth_of([0.3, 0], inflow=[0.2, 0], outflow=[0, 0.3], before=0.1)
    same = same_flows(worth, prices(3, 3, 3))
    assert same.reason is None
    assert same.value[-1] == pytest.approx(0, abs=1e-9)


def test_no_price_when_something_was_invested():
    worth = worth_of([100, 100, 150], inflow=[100, 0, 50])
    same = same_flows(worth, prices(NAN, NAN, 10, 10))
    assert same.reason == "No price of the benchmark is known on 2024-01-01, when something was invested."
    assert np.isnan(same.value).all()


def test_no_price_is_needed_before_something_is_invested():
    worth = worth_of([0, 100, 110], inflow=[0, 100, 0])
    same = same_flows(worth, prices(NAN, NAN, 10, 12))
    assert (same.reason, same.value.tolist()) == (None, [0, 100, 120])


def test_unknown_flows():
    assert same_flows(worth_of([NAN, NAN], inflow=[NAN, 0]), prices(1, 1, 1)).reason == UNKNOWN_AMOUNTS


def test_no_days():
    worth = worth_of([], before=100)
    same = same_flows(worth, prices(10))
    assert (same.value.tolist(), same.reason, instead(worth, same).value) == ([], None, 100)
    found = beside(returns_daily(worth), prices(10))
    assert (found.line.tolist(), found.twr.reason, found.excess.reason) == ([1], NO_DAYS, NO_DAYS)


def test_it_stands_beside_the_returns():
    """10 % twice beside 5 % and 10 %: 21 % less 15.5 %."""
    found = beside(returns_daily(worth_of([110, 121], before=100)), prices(100, 105, 115.5))
    assert found.line.tolist() == pytest.approx([1, 1.05, 1.155])
    assert found.twr.value == pytest.approx(0.155)
    assert found.excess.value == pytest.approx(0.055)
    assert found.twr_annualized.reason == "Needs 365 days; there are 2."


def test_it_begins_where_the_returns_begin():
    """Nothing for a day; bought on the second: from its evening on, though the benchmark had doubled before."""
    found = beside(returns_daily(worth_of([0, 100, 110], inflow=[0, 100, 0])), prices(50, 75, 100, 105))
    assert found.line.tolist() == pytest.approx([NAN, NAN, 1, 1.05], nan_ok=True)
    assert found.twr.value == pytest.approx(0.05)
    assert found.excess.value == pytest.approx(0.05)


def test_what_was_bought_on_the_last_day_has_nothing_beside_it_yet():
    found = beside(returns_daily(worth_of([110], inflow=[100])), prices(50, 60))
    assert (found.twr.value, found.twr.reason) == (None, NO_DAYS)
    assert found.line.tolist() == pytest.approx([NAN, 1], nan_ok=True)


def test_prices_that_begin_later_are_compared_with_nothing():
    found = beside(returns_daily(worth_of([110, 121, 121], before=100)), prices(NAN, NAN, 50, 55))
    reason = "The benchmark has no price before 2024-01-02, when the period had begun."
    assert found.twr.reason == found.twr_annualized.reason == found.excess.reason == reason
    assert found.line.tolist() == pytest.approx([NAN, NAN, 1, 1.1], nan_ok=True)


def test_where_nothing_was_held_the_benchmark_has_its_own_return():
    found = beside(returns_daily(worth_of([0, 0])), prices(50, 55, 60))
    assert found.twr.value == pytest.approx(0.2)
    assert found.excess.reason == NOTHING_HELD


paid_in = st.just(0.0) | st.floats(1, 500)
moves = st.lists(st.tuples(st.floats(0.8, 1.25), paid_in, st.floats(0, 0.9)), min_size=2, max_size=40)


@settings(max_examples=50, deadline=None)
@given(moves, st.floats(1, 1e5))
def test_who_bought_the_benchmark_has_what_the_same_flows_give(days, start):
    """At its closes: then it is worth the same on every day, but for amounts too small to count."""
    price, units = [start], [0.0]
    value, inflow, outflow = [], [], []
    for factor, paid, share in days:
        price.append(price[-1] * factor)
        taken = units[-1] * share
        units.append(units[-1] + paid / price[-1] - taken)
        inflow.append(paid)
        outflow.append(taken * price[-1])
        value.append(units[-1] * price[-1])
    worth = worth_of(value, inflow=inflow, outflow=outflow)
    same = same_flows(worth, np.array(price))

    assert same.reason is None
    np.testing.assert_allclose(same.value, value, rtol=1e-9, atol=1e-3)
    assert instead(worth, same).difference == pytest.approx(0, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.8, 1.25), min_size=2, max_size=60), st.floats(1, 1e6))
def test_who_bought_the_benchmark_once_has_its_return(factors, paid):
    price = 100 * np.cumprod([1.0, *factors])
    value = paid * price[1:] / price[1]
    found = beside(returns_daily(worth_of(value.tolist(), inflow=[paid, *[0.0] * (len(value) - 1)])), price)

    assert found.excess.value == pytest.approx(0, abs=1e-9)
    assert found.line[1:].tolist() == pytest.approx((price[1:] / price[1]).tolist())
    ratios = [later / earlier for earlier, later in pairwise(found.line[1:].tolist())]
    assert ratios == pytest.approx(factors[1:])
