"""Risk of a portfolio beside its benchmark, from the daily returns of both on common days.

Every measure counts its observations, and has no value under 20 of them. risk_free: a yearly rate, fraction.
"""

from dataclasses import dataclass, fields
from math import nan, sqrt

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.measure import Measure
from analytics.engine.returns import Observations
from analytics.engine.sample import DAYS_A_YEAR, deviation, ratio, risk_free_daily, sampled

BENCHMARK_DID_NOT_VARY = "The benchmark did not vary."
NEITHER_VARIES = "The portfolio or its benchmark did not vary."
NO_DIFFERENCE = "The returns did not differ from those of the benchmark."
LOST_MORE = "The mean daily loss beside the benchmark was more than everything."
NO_GROWTH = "The benchmark did not move on these days."


@dataclass(frozen=True, slots=True)
class Pair:
    """Returns of the same days, (n,) each, all known. day: proleptic ordinals."""

    day: IntArray
    rate: FloatArray
    benchmark: FloatArray

    @property
    def count(self) -> int:
        return len(self.rate)


@dataclass(frozen=True, slots=True)
class Relative:
    """Of a portfolio to its benchmark."""

    beta: Measure
    alpha: Measure
    r2: Measure
    benchmark_correlation: Measure
    tracking_error: Measure
    information_ratio: Measure
    up_capture: Measure
    down_capture: Measure


def relative_of(pair: Pair, *, risk_free: float = 0.0) -> Relative:
    """Every measure of this module."""
    return Relative(
        beta=beta(pair),
        alpha=alpha(pair, risk_free=risk_free),
        r2=r2(pair),
        benchmark_correlation=correlation(pair),
        tracking_error=tracking_error(pair),
        information_ratio=information_ratio(pair),
        up_capture=up_capture(pair),
        down_capture=down_capture(pair),
    )


def relative_unknown(reason: str) -> Relative:
    """No measure at all, for this reason."""
    return Relative(**{field.name: Measure(None, reason) for field in fields(Relative)})


def common_days(portfolio: Observations, benchmark: Observations) -> Pair:
    """The whole days on which both have a return: the day of a first purchase is none, for the benchmark moved from
    the evening before."""
    _, mine, other = np.intersect1d(portfolio.day, benchmark.day, assume_unique=True, return_indices=True)
    rate, beside = portfolio.rate[mine], benchmark.rate[other]
    both = portfolio.overnight[mine] & np.isfinite(rate) & np.isfinite(beside)
    return Pair(portfolio.day[mine][both], rate[both], beside[both])


def beta(pair: Pair) -> Measure:
    """Covariance / variance of the benchmark (Sharpe, 1964). A constant risk-free rate changes neither."""
    return sampled(pair.count, lambda: slope(pair), otherwise=BENCHMARK_DID_NOT_VARY)


def alpha(pair: Pair, *, risk_free: float = 0.0) -> Measure:
    """A year: (1 + mean r - rf - beta (mean b - rf))^252 - 1 (Jensen, 1968, compounded)."""
    daily = risk_free_daily(risk_free)

    def computed() -> float:
        mean, beside = float(np.mean(pair.rate)), float(np.mean(pair.benchmark))
        return compounded(mean - daily - slope(pair) * (beside - daily))

    varies = pair.count > 1 and deviation(pair.benchmark) > 0
    return sampled(pair.count, computed, otherwise=LOST_MORE if varies else BENCHMARK_DID_NOT_VARY)


def correlation(pair: Pair) -> Measure:
    """Pearson's, between -1 and 1."""
    return sampled(pair.count, lambda: correlation_of(pair), otherwise=NEITHER_VARIES)


def r2(pair: Pair) -> Measure:
    """Correlation squared: the coefficient of determination of the regression on the benchmark."""
    return sampled(pair.count, lambda: correlation_of(pair) ** 2, otherwise=NEITHER_VARIES)


def tracking_error(pair: Pair) -> Measure:
    """A year: sample standard deviation (n - 1) of r - b × √252 (Grinold & Kahn, Active Portfolio Management)."""
    return sampled(pair.count, lambda: deviation(pair.rate - pair.benchmark) * sqrt(DAYS_A_YEAR))


def information_ratio(pair: Pair) -> Measure:
    """Mean of r - b / its sample standard deviation × √252 (Goodwin, The Information Ratio, 1998)."""
    active = pair.rate - pair.benchmark
    return sampled(
        pair.count,
        lambda: ratio(float(np.mean(active)), deviation(active)) * sqrt(DAYS_A_YEAR),
        otherwise=NO_DIFFERENCE,
    )


def up_capture(pair: Pair) -> Measure:
    """Geometric mean return on the days on which the benchmark rose / that of the benchmark (Bacon, ch. 5).

    Of a day, not of a year: these days never followed one another, and compounding them 252 times would.
    """
    return _capture(pair, pair.benchmark > 0, of="days on which the benchmark rose")


def down_capture(pair: Pair) -> Measure:
    """The same of the days on which it fell."""
    return _capture(pair, pair.benchmark < 0, of="days on which the benchmark fell")


def slope(pair: Pair) -> float:
    """Of the regression of the returns on those of the benchmark; NaN where that did not vary."""
    if deviation(pair.benchmark) == 0:
        return nan
    centred = pair.benchmark - np.mean(pair.benchmark)
    return float(np.dot(centred, pair.rate - np.mean(pair.rate)) / np.dot(centred, centred))


def correlation_of(pair: Pair) -> float:
    """NaN where one of them did not vary."""
    if deviation(pair.rate) == 0 or deviation(pair.benchmark) == 0:
        return nan
    mine, beside = pair.rate - np.mean(pair.rate), pair.benchmark - np.mean(pair.benchmark)
    spread = np.sqrt(np.dot(mine, mine)) * np.sqrt(np.dot(beside, beside))
    return float(np.clip(np.dot(mine, beside) / spread, -1.0, 1.0))


def compounded(daily: float) -> float:
    """A year of 252 days with this return each; NaN where that loses more than everything."""
    return float(np.expm1(DAYS_A_YEAR * np.log1p(daily))) if daily > -1 else nan


def geometric_mean(rate: FloatArray) -> float:
    """The return of each day that (n,) days of at least one would compound to the same with."""
    with np.errstate(divide="ignore"):  # where everything was lost, the logarithm is -inf and the mean -1
        return float(np.expm1(np.mean(np.log1p(rate))))


def _capture(pair: Pair, days: BoolArray, *, of: str) -> Measure:
    return sampled(
        int(np.count_nonzero(days)),
        lambda: ratio(geometric_mean(pair.rate[days]), geometric_mean(pair.benchmark[days])),
        otherwise=NO_GROWTH,
        of=of,
    )
