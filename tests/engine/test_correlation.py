"""How prices move together."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.engine.benchmark import index_returns, price_continuous
from analytics.engine.carry import Observed, Step
from analytics.engine.correlation import TOO_FEW_HOLDINGS, correlations, price_observations
from analytics.engine.measure import Measure
from analytics.engine.returns import observations_of
from tests.engine.makers import NAN, about

MONDAY = date(2024, 1, 1)
A = np.tile([0.01, -0.01, 0.01, -0.01], 10)
B = np.tile([0.01, 0.01, -0.01, -0.01], 10)


def closes_of(*rows) -> Observed:
    matrix = np.array(rows, float)
    return Observed(MONDAY, matrix, np.full(len(rows), NAN), np.zeros(len(rows), np.int64))


def test_with_itself_against_and_beside():
    """A, A turned over and tripled, B which knows nothing of A: 1, -1, 0; of three pairs the mean is -1/3."""
    found = correlations(np.array([A, 0.02 - 3 * A, B]))

    np.testing.assert_allclose(found.matrix, [[1, -1, 0], [-1, 1, 0], [0, 0, 1]], atol=1e-12)
    assert (found.observations == 40).all()
    assert found.average == Measure(about(-1 / 3), None, 40)


def test_half_together():
    """A + B beside A: covariance is that of A alone, variance twice: 1 / √2."""
    assert correlations(np.array([A, A + B])).matrix[0, 1] == about(0.5**0.5)


def test_pairs_rest_on_their_common_days():
    """The second is known on the first 20 days, the third on the last 21, so these two have one day together."""
    rates = np.array([A, A, B])
    rates[1, 20:], rates[2, :19] = NAN, NAN
    found = correlations(rates)

    assert found.observations.tolist() == [[40, 20, 21], [20, 20, 1], [21, 1, 21]]
    assert found.matrix[0, 1] == about(1)
    assert np.isnan(found.matrix[1, 2])
    assert found.average.observations == 20


def test_what_does_not_vary_has_no_correlation_not_even_with_itself():
    found = correlations(np.array([A, np.full(40, 0.001), np.zeros(40)]))

    np.testing.assert_array_equal(np.isnan(found.matrix), [[False, True, True], [True, True, True], [True, True, True]])
    assert found.average == Measure(None, TOO_FEW_HOLDINGS)


def test_what_does_not_vary_on_the_common_days():
    """A wild first half, of which the other knows nothing; then it stands still, but for the last digits of sums."""
    wild = np.concatenate((A[:20] * 50, np.full(20, 0.001)))
    late = np.concatenate((np.full(20, NAN), A[20:]))
    found = correlations(np.array([wild, late]))

    assert found.observations[0, 1] == 20
    assert np.isnan(found.matrix[0, 1])
    assert found.matrix[0, 0] == 1


@pytest.mark.parametrize("count", [0, 1])
def test_of_none_or_one(count):
    found = correlations(np.array([A] * count).reshape(count, 40))

    assert found.matrix.shape == (count, count)
    assert found.average == Measure(None, TOO_FEW_HOLDINGS)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (4, 30), elements=st.integers(-500, 500).map(lambda basis: basis / 10_000)))
def test_as_numpy_says_of_complete_rows(rates):
    found = correlations(rates)
    varies = rates.std(axis=1) > 0
    rates.setflags(write=False)
    np.testing.assert_array_equal(np.isfinite(np.diagonal(found.matrix)), varies)
    if varies.sum() > 1:
        expected = np.corrcoef(rates[varies])
        np.testing.assert_allclose(found.matrix[np.ix_(varies, varies)], expected, atol=1e-9)


def test_weekends_are_in_their_monday_and_a_split_is_no_return():
    """30 days from a Monday: +1 % each day, Saturday the 6th too; on Tuesday the 9th two new shares for one."""
    price = 100 * 1.01 ** np.arange(30)
    price[8:] /= 2
    closes = closes_of(price)
    found = price_observations(closes, price_continuous(closes, [Step(0, date(2024, 1, 9), 0.5)]))

    # Tuesday to Friday, then Monday with three days; the first Monday has no evening before it
    np.testing.assert_allclose(found[0, :6], [0.01] * 4 + [1.01**3 - 1, 0.01])


def test_few_closes_are_no_observations():
    """19 closes; what stands still in between is no price of the day."""
    matrix = np.full((2, 60), NAN)
    matrix[0, np.arange(19) * 3] = 100 + np.arange(19)
    matrix[1, np.arange(20) * 3] = 100 + np.arange(20)
    closes = closes_of(*matrix)
    found = price_observations(closes, price_continuous(closes))

    assert np.isnan(found[0]).all()
    assert not np.isnan(found[1]).any()


def test_days_before_the_first_close_have_no_return():
    price = np.concatenate(([NAN] * 10, 100 + np.arange(30.0)))
    other = 100 + np.arange(40.0)
    closes = closes_of(price, other)
    found = price_observations(closes, price_continuous(closes))

    # 10 January is a Wednesday without a close; Thursday the 11th has one, Friday the 12th a return
    assert np.flatnonzero(~np.isnan(found[0]))[0] == 8
    assert found[0, 8] == about(1 / 100)


def test_without_assets_there_is_nothing():
    closes = Observed(MONDAY, np.zeros((0, 9)), np.zeros(0), np.zeros(0, np.int64))
    assert price_observations(closes, np.zeros((0, 9))).shape[0] == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6), arrays(np.float64, 30, elements=st.integers(1, 1000).map(float)))
def test_returns_of_prices_are_the_observations_of_an_index(later, price):
    """From any day of the week on."""
    first = MONDAY + timedelta(days=later)
    closes = Observed(first, price[None, :], np.array([NAN]), np.zeros(1, np.int64))
    found = price_observations(closes, price_continuous(closes))
    np.testing.assert_allclose(found[0], observations_of(index_returns(first, price)).rate, rtol=1e-9, atol=1e-12)
