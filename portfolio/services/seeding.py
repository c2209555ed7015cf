"""Many assets of the catalogue at once, from a list: what is there already stays as somebody made it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db import transaction

from core import background
from core.batches import batches
from portfolio.lanes import SYNC
from portfolio.models import Asset, AssetAlias, PriceSource
from portfolio.services.assets import asset_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """What was `old` is `new`; until: the last day on which it was traded under the old symbol."""

    old: str
    new: str
    until: date | None = None


@transaction.atomic
def assets_rename(*, renames: Collection[Rename]) -> list[str]:
    """Give the catalogue's assets of old symbols their new ones; where the new one is there too, both stay."""
    by_old = {rename.old: rename for rename in renames}
    taken = {asset.symbol for asset in _catalogue(rename.new for rename in renames)}
    renamed = []
    for asset in _catalogue(by_old):
        rename = by_old[asset.symbol]
        if rename.new not in taken:
            taken.add(rename.new)
            asset_change(asset=asset, changes={"symbol": rename.new})
            renamed.append(rename.old)
    return renamed


@transaction.atomic
def aliases_seed(*, renames: Collection[Rename]) -> int:
    """Remember the old symbols of assets that are there; how many were not known."""
    assets = {asset.symbol: asset for asset in _catalogue(rename.new for rename in renames)}
    old = [rename.old for rename in renames]
    taken = {asset.symbol for asset in _catalogue(old)} | _aliases(old)
    new = [
        AssetAlias(asset=assets[rename.new], symbol=rename.old, until=rename.until)
        for rename in renames
        if rename.new in assets and rename.old not in taken
    ]
    AssetAlias.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def assets_seed(*, provider: str, rows: Sequence[Mapping[str, str]]) -> int:
    """Put those of `rows` (fields of assets) that are missing into the catalogue; how many they were.

    An asset that is known by one of these symbols, also from before, is not made again. Those that have no source of
    prices get this one, under their symbol, if they are in that currency.
    """
    symbols = [row["symbol"] for row in rows]
    known = {asset.symbol for asset in _catalogue(symbols)} | _aliases(symbols)
    missing = [Asset(**row) for row in rows if row["symbol"] not in known]
    Asset.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
    _sources_seed(provider, {row["symbol"]: row["currency"] for row in rows})
    transaction.on_commit(partial(background.wake, SYNC))
    return len(missing)


def _sources_seed(provider: str, currencies: Mapping[str, str]) -> None:
    new = [
        PriceSource(asset=asset, provider=provider, symbol=asset.symbol)
        for asset in _catalogue(currencies, source=None)
        if asset.currency == currencies[asset.symbol]
    ]
    PriceSource.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)


def _catalogue(symbols: Iterable[str], **conditions: None) -> list[Asset]:
    rows = Asset.objects.filter(owner=None, **conditions)
    return [asset for batch in batches(symbols) for asset in rows.filter(symbol__in=batch)]


def _aliases(symbols: Iterable[str]) -> set[str]:
    rows = AssetAlias.objects.values_list("symbol", flat=True)
    return {symbol for batch in batches(symbols) for symbol in rows.filter(symbol__in=batch)}
