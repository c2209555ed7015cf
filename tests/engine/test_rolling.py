"""Measures of the last days, again on every day."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.engine.relative import slope
from analytics.engine.risk import sharpe, volatility
from analytics.engine.rolling import rolling_beta, rolling_risk
from tests.engine.makers import NAN, about
from tests.engine.test_relative import pair, rates
from tests.engine.test_risk import daily


def test_two_days_at_a_time():
    """1 %, 3 %, 1 %: mean 2 %, each 1 % from it: deviation √2 %, × √252 = √504 %; 2 / √2 × √252 = √504."""
    rate = np.array([0.01, 0.03, 0.01])
    found = rolling_risk(rate, 2)

    np.testing.assert_allclose(found.volatility, [NAN, sqrt(504) / 100, sqrt(504) / 100])
    np.testing.assert_allclose(found.sharpe, [NAN, sqrt(504), sqrt(504)])
    # 1 % a day without risk leaves half of the mean
    np.testing.assert_allclose(rolling_risk(rate, 2, risk_free=daily(0.01)).sharpe[1:], [sqrt(504) / 2] * 2)
    # the benchmark rises by 2 % more, the portfolio by 2 % more; then by 4 % less, and by 2 % less
    np.testing.assert_allclose(rolling_beta(rate, np.array([0.01, 0.03, -0.01]), 2), [NAN, 1, 0.5])


@settings(max_examples=30, deadline=None)
@given(rates, rates)
def test_each_day_is_the_measure_of_its_window(rate, benchmark):
    window = 20
    alone = rolling_risk(rate, window, risk_free=0.04)
    found = (alone.volatility, alone.sharpe, rolling_beta(rate, benchmark, window))
    for end in range(window, len(rate) + 1):
        last = pair(rate[end - window : end], benchmark[end - window : end])
        expected = (volatility(last.rate).value, sharpe(last.rate, risk_free=0.04).value, slope(last))
        for values, value in zip(found, expected, strict=True):
            assert values[end - 1] == about(NAN if value is None else value, rel=1e-9, abs=1e-9, nan_ok=True)


def test_a_calm_window_after_a_wild_day_is_calm():
    """Running sums would still see the last digits of the 500 %."""
    rate = np.array([5.0, -0.8, *[0.001] * 60])
    found = rolling_risk(rate, 20)

    assert (found.volatility[22:] == 0).all()
    assert np.isnan(found.sharpe[22:]).all()
    assert np.isnan(rolling_beta(rate, rate, 20)[22:]).all()


@pytest.mark.parametrize("count", [0, 1, 19])
def test_too_few_days_fill_no_window(count):
    rate = np.resize([0.01, -0.01], count)
    found = rolling_risk(rate, 20)
    for values in (found.volatility, found.sharpe, rolling_beta(rate, rate, 20)):
        assert len(values) == count
        assert np.isnan(values).all()
