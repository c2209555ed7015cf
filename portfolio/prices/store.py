"""The price store: closes as traded, between packed rows in the database and arrays."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from django.db import transaction

from core.calendar import YEAR_LENGTH, day_of_year
from core.packed import FloatArray, upsert_packed
from portfolio.models import Asset, PriceYear
from portfolio.prices.runs import runs_load

TABLE = PriceYear._meta.db_table


@dataclass(frozen=True)
class Closes:
    """Stored closes of several assets, one row each, NaN where there is none.

    matrix: (assets, days) from `first` on, as traded, in each asset's currency.
    before: (assets,) the last close before `first`, NaN where there is none; `before_day`: its proleptic ordinal
        (0 where there is none).
    """

    first: date
    matrix: FloatArray
    before: FloatArray
    before_day: np.ndarray[tuple[int], np.dtype[np.int64]]


def closes_load(asset_ids: Sequence[int], *, first: date, last: date) -> Closes:
    """The closes of `asset_ids`, in their order, on each day from `first` to `last`."""
    days = (last - first).days + 1
    matrix = np.full((len(asset_ids), days), np.nan)
    before = np.full(len(asset_ids), np.nan)
    before_day = np.zeros(len(asset_ids), np.int64)
    runs = runs_load(asset_ids)
    for row, asset_id in enumerate(asset_ids):
        if asset_id not in runs:
            continue
        run = runs[asset_id]
        skipped = first.toordinal() - run.origin
        late, early = max(-skipped, 0), max(skipped, 0)
        inside = run.closes[early : max(skipped + days, 0)]
        matrix[row, late : late + len(inside)] = inside
        known = np.flatnonzero(~np.isnan(run.closes[:early]))
        if len(known):
            before[row], before_day[row] = run.closes[known[-1]], run.origin + int(known[-1])
    return Closes(first, matrix, before, before_day)


@transaction.atomic
def closes_merge(changes: Mapping[int, Mapping[date, float | None]]) -> dict[int, date]:
    """Write closes by asset and day (None removes one); the earliest day that really changed, by asset.

    Assets that are as they were are not in the answer, and nothing is written for them.
    """
    # no_key, since a purchase that refers to the asset need not wait; two would wait for each other
    assets = Asset.objects.select_for_update(no_key=True).filter(pk__in=changes).order_by("pk")
    changed: dict[int, date] = {}
    for asset in assets:
        earliest = _asset_merge(asset, changes[asset.pk])
        if earliest is not None:
            changed[asset.pk] = earliest
    return changed


def _asset_merge(asset: Asset, closes: Mapping[date, float | None]) -> date | None:
    years = {year: dict(days) for year, days in groupby(sorted(closes.items()), key=lambda item: item[0].year)}
    stored = dict(PriceYear.objects.filter(asset=asset, year__in=years).values_list("year", "closes"))
    written: dict[int, FloatArray] = {}
    earliest: date | None = None
    for year, days in years.items():
        old = stored.get(year, np.full(YEAR_LENGTH, np.nan))
        new = old.copy()
        new[[day_of_year(day) for day in days]] = [np.nan if close is None else close for close in days.values()]
        differs = np.flatnonzero((new != old) & ~(np.isnan(new) & np.isnan(old)))
        if len(differs):
            earliest = earliest or date(year, 1, 1) + timedelta(days=int(differs[0]))
            written[year] = new
    if written:
        _write(asset, written)
        _note_bounds(asset, closes)
    return earliest


def _write(asset: Asset, years: Mapping[int, FloatArray]) -> None:
    """Store packed years; one in which nothing is left goes."""
    empty = [year for year, closes in years.items() if np.isnan(closes).all()]
    PriceYear.objects.filter(asset=asset, year__in=empty).delete()
    rows = [(asset.pk, year, closes) for year, closes in years.items() if year not in empty]
    upsert_packed(TABLE, ("asset_id", "year"), ("closes",), rows)


def _note_bounds(asset: Asset, closes: Mapping[date, float | None]) -> None:
    """Note the first and the last day that has a close; only a removal needs a look at what is stored."""
    if any(close is None for close in closes.values()):
        asset.prices_from, asset.prices_to = _stored_bounds(asset)
    else:
        asset.prices_from = min(filter(None, (asset.prices_from, *closes)))
        asset.prices_to = max(filter(None, (asset.prices_to, *closes)))
    asset.prices_version = secrets.randbits(62)
    asset.save(update_fields=["prices_from", "prices_to", "prices_version"])


def _stored_bounds(asset: Asset) -> tuple[date | None, date | None]:
    rows = PriceYear.objects.filter(asset=asset).order_by("year")
    first, last = rows.first(), rows.last()
    if first is None or last is None:
        return None, None
    start, end = (np.flatnonzero(~np.isnan(row.closes))[at] for row, at in ((first, 0), (last, -1)))
    return date(first.year, 1, 1) + timedelta(days=int(start)), date(last.year, 1, 1) + timedelta(days=int(end))
