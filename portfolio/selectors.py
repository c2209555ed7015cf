"""Reads of assets, closes, corporate actions and transactions: the catalogue, and what is the person's own."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from core.batches import batches
from core.models import User
from portfolio.models import Asset, AssetAlias, CorporateAction, Transaction
from portfolio.prices.store import closes_load

MOST_WORDS = 8
"""Of a search; more do not make it narrower."""


def assets_found(user: User, search: str = "") -> QuerySet[Asset]:
    """Visible assets that have each word in a symbol (also of old), a name, ISIN or AMFI code.

    `rank` orders them: exact, by prefix, within, then symbol.
    """
    visible = Asset.objects.visible_to(user.pk)
    words = search.split()
    if not words:
        return visible.annotate(rank=F("symbol"))
    for word in words[:MOST_WORDS]:
        visible = visible.filter(_named(word, "icontains"))
    return visible.annotate(rank=Concat(_closeness(" ".join(words)), "symbol"))


def assets_by_ids(user: User, ids: Collection[int]) -> dict[int, Asset]:
    found: dict[int, Asset] = {}
    for batch in batches(ids):
        found |= Asset.objects.visible_to(user.pk).in_bulk(batch)
    return found


def assets_by_symbol(user: User | None, symbols: Collection[str]) -> dict[str, Asset]:
    """By symbol, which is in capitals: a person's own, then the catalogue's, then those that had it before."""
    found: dict[str, Asset] = {}
    for batch in batches(sorted({symbol.strip().upper() for symbol in symbols})):
        aliases = AssetAlias.objects.filter(symbol__in=batch, asset__owner=None).select_related("asset")
        found |= {alias.symbol: alias.asset for alias in aliases}
        rows = Asset.objects.visible_to(None if user is None else user.pk).filter(symbol__in=batch)
        found |= {asset.symbol: asset for asset in rows.order_by(F("owner").asc(nulls_first=True))}
    return found


def catalogue_asset(provider: str, symbol: str) -> Asset | None:
    """What has its prices from there, or else has that symbol and no other source."""
    catalogue = Asset.objects.filter(owner=None)
    by_source = catalogue.filter(source__provider=provider, source__symbol=symbol).order_by("pk").first()
    is_free = Q(source=None) | Q(source__provider=provider)
    return by_source or catalogue.filter(is_free, symbol=symbol).first()


def catalogue_ids(symbols: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """By provider and its symbol, as in `catalogue_asset`."""
    catalogue = Asset.objects.filter(owner=None)
    names = {symbol for _, symbol in symbols}
    rows = catalogue.filter(symbol__in=names).values_list("symbol", "pk", "source__provider")
    by_symbol = {symbol: (pk, provider) for symbol, pk, provider in rows}
    found = {pair: by_symbol[pair[1]][0] for pair in symbols if by_symbol.get(pair[1], (0, ""))[1] in (None, pair[0])}
    sources = catalogue.filter(source__symbol__in=names).order_by("-pk")
    by_source = {(one, other): pk for one, other, pk in sources.values_list("source__provider", "source__symbol", "pk")}
    return found | {pair: by_source[pair] for pair in symbols if pair in by_source}


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
        _by_symbol(text, lookup)
        | Q(**{f"name__{lookup}": text})
        | Q(**{f"isin__{lookup}": text})
        | Q(**{f"amfi_code__{lookup}": text})
    )


def _by_symbol(text: str, lookup: str) -> Q:
    aliases = AssetAlias.objects.filter(**{f"symbol__{lookup}": text})
    return Q(**{f"symbol__{lookup}": text}) | Q(pk__in=aliases.values("asset"))


def _closeness(text: str) -> Case:
    return Case(
        When(_named(text, "iexact"), then=Value("0")),
        When(_by_symbol(text, "istartswith"), then=Value("1")),
        When(_named(text, "istartswith"), then=Value("2")),
        default=Value("3"),
    )
