"""Measures of risk of the last `window` daily returns, again on every day.

Each window is worked out by itself: running sums would carry what a wild month does to the last digits into the calm
ones. rate: (n,) known returns of weekdays. Every answer is (n,), NaN on the first days, whose window is not full.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analytics.engine.carry import FloatArray
from analytics.engine.sample import DAYS_A_YEAR, NOISE, risk_free_daily


@dataclass(frozen=True, slots=True)
class RollingRisk:
    """volatility: as `risk.volatility`. sharpe: as `risk.sharpe`, NaN also where the returns did not vary."""

    volatility: FloatArray
    sharpe: FloatArray


def rolling_risk(rate: FloatArray, window: int, *, risk_free: float = 0.0) -> RollingRisk:
    """window: two or more. risk_free: a yearly rate."""
    windows = _windows(rate, window)
    deviation, excess = _deviation(windows), windows.mean(axis=1) - risk_free_daily(risk_free)
    return RollingRisk(
        volatility=_filled(deviation * sqrt(DAYS_A_YEAR), len(rate)),
        sharpe=_filled(_divided(excess, deviation) * sqrt(DAYS_A_YEAR), len(rate)),
    )


def rolling_beta(rate: FloatArray, benchmark: FloatArray, window: int) -> FloatArray:
    """As `relative.beta`; NaN also where the benchmark, (n,), did not vary."""
    beside = _windows(benchmark, window)
    centred = beside - beside.mean(axis=1, keepdims=True)
    covariance = np.einsum("ij,ij->i", centred, _windows(rate, window)) / (window - 1)
    deviation = _deviation(beside)
    return _filled(_divided(covariance, deviation**2), len(rate))


def _windows(rate: FloatArray, window: int) -> FloatArray:
    """(n - window + 1, window), without a copy; none where there are too few."""
    return sliding_window_view(rate, window) if len(rate) >= window else np.empty((0, window))


def _deviation(windows: FloatArray) -> FloatArray:
    spread = windows.std(axis=1, ddof=1)
    return np.where(spread <= NOISE, 0.0, spread)


def _divided(values: FloatArray, by: FloatArray) -> FloatArray:
    quotient = np.full(len(values), np.nan)
    np.divide(values, by, out=quotient, where=by > 0)
    return quotient


def _filled(values: FloatArray, count: int) -> FloatArray:
    return np.concatenate((np.full(count - len(values), np.nan), values))
