"""Writes of assets, above all of those that a person keeps for themselves."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.errors import Conflict, InvalidInput
from core.locks import everyone_lock, person_lock
from core.models import User
from portfolio.models import Asset, AssetAlias, PriceSource, PriceYear, Quote, Transaction
from portfolio.services.price_edits import prices_leaving_record
from portfolio.services.sources import source_set
from portfolio.services.transaction_rules import NOT_HELD
from portfolio.signals import prices_changed


@transaction.atomic
def asset_create(*, owner: User | None, fields: Mapping[str, Any]) -> Asset:
    """A private asset of `owner`, or one of the catalogue where there is none."""
    _lock_owner(None if owner is None else owner.pk)
    asset = Asset(owner=owner, **fields)
    _check(asset)
    asset.save()
    return asset


@transaction.atomic
def asset_change(*, asset: Asset, changes: Mapping[str, Any]) -> Asset:
    asset = _locked(asset, changes)
    before = asset.symbol
    changed = {name: value for name, value in changes.items() if getattr(asset, name) != value}
    _refuse_contradictions(asset, changed)
    is_other_rate = bool(changed.keys() & {"symbol", "asset_class"})
    if is_other_rate:
        _tell_rate(asset)
    for name, value in changed.items():
        setattr(asset, name, value)
    _check(asset)
    asset.save()
    if asset.symbol != before:
        _keep_old_symbol(asset, before)
    if is_other_rate:
        _tell_rate(asset)
    return asset


@transaction.atomic
def asset_delete(*, asset: Asset) -> None:
    """With its prices; refused while transactions or corporate actions of others name it."""
    everyone_lock()
    _lock_owner(asset.owner_id)
    if is_traded(asset) or asset.origins.exists():
        raise Conflict(f"{asset.symbol} has transactions or corporate actions that need it.", code="in_use")
    prices_leaving_record(asset)
    asset.delete()


def is_traded(asset: Asset) -> bool:
    return Transaction.objects.filter(asset=asset).exists()


def _keep_old_symbol(asset: Asset, before: str) -> None:
    """What files and people still call it; where its provider called it so too, it now has the new name there."""
    if asset.owner_id is None:
        AssetAlias.objects.filter(asset=asset, symbol=asset.symbol).delete()
        AssetAlias.objects.update_or_create(symbol=before, defaults={"asset": asset, "until": None})
    source = PriceSource.objects.filter(asset=asset, symbol=before).first()
    if source is not None:
        source_set(asset=asset, provider=source.provider, symbol=asset.symbol, exchange=source.exchange)


def _tell_rate(asset: Asset) -> None:
    """A currency pair is known by its symbol: under another one, all its closes are rates of another pair."""
    if asset.asset_class == Asset.Class.FX and asset.prices_from:
        prices_changed.send(sender=PriceYear, since={asset.pk: asset.prices_from})


def _locked(asset: Asset, changes: Mapping[str, Any]) -> Asset:
    """Also against whoever is just buying it, as something else than what it becomes."""
    if asset.owner_id is None and changes.keys() & {"currency", "asset_class"}:
        everyone_lock()
    asset = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
    _lock_owner(asset.owner_id)
    return asset


def _lock_owner(owner_id: int | None) -> None:
    """Against transactions and namesakes that come at the same moment; the catalogue's are the administrator's."""
    if owner_id is not None:
        person_lock(owner_id)


def _refuse_contradictions(asset: Asset, changed: Mapping[str, Any]) -> None:
    if "currency" in changed and (asset.prices_from or is_traded(asset) or _has_quote(asset)):
        raise Conflict(
            "The currency of an asset with prices or transactions cannot change.", attr="currency", code="in_use"
        )
    if changed.get("asset_class") in NOT_HELD and is_traded(asset):
        raise Conflict("This asset is held, so it cannot become an index or a rate.", attr="asset_class", code="in_use")


def _has_quote(asset: Asset) -> bool:
    return Quote.objects.filter(asset=asset, price__isnull=False).exists()


def _check(asset: Asset) -> None:
    asset.symbol = asset.symbol.strip().upper()
    namesakes = Asset.objects.filter(symbol=asset.symbol, owner_id=asset.owner_id).exclude(pk=asset.pk)
    if namesakes.exists():
        raise InvalidInput(f"There is an asset {asset.symbol} already.", attr="symbol", code="unique")
    asset.clean()
