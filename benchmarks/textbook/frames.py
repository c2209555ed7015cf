"""What a person has, from rows to DataFrames: loaded and valued again for each answer."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.textbook.models import Trade
from benchmarks.textbook.rebuild import prices_of, take
from core.models import User
from portfolio.models import Asset

COLUMNS = ("date", "account_id", "asset_id", "kind", "quantity", "price", "amount", "fee")
NUMBERS = ["quantity", "price", "amount", "fee"]


@dataclass
class Frames:
    """trades: one row each, with the rate of its day. values: worth of each asset (columns) on each day (rows).

    inflow, outflow: of each day. All in the person's currency.
    """

    days: pd.DatetimeIndex
    assets: pd.DataFrame
    trades: pd.DataFrame
    prices: pd.DataFrame
    rates: pd.DataFrame
    values: pd.DataFrame
    inflow: pd.Series
    outflow: pd.Series

    @property
    def worth(self) -> pd.Series:
        return self.values.sum(axis=1)

    @property
    def returns(self) -> pd.Series:
        """Inflows at the start of the day, outflows at its end."""
        worth = self.worth
        return (worth + self.outflow) / (worth.shift(fill_value=0.0) + self.inflow) - 1


def frames_load(user: User, today: date) -> Frames:
    trades = trades_load(user)
    days = pd.date_range(trades["date"].min(), today)
    assets = assets_load(trades["asset_id"].unique().tolist())
    rates = pd.DataFrame(1.0, index=days, columns=assets.index)
    rates.loc[:, assets["currency"] == "USD"] = dollar(days).to_numpy()[:, None]
    rows = days.get_indexer(pd.Index(trades["date"]))
    columns = assets.index.get_indexer(pd.Index(trades["asset_id"]))
    trades["rate"] = rates.to_numpy()[rows, columns]
    units = trades["quantity"].where(trades["kind"] == "buy", -trades["quantity"]).fillna(0.0)
    bought = units.groupby([trades["date"], trades["asset_id"]]).sum().unstack(fill_value=0)
    prices = prices_of(assets.index.tolist(), days)
    values = bought.reindex(index=days, columns=assets.index, fill_value=0.0).cumsum() * prices * rates
    inflow, outflow = flows_of(trades, days)
    return Frames(days, assets, trades, prices, rates, values, inflow, outflow)


def trades_load(user: User) -> pd.DataFrame:
    rows = Trade.objects.filter(user=user).order_by("date", "id").values_list(*COLUMNS)
    trades = pd.DataFrame.from_records(list(rows), columns=COLUMNS)
    trades["date"] = pd.to_datetime(trades["date"])
    trades[NUMBERS] = trades[NUMBERS].astype(float)
    return trades


def assets_load(asset_ids: list[int]) -> pd.DataFrame:
    columns = ("id", "name", "currency", "asset_class", "sector")
    rows = Asset.objects.filter(pk__in=asset_ids).order_by("id").values_list(*columns)
    return pd.DataFrame.from_records(list(rows), columns=columns, index="id")


def dollar(days: pd.DatetimeIndex) -> pd.Series:
    pair = Asset.objects.get(symbol="USDINR=X")
    return prices_of([pair.pk], days)[pair.pk]


def flows_of(trades: pd.DataFrame, days: pd.DatetimeIndex) -> tuple[pd.Series, pd.Series]:
    """What purchases cost, and what sales and dividends brought, fees and taxes taken off."""
    gross = trades["quantity"] * trades["price"]
    paid = (gross + trades["fee"]).where(trades["kind"] == "buy", 0.0)
    received = (gross.where(trades["kind"] == "sell", trades["amount"]) - trades["fee"]).where(
        trades["kind"] != "buy", 0.0
    )
    daily = (pd.DataFrame({"in": paid, "out": received}).mul(trades["rate"], axis=0)).groupby(trades["date"]).sum()
    daily = daily.reindex(days, fill_value=0.0)
    return daily["in"], daily["out"]


@dataclass
class Cost:
    """Of the open lots; and what sales gained over theirs."""

    basis: float
    realized: float


def cost_of(trades: pd.DataFrame) -> Cost:
    """First in, first out, each purchase at the rate of its day."""
    lots: dict[tuple[int, int], deque[list[float]]] = defaultdict(deque)
    basis = realized = 0.0
    for trade in trades[trades["kind"] != "dividend"].itertuples():
        row: Any = trade
        own, gross = lots[row.account_id, row.asset_id], row.quantity * row.price
        if row.kind == "buy":
            cost = (gross + row.fee) * row.rate
            own.append([row.quantity, cost])
            basis += cost
        else:
            cost = take(own, row.quantity)
            basis -= cost
            realized += (gross - row.fee) * row.rate - cost
    return Cost(basis, realized)


def observed(returns: pd.Series) -> pd.Series:
    """Returns of weekdays, a weekend in its Monday; one at the end waits for it."""
    days = pd.DatetimeIndex(returns.index)
    late = np.maximum(days.dayofweek - 4, 0)
    monday = days + pd.to_timedelta(np.where(late > 0, 3 - late, 0), unit="D")
    compounded: pd.Series = (1 + returns).groupby(monday).prod(min_count=1) - 1
    return compounded[compounded.index <= days[-1]].dropna()
