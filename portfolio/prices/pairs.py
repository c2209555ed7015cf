"""The currency pairs that have rates, as a person sees them."""

from django.db.models import F

from portfolio.models import Asset


def pairs_visible(user_id: int) -> dict[int, tuple[str, str]]:
    """By asset id, what a pair exchanges; a person's own pairs come first, and replace those of the same name."""
    visible = (
        Asset.objects.visible_to(user_id)
        .filter(asset_class=Asset.Class.FX, prices_from__isnull=False)
        .order_by(F("owner").asc(nulls_last=True), "symbol")
    )
    pairs: dict[int, tuple[str, str]] = {}
    for asset in visible.only("symbol"):
        if asset.pair not in pairs.values():
            pairs[asset.pk] = asset.pair
    return pairs
