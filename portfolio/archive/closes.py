"""Closes in an archive: by year and day, as the shortest decimal that is stored as this float."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from core.archive.columns import Column, Unfit, day_read, decimal_read
from core.archive.exporting import Export
from core.archive.tables import Row, Table
from core.archive.taking import Taken, Taking
from core.calendar import YEAR_LENGTH, day_of_year
from core.csv_cells import safe_cell
from core.errors import FieldError
from core.money import LARGEST, plain
from core.packed import FloatArray
from portfolio.archive.catalogue import is_new, may_write
from portfolio.archive.used import used_ids
from portfolio.models import Asset, PriceYear
from portfolio.prices.store import closes_merge
from portfolio.services.prices import latest_close_day
from portfolio.signals import prices_changed

PLACES = 400
"""A float may need that many; nothing is lost, whatever a provider once sent."""


def closes_table() -> Table:
    return Table(
        name="closes",
        about="Closes as traded, a year in a row: by day, in the currency of the asset.",
        model=PriceYear,
        rows=lambda export: PriceYear.objects.filter(asset__in=export.once(used_ids)),
        own=[
            Column(
                name="closes",
                path="closes",
                form="JSON object of decimals as text by day, YYYY-MM-DD",
                write=lambda packed: packed,
                read=_document,
            )
        ],
        order=("asset_id", "year"),
        held=lambda person: PriceYear.objects.none(),
        written=_unpacked,
        check=_check,
        take=_take,
        sheet=(("symbol", "date", "close"), _lines),
        batch=100,
    )


def _unpacked(export: Export, row: Row) -> None:
    packed: FloatArray = row["closes"]
    first = date(row["year"], 1, 1)
    row["closes"] = {
        (first + timedelta(days=day)).isoformat(): plain(Decimal(repr(float(packed[day]))))
        for day in np.flatnonzero(~np.isnan(packed)).tolist()
    }


def _lines(export: Export, row: Row) -> Iterator[Sequence[str]]:
    symbol = safe_cell(export.label(Asset, row["asset"]))
    for day, close in row["closes"].items():
        yield symbol, day, close


def _document(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit("Must be a JSON object.")
    return value


def _check(taking: Taking, row: Any) -> Iterator[FieldError]:
    """With what is checked, it becomes packed."""
    latest = latest_close_day()
    packed = np.full(YEAR_LENGTH, np.nan)
    before = ""
    for name, text in row.closes.items():
        try:
            day, close = day_read(name), _close(text)
        except Unfit as error:
            yield FieldError(f"closes.{name[:20]}", "invalid", str(error))
            return
        if day.year != row.year or day > latest or name <= before:
            yield FieldError(f"closes.{name}", "invalid", f"Must be a day of {row.year}, not to come, and in order.")
            return
        packed[day_of_year(day)], before = close, name
    if not before:
        yield FieldError("closes", "empty", "There must be a close.")
    row.closes = packed


def _close(text: Any) -> float:
    if isinstance(text, str) and len(text) > PLACES:
        raise Unfit("Must not have so many digits.")
    close = float(_decimal(text))
    if not 0 < close <= float(LARGEST):
        raise Unfit(f"Must be more than 0 and at most {LARGEST:f}.")
    return close


def _decimal(text: Any) -> Decimal:
    whole, _, places = text.partition(".") if isinstance(text, str) else ("", "", "")
    if len(places) > 18:  # beyond what amounts have, floats may go
        if not (whole.isascii() and whole.isdigit() and places.isascii() and places.isdigit()):
            raise Unfit("Must be a decimal number as text, without an exponent.")
        return Decimal(text)
    return decimal_read(text, places=18, below=LARGEST * 2)


def _take(taking: Taking, rows: Sequence[Taken]) -> None:
    """Days that are stored stay as they are; missing ones are added where that is the person's, or theirs to say."""
    new: defaultdict[int, dict[date, float | None]] = defaultdict(dict)
    stored = _stored(taking, rows)
    for row in rows:
        found = row.instance
        known = stored.get((found.asset_id, found.year))
        added = ~np.isnan(found.closes) if known is None else ~np.isnan(found.closes) & np.isnan(known)
        if known is not None:
            both = ~np.isnan(found.closes) & ~np.isnan(known)
            taking.count("closes that the catalogue has otherwise", int((found.closes[both] != known[both]).sum()))
        if not may_write(taking, found.asset_id):
            taking.count("closes that the catalogue does not have", int(added.sum()))
            continue
        first = date(found.year, 1, 1)
        days = np.flatnonzero(added).tolist()
        new[found.asset_id].update({first + timedelta(days=day): float(found.closes[day]) for day in days})
    since = closes_merge({asset: days for asset, days in new.items() if days})
    if since:
        prices_changed.send(sender=PriceYear, since=since)


def _stored(taking: Taking, rows: Sequence[Taken]) -> Mapping[tuple[int, int], FloatArray]:
    known = {row.instance.asset_id for row in rows if not is_new(taking, row.instance.asset_id)}
    years = PriceYear.objects.filter(asset__in=known, year__in={row.instance.year for row in rows})
    return {(asset, year): closes for asset, year, closes in years.values_list("asset_id", "year", "closes")}
