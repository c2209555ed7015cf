"""The figures of a full rebuild: from a mark at the beginning to a stored, fresh history."""

import secrets

import numpy as np
from django.db import transaction

from analytics.engine.book import Market
from analytics.engine.carry import Observed
from analytics.engine.timeline import timeline
from analytics.history import TABLE as HISTORY
from analytics.inputs import inputs_load
from analytics.marks import history_mark
from analytics.models import SERIES, HistoryMark
from analytics.rebuild import history_rebuild
from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.textbook import rebuild as textbook
from benchmarks.textbook.copy import portfolio_copy, refuse_disagreement
from benchmarks.timing import Work, alternate, median
from core.days import today_for
from core.packed import any_of, fetch_packed, upsert_packed
from portfolio.models import Asset, Holding, PriceYear
from portfolio.prices.store import closes_load


def rebuild_compare(name: str, portfolio: Portfolio, report: Report, *, runs: int) -> None:
    user, today = portfolio.user, today_for(portfolio.user)
    portfolio_copy(portfolio)
    history_rebuild(user)
    textbook.history_rebuild(user, today)
    refuse_disagreement(portfolio)
    ours, theirs = alternate(
        lambda: history_rebuild(user),
        lambda: textbook.history_rebuild(user, today),
        before=lambda: mark_all(portfolio),
        runs=runs,
    )
    report.compare(name, ours, theirs)
    first = median(lambda: history_rebuild(user), before=lambda: forget_closes(portfolio), runs=runs * 3)
    report.compare(f"{name}_first", first, theirs)
    report.above(f"{name}_floor", first, median(rebuild_floor(portfolio), runs=runs * 3))


def rebuild_time(portfolio: Portfolio, *, runs: int) -> float:
    return median(lambda: history_rebuild(portfolio.user), before=lambda: mark_all(portfolio), runs=runs)


def mark_all(portfolio: Portfolio) -> None:
    history_mark(user_id=portfolio.user.pk, since=portfolio.days[0])


def forget_closes(portfolio: Portfolio) -> None:
    """As after a start: no decoded closes that the process keeps hold any longer."""
    for asset in [*portfolio.assets, portfolio.pair]:
        Asset.objects.filter(pk=asset.pk).update(prices_version=secrets.randbits(62))
    mark_all(portfolio)


def rebuild_floor(portfolio: Portfolio) -> Work:
    """The same rows read and the same bytes written, with nothing computed."""
    user_id = portfolio.user.pk
    wanted, assets = any_of("asset_id", [asset.pk for asset in [*portfolio.assets, portfolio.pair]])
    holdings = f"SELECT account_id, asset_id, currency, movements FROM {Holding._meta.db_table} WHERE user_id = %s"
    closes = f"SELECT asset_id, year, closes FROM {PriceYear._meta.db_table} WHERE {wanted}"
    history = f"SELECT user_id, year, {', '.join(SERIES)} FROM {HISTORY} WHERE user_id = %s"
    stored = fetch_packed(history, [user_id], arrays=len(SERIES))

    @transaction.atomic
    def floor() -> None:
        HistoryMark.objects.get(user_id=user_id)
        fetch_packed(holdings, [user_id])
        fetch_packed(closes, assets, arrays=1)
        upsert_packed(HISTORY, ("user_id", "year"), SERIES, stored)
        HistoryMark.objects.filter(user_id=user_id).update(dirty_from=None)

    return floor


def kernel_compare(portfolio: Portfolio, report: Report, *, runs: int) -> None:
    """The pure engine beside one pass over the price matrix."""
    user = portfolio.user
    inputs = inputs_load(user_id=user.pk, currency=user.base_currency, last=today_for(user))
    assert inputs is not None
    closes = closes_load(inputs.asset_ids, first=inputs.first_day, last=inputs.last)
    observed = Observed(closes.first, closes.matrix, closes.before, closes.before_day)
    market = Market(observed, np.array(inputs.asset_currencies, np.int64), inputs.steps)
    ours, one_pass = alternate(
        lambda: timeline(inputs.book, market, inputs.rates), market.closes.matrix.sum, runs=runs, times=1
    )
    report.above("kernel_pass", ours, one_pass)
