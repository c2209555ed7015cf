"""Prices as numbers: a walk between two levels, and how what was traded is published after splits and dividends."""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

import numpy as np

from tests.upstream.arrays import Days, Prices
from tests.upstream.markets import FIRST, Market, sessions

ANCHOR = date(2026, 11, 20)


@dataclass(frozen=True)
class Recipe:
    """A walk from `then` on the first day to `now` on ANCHOR, and on from there. volatility: of one session."""

    seed: str
    market: Market
    then: float
    now: float
    volatility: float = 0.015
    first: date = FIRST


@dataclass(frozen=True, kw_only=True)
class Split:
    """new:old as it is written, 1998:1000 is not reduced. listed: whether it is among the events.

    restated_from: closes before that day are left in old units.
    """

    ex_date: date
    new: Fraction
    old: Fraction = Fraction(1)
    listed: bool = True
    restated_from: date = date.min

    @property
    def ratio(self) -> float:
        return float(self.new / self.old)


@dataclass(frozen=True, kw_only=True)
class Payout:
    """amount: for each share as it was then. currency: where it is not that of the price."""

    ex_date: date
    amount: float
    currency: str = ""


def seed_of(text: str) -> int:
    return zlib.crc32(text.encode())


@lru_cache(maxsize=2048)
def walk(recipe: Recipe) -> Prices:
    """Of the sessions from the recipe's first on, in the units of ANCHOR; the same in every process."""
    days = sessions(recipe.market).days
    days = days[days >= np.datetime64(recipe.first)]
    steps = np.random.default_rng(seed_of(recipe.seed)).normal(0, recipe.volatility, len(days))
    noise = np.concatenate(([0.0], np.cumsum(steps[1:])))
    n = max(int(np.searchsorted(days, np.datetime64(ANCHOR), side="right")) - 1, 1)
    along = np.minimum(np.arange(len(days)) / n, 1.0)
    start, end = math.log(recipe.then), math.log(recipe.now)
    path: Prices = np.exp(start + along * (end - start) + noise - along * noise[n])
    path.setflags(write=False)
    return path


def is_before(days: Days, day: date) -> np.ndarray:
    return days < np.datetime64(day, "D")


def in_traded_units(values: Prices, days: Days, splits: Iterable[Split]) -> Prices:
    """From the value of one share of the oldest kind to what one share of the day cost."""
    traded = values.copy()
    for split in splits:
        traded[~is_before(days, split.ex_date)] /= split.ratio
    return traded


def restating(days: Days, splits: Iterable[Split]) -> Prices:
    """By what each close of `days` is divided when it is published."""
    factor = np.ones(len(days))
    for split in splits:
        is_restated = is_before(days, split.ex_date) & ~is_before(days, split.restated_from)
        factor[is_restated] *= split.ratio
    return factor


def for_dividends(closes: Prices, days: Days, payouts: Iterable[tuple[date, float]]) -> Prices:
    """Adjusted closes: each dividend lowers all closes before its ex-date by its share of the close before.

    payouts: amounts in the units of `closes`.
    """
    adjusted = closes.copy()
    for ex_date, amount in payouts:
        i = int(np.searchsorted(days, np.datetime64(ex_date, "D")))
        if 0 < i < len(days) and closes[i - 1] > 0:
            adjusted[:i] *= 1 - amount / closes[i - 1]
    return adjusted
