"""The schemes of Indian mutual funds, from funds.csv or made up, and the NAVs that each one has had."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tests.upstream.arrays import Days, Prices
from tests.upstream.markets import INDIA, sessions
from tests.upstream.series import Recipe, seed_of, walk

CATALOGUE = Path(__file__).with_name("funds.csv")
Series: TypeAlias = tuple[Days, Prices]


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


@lru_cache(maxsize=2048)
def walked(scheme: Scheme) -> Series:
    """The NAVs of a scheme, as its oddity has them."""
    navs = walk(Recipe(f"fund {scheme.code}", INDIA, scheme.then, scheme.now, scheme.volatility, scheme.first))
    days = sessions(INDIA).days[-len(navs) :]
    if scheme.until:
        is_alive = days <= np.datetime64(scheme.until)
        days, navs = days[is_alive], navs[is_alive]
    return ODDITIES[scheme.oddity](days, np.round(navs, 4))


def _as_they_are(days: Days, navs: Prices) -> Series:
    return days, navs


def _on_weekends_too(days: Days, navs: Prices) -> Series:
    every = np.arange(days[0], days[-1] + 1)
    return every, navs[np.searchsorted(days, every, side="right") - 1]


def _rebased(days: Days, navs: Prices) -> Series:
    """Units of ten rupees became units of a hundred, and nothing says so."""
    return days, np.where(days < np.datetime64("2018-03-01"), navs / 10, navs)


def _with_zeros(days: Days, navs: Prices) -> Series:
    """One session in 97 is published as zero."""
    zeros = navs.copy()
    zeros[50::97] = 0
    return days, zeros


def _after_payouts(days: Days, navs: Prices) -> Series:
    """Each March half of what is above ten rupees is paid out: the NAV falls, and no feed says so."""
    left = navs.copy()
    for i in np.searchsorted(days, np.unique(days.astype("datetime64[Y]")).astype("datetime64[M]") + 2):
        if 0 < i < len(left) and left[i] > 10:
            left[i:] *= (10 + (left[i] - 10) / 2) / left[i]
    return days, np.round(left, 4)


ODDITIES: Mapping[str, Callable[[Days, Prices], Series]] = {
    "": _as_they_are,
    "daily": _on_weekends_too,
    "rebased": _rebased,
    "zeros": _with_zeros,
    "payouts": _after_payouts,
}
