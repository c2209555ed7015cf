"""Every measure of risk beside empyrical's, on real closes; `tests/references/` made its numbers and names its version.

Most definitions are the same. Where ours is another one, a test says which, compares the form that both can tell, and
works empyrical's own out of ours.
"""

import json
from datetime import timedelta
from math import sqrt
from typing import Any

import numpy as np
import pytest

from analytics.engine.carry import FloatArray
from analytics.engine.correlation import correlations
from analytics.engine.measure import Measure
from analytics.engine.relative import Pair, geometric_mean, relative_of
from analytics.engine.returns import Returns, twr, twr_annualized
from analytics.engine.risk import (
    best_day,
    calmar,
    conditional_value_at_risk,
    downside,
    percentile,
    positive_days,
    risk_of,
    sharpe,
    sortino,
    value_at_risk,
    volatility,
    worst_day,
)
from analytics.engine.rolling import rolling_beta, rolling_risk
from tests.references.closes import INDEX, PERIODS, PORTFOLIOS, daily_returns, of_period
from tests.references.empyrical_reference import ANSWERS

REFERENCE: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))
RETURNS = daily_returns()
CASES = [(portfolio, period) for portfolio in PORTFOLIOS for period in PERIODS]
EXACT = 1e-11

each = pytest.mark.parametrize(("portfolio", "period"), CASES)


def reference(portfolio: str, period: str) -> dict[str, Any]:
    found: dict[str, Any] = REFERENCE["periods"][period]["portfolios"][portfolio]
    return found


def term(period: str, name: str) -> Any:
    return REFERENCE["periods"][period]["terms"][name]


def rates(name: str, period: str) -> FloatArray:
    return of_period(RETURNS, period)[name].to_numpy()


def pair(portfolio: str, period: str) -> Pair:
    days = np.array([day.toordinal() for day in of_period(RETURNS, period).index])
    return Pair(days, rates(portfolio, period), rates(INDEX, period))


def by_calendar(portfolio: str, period: str) -> Returns:
    """A return on each calendar day, 0 without trading: weekends move nothing, holidays only what counts days."""
    traded = of_period(RETURNS, period)[portfolio]
    first = PERIODS[period][0] + timedelta(days=1)
    rate = np.zeros((PERIODS[period][1] - first).days + 1)
    rate[[(day.date() - first).days for day in traded.index]] = traded
    there, never = np.ones(len(rate), bool), np.zeros(len(rate), bool)
    return Returns(first, rate, held=there, overnight=there, broken=never, unknown=never, priced=~never)


def close(measure: Measure, expected: float) -> None:
    assert measure.reason is None
    assert measure.value == pytest.approx(expected, rel=EXACT, abs=EXACT)


def test_the_reference_is_of_the_same_returns() -> None:
    assert REFERENCE["made_with"]["empyrical-reloaded"] == "0.7.1"
    counts = {period: len(of_period(RETURNS, period)) for period in PERIODS}
    assert counts == {period: found["observations"] for period, found in REFERENCE["periods"].items()}


@each
def test_alone(portfolio: str, period: str) -> None:
    """Volatility, ratios, tails and days mean the same; empyrical takes the risk-free rate as one a day."""
    rate, theirs, risk_free = rates(portfolio, period), reference(portfolio, period), term(period, "risk_free")
    close(volatility(rate), theirs["volatility"])
    close(sharpe(rate), theirs["sharpe"])
    close(sharpe(rate, risk_free=risk_free), theirs["sharpe_risk_free"])
    close(sortino(rate), theirs["sortino"])
    close(sortino(rate, risk_free=risk_free), theirs["sortino_risk_free"])
    assert downside(rate) * sqrt(252) == pytest.approx(theirs["downside_risk"], rel=EXACT)
    close(value_at_risk(rate), theirs["var_95"])
    close(best_day(rate), theirs["best_day"])
    close(worst_day(rate), theirs["worst_day"])
    close(positive_days(rate), theirs["positive_days"])
    assert volatility(rate).observations == len(rate)


@each
def test_the_tail_is_the_same_where_nothing_is_tied(portfolio: str, period: str) -> None:
    """Ours is the mean of all at or below the percentile; empyrical's of the lowest 1 + floor((n - 1) / 20).

    No two of these returns tie there; what ours says of ties is worked by hand in test_risk.py.
    """
    rate = rates(portfolio, period)
    assert np.count_nonzero(rate <= percentile(rate)) == 1 + (len(rate) - 1) // 20
    close(conditional_value_at_risk(rate), reference(portfolio, period)["cvar_95"])


@each
def test_the_deepest_fall_and_its_days(portfolio: str, period: str) -> None:
    found, theirs = risk_of(by_calendar(portfolio, period)), reference(portfolio, period)
    close(found.max_drawdown, theirs["max_drawdown"])
    close(found.current_drawdown, theirs["current_drawdown"])
    assert found.fall is not None
    assert str(found.fall.peak) == (theirs["peak"] or str(PERIODS[period][0]))
    assert str(found.fall.trough) == theirs["trough"]
    assert (found.fall.recovery and str(found.fall.recovery)) == theirs["recovery"]


@each
def test_a_year_has_365_days_for_returns(portfolio: str, period: str) -> None:
    """Ours counts days of the calendar, which empyrical can be told; by itself it counts 252 days of trading."""
    returns, theirs = by_calendar(portfolio, period), reference(portfolio, period)
    total = twr(returns)
    close(total, theirs["total_return"])
    assert total.value is not None
    by_trading = (1 + total.value) ** (252 / len(rates(portfolio, period))) - 1
    assert by_trading == pytest.approx(theirs["annual_return"], rel=EXACT)
    depth = risk_of(returns).max_drawdown
    close(calmar(Measure(by_trading), depth), theirs["calmar"])
    if len(returns.rate) < 365:
        assert twr_annualized(returns).reason == f"Needs 365 days; there are {len(returns.rate)}."
        assert risk_of(returns).calmar.reason == twr_annualized(returns).reason
    else:
        close(twr_annualized(returns), theirs["annual_return_by_calendar"])
        close(risk_of(returns).calmar, theirs["calmar_by_calendar"])


@each
def test_beside_the_index(portfolio: str, period: str) -> None:
    """Beta, alpha, correlation and tracking error mean the same; of a constant risk-free rate beta knows nothing."""
    beside, theirs = pair(portfolio, period), reference(portfolio, period)
    plain, with_rate = relative_of(beside), relative_of(beside, risk_free=term(period, "risk_free"))
    close(plain.beta, theirs["beta"])
    close(with_rate.beta, theirs["beta_risk_free"])
    close(plain.alpha, theirs["alpha"])
    close(with_rate.alpha, theirs["alpha_risk_free"])
    close(plain.benchmark_correlation, theirs["correlation"])
    close(plain.r2, theirs["correlation"] ** 2)
    close(plain.tracking_error, theirs["tracking_error"])


@each
def test_the_information_ratio_is_that_of_a_year(portfolio: str, period: str) -> None:
    """empyrical's `excess_sharpe` is that of a day; its Sharpe of the difference is ours."""
    found, theirs = relative_of(pair(portfolio, period)).information_ratio, reference(portfolio, period)
    close(found, theirs["annualized_excess_sharpe"])
    assert found.value is not None
    assert found.value / sqrt(252) == pytest.approx(theirs["excess_sharpe"], rel=EXACT)


@each
def test_capture_is_that_of_a_day(portfolio: str, period: str) -> None:
    """Ours compares mean days, which empyrical can be told; by itself it first compounds each to a year."""
    beside, theirs = pair(portfolio, period), reference(portfolio, period)
    found = relative_of(beside)
    for measure, days, name in (
        (found.up_capture, beside.benchmark > 0, "up"),
        (found.down_capture, beside.benchmark < 0, "down"),
    ):
        close(measure, theirs[f"{name}_capture_of_a_day"])
        assert measure.observations == theirs[f"{name}_days"]
        mine, other = ((1 + geometric_mean(r[days])) ** 252 - 1 for r in (beside.rate, beside.benchmark))
        assert mine / other == pytest.approx(theirs[f"{name}_capture"], rel=EXACT)


@each
def test_rolling(portfolio: str, period: str) -> None:
    """Where there are fewer days than the window empyrical takes those that there are; ours is then not full."""
    beside, theirs, asked = pair(portfolio, period), reference(portfolio, period), term(period, "rolling")
    window = min(asked, beside.count)
    for name, values in rolled(beside, window).items():
        full = values[window - 1 :]
        kept = [*full[:: term(period, "every")], *full[-1:]]
        np.testing.assert_allclose(kept, theirs[name], rtol=EXACT, err_msg=name)
    for values in rolled(beside, asked).values():
        assert np.isnan(values[: asked - 1]).all()


def rolled(beside: Pair, window: int) -> dict[str, FloatArray]:
    alone = rolling_risk(beside.rate, window)
    return {
        "rolling_volatility": alone.volatility,
        "rolling_sharpe": alone.sharpe,
        "rolling_beta": rolling_beta(beside.rate, beside.benchmark, window),
    }


@pytest.mark.parametrize("period", PERIODS)
def test_correlation_of_holdings(period: str) -> None:
    """By pandas."""
    found = correlations(np.array([rates(name, period) for name in PORTFOLIOS]))
    np.testing.assert_allclose(found.matrix, REFERENCE["periods"][period]["correlations"], rtol=EXACT)
