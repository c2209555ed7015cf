"""The figures of the dashboard: the five answers that a person sees first, one after the other over HTTP."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import orjson

from analytics.rebuild import history_rebuild
from benchmarks.client import Client, client_of
from benchmarks.graph import as_if_rebuilt
from benchmarks.maker import Portfolio, random_walk
from benchmarks.report import Report
from benchmarks.textbook.copy import prices_copy
from benchmarks.timing import alternate, median
from core.packed import FloatArray
from portfolio.models import Asset
from portfolio.prices.store import closes_merge

NEAR = 1e-6
SAME: dict[str, dict[str, str]] = {
    "summary": {name: name for name in ("net_worth", "cost_basis", "gain", "day_change", "xirr")},
    "performance": {
        **{name: name for name in ("twr", "twr_annualized", "xirr")},
        "gains.total": "gain",
        "benchmark.twr": "benchmark_twr",
        "series.twr": "twr_line",
        "series.drawdown": "drawdown",
        "series.value": "value",
        "series.benchmark": "benchmark",
        "series.same_flows": "same_flows",
        "periods.1y.twr": "periods.1y.twr",
        "periods.5y.xirr": "periods.5y.xirr",
    },
    "risk": {
        **{name: name for name in ("volatility", "sharpe", "sortino", "max_drawdown", "calmar", "var_95", "cvar_95")},
        **{name: name for name in ("beta", "alpha", "r2", "tracking_error", "information_ratio")},
        **{name: name for name in ("up_capture", "down_capture")},
        "rolling.series.volatility": "rolling_volatility",
        "rolling.series.sharpe": "rolling_sharpe",
        "rolling.series.beta": "rolling_beta",
        "correlation.matrix": "correlation",
        "concentration.hhi": "hhi",
    },
    "allocation": {"series.stock": "series.stock", "series.gold": "series.gold"},
    "health": {"score": "score"},
}
"""By answer, where ours and theirs have the same figure."""


def dashboard_compare(portfolio: Portfolio, report: Report, *, runs: int) -> None:
    """For a portfolio that the textbook's tables have a copy of."""
    index = index_make(portfolio)
    history_rebuild(portfolio.user)
    ours = [f"/api/v1/analytics/{name}/?{_query(name, index, history='true')}" for name in SAME]
    theirs = [f"/textbook/dashboard/{name}/?{_query(name, index)}" for name in SAME]
    with client_of(portfolio.user) as client:
        for (name, figures), one, other in zip(SAME.items(), ours, theirs, strict=True):
            refuse_difference(name, figures, answer(client, one), answer(client, other))
        warm, textbook = alternate(lambda: look(client, ours), lambda: look(client, theirs), runs=runs)
        report.compare("dashboard", warm, textbook)
        first = median(lambda: look(client, ours), before=lambda: as_if_rebuilt(portfolio), runs=runs * 3)
        report.compare("dashboard_first", first, textbook)


def index_make(portfolio: Portfolio) -> Asset:
    """An index with a close on each of the portfolio's business days, in both versions."""
    index = Asset.objects.create(symbol="^BENCH", name="Index", asset_class="index", currency="INR")
    closes = np.round(random_walk(np.random.default_rng(2), (1, len(portfolio.days)), volatility=0.01) * 10_000, 2)
    closes_merge({index.pk: dict(zip(portfolio.days, closes[0].tolist(), strict=True))})
    prices_copy([index], portfolio.days, closes)
    return index


def look(client: Client, paths: Sequence[str]) -> None:
    for path in paths:
        client.get(path)


def answer(client: Client, path: str) -> dict[str, Any]:
    body, _ = client.get(path)
    found: dict[str, Any] = orjson.loads(body)
    return found


def refuse_difference(name: str, figures: dict[str, str], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """What both know is the same, or there is nothing to compare."""
    for one, other in figures.items():
        mine, textbook = figure(ours, one), figure(theirs, other)
        if mine.shape != textbook.shape or not np.allclose(mine, textbook, rtol=NEAR, atol=NEAR, equal_nan=True):
            raise SystemExit(f"The versions disagree about {one} of {name}: {mine} and {textbook}.")


def figure(answer: dict[str, Any], path: str) -> FloatArray:
    """A number, or a series with NaN for null; of a measure its value."""
    found: Any = answer
    for key in path.split("."):
        found = found[key]
    return np.array(found["value"] if isinstance(found, dict) else found, np.float64)


def _query(name: str, index: Asset, **more: str) -> str:
    asked = {"performance": {"benchmark": str(index.pk)}, "risk": {"benchmark": str(index.pk)}, "allocation": more}
    return urlencode(asked.get(name, {}))
