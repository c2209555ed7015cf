"""Reads of assets, closes, corporate actions and transactions: the catalogue, and what is the person's own."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from core.models import User
from portfolio.models import Asset, CorporateAction, Transaction
from portfolio.prices.store import closes_load

T = TypeVar("T")


def assets_found(user: User, search: str = "") -> QuerySet[Asset]:
    """Visible assets by symbol, name, ISIN or AMFI code; `rank` orders them: exact, by prefix, within, then symbol."""
    visible = Asset.objects.visible_to(user.pk)
    text = search.strip()
    if not text:
        return visible.annotate(rank=F("symbol"))
    return visible.filter(_named(text, "icontains")).annotate(rank=Concat(_closeness(text), "symbol"))


def assets_by_ids(user: User, ids: Collection[int]) -> dict[int, Asset]:
    found: dict[int, Asset] = {}
    for batch in batches(ids):
        found |= Asset.objects.visible_to(user.pk).in_bulk(batch)
    return found


def assets_by_symbol(user: User, symbols: Collection[str]) -> dict[str, Asset]:
    """By symbol, which is in capitals: a person's own assets come before those of the catalogue."""
    found: dict[str, Asset] = {}
    for batch in batches({symbol.strip().upper() for symbol in symbols}):
        rows = Asset.objects.visible_to(user.pk).filter(symbol__in=batch)
        for asset in rows.order_by(F("owner").asc(nulls_first=True)):
            found[asset.symbol] = asset
    return found


def batches(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """So many at a time that every database takes them in one condition."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def asset_closes(asset: Asset, *, first: date | None = None, last: date | None = None) -> dict[date, Decimal]:
    """The stored closes of one asset, as traded, by day."""
    if asset.prices_from is None or asset.prices_to is None:
        return {}
    first, last = max(first or asset.prices_from, asset.prices_from), min(last or asset.prices_to, asset.prices_to)
    if first > last:
        return {}
    closes = closes_load([asset.pk], first=first, last=last).matrix[0]
    return {first + timedelta(days=int(i)): close_of(closes[i]) for i in np.flatnonzero(~np.isnan(closes))}


def close_of(stored: Any) -> Decimal:
    """A stored close as the decimal with the fewest digits that is stored like that: what was entered."""
    return Decimal(repr(float(stored)))


def actions_visible(user: User) -> QuerySet[CorporateAction]:
    return CorporateAction.objects.filter(Q(asset__owner=None) | Q(asset__owner=user.pk)).select_related(
        "asset", "new_asset"
    )


def transactions_of(user: User) -> QuerySet[Transaction]:
    return Transaction.objects.filter(user_id=user.pk).select_related("asset", "account")


def _named(text: str, lookup: str) -> Q:
    return (
        Q(**{f"symbol__{lookup}": text})
        | Q(**{f"name__{lookup}": text})
        | Q(**{f"isin__{lookup}": text})
        | Q(**{f"amfi_code__{lookup}": text})
    )


def _closeness(text: str) -> Case:
    return Case(
        When(_named(text, "iexact"), then=Value("0")),
        When(Q(symbol__istartswith=text), then=Value("1")),
        When(_named(text, "istartswith"), then=Value("2")),
        default=Value("3"),
    )
