"""The risk of what a person has, or of a part of it: by itself, beside a benchmark, and of its holdings together."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.allocation import weights_at
from analytics.benchmarks import NO_BENCHMARK, Index, index_load
from analytics.engine.benchmark import index_returns
from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.concentration import Concentration, concentration
from analytics.engine.measure import NOTHING_HELD
from analytics.engine.relative import Relative, common_days, relative_of, relative_unknown
from analytics.engine.returns import Observations, Returns, observations_of, returns_daily
from analytics.engine.risk import Risk, risk_of, risk_unknown
from analytics.engine.rolling import rolling_beta, rolling_risk
from analytics.panels import Window
from analytics.parts import By, Labels
from core.models import User
from portfolio.models import Asset
from portfolio.prices.live_closes import Now


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody asks for. risk_free: a yearly rate. window: observations that a rolling measure rests on."""

    benchmark: Asset | None
    risk_free: float
    window: int


@dataclass(frozen=True, slots=True)
class Rolling:
    """One value an observation of the window, NaN where there is none. day: (n,) proleptic ordinals."""

    day: IntArray
    volatility: FloatArray
    sharpe: FloatArray
    beta: FloatArray


NO_ROLLING = Rolling(np.zeros(0, np.int64), *[np.zeros(0)] * 3)


@dataclass(frozen=True, slots=True)
class Report:
    """Of the days of a window."""

    risk: Risk
    relative: Relative
    rolling: Rolling


NOTHING = Report(risk_unknown(NOTHING_HELD, observations=0), relative_unknown(NOTHING_HELD), NO_ROLLING)


def report_of(user: User, window: Window, terms: Terms, now: Now) -> Report:
    """What the daily returns of a window say."""

    def index_since(first: date) -> Index | None:
        if terms.benchmark is None:
            return None
        currency = window.portrait.currencies[0]
        return index_load(user, terms.benchmark, currency=currency, first=first, last=window.last, now=now)

    returns = returns_daily(window.worth)
    index = index_since(returns.first)
    earlier = _with_earlier(window, returns, observations=terms.window)
    longer = index if earlier is returns or _is_silent(index) else index_since(earlier.first)
    return Report(
        risk_of(returns, risk_free=terms.risk_free),
        _relative(returns, index, risk_free=terms.risk_free),
        NO_ROLLING if returns.reason else _rolling(earlier, longer, terms=terms, since=returns.first),
    )


def concentration_of(window: Window | None, labels: Labels) -> Concentration:
    """Of the last day: each asset is a part, and all money in accounts is one."""
    shares = weights_at(window.portrait, By.ASSET, labels).shares if window else ()
    return concentration(np.array([share.value for share in shares]))


def _is_silent(index: Index | None) -> bool:
    return index is None or index.reason is not None


def _relative(returns: Returns, index: Index | None, *, risk_free: float) -> Relative:
    if index is None:
        return relative_unknown(returns.reason or NO_BENCHMARK)
    reason = returns.reason or index.reason
    if reason:
        return relative_unknown(reason)
    return relative_of(common_days(observations_of(returns), _observations(index)), risk_free=risk_free)


def _observations(index: Index) -> Observations:
    return observations_of(index_returns(index.first, index.price))


def _rolling(returns: Returns, index: Index | None, *, terms: Terms, since: date) -> Rolling:
    """Of the observations from `since` on; earlier ones fill their windows, so that a short period has a graph."""
    seen = observations_of(returns)
    beta = np.full(len(seen.day), np.nan)
    if index is not None and index.reason is None:
        pair = common_days(seen, _observations(index))
        beta[np.searchsorted(seen.day, pair.day)] = rolling_beta(pair.rate, pair.benchmark, terms.window)
    alone = rolling_risk(seen.rate, terms.window, risk_free=terms.risk_free)
    inside = seen.day >= since.toordinal()
    return Rolling(seen.day[inside], alone.volatility[inside], alone.sharpe[inside], beta[inside])


def _with_earlier(window: Window, returns: Returns, *, observations: int) -> Returns:
    """With the days before the window that hold so many weekdays; the same where these have no return."""
    lead = timedelta(days=7 * (observations // 5 + 2))
    earlier = returns_daily(window.portrait.total.period(window.start - lead, window.last))
    return returns if earlier.reason is not None or earlier.first == returns.first else earlier
