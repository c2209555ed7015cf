"""What a person held on any day: the books' exact figures in the asset's own currency, beside the last close."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models import Account, User
from portfolio.books.lots import Lot
from portfolio.books.movements import unpack
from portfolio.books.position import Position
from portfolio.models import Asset, Holding, Transaction
from portfolio.prices.live_closes import Now, closes_quoted, quotes_counting
from portfolio.prices.rescaling import carried_factors
from portfolio.selectors import close_of, transactions_of
from portfolio.services.books import books_replay, holding_row

PRICE_WINDOW = timedelta(days=400)
"""Closes that are looked at one by one; of what was last priced before that, only the last close is known."""


@dataclass(frozen=True, slots=True)
class Price:
    """The last close up to a day, per unit of that day (a split since then is applied), and the one before it.

    on: the day of the close. previous: None where there is none. at: the instant of a live price that stands for it.
    """

    close: Decimal
    on: date
    previous: Decimal | None
    at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.at is not None


@dataclass(frozen=True, slots=True)
class HoldingAt:
    """One position, of an asset in an account, at the end of a day; amounts in the asset's own currency.

    movements: the days that led there (`portfolio.books.movements.DTYPE`). price: None where no close is known.
    """

    account: Account
    asset: Asset
    quantity: Decimal
    cost_basis: Decimal
    invested: Decimal
    realized_gain: Decimal
    income: Decimal
    fees: Decimal
    costs: Decimal
    first_on: date
    last_on: date
    price: Price | None
    movements: NDArray[np.void] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class AssetBooks:
    """All of one asset at the end of a day: its positions, the open lots by account id, and the transactions."""

    holdings: tuple[HoldingAt, ...]
    lots: dict[int, tuple[Lot, ...]]
    transactions: tuple[Transaction, ...]


def holdings_at(
    user: User, as_of: date, *, accounts: Collection[int] | None = None, now: Now | None = None
) -> list[HoldingAt]:
    """Every position that had been opened by then, also those that were closed again; by symbol and account.

    accounts: ids, where only some are asked for. now: prices that count where no close is stored yet.
    """
    rows = Holding.objects.filter(user_id=user.pk, asset__isnull=False, first_on__lte=as_of)
    if accounts is not None:
        rows = rows.filter(account_id__in=accounts)
    stored = list(rows.select_related("asset", "account").order_by("asset__symbol", "asset_id", "account__name"))
    return _joined(_as_of(user.pk, stored, as_of), as_of, now)


def asset_books(
    user: User, asset: Asset, as_of: date, *, accounts: Collection[int] | None = None, now: Now | None = None
) -> AssetBooks:
    """One asset with its lots, oldest first, and its transactions, newest first."""
    positions = {
        position.account: position
        for position in books_replay(user_id=user.pk, asset_ids={asset.pk}, until=as_of).values()
        if position.asset == asset.pk and (accounts is None or position.account in accounts)
    }
    by_id = Account.objects.in_bulk(list(positions))
    rows = [_row(user.pk, position, by_id[account], asset) for account, position in positions.items()]
    entries = transactions_of(user).filter(asset=asset, date__lte=as_of)
    if accounts is not None:
        entries = entries.filter(account_id__in=accounts)
    return AssetBooks(
        holdings=tuple(_joined(sorted(rows, key=lambda row: row.account.name), as_of, now)),
        lots={account: tuple(position.lots.open()) for account, position in positions.items()},
        transactions=tuple(entries.order_by("-date", "-id")),
    )


def prices_at(asset_ids: Sequence[int], as_of: date, now: Now | None = None) -> dict[int, Price]:
    """By asset, the last close up to `as_of`, or the live price that counts for it; who has neither is not there."""
    if not asset_ids:
        return {}
    first = as_of - PRICE_WINDOW
    quotes = quotes_counting(asset_ids, now, last=as_of)
    closes = closes_quoted(asset_ids, quotes, first=first, last=as_of)
    actions = _rescaling(asset_ids)
    found: dict[int, Price] = {}
    for asset_id, row, before, before_day in zip(
        asset_ids, closes.matrix, closes.before, closes.before_day, strict=True
    ):
        known = [(first + timedelta(days=int(i)), close_of(row[i])) for i in np.flatnonzero(~np.isnan(row))[-2:]]
        if len(known) < 2 and before_day:
            known.insert(0, (date.fromordinal(int(before_day)), close_of(before)))
        if known:
            price = _price(known, actions.get(asset_id, ()), as_of)
            found[asset_id] = replace(price, at=quotes[asset_id].at) if asset_id in quotes else price
    return found


def _price(known: list[tuple[date, Decimal]], actions: Iterable[tuple[date, Decimal]], as_of: date) -> Price:
    scaled = [close * _factor(actions, since=day, until=as_of) for day, close in known]
    return Price(scaled[-1], known[-1][0], scaled[0] if len(scaled) > 1 else None)


def _factor(actions: Iterable[tuple[date, Decimal]], *, since: date, until: date) -> Decimal:
    product = Decimal(1)
    for day, factor in actions:
        if since < day <= until:
            product *= factor
    return product


def _rescaling(asset_ids: Sequence[int]) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for asset, day, factor in carried_factors(asset_ids):
        found.setdefault(asset, []).append((day, factor))
    return found


def _as_of(user_id: int, stored: list[Holding], as_of: date) -> list[Holding]:
    """The rows as they were at the end of the day: replayed where something happened later."""
    later = {row.asset_id for row in stored if row.last_on > as_of}
    if not later:
        return stored
    positions = books_replay(user_id=user_id, asset_ids=later, until=as_of)
    return [
        row
        if row.last_on <= as_of
        else _row(user_id, positions[row.account_id, row.asset_id, row.currency], row.account, row.asset)
        for row in stored
    ]


def _row(user_id: int, position: Position, account: Account, asset: Any) -> Holding:
    row = holding_row(user_id, position)
    row.account, row.asset = account, asset
    return row


def _joined(rows: list[Holding], as_of: date, now: Now | None) -> list[HoldingAt]:
    prices = prices_at(sorted({row.asset.pk for row in rows if row.asset is not None}), as_of, now)
    return [_holding_at(row, row.asset, prices.get(row.asset.pk)) for row in rows if row.asset is not None]


def _holding_at(row: Holding, asset: Asset, price: Price | None) -> HoldingAt:
    return HoldingAt(
        account=row.account,
        asset=asset,
        quantity=row.quantity,
        cost_basis=row.cost_basis,
        invested=row.invested,
        realized_gain=row.realized_gain,
        income=row.income,
        fees=row.fees,
        costs=row.costs,
        first_on=row.first_on,
        last_on=row.last_on,
        price=price,
        movements=unpack(row.movements),
    )
