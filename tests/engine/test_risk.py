"""Risk of a portfolio by itself: examples worked by hand, what has no value, and what must not matter."""

from datetime import date
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.engine.measure import Measure
from analytics.engine.returns import Returns, returns_daily
from analytics.engine.risk import (
    DID_NOT_VARY,
    NEVER_BELOW,
    NEVER_FELL,
    best_day,
    calmar,
    conditional_value_at_risk,
    positive_days,
    risk_of,
    sharpe,
    sortino,
    value_at_risk,
    volatility,
    worst_day,
)
from analytics.engine.worth import Worth
from tests.engine.makers import about

MONDAY = date(2024, 1, 1)
OWN = (volatility, sharpe, sortino, value_at_risk, conditional_value_at_risk, best_day, worst_day, positive_days)
rates = arrays(np.float64, st.integers(20, 60), elements=st.integers(-900, 900).map(lambda basis: basis / 10_000))
quick = settings(max_examples=50, deadline=None)


def daily(rate: float) -> float:
    """The yearly rate that is this one a day."""
    return (1 + rate) ** 252 - 1


def returns_of(rate: np.ndarray) -> Returns:
    there, never = np.ones(len(rate), bool), np.zeros(len(rate), bool)
    return Returns(MONDAY, rate, held=there, overnight=there, broken=never, unknown=never, priced=~never)


def test_volatility():
    """±1 % in turn, 20 days: mean 0, sum of squares 20 × 0.0001, / 19, × 252 = 0.504 / 19."""
    assert volatility(np.tile([0.01, -0.01], 10)) == Measure(about(sqrt(0.504 / 19)), None, 20)


def test_sharpe():
    """3 % and -1 % in turn: mean 1 %, each 2 % from it, deviation 2 % × √(20/19): ½ × √(19/20) × √252 = √59.85."""
    rate = np.tile([0.03, -0.01], 10)

    assert sharpe(rate) == Measure(about(sqrt(59.85)), None, 20)
    # 0.5 % a day without risk halves the mean, and nothing else
    assert sharpe(rate, risk_free=daily(0.005)) == Measure(about(sqrt(59.85) / 2), None, 20)


def test_sortino():
    """3 % and -1 % in turn: mean 1 %, mean square of the losses 0.0001 / 2: 1 / √½ × √252 = √504."""
    rate = np.tile([0.03, -0.01], 10)

    assert sortino(rate) == Measure(about(sqrt(504)), None, 20)
    # with 1 % a day: mean 0, so 0 whatever the losses
    assert sortino(rate, risk_free=daily(0.01)) == Measure(about(0, abs=1e-9), None, 20)


def test_value_at_risk_between_two_days():
    """-10 % … 9 %: the 5th percentile of 20 is at place 0.05 × 19 = 0.95, of the way from -10 % to -9 %."""
    rate = np.arange(-10, 10) / 100

    assert value_at_risk(rate) == Measure(about(-0.0905), None, 20)
    assert conditional_value_at_risk(rate) == Measure(about(-0.10), None, 20)


def test_value_at_risk_on_a_day():
    """-10 % … 10 %: place 0.05 × 20 = 1 is -9 % itself; below or at it are -10 % and -9 %."""
    rate = np.arange(-10, 11) / 100

    assert value_at_risk(rate).value == about(-0.09)
    assert conditional_value_at_risk(rate).value == about(-0.095)


def test_the_tail_has_all_days_that_are_as_bad():
    """-10 %, three times -9 % and 17 good days: the percentile is -9 %, and (10 + 3 × 9) / 4 = 9.25."""
    rate = np.array([-0.10, -0.09, -0.09, -0.09, *[0.01] * 17])

    assert value_at_risk(rate).value == about(-0.09)
    assert conditional_value_at_risk(rate).value == about(-0.0925)


def test_single_days():
    """One of 4 %, one of -5 %, 8 of 1 %, 10 without any: 9 of 20 above 0."""
    rate = np.array([0.04, -0.05, *[0.01] * 8, *[0.0] * 10])

    assert (best_day(rate).value, worst_day(rate).value, positive_days(rate).value) == (0.04, -0.05, 0.45)


def test_calmar():
    """20 % a year for a fall of a tenth."""
    assert calmar(Measure(0.2), Measure(-0.1, None, 30)) == Measure(about(2), None, 30)
    assert calmar(Measure(0.2), Measure(0.0, None, 30)) == Measure(None, NEVER_FELL, 30)
    assert calmar(Measure(None, "Too short."), Measure(-0.1, None, 30)) == Measure(None, "Too short.", 30)
    assert calmar(Measure(None, "Too short."), Measure(None, "Too few.", 3)) == Measure(None, "Too few.", 3)


@pytest.mark.parametrize("measure", OWN)
@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (0, "Needs 20 observations; there are 0."),
        (1, "Needs 20 observations; there is 1."),
        (19, "Needs 20 observations; there are 19."),
    ],
)
def test_under_twenty_there_is_none(measure, count, reason):
    assert measure(np.resize([0.01, -0.02, 0.03], count)) == Measure(None, reason, count)


@pytest.mark.parametrize("measure", OWN)
def test_from_twenty_on_there_is_one(measure):
    found = measure(np.resize([0.01, -0.02, 0.03], 20))
    assert (found.reason, found.observations) == (None, 20)


@pytest.mark.parametrize("measure", OWN)
def test_days_without_a_return_are_no_observations(measure):
    rate = np.resize([0.01, -0.02, 0.03], 25)
    with_gaps = np.insert(rate, [0, 5, 25], np.nan)

    assert measure(with_gaps) == measure(rate)
    assert measure(np.full(30, np.nan)).reason == "Needs 20 observations; there are 0."


@pytest.mark.parametrize("level", [0.0, 0.001, 0.1, -0.003])
def test_without_variance_volatility_is_zero_and_ratios_have_no_value(level):
    """Also where the constant has no exact float, so that sums of it leave digits."""
    rate = np.full(60, level)

    assert volatility(rate) == Measure(0.0, None, 60)
    assert sharpe(rate) == Measure(None, DID_NOT_VARY, 60)
    assert sharpe(rate + np.resize([1e-13, -1e-13], 60)).reason == DID_NOT_VARY


def test_without_a_loss_sortino_has_no_value():
    gains = np.resize([0.01, 0.02], 20)

    assert sortino(gains) == Measure(None, NEVER_BELOW, 20)
    assert sortino(gains, risk_free=daily(0.01)).reason == NEVER_BELOW  # at it is not below it
    assert sortino(gains, risk_free=daily(0.015)).reason is None


def test_only_losses():
    """-1 % and -3 % in turn: mean -2 %, mean square (1 + 9) / 2 = 5 of (1 %)²: -2 / √5 × √252."""
    rate = np.resize([-0.01, -0.03], 400)
    found = risk_of(returns_of(rate))

    assert sortino(rate).value == about(-2 / sqrt(5) * sqrt(252))
    assert found.positive_days.value == 0
    assert found.calmar.value == about(-1, abs=0.01)  # nearly all of it a year, and nearly all of it deep
    assert found.fall.recovery is None
    assert found.fall.peak == date(2023, 12, 31)


def test_absurd_returns_are_no_error():
    """What exceeds a float has no value."""
    assert volatility(np.resize([1e200, -0.5], 20)).value is None


def test_the_deepest_fall_is_seen_on_weekends_too():
    """A tenth is lost on a Saturday and won back on the Sunday; Monday knows nothing of it: 0.9 / 0.9 - 1."""
    rate = np.zeros(35)
    rate[5], rate[6] = -0.1, 1 / 0.9 - 1
    found = risk_of(returns_of(rate))

    assert found.max_drawdown == Measure(about(-0.1), None, 25)
    assert (found.fall.peak, found.fall.trough, found.fall.recovery) == (
        date(2023, 12, 31),
        date(2024, 1, 6),
        date(2024, 1, 7),
    )
    assert found.volatility.value == 0
    assert found.current_drawdown.value == 0


def test_what_never_fell_has_a_fall_of_zero_without_dates():
    found = risk_of(returns_of(np.full(400, 0.001)))

    assert found.max_drawdown.value == 0
    assert found.fall is None
    assert found.calmar.reason == NEVER_FELL


def test_few_days_have_neither_a_fall_nor_its_dates():
    found = risk_of(returns_of(np.array([0.1, -0.2, 0.0])))

    assert found.max_drawdown == Measure(None, "Needs 20 observations; there are 3.", 3)
    assert found.fall is None


def test_where_returns_have_no_meaning_every_measure_says_why():
    returns = returns_of(np.resize([0.01, -0.01], 60))
    returns.unknown[3] = True
    found = risk_of(returns)

    names = [name for name in found.__slots__ if name != "fall"]
    assert {getattr(found, name).reason for name in names} == {"Some amounts are not known in this currency."}
    assert {getattr(found, name).value for name in names} == {None}


@quick
@given(rates, st.integers(-500, 500).map(lambda basis: basis / 10_000))
def test_a_constant_more_shifts_the_percentile_and_not_the_spread(rate, more):
    for measure in (value_at_risk, conditional_value_at_risk, best_day, worst_day):
        assert measure(rate + more).value == about(measure(rate).value + more, abs=1e-12)
    assert volatility(rate + more).value == about(volatility(rate).value, abs=1e-9)


@quick
@given(rates, st.randoms())
def test_the_order_of_days_does_not_matter_to_what_knows_no_order(rate, random):
    shuffled = rate.copy()
    random.shuffle(shuffled)
    for measure in OWN:
        found, other = measure(rate), measure(shuffled)
        assert (found.reason, found.value) == (other.reason, other.value and about(other.value, rel=1e-9))


@quick
@given(rates)
def test_between_the_worst_day_and_the_best(rate):
    tail: Any = conditional_value_at_risk(rate).value
    percentile: Any = value_at_risk(rate).value
    assert rate.min() - 1e-12 <= tail <= percentile + 1e-12
    assert percentile <= rate.max() + 1e-12


@quick
@given(rates, st.sampled_from([0.001, 3.0, 7e6]))
def test_scaling_all_quantities_changes_nothing(rate, scale):
    def worth(units: float) -> Worth:
        value = 1000 * units * np.cumprod(1 + rate)
        flow = np.zeros(len(rate))
        flow[10] = 500 * units
        value[10:] += flow[10] * np.cumprod(1 + rate[10:])
        return Worth(MONDAY, value, flow, np.zeros(len(rate)), np.array(1000.0 * units))

    found, scaled = risk_of(returns_daily(worth(1.0))), risk_of(returns_daily(worth(scale)))
    for name in found.__slots__:
        if name != "fall":
            one, other = getattr(found, name), getattr(scaled, name)
            assert one.reason == other.reason
            assert one.value == (other.value and about(other.value, rel=1e-6, abs=1e-9))


@quick
@given(rates)
def test_inputs_stay_as_they_are(rate):
    before = rate.copy()
    rate.setflags(write=False)
    risk_of(returns_of(rate), risk_free=0.03)
    np.testing.assert_array_equal(rate, before)


def test_what_exceeds_a_float_has_a_reason():
    """The square of 1e200 does."""
    assert volatility(np.array([1e200, -1.0] * 10)) == Measure(None, "The number is too large.", 20)
