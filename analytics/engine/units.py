"""Units that were held, all counted in those of the last day: across splits, bonuses and new names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.valuation import NOISE_SHARE


@dataclass(frozen=True, slots=True)
class Conversion:
    """From the start of `day` (ordinal) on, one unit of `asset` is `ratio` of `becomes`, which may be the same."""

    asset: int
    day: int
    ratio: float
    becomes: int


def unit_now(asset: int, day: int, conversions: Sequence[Conversion]) -> tuple[int, float]:
    """(asset, units of it) that one unit, held before `day`, has become after all conversions; these oldest first."""
    units = 1.0
    for conversion in conversions:
        if conversion.asset == asset and conversion.day >= day:
            asset, units = conversion.becomes, units * conversion.ratio
    return asset, units


@dataclass(frozen=True, slots=True)
class Units:
    """What was held of one thing: `level` (n,) at the end of each `day` (n,) on which it changed, oldest first."""

    day: IntArray
    level: FloatArray

    @property
    def now(self) -> float:
        return float(self.level[-1]) if len(self.level) else 0.0

    @property
    def since(self) -> int | None:
        """The day (ordinal) from which on something was always held; None where nothing is."""
        if not self.now:
            return None
        empty = np.flatnonzero(self.level == 0)
        return int(self.day[empty[-1] + 1 if len(empty) else 0])

    def before(self, day: int) -> float:
        """At the end of the day before; where nothing was held then, the last that was."""
        held = self.level[: self._place(day)]
        held = held[held != 0]
        return float(held[-1]) if len(held) else 0.0

    def kept(self, day: int) -> float:
        """What still is of what was held before `day`; what is sold is what was held longest (first in, first out)."""
        place = self._place(day)
        if not place:
            return 0.0
        changes = np.diff(self.level[place - 1 :])
        left = float(self.level[place - 1] + np.minimum(changes, 0.0).sum())
        return left if left > NOISE_SHARE * float(np.abs(self.level).max()) else 0.0

    def _place(self, day: int) -> int:
        return int(np.searchsorted(self.day, day, side="left"))


def units_joined(parts: Sequence[Units]) -> Units:
    """All of one thing; what moves between its parts on one day is no change."""
    day = np.concatenate([part.day for part in parts])
    change = np.concatenate([np.diff(part.level, prepend=0.0) for part in parts])
    days, place = np.unique(day, return_inverse=True)
    level = np.cumsum(np.bincount(place, change, len(days)), dtype=np.float64)
    level[np.abs(level) <= NOISE_SHARE * np.abs(change).sum()] = 0.0
    return Units(days, level)


def units_of(asset: int, day: IntArray, quantity: FloatArray, conversions: Sequence[Conversion]) -> Units:
    """One position, from its changes (n,) in units of their day, oldest first, those by the conversions included."""
    days, ends = np.unique(day[::-1], return_index=True)
    level = np.cumsum(quantity)[len(day) - 1 - ends]
    level = np.where(np.abs(level) <= NOISE_SHARE * np.abs(quantity).sum(), 0.0, level)
    factors = [unit_now(asset, int(on) + 1, conversions)[1] for on in days]
    return Units(days, level * np.array(factors))
