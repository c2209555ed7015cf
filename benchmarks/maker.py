"""A seeded portfolio of 15 years: one person, two accounts, rupee and dollar assets, a close on each business day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.days import today_for
from core.models import Account, User
from portfolio.models import Asset, Transaction
from portfolio.prices.store import closes_merge
from portfolio.services.books import books_project

DAYS = 5479
BATCH = 5000
SELLS, DIVIDENDS = 0.25, 0.05
CLASSES = ("stock", "stock", "etf", "mutual_fund", "gold")
SECTORS = ("Banks", "Energy", "Health", "Software", "Steel", "Telecoms", "Utilities")


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A person with `assets`; closes[i] are those of assets[i] on `days`; `transactions` in the order of their ids."""

    user: User
    assets: list[Asset]
    days: list[date]
    closes: NDArray[np.float64]
    pair: Asset
    rates: NDArray[np.float64]
    transactions: list[Transaction]


def portfolio_make(name: str, *, assets: int, transactions: int) -> Portfolio:
    """Write it all to the database, books included; the history is still to be built."""
    random = np.random.default_rng([assets, transactions])
    user = User.objects.create_user(f"{name}@example.com", "a long pass phrase", base_currency="INR")
    accounts = [Account.objects.create(user=user, name=label) for label in ("Broker", "Demat")]
    days = business_days(today_for(user))
    catalogue = Asset.objects.bulk_create([asset_of(f"{name}{i}", number=i) for i in range(assets)])
    closes = np.round(random_walk(random, (assets, len(days)), volatility=0.012) * 500, 2)
    pair, _ = Asset.objects.get_or_create(
        symbol="USDINR=X", owner=None, defaults={"asset_class": "fx", "currency": "INR", "name": "Rupees for a dollar"}
    )
    rates = np.round(random_walk(np.random.default_rng(1), (1, len(days)), volatility=0.003)[0] * 50, 4)
    for asset, row in [*zip(catalogue, closes, strict=True), (pair, rates)]:
        closes_merge({asset.pk: dict(zip(days, row.tolist(), strict=True))})
    trades = list(trades_of(random, transactions, accounts=accounts, assets=catalogue, days=days, closes=closes))
    created = Transaction.objects.bulk_create([Transaction(user=user, **trade) for trade in trades], batch_size=BATCH)
    books_project(user_id=user.pk, asset_ids=[asset.pk for asset in catalogue])
    return Portfolio(user, catalogue, days, closes, pair, rates, created)


def asset_of(symbol: str, *, number: int) -> Asset:
    """A third of them in dollars; of every class and sector there are some."""
    return Asset(
        symbol=symbol.upper(),
        name=symbol,
        asset_class=CLASSES[number % len(CLASSES)],
        sector=SECTORS[number % len(SECTORS)],
        currency="USD" if number % 3 == 2 else "INR",
    )


def business_days(today: date) -> list[date]:
    """Of the last 15 years; the first day counts whatever it is, so that the history begins with a price."""
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [day for day in days if day.weekday() < 5 or day == days[0]]


def random_walk(random: np.random.Generator, shape: tuple[int, int], *, volatility: float) -> NDArray[np.float64]:
    walk: NDArray[np.float64] = np.exp(np.cumsum(random.normal(0.0003, volatility, shape), axis=1))
    return walk


def trades_of(
    random: np.random.Generator,
    count: int,
    *,
    accounts: list[Account],
    assets: list[Asset],
    days: list[date],
    closes: NDArray[np.float64],
) -> Iterator[dict[str, object]]:
    """`count` trades by day, the first on the first day; sales never of more than is there."""
    held: defaultdict[tuple[int, int], int] = defaultdict(int)
    on = np.sort(random.integers(0, len(days), count))
    on[0] = 0
    for day in on.tolist():
        which = int(random.integers(len(assets)))
        asset, account = assets[which], accounts[int(random.integers(len(accounts)))]
        common = {"account": account, "asset": asset, "date": days[day], "currency": asset.currency}
        there, kind = held[account.pk, asset.pk], random.random()
        if there and kind < DIVIDENDS:
            yield {**common, "kind": "dividend", "amount": Decimal(there), "tax": Decimal(there) / 10}
            continue
        sells = there > 1 and kind < DIVIDENDS + SELLS
        quantity = int(random.integers(1, there)) if sells else int(random.integers(1, 50))
        held[account.pk, asset.pk] += -quantity if sells else quantity
        price = Decimal(str(round(closes[which, day] * random.uniform(0.995, 1.005), 2)))
        kind_name = "sell" if sells else "buy"
        yield {**common, "kind": kind_name, "quantity": Decimal(quantity), "price": price, "fee": Decimal("0.5")}
