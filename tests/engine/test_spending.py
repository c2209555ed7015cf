"""Sums by category and month are whole numbers that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.savings import income_to_spent, mean_of, runway, savings_rate
from analytics.engine.spending import NO_PARENT, Sums, by_month, converted_units, fits

FOOD, COFFEE, BEANS, RENT = range(4)


def sums(*units: list[int], unknown: int | None = None) -> Sums:
    """Of one entry in each month of each line."""
    values = np.array(units, np.int64)
    return Sums(values, np.ones_like(values), np.arange(len(values))[:, None].repeat(values.shape[1], 1) == unknown)


def test_a_line_has_all_that_is_below_it():
    """Beans are coffee, coffee is food; rent is by itself."""
    rolled = sums([1, 0], [10, 20], [100, 0], [7, 7]).rolled_up(np.array([NO_PARENT, FOOD, COFFEE, NO_PARENT]))
    assert rolled.units.tolist() == [[111, 20], [110, 20], [100, 0], [7, 7]]
    assert rolled.count[:, 0].tolist() == [3, 2, 1, 1]


def test_what_is_not_known_is_not_known_above():
    parent = np.array([NO_PARENT, FOOD, COFFEE, NO_PARENT])
    rolled = sums([1], [10], [0], [7], unknown=BEANS).rolled_up(parent)
    assert rolled.unknown[:, 0].tolist() == [True, True, True, False]
    assert rolled.total(parent == NO_PARENT).unknown.tolist() == [True]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_the_tops_of_any_tree_are_the_whole(data: st.DataObject):
    """Each line hangs below one that was drawn before it, or below none."""
    count = data.draw(st.integers(0, 12))
    parent = np.array([data.draw(st.integers(NO_PARENT, line - 1)) for line in range(count)], np.int64)
    amounts = data.draw(st.lists(st.integers(-(10**15), 10**15), min_size=count, max_size=count))
    order = np.array(data.draw(st.permutations(range(count))), np.int64)
    place = np.argsort(order)  # so that a child may stand before its parent
    own = np.array(amounts, np.int64).reshape(count, 1)[order]
    above = np.where(parent[order] == NO_PARENT, NO_PARENT, place[parent[order]]) if count else parent
    rolled = Sums(own, np.ones_like(own), own < 0).rolled_up(above)
    assert rolled.total(above == NO_PARENT).units.tolist() == [sum(amounts)]
    assert rolled.total(above == NO_PARENT).count.tolist() == [count]


def test_the_days_of_a_year_become_its_months():
    leap, common = np.zeros((1, 366), np.int64), np.zeros((1, 366), np.int64)
    leap[0, [0, 30, 31, 59, 60, 365]] = [1, 2, 10, 20, 100, 1000]  # 1 and 31 Jan, 1 and 29 Feb, 1 Mar, 31 Dec
    common[0, [58, 59, 364]] = [5, 50, 500]  # 28 Feb, 1 Mar, 31 Dec
    assert by_month(leap, 2024)[0].tolist() == [3, 30, 100, *[0] * 8, 1000]
    assert by_month(common, 2023)[0].tolist() == [0, 5, 50, *[0] * 8, 500]


def test_each_day_is_converted_at_its_own_rate_and_rounded_once():
    """1.0001 at 83.25 is 83.258325, the nearest ten-thousandth of which is 83.2583."""
    assert converted_units(np.array([10_001, 20_000]), np.array([83.25, 84.0])).tolist() == [832_583, 1_680_000]


def test_what_does_not_fit_is_noticed_and_wraps_nowhere():
    huge = converted_units(np.array([10**16]), np.array([1e6]))
    assert huge.tolist() == [2**62]
    assert not fits(huge)
    assert fits(np.array([2**60, -(2**61)]))
    assert not fits(np.array([2**61, -(2**61)]))


def test_the_savings_rate_needs_an_income():
    assert savings_rate(income=500, spent=400).value == pytest.approx(0.2)
    assert savings_rate(income=500, spent=600).value == pytest.approx(-0.2)
    assert savings_rate(income=500, spent=0).value == 1.0
    for income in (0, -5):
        assert savings_rate(income=income, spent=1).reason == "There was no income."
    assert savings_rate(income=None, spent=1).reason == "Some amounts are not known in this currency."


def test_income_against_expense():
    assert income_to_spent(income=500, spent=400).value == pytest.approx(1.25)
    assert income_to_spent(income=0, spent=400).value == 0.0
    assert income_to_spent(income=500, spent=0).reason == "Nothing was spent."
    assert income_to_spent(income=500, spent=None).reason == "Some amounts are not known in this currency."


def test_the_mean_is_rounded_to_a_unit():
    assert mean_of([1, 2, 2]) == 2  # 1.67
    assert mean_of([]) is None
    assert mean_of([1, None]) is None


def test_money_lasts_for_so_many_months():
    assert runway(900.0, 150.0, months=6).value == 6.0
    assert runway(-10.0, 150.0, months=6).value == 0.0
    assert runway(900.0, 0.0, months=6).reason == "Nothing was spent."
    assert runway(900.0, -5.0, months=6).reason == "Nothing was spent."
    assert runway(900.0, None, months=0).reason == "Needs one whole month since the first entry."
    assert runway(900.0, None, months=2).reason == "Some amounts are not known in this currency."
    assert runway(float("nan"), 10.0, months=2).reason == "Some amounts are not known in this currency."
