"""Copy a portfolio into the textbook's tables, and hold its figures against ours."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

import numpy as np
from django.db import connection

from analytics.history import history_read
from benchmarks.maker import BATCH, Portfolio
from benchmarks.textbook.models import HistoryDay, Price, Trade
from benchmarks.textbook.rebuild import SERIES
from core.packed import FloatArray
from portfolio.models import Asset

CENT = 0.011
"""Ours to the last float, theirs rounded to the cent."""


def tables_make() -> None:
    with connection.schema_editor() as editor:
        for model in (Trade, Price, HistoryDay):
            editor.create_model(model)


def prices_copy(assets: Sequence[Asset], days: Sequence[date], closes: FloatArray) -> None:
    prices = (
        Price(asset=asset, date=day, close=Decimal(str(close)))
        for asset, row in zip(assets, closes, strict=True)
        for day, close in zip(days, row.tolist(), strict=True)
    )
    while batch := list(islice(prices, BATCH)):
        Price.objects.bulk_create(batch)


def portfolio_copy(portfolio: Portfolio) -> None:
    prices_copy(portfolio.assets, portfolio.days, portfolio.closes)
    if not Price.objects.filter(asset=portfolio.pair).exists():
        prices_copy([portfolio.pair], portfolio.days, portfolio.rates[None])
    Trade.objects.bulk_create(
        [
            Trade(
                user=portfolio.user,
                account_id=row.account_id,
                asset_id=row.asset_id,
                kind=row.kind,
                date=row.date,
                quantity=row.quantity,
                price=row.price,
                amount=row.amount,
                fee=row.fee + row.tax,
            )
            for row in portfolio.transactions
        ],
        batch_size=BATCH,
    )


def refuse_disagreement(portfolio: Portfolio) -> None:
    """Every figure of every day is the same to the cent, or there is nothing to compare."""
    rows = list(HistoryDay.objects.filter(user=portfolio.user).order_by("date").values_list("date", *SERIES))
    ours = history_read(user_id=portfolio.user.pk, first=rows[0][0], last=rows[-1][0])
    for column, name in enumerate(SERIES, start=1):
        theirs = np.array([float(row[column]) for row in rows])
        worst = float(np.abs(theirs - ours.series[name]).max())
        if not worst < CENT:
            raise SystemExit(f"The versions disagree about {name} of {portfolio.user}: by up to {worst}.")
