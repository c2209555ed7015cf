"""Risk of a portfolio by itself, from its flow-free daily returns.

rate: (n,) returns of weekdays as in `Observations`, fractions; NaN is no observation. risk_free: a yearly rate,
fraction. Every measure counts its observations, and has no value under 20 of them.
"""

from dataclasses import dataclass, fields
from math import sqrt
from typing import Any

import numpy as np

from analytics.engine.carry import FloatArray
from analytics.engine.drawdown import Drawdown, drawdown, max_drawdown
from analytics.engine.measure import Measure, measured
from analytics.engine.returns import Returns, observations_of, twr_annualized
from analytics.engine.sample import DAYS_A_YEAR, NOISE, deviation, known, ratio, risk_free_daily, sampled

TAIL = 0.05
DID_NOT_VARY = "The daily returns did not vary."
NEVER_BELOW = "On no day was the return below the risk-free rate."
NEVER_FELL = "It never fell below an earlier value."


@dataclass(frozen=True, slots=True)
class Risk:
    """fall: where and when `max_drawdown` was; None where it was 0 or is not known."""

    volatility: Measure
    sharpe: Measure
    sortino: Measure
    max_drawdown: Measure
    current_drawdown: Measure
    calmar: Measure
    var_95: Measure
    cvar_95: Measure
    best_day: Measure
    worst_day: Measure
    positive_days: Measure
    fall: Drawdown | None = None


def risk_of(returns: Returns, *, risk_free: float = 0.0) -> Risk:
    """Every measure of this module. Falls are those of the evenings of all days, weekends too."""
    rate = observations_of(returns).rate
    if returns.reason is not None:
        return risk_unknown(returns.reason, observations=len(rate))
    fall = max_drawdown(returns.index, returns.first)
    depth = sampled(len(rate), lambda: 0.0 if fall is None else fall.depth)
    return Risk(
        volatility=volatility(rate),
        sharpe=sharpe(rate, risk_free=risk_free),
        sortino=sortino(rate, risk_free=risk_free),
        max_drawdown=depth,
        current_drawdown=sampled(len(rate), lambda: float(drawdown(returns.index)[-1])),
        calmar=calmar(twr_annualized(returns), depth),
        var_95=value_at_risk(rate),
        cvar_95=conditional_value_at_risk(rate),
        best_day=best_day(rate),
        worst_day=worst_day(rate),
        positive_days=positive_days(rate),
        fall=None if depth.value is None else fall,
    )


def risk_unknown(reason: str, *, observations: int) -> Risk:
    """No measure at all, for this reason."""
    names = [field.name for field in fields(Risk) if field.name != "fall"]
    measures: dict[str, Any] = dict.fromkeys(names, Measure(None, reason, observations))
    return Risk(**measures)


def volatility(rate: FloatArray) -> Measure:
    """A year: sample standard deviation (n - 1) × √252 (Bacon, Practical Portfolio Performance Measurement and
    Attribution, 2nd ed., ch. 4). 0 where the returns do not vary."""
    seen = known(rate)
    return sampled(len(seen), lambda: deviation(seen) * sqrt(DAYS_A_YEAR))


def sharpe(rate: FloatArray, *, risk_free: float = 0.0) -> Measure:
    """Mean excess / its sample standard deviation × √252 (Sharpe, The Sharpe Ratio, 1994, ex post)."""
    excess = known(rate) - risk_free_daily(risk_free)
    return sampled(
        len(excess),
        lambda: ratio(float(np.mean(excess)), deviation(excess)) * sqrt(DAYS_A_YEAR),
        otherwise=DID_NOT_VARY,
    )


def sortino(rate: FloatArray, *, risk_free: float = 0.0) -> Measure:
    """Mean excess / downside deviation × √252 (Sortino & Price, 1994; the risk-free rate as the target)."""
    excess = known(rate) - risk_free_daily(risk_free)
    return sampled(
        len(excess),
        lambda: ratio(float(np.mean(excess)), downside(excess)) * sqrt(DAYS_A_YEAR),
        otherwise=NEVER_BELOW,
    )


def downside(excess: FloatArray) -> float:
    """Root of the mean square of what is below 0, over all (n,) of at least one; 0 where nothing is."""
    below = float(np.sqrt(np.mean(np.minimum(excess, 0.0) ** 2)))
    return 0.0 if below <= NOISE else below


def value_at_risk(rate: FloatArray) -> Measure:
    """The 5th percentile of the returns, interpolated between its neighbours (historical simulation; Jorion, Value at
    Risk, 3rd ed., ch. 10). A return: below 0 where it is a loss."""
    seen = known(rate)
    return sampled(len(seen), lambda: percentile(seen))


def conditional_value_at_risk(rate: FloatArray) -> Measure:
    """Mean of the returns at or below the 5th percentile (expected shortfall; Acerbi & Tasche, 2002)."""
    seen = known(rate)
    return sampled(len(seen), lambda: tail_mean(seen))


def percentile(rate: FloatArray) -> float:
    """The value below which a share TAIL of (n,) returns lies, n of at least one."""
    return float(np.quantile(rate, TAIL))


def tail_mean(rate: FloatArray) -> float:
    """The mean of those of (n,) returns that are at or below their percentile, n of at least one."""
    return float(np.mean(rate[rate <= percentile(rate) + NOISE]))


def calmar(annualized: Measure, depth: Measure) -> Measure:
    """Time-weighted return a year / -max_drawdown (Young, Calmar Ratio, 1991, over the whole period)."""
    missing = next((part.reason for part in (depth, annualized) if part.value is None), None)
    if annualized.value is None or depth.value is None:
        return Measure(None, missing, depth.observations)
    return measured(ratio(annualized.value, -depth.value), otherwise=NEVER_FELL, observations=depth.observations)


def best_day(rate: FloatArray) -> Measure:
    """The highest of the returns."""
    seen = known(rate)
    return sampled(len(seen), lambda: float(seen.max()))


def worst_day(rate: FloatArray) -> Measure:
    """The lowest of the returns."""
    seen = known(rate)
    return sampled(len(seen), lambda: float(seen.min()))


def positive_days(rate: FloatArray) -> Measure:
    """Share of the returns that are above 0."""
    seen = known(rate)
    return sampled(len(seen), lambda: float(np.mean(seen > NOISE)))
