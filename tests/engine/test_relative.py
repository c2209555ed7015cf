"""A portfolio beside its benchmark: examples worked by hand, what has no value, and what must not matter."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.engine.measure import Measure
from analytics.engine.relative import (
    BENCHMARK_DID_NOT_VARY,
    LOST_MORE,
    NEITHER_VARIES,
    NO_DIFFERENCE,
    Pair,
    common_days,
    relative_of,
    relative_unknown,
)
from analytics.engine.returns import Observations
from tests.engine.makers import about
from tests.engine.test_risk import daily

quick = settings(max_examples=50, deadline=None)
returns = st.integers(-900, 900).map(lambda basis: basis / 10_000)
rates = arrays(np.float64, 40, elements=returns)
UP_AND_DOWN = np.tile([0.01, -0.01], 20)


def pair(rate, benchmark) -> Pair:
    return Pair(np.arange(len(rate)), np.asarray(rate, float), np.asarray(benchmark, float))


def test_twice_the_benchmark_and_a_little_more():
    """Benchmark ±1 % in turn, portfolio twice that + 0.1 %: 2.1 % and -1.9 %, 40 days."""
    found = relative_of(pair(2 * UP_AND_DOWN + 0.001, UP_AND_DOWN))

    assert found.beta == Measure(about(2), None, 40)
    assert found.alpha.value == about(1.001**252 - 1)  # the mean of the benchmark is 0
    assert found.r2.value == about(1)
    assert found.benchmark_correlation.value == about(1)
    # the difference is 1.1 % and -0.9 %: mean 0.1 %, each 1 % from it, deviation 1 % × √(40/39)
    assert found.tracking_error.value == about(0.01 * sqrt(40 / 39 * 252))
    assert found.information_ratio.value == about(0.1 * sqrt(39 / 40 * 252))
    assert found.up_capture == Measure(about(2.1), None, 20)
    assert found.down_capture == Measure(about(1.9), None, 20)


def test_alpha_above_a_risk_free_rate():
    """0.05 % a day: 0.1 % - 0.05 % - 2 (0 - 0.05 %) = 0.15 % a day."""
    found = relative_of(pair(2 * UP_AND_DOWN + 0.001, UP_AND_DOWN), risk_free=daily(0.0005))

    assert found.alpha.value == about(1.0015**252 - 1)
    assert found.beta.value == about(2)


def test_capture_is_the_mean_day_that_compounds_to_the_same():
    """On days of 1 %: 20 % and 5 % in turn, 1.2 × 1.05 = 1.26 in two days."""
    rate = np.where(UP_AND_DOWN > 0, np.repeat([0.20, 0.05], 2)[np.arange(40) % 4], 0.0)
    found = relative_of(pair(rate, UP_AND_DOWN))

    assert found.up_capture.value == about((sqrt(1.26) - 1) / 0.01)
    assert found.down_capture.value == about(0, abs=1e-12)


def test_against_the_benchmark_and_beside_it():
    against = relative_of(pair(-UP_AND_DOWN, UP_AND_DOWN))
    beside = relative_of(pair(np.tile([0.01, 0.01, -0.01, -0.01], 10), UP_AND_DOWN))

    assert (against.beta.value, against.benchmark_correlation.value) == (about(-1), about(-1))
    assert against.down_capture.value == about(-1)
    assert beside.beta.value == about(0, abs=1e-15)
    assert beside.r2.value == about(0, abs=1e-15)


@quick
@given(rates)
def test_equal_to_the_benchmark(rate):
    assume(rate.std() > 0)
    found = relative_of(pair(rate, rate))

    assert found.beta.value == about(1, abs=1e-12)
    assert found.alpha.value == about(0, abs=1e-12)
    assert found.r2.value == about(1, abs=1e-12)
    assert found.tracking_error.value == 0
    assert found.information_ratio == Measure(None, NO_DIFFERENCE, 40)
    for capture in (found.up_capture, found.down_capture):
        assert capture.value is None or capture.value == about(1, abs=1e-12)


@quick
@given(rates, rates, returns)
def test_a_constant_more_changes_neither_beta_nor_the_spread_of_the_difference(rate, benchmark, more):
    one, other = relative_of(pair(rate, benchmark)), relative_of(pair(rate + more, benchmark))
    for name in ("beta", "r2", "tracking_error"):
        found, expected = getattr(other, name), getattr(one, name)
        assert found.reason == expected.reason
        assert found.value == (expected.value and about(expected.value, rel=1e-6, abs=1e-9))


@quick
@given(rates, rates)
def test_inputs_stay_as_they_are_and_no_value_is_without_end(rate, benchmark):
    copies = rate.copy(), benchmark.copy()
    for array in (rate, benchmark):
        array.setflags(write=False)
    found = relative_of(pair(rate, benchmark), risk_free=0.05)
    np.testing.assert_array_equal((rate, benchmark), copies)
    for name in found.__slots__:
        measure = getattr(found, name)
        assert (measure.value is None) == (measure.reason is not None)
        assert measure.value is None or np.isfinite(measure.value)


def test_a_benchmark_that_does_not_vary():
    found = relative_of(pair(UP_AND_DOWN, np.full(40, 0.001)))

    assert found.beta == Measure(None, BENCHMARK_DID_NOT_VARY, 40)
    assert found.alpha == Measure(None, BENCHMARK_DID_NOT_VARY, 40)
    assert found.r2 == Measure(None, NEITHER_VARIES, 40)
    assert found.benchmark_correlation == Measure(None, NEITHER_VARIES, 40)
    assert found.tracking_error.value == about(0.01 * sqrt(40 / 39 * 252))
    assert found.up_capture.value == about((sqrt(1.01 * 0.99) - 1) / 0.001)
    assert found.down_capture == Measure(None, "Needs 20 days on which the benchmark fell; there are 0.", 0)


def test_a_portfolio_that_does_not_vary_has_a_beta_of_zero_and_no_correlation():
    found = relative_of(pair(np.zeros(40), UP_AND_DOWN))

    assert found.beta == Measure(0.0, None, 40)
    assert found.r2 == Measure(None, NEITHER_VARIES, 40)


@pytest.mark.parametrize("count", [0, 1, 2, 19])
def test_under_twenty_there_is_none(count):
    found = relative_of(pair(UP_AND_DOWN[:count] * 2, UP_AND_DOWN[:count]))

    verb = "is" if count == 1 else "are"
    assert found.beta == Measure(None, f"Needs 20 observations; there {verb} {count}.", count)
    assert {getattr(found, name).value for name in found.__slots__} == {None}


def test_capture_counts_the_days_that_it_rests_on():
    """19 days up, 21 down."""
    benchmark = np.array([0.01] * 19 + [-0.01] * 21)
    found = relative_of(pair(benchmark, benchmark))

    assert found.up_capture == Measure(None, "Needs 20 days on which the benchmark rose; there are 19.", 19)
    assert found.down_capture == Measure(about(1), None, 21)


def test_everything_lost_in_a_day_is_no_error():
    """The geometric mean is then -1; alpha compounds a mean loss that is smaller."""
    rate = UP_AND_DOWN.copy()
    rate[0] = -1.0
    found = relative_of(pair(rate, UP_AND_DOWN))

    assert found.up_capture.value == about(-100)
    assert found.alpha.reason is None


def test_a_loss_of_more_than_everything_a_day_has_no_alpha():
    """Portfolio 100 times a benchmark that rises by 5 % in the mean: beta 100 without it, so alpha is -500 % a day."""
    benchmark = UP_AND_DOWN + 0.05
    found = relative_of(pair(100 * UP_AND_DOWN, benchmark))

    assert found.beta.value == about(100)
    assert found.alpha == Measure(None, LOST_MORE, 40)


def test_common_days_are_whole_and_known_to_both():
    """Day 1 is that of the purchase, day 3 has no benchmark, day 5 no portfolio, on day 6 the close is not known."""
    portfolio = Observations(
        np.array([1, 2, 3, 4, 6]), np.array([0.1, 0.2, 0.3, 0.4, 0.6]), np.array([False, True, True, True, True])
    )
    benchmark = Observations(np.array([1, 2, 4, 5, 6]), np.array([1.1, 1.2, 1.4, 1.5, np.nan]), np.ones(5, bool))
    found = common_days(portfolio, benchmark)

    np.testing.assert_array_equal(found.day, [2, 4])
    np.testing.assert_array_equal(found.rate, [0.2, 0.4])
    np.testing.assert_array_equal(found.benchmark, [1.2, 1.4])


def test_without_a_benchmark_each_says_why():
    found = relative_unknown("There is none.")
    assert {getattr(found, name) for name in found.__slots__} == {Measure(None, "There is none.")}
