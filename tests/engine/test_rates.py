"""Daily rates: direct, inverse, through another currency, early, stale and unknown."""

import numpy as np

from tests.engine.makers import FIRST, NAN, rates

RUPEE: tuple[()] = ()


def test_the_target_itself_is_one() -> None:
    found = rates([80, 81], legs=[RUPEE])
    assert found.values.tolist() == [[1, 1]]
    assert found.origin == FIRST.toordinal()


def test_a_pair_as_quoted_and_the_other_way_round() -> None:
    found = rates([80, NAN, 100], legs=[[(0, False)], [(0, True)]])
    assert found.values.tolist() == [[80, 80, 100], [0.0125, 0.0125, 0.01]]


def test_through_a_third_currency() -> None:
    """One euro is 1.25 dollars, a dollar 80 rupees: a euro is 100 rupees."""
    found = rates([80, 80], [1.25, 1.5], legs=[[(1, False), (0, False)]])
    assert found.values.tolist() == [[100, 120]]


def test_before_the_first_rate_that_one_stands_in_and_is_an_estimate() -> None:
    found = rates([NAN, NAN, 80], legs=[[(0, False)]])
    assert found.values.tolist() == [[80, 80, 80]]
    assert found.estimated.tolist() == [[True, True, False]]


def test_a_rate_from_before_the_window_is_no_estimate() -> None:
    found = rates([NAN, NAN, 80], legs=[[(0, False)]], before=[79])
    assert found.values.tolist() == [[79, 79, 80]]
    assert not found.estimated.any()


def test_a_rate_is_stale_after_a_week_and_so_is_all_that_rests_on_it() -> None:
    found = rates([80, *[NAN] * 8], [1.25] * 9, legs=[[(1, False), (0, False)], [(1, False)]])
    assert found.stale.tolist() == [[False] * 8 + [True], [False] * 9]


def test_no_way_and_no_rate_are_unknown() -> None:
    found = rates([NAN, NAN], legs=[None, [(0, False)], RUPEE])
    assert np.isnan(found.values[:2]).all()
    assert found.values[2].tolist() == [1, 1]
