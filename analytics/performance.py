"""How a portfolio did: its returns over the days that were asked for, by named period, and beside a benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analytics.benchmarks import NO_BENCHMARK, index_load
from analytics.engine.benchmark import Beside, Instead, beside, instead, nothing_instead, same_flows
from analytics.engine.calendar_returns import Extremes, YearReturns, calendar_returns, extreme_days, extreme_months
from analytics.engine.carry import FloatArray
from analytics.engine.drawdown import drawdown
from analytics.engine.gain_sources import GainSources, gain_sources
from analytics.engine.measure import NOTHING_HELD, Measure
from analytics.engine.money_weighted import xirr
from analytics.engine.periods import PERIODS, Period, period_start
from analytics.engine.returns import Returns, returns_daily, simple_return, twr, twr_annualized
from analytics.engine.worth import Worth
from analytics.panels import Window
from core.models import User
from portfolio.models import Asset
from portfolio.prices.live_closes import Now


@dataclass(frozen=True, slots=True)
class Rates:
    """The returns of a period, which begins at the end of `start`."""

    start: date | None
    twr: Measure
    twr_annualized: Measure
    xirr: Measure


@dataclass(frozen=True, slots=True)
class Flows:
    """What a period began with, what came and went, and what it ended with; NaN where it is not known."""

    start_value: float
    inflow: float
    outflow: float
    end_value: float


@dataclass(frozen=True, slots=True)
class Performance:
    """Of the days of one window. periods: those that end with it, whenever it began.

    line, fall, value: growth, drawdown and worth, from the evening on with which the window begins.
    """

    rates: Rates
    simple_return: Measure
    gains: GainSources
    flows: Flows
    periods: Mapping[Period, Rates]
    calendar: tuple[YearReturns, ...]
    by_day: Extremes
    by_month: Extremes
    line: FloatArray
    fall: FloatArray
    value: FloatArray


@dataclass(frozen=True, slots=True)
class Comparison:
    """A benchmark on the same days. line, value: its growth, and what the same flows would have been worth in it.

    reason: why there is nothing to compare with.
    """

    asset: Asset | None
    beside: Beside
    instead: Instead
    line: FloatArray
    value: FloatArray
    reason: str | None


_UNHELD = Measure(None, NOTHING_HELD)
_NO_RATES = Rates(None, _UNHELD, _UNHELD, _UNHELD)
_EMPTY: FloatArray = np.zeros(0)
NOTHING = Performance(
    rates=_NO_RATES,
    simple_return=_UNHELD,
    gains=GainSources(0, 0, 0, 0, 0, 0),
    flows=Flows(0, 0, 0, 0),
    periods=dict.fromkeys(PERIODS, _NO_RATES),
    calendar=(),
    by_day=Extremes(None, None),
    by_month=Extremes(None, None),
    line=_EMPTY,
    fall=_EMPTY,
    value=_EMPTY,
)
"""Of who had nothing by then."""


def performance_of(window: Window) -> Performance:
    worth = window.worth
    returns = returns_daily(worth)
    line = _shown(returns.line, window)
    return Performance(
        rates=_rates(worth, returns, start=window.start),
        simple_return=simple_return(worth),
        gains=gain_sources(window.portrait.panel, worth),
        flows=Flows(float(worth.before), float(worth.inflow.sum()), float(worth.outflow.sum()), float(worth.end)),
        periods=_rates_by_period(window),
        calendar=calendar_returns(returns),
        by_day=extreme_days(returns),
        by_month=extreme_months(returns),
        line=line,
        fall=drawdown(line),
        value=_shown(_with_evening(worth), window),
    )


def benchmark_beside(asset: Asset | None, window: Window, *, user: User, currency: str, now: Now) -> Comparison:
    """`asset` over the days of the window, in the currency of its portrait."""
    if asset is None:
        return nothing_to_compare(None, NO_BENCHMARK, days=len(_shown(_with_evening(window.worth), window)))
    worth = window.worth
    index = index_load(user, asset, currency=currency, first=worth.first, last=window.last, now=now)
    if index.reason:
        return nothing_to_compare(asset, index.reason, days=len(_shown(index.price, window)))
    same, found = same_flows(worth, index.price), beside(returns_daily(worth), index.price)
    value = _with_evening(replace(worth, value=same.value))
    return Comparison(
        asset=asset,
        beside=found,
        instead=instead(worth, same),
        line=_shown(found.line, window),
        value=_shown(value, window),
        reason=None,
    )


def nothing_to_compare(asset: Asset | None, reason: str, *, days: int) -> Comparison:
    nothing, unknown = Measure(None, reason), np.full(days, np.nan)
    return Comparison(
        asset, Beside(nothing, nothing, nothing, unknown), nothing_instead(reason), unknown, unknown, reason
    )


def _rates(worth: Worth, returns: Returns, *, start: date) -> Rates:
    return Rates(start, twr(returns), twr_annualized(returns), xirr(worth))


def _rates_by_period(window: Window) -> dict[Period, Rates]:
    total = window.portrait.total
    starts = {name: period_start(name, last=window.last, first_day=total.first) for name in PERIODS}
    worths = {start: total.period(start, window.last) for start in starts.values()}
    found = {start: _rates(worth, returns_daily(worth), start=start) for start, worth in worths.items()}
    return {name: found[start] for name, start in starts.items()}


def _with_evening(worth: Worth) -> FloatArray:
    """(1 + days,) the value of the evening before, and of every day."""
    return np.concatenate(([float(worth.before)], worth.value))


def _shown(line: FloatArray, window: Window) -> FloatArray:
    """Without the evening before the days of the window, where it begins with the first day of all."""
    return line[(window.start - window.worth.first).days + 1 :]
