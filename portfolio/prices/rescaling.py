"""What corporate actions do to a close that is carried across them, for want of a newer one."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from portfolio.models import CorporateAction


def carried_factors(asset_ids: Collection[int]) -> list[tuple[int, date, Decimal]]:
    """(asset, day, factor) in order of time: a 2:1 split halves what is carried, a spin-off takes its share of it."""
    rows = CorporateAction.objects.filter(
        asset__in=asset_ids, status=CorporateAction.Status.CONFIRMED, kind__in=("split", "bonus", "spinoff")
    )
    return [
        (asset, day, 1 - (fraction or Decimal(0)) if kind == CorporateAction.Kind.SPINOFF else 1 / ratio)
        for asset, day, kind, ratio, fraction in rows.order_by("ex_date", "id").values_list(
            "asset_id", "ex_date", "kind", "ratio", "cost_fraction"
        )
    ]
