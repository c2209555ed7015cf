"""The figures of one day, taken from a history."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import STALE_AFTER_DAYS, FloatArray
from analytics.history import History
from analytics.movements import Scope
from core.models import User
from core.packed import fetch_packed
from portfolio.holdings import HoldingAt, holdings_at
from portfolio.models import Holding
from portfolio.prices.live_closes import Now, closes_quoted, quotes_counting


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts on the last day of a history, in its currency; NaN where one is not known.

    gain: unrealized and realized gain and income less stand-alone costs. day_change: change of the net worth since
    the day before, less the money that was added that day; day_change_ratio: to the net worth of the day before.
    """

    net_worth: float
    holdings: float
    cash: float
    other_assets: float
    liabilities: float
    cost_basis: float
    invested: float
    net_contributions: float
    income: float
    realized_gain: float
    unrealized_gain: float
    gain: float
    day_change: float
    day_change_ratio: float


def figures_of(history: History) -> Figures:
    """The figures of the last day."""
    last = {name: float(values[-1]) for name, values in history.series.items()}
    unrealized = last["holdings"] - last["cost_basis"]
    change, before = _day_change(history.series["net_worth"], history.series["net_contributions"])
    return Figures(
        **{name: last[name] for name in Figures.__dataclass_fields__ if name in last},
        unrealized_gain=unrealized,
        gain=unrealized + last["realized_gain"] + last["income"] - last["costs"],
        day_change=change,
        day_change_ratio=change / before if before > 0 else float("nan"),
    )


def _day_change(net_worth: FloatArray, contributions: FloatArray) -> tuple[float, float]:
    """(change without what was added, net worth before); before the first day there was nothing."""
    before, given = (float(net_worth[-2]), float(contributions[-2])) if len(net_worth) > 1 else (0.0, 0.0)
    return float(net_worth[-1]) - before - (float(contributions[-1]) - given), before


def stale_holdings(user: User, as_of: date, scope: Scope | None = None, *, now: Now | None = None) -> list[HoldingAt]:
    """What was held then whose last price was over a week old, or that had none; one position of each asset."""
    scope = scope or Scope()
    if not _any_without_price(user, as_of, now):  # as mostly: no need to load what is held
        return []
    stale = {
        row.asset.pk: row
        for row in holdings_at(user, as_of, accounts=scope.account_ids, now=now)
        if row.quantity and (scope.asset_ids is None or row.asset.pk in scope.asset_ids) and _is_stale(row, as_of)
    }
    return list(stale.values())


def _any_without_price(user: User, as_of: date, now: Now | None) -> bool:
    """Whether an asset that may have been held then has no close of the week before, nor a price of now."""
    sql = (
        f"SELECT DISTINCT asset_id FROM {Holding._meta.db_table} WHERE user_id = %s AND asset_id IS NOT NULL "
        "AND first_on <= %s AND (quantity <> '0' OR last_on > %s)"
    )
    asset_ids = [pk for (pk,) in fetch_packed(sql, [user.pk, as_of, as_of])]
    quotes = quotes_counting(asset_ids, now, last=as_of)
    closes = closes_quoted(asset_ids, quotes, first=as_of - timedelta(days=STALE_AFTER_DAYS), last=as_of)
    return bool(np.isnan(closes.matrix).all(axis=1).any())


def _is_stale(row: HoldingAt, as_of: date) -> bool:
    return row.price is None or (as_of - row.price.on).days > STALE_AFTER_DAYS
