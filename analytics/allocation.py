"""How what a person owns is divided, on one day and on every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.allocation import SMALLEST_GROSS, Allocation, allocate
from analytics.engine.carry import FloatArray
from analytics.engine.measure import NOTHING_HELD, UNKNOWN_AMOUNTS, Measure, measured
from analytics.engine.panel import MONEY
from analytics.engine.periods import Interval, interval_ends
from analytics.panels import Portrait, Window
from analytics.parts import Labels, Part, Parts, parts_of


@dataclass(frozen=True, slots=True)
class Share:
    """A part on one day. value: in the currency of the portrait, NaN where it is not known.

    holdings: of how many different assets it is made; money is none.
    """

    part: Part
    value: float
    weight: Measure
    holdings: int


@dataclass(frozen=True, slots=True)
class Composition:
    """What is owned at the end of a day, largest part first; parts of nothing are left out.

    gross: all that is owned. liabilities: what is owed, positive. reason: why there are no weights.
    """

    shares: tuple[Share, ...]
    gross: float
    liabilities: float
    reason: str | None

    @property
    def net_worth(self) -> float:
        return self.gross - self.liabilities


@dataclass(frozen=True, slots=True)
class WeightHistory:
    """first, last: the days between which these are. weight: (parts, n).

    parts: those that were worth anything on one of these days, the largest of the last day first.
    """

    first: date
    last: date
    parts: tuple[Part, ...]
    weight: FloatArray


NOTHING = Composition((), 0.0, 0.0, NOTHING_HELD)


def weights_at(portrait: Portrait, by: str, labels: Labels) -> Composition:
    """The parts of the last day of the portrait."""
    parts = parts_of(portrait, by, labels)
    value = portrait.panel.value[:, -1:]
    found = allocate(value, parts.group, len(parts.parts))
    gross, reason = float(found.gross[0]), _reason(float(found.gross[0]))
    counts = _holdings(portrait, parts, value[:, 0])
    columns = zip(parts.parts, found.value[:, 0].tolist(), found.weight[:, 0].tolist(), counts, strict=True)
    shares = [
        Share(part, amount, measured(weight, otherwise=reason or ""), count)
        for part, amount, weight, count in columns
        if not amount <= 0  # also what is not known
    ]
    shares.sort(key=lambda share: (-share.value if share.value > 0 else 0.0, share.part.name, share.part.key))
    return Composition(tuple(shares), gross, float(found.liabilities[0]), reason)


def weights_daily(window: Window, by: str, labels: Labels, interval: Interval) -> WeightHistory:
    """The parts of every day from the start of the window on, or of the last day of each week or month."""
    panel = window.portrait.panel
    parts = parts_of(window.portrait, by, labels)
    days = interval_ends(window.start, window.last, interval) + (window.start - panel.first).days
    value = panel.value[:, days[0] : days[-1] + 1] if interval == "day" else panel.value[:, days]
    found = allocate(value, parts.group, len(parts.parts))
    order = _largest_first(found, parts.parts)
    return WeightHistory(window.start, window.last, tuple(parts.parts[i] for i in order), found.weight[order])


def _reason(gross: float) -> str | None:
    if np.isnan(gross):
        return UNKNOWN_AMOUNTS
    return None if gross > SMALLEST_GROSS else NOTHING_HELD


def _holdings(portrait: Portrait, parts: Parts, value: FloatArray) -> list[int]:
    """By part, how many different assets are worth something in it."""
    held = (portrait.panel.asset != MONEY) & ~(value <= 0)
    pairs = np.unique(np.stack((parts.group[held], portrait.panel.asset[held])), axis=1)
    counts: list[int] = np.bincount(pairs[0], minlength=len(parts.parts)).tolist()
    return counts


def _largest_first(found: Allocation, parts: Sequence[Part]) -> list[int]:
    """Of the last day, and among those that are gone, of all days together; without those that never were."""
    value = np.nan_to_num(found.value)
    ever = ~(found.value <= 0).all(axis=1)
    last, sums = value[:, -1], value.sum(axis=1)
    return sorted(np.flatnonzero(ever).tolist(), key=lambda i: (-last[i], -sums[i], parts[i].name, parts[i].key))
