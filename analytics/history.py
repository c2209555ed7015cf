"""The stored history: packed years to and from arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from analytics.engine.timeline import Timeline
from analytics.models import SERIES, HistoryYear
from core.calendar import YEAR_LENGTH, day_of_year, year_parts
from core.packed import FloatArray, fetch_packed, upsert_packed

TABLE = HistoryYear._meta.db_table


@dataclass(frozen=True, slots=True)
class History:
    """Series by name, one value for each day from `first` to `last`; NaN where a figure is not known.

    price_at: the instant of the newest live price in the last day, where there is one.
    """

    first: date
    last: date
    series: dict[str, FloatArray]
    price_at: datetime | None = None

    def has(self, first: date, last: date, series: Iterable[str]) -> bool:
        """Whether these days of these series are among them; a person's today may move back by a day, and on again."""
        return self.first <= first and last <= self.last and self.series.keys() >= set(series)


def history_read(*, user_id: int, first: date, last: date, series: Sequence[str] = SERIES) -> History:
    """The stored days from `first` to `last`; the caller knows that the history spans them."""
    parts = {year: (within, run) for year, within, run in year_parts(first, last)}
    values = np.full((len(series), (last - first).days + 1), np.nan)
    for year, *arrays in _rows(user_id, first.year, last.year, series):
        within, run = parts[year]
        for row, array in zip(values, arrays, strict=True):
            row[run] = array[within]
    values.setflags(write=False)  # readers share it
    return History(first, last, dict(zip(series, values, strict=True)))


def history_from(computed: Timeline, *, price_at: datetime | None = None) -> History:
    return History(computed.first, computed.last, {name: getattr(computed, name) for name in SERIES}, price_at)


def history_write(*, user_id: int, timeline: Timeline, keep_before: bool) -> None:
    """Store the days of `timeline`; `keep_before` leaves the stored days of its first year that are before it."""
    first = timeline.first
    rows = []
    for year, within, run in year_parts(first, timeline.last):
        packed = np.full((len(SERIES), YEAR_LENGTH), np.nan)
        for row, name in zip(packed, SERIES, strict=True):
            row[within] = getattr(timeline, name)[run]
        rows.append((user_id, year, *packed))
    if keep_before and day_of_year(first):
        for _, *arrays in _rows(user_id, first.year, first.year, SERIES):
            for new, old in zip(rows[0][2:], arrays, strict=True):
                new[: day_of_year(first)] = old[: day_of_year(first)]
    upsert_packed(TABLE, ("user_id", "year"), SERIES, rows)


def history_trim(*, user_id: int, first: date, last: date) -> None:
    """Drop the years before and after these days."""
    HistoryYear.objects.filter(user_id=user_id).exclude(year__range=(first.year, last.year)).delete()


def _rows(user_id: int, first_year: int, last_year: int, series: Sequence[str]) -> list[tuple[Any, ...]]:
    """(year, *arrays of the series)."""
    sql = f"SELECT year, {', '.join(series)} FROM {TABLE} WHERE user_id = %s AND year BETWEEN %s AND %s"
    return fetch_packed(sql, [user_id, first_year, last_year], arrays=len(series))
