"""What corporate actions do to a close that is carried across them, for want of a newer one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core.packed import any_of, fetch_packed
from portfolio.models import CorporateAction


def carried_factors(asset_ids: Sequence[int]) -> list[tuple[int, date, Decimal]]:
    """(asset, day, factor) in order of time: a 2:1 split halves what is carried, a spin-off takes its share of it."""
    wanted, params = any_of("asset_id", asset_ids)
    sql = (
        f"SELECT id FROM {CorporateAction._meta.db_table} WHERE {wanted} AND status = 'confirmed' "
        "AND kind IN ('split', 'bonus', 'spinoff')"
    )
    found = [pk for (pk,) in fetch_packed(sql, params)]
    if not found:  # as for most people; the query above costs a fifth of one through the models
        return []
    return [
        (row.asset_id, row.ex_date, _factor(row))
        for row in CorporateAction.objects.filter(pk__in=found).order_by("ex_date", "id")
    ]


def _factor(action: CorporateAction) -> Decimal:
    if action.kind == CorporateAction.Kind.SPINOFF:
        return 1 - (action.cost_fraction or Decimal(0))
    return 1 / action.ratio
