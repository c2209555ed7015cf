"""The measures of the dashboard, as the manual of pandas suggests them: each answer from its own frames."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyxirr
from django.db.models import Max

from benchmarks.textbook.frames import Frames, cost_of, dollar, frames_load, observed
from benchmarks.textbook.models import Price
from benchmarks.textbook.rebuild import prices_of
from core.models import User
from portfolio.models import Asset

YEAR = 252
WINDOW = 126
TOP = 20
STALE = 7
PERIODS = {"1d": 1, "1w": 7, "1m": 30, "3m": 91, "6m": 182, "1y": 365, "3y": 1096, "5y": 1826, "10y": 3652}


def summary(user: User, today: date) -> dict[str, Any]:
    frames = frames_load(user, today)
    worth, cost = frames.worth, cost_of(frames.trades)
    dividends = frames.trades[frames.trades["kind"] == "dividend"]
    income, taxes = ((dividends[name] * dividends["rate"]).sum() for name in ("amount", "fee"))
    change = worth.iloc[-1] - worth.iloc[-2] - frames.inflow.iloc[-1] + frames.outflow.iloc[-1]
    return {
        "net_worth": worth.iloc[-1],
        "cost_basis": cost.basis,
        "net_contributions": (frames.inflow - frames.outflow).sum(),
        "income": income,
        "realized_gain": cost.realized,
        "unrealized_gain": worth.iloc[-1] - cost.basis,
        "gain": worth.iloc[-1] - cost.basis + cost.realized + income - taxes,
        "day_change": change,
        "day_change_ratio": change / worth.iloc[-2],
        "xirr": xirr(frames, frames.days[0]),
        "stale": [frames.assets["name"][pk] for pk in stale(frames)],
    }


def performance(user: User, today: date, benchmark: Asset) -> dict[str, Any]:
    frames = frames_load(user, today)
    returns, index = frames.returns, index_of(benchmark, frames.days)
    line = (1 + returns).cumprod()
    months = (1 + returns).resample("ME").prod() - 1
    units = ((frames.inflow - frames.outflow) / index).cumsum()
    return {
        "twr": line.iloc[-1] - 1,
        "twr_annualized": line.iloc[-1] ** (365 / (len(line) - 1)) - 1,
        "xirr": xirr(frames, frames.days[0]),
        "gain": frames.worth.iloc[-1] + (frames.outflow - frames.inflow).sum(),
        "benchmark_twr": index.iloc[-1] / index.iloc[0] - 1,
        "periods": {name: period(frames, returns, timedelta(days)) for name, days in PERIODS.items()},
        "months": {f"{day:%Y-%m}": value for day, value in months.items()},
        "best_day": returns.max(),
        "worst_day": returns.min(),
        "dates": dates(line),
        "twr_line": line.tolist(),
        "drawdown": drawdown(line).tolist(),
        "value": frames.worth.tolist(),
        "benchmark": (index / index.iloc[0]).tolist(),
        "same_flows": (units * index).tolist(),
    }


def risk(user: User, today: date, benchmark: Asset) -> dict[str, Any]:
    frames = frames_load(user, today)
    returns, line = observed(frames.returns), (1 + frames.returns).cumprod()
    index = observed(index_of(benchmark, frames.days).pct_change())
    depth, annual = drawdown(line), line.iloc[-1] ** (365 / (len(line) - 1)) - 1
    tail = returns.quantile(0.05)
    weights = frames.values.iloc[-1] / frames.values.iloc[-1].sum()
    rolling, both = returns.rolling(WINDOW), pd.DataFrame({"own": returns.iloc[1:], "index": index}).dropna()
    windows = both["own"].rolling(WINDOW).cov(both["index"]) / both["index"].rolling(WINDOW).var()
    return {
        "volatility": returns.std() * YEAR**0.5,
        "sharpe": returns.mean() / returns.std() * YEAR**0.5,
        "sortino": returns.mean() / (returns.clip(upper=0) ** 2).mean() ** 0.5 * YEAR**0.5,
        "max_drawdown": depth.min(),
        "trough": f"{depth.idxmin():%Y-%m-%d}",
        "calmar": annual / -depth.min(),
        "var_95": tail,
        "cvar_95": returns[returns <= tail].mean(),
        "positive_days": (returns > 0).mean(),
        **relative(both["own"], both["index"]),
        "dates": dates(returns),
        "rolling_volatility": numbers(rolling.std() * YEAR**0.5),
        "rolling_sharpe": numbers(rolling.mean() / rolling.std() * YEAR**0.5),
        "rolling_beta": numbers(windows.reindex(returns.index)),
        "correlation": correlation(frames, weights.nlargest(TOP).index).to_numpy().tolist(),
        "hhi": (weights**2).sum(),
        "largest": weights.max(),
    }


def relative(own: pd.Series, index: pd.Series) -> dict[str, Any]:
    beta, active = own.cov(index) / index.var(), own - index
    up, down = index > 0, index < 0
    return {
        "beta": beta,
        "alpha": (1 + own.mean() - beta * index.mean()) ** YEAR - 1,
        "r2": own.corr(index) ** 2,
        "tracking_error": active.std() * YEAR**0.5,
        "information_ratio": active.mean() / active.std() * YEAR**0.5,
        "up_capture": geometric(own[up]) / geometric(index[up]),
        "down_capture": geometric(own[down]) / geometric(index[down]),
    }


def allocation(user: User, today: date) -> dict[str, Any]:
    frames = frames_load(user, today)
    values = frames.values.T.groupby(frames.assets["asset_class"]).sum().T
    weights = values.div(values.sum(axis=1), axis=0)
    return {
        "parts": [
            {"key": key, "value": values[key].iloc[-1], "weight": weights[key].iloc[-1]} for key in weights.columns
        ],
        "dates": dates(weights),
        "series": {key: numbers(weights[key]) for key in weights.columns},
    }


def health(user: User, today: date) -> dict[str, Any]:
    """One asset over 40 %, fewer than 3 sectors or 2 classes, stale prices; money and debt are not kept here."""
    frames = frames_load(user, today)
    last = frames.values.iloc[-1]
    weights = last / last.sum()
    sectors, classes = (weights.groupby(frames.assets[name]).sum() for name in ("sector", "asset_class"))
    old = weights[stale(frames)].sum()
    deductions = {
        "concentration": 30 * min(max(0.0, (weights.max() - 0.4) / 0.6), 1.0),
        "few_sectors": 15 * min(max(0.0, (3 - (sectors >= 0.01).sum()) / 3), 1.0),
        "few_classes": 10 * min(max(0.0, 2.0 - (classes >= 0.01).sum()), 1.0),
        "stale_prices": 15 * min(max(0.0, (old - 0.05) / 0.95), 1.0),
    }
    return {"score": 100 - sum(deductions.values()), "deductions": deductions, "largest": weights.max()}


def index_of(benchmark: Asset, days: pd.DatetimeIndex) -> pd.Series:
    price = prices_of([benchmark.pk], days)[benchmark.pk]
    return price * dollar(days) if benchmark.currency == "USD" else price


def period(frames: Frames, returns: pd.Series, length: timedelta) -> dict[str, Any]:
    start = max(frames.days[-1] - length, frames.days[0])
    return {"twr": float(np.prod(1 + returns[returns.index > start])) - 1, "xirr": xirr(frames, start)}


def xirr(frames: Frames, start: pd.Timestamp) -> float | None:
    """What was there at the end of `start` is paid in then, what is there at the end is paid out."""
    worth, flows = frames.worth, frames.outflow - frames.inflow
    before = 0.0
    if start > worth.index[0]:
        before, flows = float(worth.loc[start]), flows[flows.index > start]
    flows = flows[flows != 0]
    days = [start, *flows.index, worth.index[-1]]
    return pyxirr.xirr([day.date() for day in days], [-before, *flows, worth.iloc[-1]], silent=True)


def correlation(frames: Frames, held: pd.Index) -> pd.DataFrame:
    prices = (frames.prices * frames.rates)[held]
    daily = prices.pct_change().apply(observed)
    return daily.corr(min_periods=20)


def stale(frames: Frames) -> list[int]:
    """What is held without a price of the last week."""
    held = frames.values.columns[frames.values.iloc[-1] > 0].tolist()
    newest = Price.objects.filter(asset_id__in=held).values_list("asset_id").annotate(Max("date"))
    return [pk for pk, day in newest if (frames.days[-1].date() - day).days > STALE]


def drawdown(line: pd.Series) -> pd.Series:
    return line / line.cummax().clip(lower=1.0) - 1


def geometric(returns: pd.Series) -> float:
    return float(np.expm1(np.log1p(returns).mean()))


def dates(frame: Any) -> list[str]:
    return list(frame.index.strftime("%Y-%m-%d"))


def numbers(series: pd.Series) -> list[float | None]:
    """NaN is no JSON."""
    return series.astype(object).where(series.notna(), None).tolist()
