"""The price store: closes as traded, between packed rows in the database and arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from django.db import transaction

from core.calendar import YEAR_LENGTH, day_of_year, year_parts
from core.packed import FloatArray, any_of, fetch_packed, upsert_packed
from portfolio.models import Asset, PriceYear

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
    index = {asset_id: i for i, asset_id in enumerate(asset_ids)}
    parts = {year: (within, run) for year, within, run in year_parts(first, last)}
    matrix = np.full((len(asset_ids), (last - first).days + 1), np.nan)
    before = np.full(len(asset_ids), np.nan)
    before_day = np.zeros(len(asset_ids), np.int64)
    for asset_id, year, closes in _year_rows(asset_ids, first.year - 1, last.year):
        row = index[asset_id]
        if year in parts:
            within, run = parts[year]
            matrix[row, run] = closes[within]
        if year <= first.year:
            _note_last(closes, year, first, row=row, before=before, before_day=before_day)
    unknown = [asset_id for asset_id in asset_ids if np.isnan(before[index[asset_id]])]
    for asset_id, year, closes in _last_year_rows(unknown, before_year=first.year - 1):
        _note_last(closes, year, first, row=index[asset_id], before=before, before_day=before_day)
    return Closes(first, matrix, before, before_day)


def _year_rows(asset_ids: Sequence[int], first_year: int, last_year: int) -> list[tuple[int, int, FloatArray]]:
    wanted, params = any_of("asset_id", asset_ids)
    sql = (
        f"SELECT asset_id, year, closes FROM {TABLE} WHERE {wanted} AND year BETWEEN %s AND %s ORDER BY asset_id, year"
    )
    return fetch_packed(sql, [*params, first_year, last_year], arrays=1)  # type: ignore[return-value]


def _last_year_rows(asset_ids: Sequence[int], *, before_year: int) -> list[tuple[int, int, FloatArray]]:
    """The latest row of each asset before a year: an asset may have had no price for long."""
    if not asset_ids:
        return []
    wanted, params = any_of("asset_id", asset_ids)
    sql = (
        f"SELECT p.asset_id, p.year, p.closes FROM {TABLE} p JOIN (SELECT asset_id, MAX(year) AS year FROM {TABLE} "
        f"WHERE {wanted} AND year < %s GROUP BY asset_id) last ON last.asset_id = p.asset_id AND last.year = p.year"
    )
    return fetch_packed(sql, [*params, before_year], arrays=1)  # type: ignore[return-value]


def _note_last(
    closes: FloatArray,
    year: int,
    first: date,
    *,
    row: int,
    before: FloatArray,
    before_day: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> None:
    """Keep the last close of a packed year that is before `first`, if it has one."""
    end = day_of_year(first) if year == first.year else YEAR_LENGTH
    known = np.flatnonzero(~np.isnan(closes[:end]))
    if len(known):
        before[row] = closes[known[-1]]
        before_day[row] = date(year, 1, 1).toordinal() + int(known[-1])


@transaction.atomic
def closes_merge(changes: Mapping[int, Mapping[date, float | None]]) -> dict[int, date]:
    """Write closes by asset and day (None removes one); the earliest day that really changed, by asset.

    Assets that are as they were are not in the answer, and nothing is written for them.
    """
    assets = Asset.objects.select_for_update().filter(pk__in=changes).order_by("pk")
    changed: dict[int, date] = {}
    for asset in assets:
        earliest = _asset_merge(asset, changes[asset.pk])
        if earliest is not None:
            changed[asset.pk] = earliest
    return changed


def _asset_merge(asset: Asset, closes: Mapping[date, float | None]) -> date | None:
    years = [(year, dict(days)) for year, days in groupby(sorted(closes.items()), key=lambda item: item[0].year)]
    stored = dict(PriceYear.objects.filter(asset=asset).values_list("year", "closes"))
    earliest: date | None = None
    for year, days in years:
        old = stored.get(year)
        row = np.full(YEAR_LENGTH, np.nan) if old is None else old.copy()
        row[[day_of_year(day) for day in days]] = [np.nan if close is None else close for close in days.values()]
        differs = np.flatnonzero(~_same(row, np.full(YEAR_LENGTH, np.nan) if old is None else old))
        if len(differs):
            earliest = earliest or date(year, 1, 1) + timedelta(days=int(differs[0]))
            stored[year] = row
    if earliest is not None:
        _save(asset, stored, [year for year, _ in years])
    return earliest


def _same(a: FloatArray, b: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (a == b) | (np.isnan(a) & np.isnan(b))


def _save(asset: Asset, years: dict[int, FloatArray], touched: Iterable[int]) -> None:
    """Write the touched years (an empty one goes) and note the first and the last day that has a close."""
    empty = [year for year, row in years.items() if np.isnan(row).all()]
    PriceYear.objects.filter(asset=asset, year__in=empty).delete()
    for year in empty:
        del years[year]
    rows = [(asset.pk, year, years[year]) for year in touched if year in years]
    upsert_packed(TABLE, ("asset_id", "year"), ("closes",), rows)
    bounds = [_bounds(year, years[year]) for year in (min(years), max(years))] if years else None
    asset.prices_from, asset.prices_to = (bounds[0][0], bounds[1][1]) if bounds else (None, None)
    asset.save(update_fields=["prices_from", "prices_to"])


def _bounds(year: int, closes: FloatArray) -> tuple[date, date]:
    known = np.flatnonzero(~np.isnan(closes))
    start = date(year, 1, 1)
    return start + timedelta(days=int(known[0])), start + timedelta(days=int(known[-1]))
