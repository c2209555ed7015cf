"""The locks of whoever writes corporate actions, in the order that `core.locks` gives."""

from collections.abc import Iterable

from core.locks import everyone_lock, person_lock
from portfolio.models import Asset


def assets_lock(asset_ids: Iterable[int]) -> None:
    """As a writer of closes does: whoever is valuing these assets just now stores that first, and is then marked."""
    list(Asset.objects.select_for_update(no_key=True).filter(pk__in=asset_ids).order_by("pk").values_list("pk"))


def effects_lock(assets: Iterable[Asset]) -> None:
    """Let nobody else change what actions of these assets change: of private ones, that is their owner's alone."""
    owners = {asset.pk: asset.owner_id for asset in assets}
    if None in owners.values():
        everyone_lock()
    assets_lock(owners)
    for owner_id in sorted({owner_id for owner_id in owners.values() if owner_id is not None}):
        person_lock(owner_id)
