"""Falls below the highest point so far, and the days of the deepest."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.drawdown import Drawdown, drawdown, max_drawdown
from tests.engine.makers import about

FIRST = date(2024, 1, 1)
heights = st.lists(st.integers(1, 400).map(lambda quarters: quarters / 4), min_size=1, max_size=30)


def day(number: int) -> date:
    """January, 2024."""
    return date(2024, 1, 1) + timedelta(days=number - 1)


def test_a_fall_with_its_days():
    """Up to 1.25 on the 2nd, which it keeps on the 3rd; 1.00 on the 5th is a fifth below; back on the 7th."""
    index = np.array([1.10, 1.25, 1.25, 1.125, 1.00, 1.20, 1.25, 1.30])

    np.testing.assert_allclose(drawdown(index), [0, 0, 0, -0.1, -0.2, -0.04, 0, 0], atol=1e-15)
    assert max_drawdown(index, FIRST) == Drawdown(about(-0.2), day(2), day(5), day(7), days=5)


def test_under_water_there_is_no_recovery():
    """0.6 of 1.2 on the 3rd; four days after the peak it is still below."""
    found = max_drawdown(np.array([1.2, 0.9, 0.6, 0.8, 1.1]), FIRST)

    assert found == Drawdown(about(-0.5), day(1), day(3), None, days=4)


def test_it_falls_from_the_evening_before_the_first_day():
    found = max_drawdown(np.array([0.9, 0.95, 1.0]), FIRST)

    assert found == Drawdown(about(-0.1), date(2023, 12, 31), day(1), day(3), days=3)


def test_of_equal_falls_the_first_counts():
    """Both are of a half; each from its own peak."""
    found = max_drawdown(np.array([2.0, 1.0, 2.0, 1.0]), FIRST)

    assert found == Drawdown(-0.5, day(1), day(2), day(3), days=2)


def test_the_peak_is_the_last_one_of_that_height():
    """2 is reached on the 1st and, after a small fall, on the 3rd again, from where it halves."""
    found = max_drawdown(np.array([2.0, 1.9, 2.0, 1.0]), FIRST)

    assert found == Drawdown(-0.5, day(3), day(4), None, days=1)


def test_everything_lost_is_a_fall_of_the_whole():
    assert max_drawdown(np.array([1.5, 0.0, 0.0]), FIRST) == Drawdown(-1.0, day(1), day(2), None, days=2)


@pytest.mark.parametrize("index", [[], [1.0], [1.0, 1.5, 1.5, 2.0], [1.0, 1.0 - 1e-12, 1.0]])
def test_what_never_fell_but_for_noise_has_none(index):
    assert max_drawdown(np.array(index), FIRST) is None
    assert not drawdown(np.array(index)).any()


@settings(max_examples=50, deadline=None)
@given(heights)
def test_as_each_day_looks_back(levels):
    """The definition, day by day."""
    expected = [level / max([1.0, *levels[: at + 1]]) - 1 for at, level in enumerate(levels)]
    np.testing.assert_allclose(drawdown(np.array(levels)), expected, atol=1e-15)
    found = max_drawdown(np.array(levels), FIRST)
    assert (0.0 if found is None else found.depth) == about(min([0.0, *expected]))
    if found is not None:
        known = {FIRST + timedelta(days=at - 1): level for at, level in enumerate([1.0, *levels])}
        top, end = known[found.peak], found.recovery or max(known)
        assert found.depth == about(known[found.trough] / top - 1)
        assert found.days == (end - found.peak).days
        assert found.recovery is None or known[end] >= top
        below = [level < top for at, level in known.items() if found.peak <= at < end]
        assert below == sorted(below)  # at the top for a while, then under water until the end
        assert known.get(found.peak - timedelta(days=1), 0) < top


@settings(max_examples=50, deadline=None)
@given(heights, st.integers(1, 10))
def test_quiet_days_before_it_move_its_dates_alone(levels, quiet):
    found = max_drawdown(np.array(levels), FIRST)
    later = max_drawdown(np.array([*[1.0] * quiet, *levels]), FIRST - timedelta(days=quiet))
    if found is None or found.peak < FIRST:  # a fall from the very beginning now has its peak earlier
        assert (later and later.depth) == (found and found.depth)
    else:
        assert later == found
