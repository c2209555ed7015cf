"""What all measures of daily returns share: how many they need, what a year is, and what is no more than noise."""

from collections.abc import Callable
from math import nan

import numpy as np

from analytics.engine.carry import FloatArray
from analytics.engine.measure import TOO_LARGE, Measure, measured

DAYS_A_YEAR = 252
"""Returns of weekdays that make a year, by the custom of the field."""

FEWEST = 20
"""A measure of fewer returns would say more about chance than about the portfolio."""

NOISE = 1e-10
"""A spread of daily returns up to this comes from rounded values and sums of floats: it is none."""


def sampled(
    count: int, compute: Callable[[], float], *, otherwise: str = TOO_LARGE, of: str = "observations"
) -> Measure:
    """What `compute` makes of `count` observations; nothing and the reason where these are too few.

    otherwise: the reason where it comes out as no finite number. of: what is counted.
    """
    if count < FEWEST:
        return Measure(None, f"Needs {FEWEST} {of}; there {'is' if count == 1 else 'are'} {count}.", count)
    with np.errstate(over="ignore", invalid="ignore"):  # absurd prices: what exceeds a float has no value
        return measured(compute(), otherwise=otherwise, observations=count)


def known(rate: FloatArray) -> FloatArray:
    """(n,) the returns that there are: a day without one is no observation."""
    return rate[np.isfinite(rate)]


def deviation(rate: FloatArray) -> float:
    """Sample standard deviation (n - 1) of at least two; 0 where they do not vary."""
    spread = float(np.std(rate, ddof=1))
    return 0.0 if spread <= NOISE else spread


def ratio(value: float, by: float) -> float:
    """value / by; NaN where that is 0."""
    return value / by if by else nan


def risk_free_daily(risk_free: float) -> float:
    """The daily rate that compounds to the yearly rate `risk_free` (above -1) in 252 days."""
    return float((1 + risk_free) ** (1 / DAYS_A_YEAR) - 1)
