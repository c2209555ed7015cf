"""The closes of assets as runs of days, kept in the process for as long as the asset's row says that they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

import numpy as np

from core.calendar import days_in
from core.kept import Kept
from core.packed import FloatArray, any_of, fetch_packed
from portfolio.models import Asset, PriceYear

MOST_BYTES = 64 * 2**20
"""Of all runs that are kept: 1,400 assets of 15 years."""


@dataclass(frozen=True, slots=True)
class Run:
    """All closes of an asset from the day `origin` (an ordinal, of a 1 January) on, NaN where there is none; read-only.

    version: `Asset.prices_version` when they were read. It is another number after each write, also after one that
    was rolled back and repeated, so the same version means the same closes.
    """

    version: int
    origin: int
    closes: FloatArray


_kept: Kept[int, Run] = Kept(MOST_BYTES)


def runs_load(asset_ids: Sequence[int]) -> dict[int, Run]:
    """By asset id, the closes of those assets that have any."""
    runs: dict[int, Run] = {}
    changed: list[int] = []
    for asset_id, version in _versions(asset_ids):
        run = _kept.get(asset_id, version)
        if run is None:
            changed.append(asset_id)
        else:
            runs[asset_id] = run
    for asset_id, run in _read(changed):
        _kept.put(asset_id, run.version, run, size=run.closes.nbytes)
        runs[asset_id] = run
    return runs


def _versions(asset_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Of the assets that have closes."""
    wanted, params = any_of("id", asset_ids)
    table = Asset._meta.db_table
    sql = f"SELECT id, prices_version FROM {table} WHERE {wanted} AND prices_from IS NOT NULL"
    return fetch_packed(sql, params)


def _read(asset_ids: Sequence[int]) -> Iterable[tuple[int, Run]]:
    """In one statement, so that the version and the closes are of the same moment."""
    if not asset_ids:
        return
    wanted, params = any_of("p.asset_id", asset_ids)
    sql = (
        f"SELECT p.asset_id, a.prices_version, p.year, p.closes FROM {PriceYear._meta.db_table} p "
        f"JOIN {Asset._meta.db_table} a ON a.id = p.asset_id WHERE {wanted} ORDER BY p.asset_id, p.year"
    )
    for asset_id, rows in groupby(fetch_packed(sql, params, arrays=1), key=itemgetter(0)):
        yield asset_id, _run(list(rows))


def _run(rows: list[tuple[int, int, int, FloatArray]]) -> Run:
    """The packed years one after the other; a year without a row has no close."""
    origin = date(rows[0][2], 1, 1).toordinal()
    closes = np.full(date(rows[-1][2] + 1, 1, 1).toordinal() - origin, np.nan)
    for _, _, year, packed in rows:
        start, length = date(year, 1, 1).toordinal() - origin, days_in(year)
        closes[start : start + length] = packed[:length]
    closes.setflags(write=False)
    return Run(rows[0][1], origin, closes)
