"""An Indian mutual fund: what is published of its NAVs, when, and what a test made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from tests.upstream.markets import INDIA, sessions
from tests.upstream.schemes import Scheme, Series, walked

Row: TypeAlias = tuple[date, str]

INDIAN = ZoneInfo("Asia/Kolkata")
AMFI_PUBLISHES = time(23)  # on the day of the NAV
MFAPI_PUBLISHES = time(3, 9)  # on the day after


@dataclass(kw_only=True)
class Fund:
    """navs: given by a test, all there are. rows: texts that are published on days in the place of their NAV."""

    scheme: Scheme
    navs: dict[date, float] | None = None
    rows: dict[date, tuple[str, ...]] = field(default_factory=dict)
    gaps: set[date] = field(default_factory=set)

    def mfapi_rows(self, now: float, *, newest: int | None = None) -> list[Row]:
        return self._published(_moment(now, MFAPI_PUBLISHES, days_after=1), newest)

    def amfi_rows(self, now: float, *, newest: int | None = None) -> list[Row]:
        return self._published(_moment(now, AMFI_PUBLISHES, days_after=0), newest)

    def _published(self, known: date, newest: int | None) -> list[Row]:
        """The oldest first, of all days or of the newest: what is out when all NAVs up to `known` could be."""
        last = session_before(known, self.scheme.late) if self.scheme.late else known
        days, navs = self._series()
        end = int(np.searchsorted(days, np.datetime64(last), side="right"))
        start = 0 if newest is None else max(end - newest, 0)
        shown = zip(days[start:end].astype(object), navs[start:end].tolist(), strict=True)
        return [(day, text) for day, nav in shown for text in self.rows.get(day, (f"{nav:.5f}",))]

    def _series(self) -> Series:
        days, navs = walked(self.scheme) if self.navs is None else _series_of(self.navs)
        if self.rows or self.gaps:
            by_day = {**dict.fromkeys(self.rows, 0.0), **dict(zip(days.astype(object), navs.tolist(), strict=True))}
            days, navs = _series_of({day: nav for day, nav in by_day.items() if day not in self.gaps})
        return days, navs


def _series_of(navs: Mapping[date, float]) -> Series:
    days = sorted(navs)
    return np.array(days, "datetime64[D]"), np.array([navs[day] for day in days], np.float64)


def _moment(now: float, at: time, *, days_after: int) -> date:
    """The latest day whose NAVs are out, where they come out at `at`."""
    moment = datetime.fromtimestamp(now, UTC).astimezone(INDIAN)
    return moment.date() - timedelta(days=days_after + (moment.time() < at))


def session_before(day: date, count: int) -> date:
    """So many sessions before the last one up to `day`."""
    days = sessions(INDIA).days
    i = int(np.searchsorted(days, np.datetime64(day), side="right")) - 1 - count
    before: date = days[max(i, 0)].astype(date)
    return before
