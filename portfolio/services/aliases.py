"""Writes of the symbols that assets of the catalogue had before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from core.errors import InvalidInput
from portfolio.models import Asset, AssetAlias


@transaction.atomic
def alias_record(*, asset: Asset, symbol: str, until: date | None = None) -> AssetAlias:
    alias = AssetAlias(asset=asset, symbol=symbol, until=until)
    _check(alias)
    alias.save()
    return alias


@transaction.atomic
def alias_change(*, alias: AssetAlias, changes: Mapping[str, Any]) -> AssetAlias:
    alias = AssetAlias.objects.select_for_update().get(pk=alias.pk)
    for name, value in changes.items():
        setattr(alias, name, value)
    _check(alias)
    alias.save()
    return alias


@transaction.atomic
def alias_delete(*, alias: AssetAlias) -> None:
    alias.delete()


def _check(alias: AssetAlias) -> None:
    """Nobody may be led from a symbol to another asset than the one that has it."""
    alias.symbol = alias.symbol.strip().upper()
    if alias.asset.owner_id is not None:
        raise InvalidInput("Only assets of the catalogue have former symbols.", attr="asset", code="private")
    if Asset.objects.filter(owner=None, symbol=alias.symbol).exists():
        raise InvalidInput(f"There is an asset {alias.symbol} already.", attr="symbol", code="unique")
    if AssetAlias.objects.filter(symbol=alias.symbol).exclude(pk=alias.pk).exists():
        raise InvalidInput(f"{alias.symbol} is known as a former symbol already.", attr="symbol", code="unique")
