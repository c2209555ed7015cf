"""Rebuild a person's whole history: objects into DataFrames, running sums, a row for each day."""

from collections import defaultdict, deque
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from django.db import transaction

from benchmarks.textbook.models import HistoryDay, Price, Trade
from core.models import User
from portfolio.models import Asset

SERIES = ("net_worth", "holdings", "cash", "liabilities", "invested", "net_contributions", "income")
FLOWS = ["invested", "net_contributions", "income"]


def history_rebuild(user: User, today: date) -> None:
    trades = list(Trade.objects.filter(user=user).select_related("asset").order_by("date", "id"))
    days = pd.date_range(trades[0].date, today)
    assets = {trade.asset_id: trade.asset for trade in trades}
    rates: Any = rates_by_asset(assets, days)
    quantities = pd.DataFrame(0.0, index=days, columns=list(assets))
    flows = pd.DataFrame(0.0, index=days, columns=FLOWS)
    lots: dict[tuple[int, int], deque[list[float]]] = defaultdict(deque)
    for trade in trades:
        day = pd.Timestamp(trade.date)
        rate = rates.at[day, trade.asset_id]
        apply(trade, rate, quantities=quantities, flows=flows, day=day, lots=lots[trade.account_id, trade.asset_id])
    values = quantities.cumsum() * prices_of(list(assets), days) * rates
    history = flows.cumsum()
    history["holdings"] = history["net_worth"] = values.sum(axis=1)
    history["cash"] = history["liabilities"] = 0.0
    save(user, history)


def apply(
    trade: Trade,
    rate: float,
    *,
    quantities: Any,
    flows: Any,
    day: pd.Timestamp,
    lots: deque[list[float]],
) -> None:
    fee = float(trade.fee)
    if trade.kind == "dividend":
        amount = float(trade.amount or 0)
        flows.loc[day, "income"] += amount * rate
        flows.loc[day, "net_contributions"] -= (amount - fee) * rate
        return
    quantity = float(trade.quantity or 0)
    gross = quantity * float(trade.price or 0)
    if trade.kind == "buy":
        lots.append([quantity, gross * rate])
        quantities.loc[day, trade.asset_id] += quantity
        flows.loc[day, "invested"] += gross * rate
        flows.loc[day, "net_contributions"] += (gross + fee) * rate
    else:
        quantities.loc[day, trade.asset_id] -= quantity
        flows.loc[day, "invested"] -= take(lots, quantity)
        flows.loc[day, "net_contributions"] -= (gross - fee) * rate


def take(lots: deque[list[float]], quantity: float) -> float:
    """The cost of what is sold, first in, first out."""
    cost = 0.0
    while quantity > 0:
        held, held_cost = lots[0]
        sold = min(held, quantity)
        part = held_cost * sold / held
        cost += part
        quantity -= sold
        if sold == held:
            lots.popleft()
        else:
            lots[0] = [held - sold, held_cost - part]
    return cost


def rates_by_asset(assets: dict[int, Asset], days: pd.DatetimeIndex) -> pd.DataFrame:
    pair = Asset.objects.get(symbol="USDINR=X")
    dollar = prices_of([pair.pk], days)[pair.pk]
    return pd.DataFrame({pk: dollar if asset.currency == "USD" else 1.0 for pk, asset in assets.items()}, index=days)


def prices_of(asset_ids: list[int], days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = Price.objects.filter(asset_id__in=asset_ids).values_list("date", "asset_id", "close")
    prices = pd.DataFrame.from_records(list(rows), columns=["date", "asset", "close"])
    prices["close"] = prices["close"].astype(float)
    prices["date"] = pd.to_datetime(prices["date"])
    return prices.pivot(index="date", columns="asset", values="close").reindex(days).ffill()


@transaction.atomic
def save(user: User, history: pd.DataFrame) -> None:
    HistoryDay.objects.filter(user=user).delete()
    rows = [
        HistoryDay(user=user, date=day.date(), **{name: Decimal(f"{row[name]:.2f}") for name in SERIES})
        for day, row in zip(history.index, history.to_dict("records"), strict=True)
    ]
    HistoryDay.objects.bulk_create(rows, batch_size=1000)
