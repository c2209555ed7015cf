"""Records closes of a person's own assets that are changed or removed; those of the catalogue are nobody's."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.activity import Edit, activities_record
from core.models import Activity
from core.money import plain
from portfolio.models import Asset
from portfolio.selectors import asset_closes

KIND = "prices"
Closes = Mapping[date, Decimal | None]
Sides = tuple[dict[str, Any], dict[str, Any]]
"""What was there and what is, by day."""


def price_edits_record(closes: Mapping[int, Closes]) -> None:
    """Before these are merged into what is stored."""
    for asset in Asset.objects.filter(pk__in=closes, owner__isnull=False):
        days = closes[asset.pk]
        if days:
            stored = asset_closes(asset, first=min(days), last=max(days))
            activities_record(_edits(asset, _by_year(stored, days), Activity.Action.CHANGED))


def prices_leaving_record(asset: Asset) -> None:
    """Before they are deleted with their asset."""
    if asset.owner_id is not None:
        stored = asset_closes(asset)
        activities_record(_edits(asset, _by_year(stored, dict.fromkeys(stored)), Activity.Action.DELETED))


def _by_year(stored: Mapping[date, Decimal], wanted: Closes) -> dict[int, Sides]:
    """A row of the log for each year, so that none is longer than that. A close where none was is new: no edit."""
    years: defaultdict[int, Sides] = defaultdict(lambda: ({}, {}))
    for day, old in stored.items():
        if day in wanted and wanted[day] != old:
            new = wanted[day]
            years[day.year][0][day.isoformat()] = plain(old)
            years[day.year][1][day.isoformat()] = None if new is None else plain(new)
    return years


def _edits(asset: Asset, years: Mapping[int, Sides], action: str) -> Iterator[Edit]:
    for year, (before, after) in years.items():
        yield Edit(
            user_id=asset.owner_id or 0,
            kind=KIND,
            object_id=asset.pk,
            label=f"{asset.symbol} {year}",
            action=action,
            before=before,
            after={} if action == Activity.Action.DELETED else after,
        )
