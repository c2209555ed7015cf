"""Indian mutual funds: their NAVs, when each is published, and what is odd about some."""

import csv
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from tests.upstream.markets import INDIA, sessions
from tests.upstream.series import Recipe, seed_of, walk

CATALOGUE = Path(__file__).with_name("funds.csv")
INDIAN = ZoneInfo("Asia/Kolkata")
AMFI_PUBLISHES = time(23)  # on the day of the NAV
MFAPI_PUBLISHES = time(3, 9)  # on the day after
GENERIC_CODES = range(200_000, 300_000)


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """then, now: NAVs. plan, option: as AMFI's columns of 2026 have them. late: sessions after which the NAV comes.

    oddity: daily (also on weekends), rebased (ten times as much since 2018), zeros, doubles, payouts; empty for none.
    """

    code: str
    name: str
    house: str
    category: str
    scheme_type: str = "Open Ended Schemes"
    plan: str = "Direct Plan"
    option: str = "Growth Option"
    isin_growth: str = ""
    isin_reinvestment: str = ""
    then: float = 10.0
    now: float = 50.0
    volatility: float = 0.008
    first: date = date(2013, 1, 2)
    until: date | None = None
    late: int = 0
    oddity: str = ""


@dataclass(kw_only=True)
class Fund:
    """navs: given by a test, all there are. rows: texts that are published on days in the place of their NAV."""

    scheme: Scheme
    navs: dict[date, Decimal] | None = None
    rows: dict[date, tuple[str, ...]] = field(default_factory=dict)
    gaps: set[date] = field(default_factory=set)

    def published(self, now: float, *, at: time, days_after: int) -> list[tuple[date, str]]:
        """The oldest first: what has been published by `now`, each NAV at that time of a day."""
        navs = self.navs if self.navs is not None else walked(self.scheme)
        days = sorted({*navs, *self.rows} - self.gaps)
        out = days[: bisect_right(days, now, key=lambda day: self._comes_at(day, at, days_after))]
        return [(day, text) for day in out for text in self.rows.get(day) or (f"{navs[day]:.5f}",)]

    def mfapi_rows(self, now: float) -> list[tuple[date, str]]:
        return self.published(now, at=MFAPI_PUBLISHES, days_after=1)

    def amfi_rows(self, now: float) -> list[tuple[date, str]]:
        return self.published(now, at=AMFI_PUBLISHES, days_after=0)

    def _comes_at(self, day: date, at: time, days_after: int) -> float:
        known = sessions_later(day, self.scheme.late) if self.scheme.late else day
        return datetime.combine(known + timedelta(days=days_after), at, INDIAN).astimezone(UTC).timestamp()


def sessions_later(day: date, count: int) -> date:
    days = sessions(INDIA).days
    i = int(np.searchsorted(days, np.datetime64(day), side="right")) + count - 1
    later: date = days[min(i, len(days) - 1)].astype(date)
    return later


@cache
def walked(scheme: Scheme) -> dict[date, Decimal]:
    """The NAVs of a scheme, as its oddity has them."""
    path = walk(Recipe(f"fund {scheme.code}", INDIA, scheme.then, scheme.now, scheme.volatility, scheme.first))
    days = [day for day in sessions(INDIA).days.astype(object) if day >= scheme.first]
    navs = {day: Decimal(f"{nav:.4f}") for day, nav in zip(days, path.tolist(), strict=True)}
    if scheme.until:
        navs = {day: nav for day, nav in navs.items() if day <= scheme.until}
    return ODDITIES[scheme.oddity](navs)


def _as_they_are(navs: dict[date, Decimal]) -> dict[date, Decimal]:
    return navs


def _on_weekends_too(navs: dict[date, Decimal]) -> dict[date, Decimal]:
    first, last = min(navs), max(navs)
    nav, every = navs[first], {}
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        nav = every[day] = navs.get(day, nav)
    return every


def _rebased(navs: dict[date, Decimal]) -> dict[date, Decimal]:
    """Units of ten rupees became units of a hundred, and nothing says so."""
    return {day: nav if day >= date(2018, 3, 1) else nav / 10 for day, nav in navs.items()}


def _with_zeros(navs: dict[date, Decimal]) -> dict[date, Decimal]:
    """One session in 97 is published as zero."""
    return {day: Decimal(0) if i % 97 == 50 else nav for i, (day, nav) in enumerate(navs.items())}


def _after_payouts(navs: dict[date, Decimal]) -> dict[date, Decimal]:
    """Each March half of what is above ten rupees is paid out: the NAV falls and no feed says so."""
    factor, paid, left = Decimal(1), {day.year for day in list(navs)[:1]}, {}
    for day, nav in navs.items():
        value = nav * factor
        if day.month == 3 and day.year not in paid:
            paid.add(day.year)
            factor *= min(Decimal(1), (10 + (value - 10) / 2) / value)
        left[day] = nav * factor
    return left


ODDITIES = {
    "": _as_they_are,
    "daily": _on_weekends_too,
    "rebased": _rebased,
    "zeros": _with_zeros,
    "payouts": _after_payouts,
}


@cache
def catalogue() -> Mapping[str, Scheme]:
    with CATALOGUE.open(newline="") as lines:
        schemes = [_from_row(row) for row in csv.DictReader(lines)]
    return {scheme.code: scheme for scheme in schemes}


def _from_row(row: Mapping[str, str]) -> Scheme:
    return Scheme(
        code=row["code"],
        name=row["name"],
        house=row["house"],
        category=row["category"],
        plan=row["plan"],
        option=row["option"],
        isin_growth=row["isin_growth"],
        isin_reinvestment=row["isin_reinvestment"],
        then=float(row["then"]),
        now=float(row["now"]),
        volatility=float(row["volatility"]),
        first=date.fromisoformat(row["first"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        late=int(row["late"] or 0),
        oddity=row["oddity"],
    )


def made_up(code: str) -> Scheme:
    seed = seed_of(code)
    return Scheme(
        code=code,
        name=f"Plain Fund {code} - Direct Plan - Growth",
        house="Plain Mutual Fund",
        category="Equity Scheme - Flexi Cap Fund",
        isin_growth=f"INF{code}010"[:12].ljust(12, "0"),
        now=15 + seed % 9000 / 100,
        first=date(2013 + seed % 8, 1, 2),
    )


class FundBook:
    """All schemes by code. generic: how many more there are, with codes from 200000 on.

    unknown_as: how MFAPI answers a code that it does not know, "404" or "empty"; codes from 900000 on are always empty.
    """

    def __init__(self) -> None:
        self._funds = {code: Fund(scheme=scheme) for code, scheme in catalogue().items()}
        self.generic = 0
        self.unknown_as = "404"
        self.layout = "new"

    def find(self, code: str) -> Fund | None:
        if code not in self._funds and self._is_generic(code):
            self._funds[code] = Fund(scheme=made_up(code))
        return self._funds.get(code)

    def _is_generic(self, code: str) -> bool:
        return bool(re.fullmatch(r"\d{6}", code)) and int(code) in GENERIC_CODES[: self.generic]

    def all(self) -> list[Fund]:
        for number in GENERIC_CODES[: self.generic]:
            self.find(str(number))
        return [self._funds[code] for code in sorted(self._funds, key=int)]

    # --- What tests do to it

    def fund(self, code: str) -> Fund:
        fund = self.find(code)
        if fund is None:
            raise KeyError(code)
        return fund

    def add(self, code: str, navs: Mapping[date, Decimal | float | str] | None = None, **facts: Any) -> Fund:
        """A new fund, or another in its place. navs: all there are; without them, they are made up."""
        given = None if navs is None else {day: Decimal(str(nav)) for day, nav in navs.items()}
        fund = self._funds[code] = Fund(scheme=replace(made_up(code), **facts), navs=given)
        return fund

    def set_rows(self, code: str, rows: Mapping[date, tuple[str, ...]]) -> None:
        """What is published for these days, as text: ("0.00000",), or several for a day that comes several times."""
        self.fund(code).rows.update(rows)

    def leave_out(self, code: str, days: set[date]) -> None:
        self.fund(code).gaps |= days

    def change(self, code: str, **facts: Any) -> None:
        """Other facts of its Scheme: name, late, until ..."""
        fund = self.fund(code)
        fund.scheme = replace(fund.scheme, **facts)

    def delete(self, code: str) -> None:
        self._funds.pop(code, None)
