"""Sums of money by category and month, exact: whole numbers of the smallest part of a currency ("units").

What is in another currency becomes units of the asked one at the rate of each day, rounded once, as the sum of that
day and category. From there on all is whole numbers, so categories, months and days add up to the whole exactly.
"""

from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.months import month_starts

MOST_UNITS = 2.0**62
"""Sums whose parts are this large together are not known: they may not fit into 64 bits."""
NO_PARENT = -1


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines × months (or days): units, how many entries, and where an amount is not known (there units is 0)."""

    units: IntArray
    count: IntArray
    unknown: BoolArray

    def rolled_up(self, parent: IntArray) -> "Sums":
        """Each line with all that is below it. parent: (lines,) row of the line above, NO_PARENT at the top."""
        units, count, unknown = (array.astype(np.int64) for array in (self.units, self.count, self.unknown))
        depth = _depths(parent)
        for level in range(int(depth.max(initial=0)), 0, -1):
            here = np.flatnonzero(depth == level)
            for sums in (units, count, unknown):
                np.add.at(sums, parent[here], sums[here])
        return Sums(units, count, unknown > 0)

    def total(self, lines: BoolArray) -> "Sums":
        """(months,): of these lines (lines,) together."""
        unknown: BoolArray = np.logical_or.reduce(self.unknown[lines], axis=0)
        return Sums(self.units[lines].sum(axis=0), self.count[lines].sum(axis=0), unknown)

    def line(self, row: int) -> "Sums":
        """(months,): of one line."""
        return Sums(self.units[row], self.count[row], self.unknown[row])

    def at(self, month: int) -> int | None:
        """Of sums (months,): the units, None where they are not known."""
        return None if self.unknown[month] else int(self.units[month])


def by_month(days: IntArray, year: int) -> IntArray:
    """(rows, 12) sums of (rows, 366) values of the days of a year, 1 January first."""
    sums: IntArray = np.add.reduceat(days, month_starts(year), axis=1)
    return sums


def converted_units(units: IntArray, rate: FloatArray) -> IntArray:
    """Units of another currency, at the rates (of the same shape, known) of their days."""
    return np.rint(np.clip(units * rate, -MOST_UNITS, MOST_UNITS)).astype(np.int64)


def fits(units: IntArray) -> bool:
    """Whether all of them can be added up in 64 bits, in any order."""
    return float(np.abs(units).sum(dtype=np.float64)) < MOST_UNITS


def _depths(parent: IntArray) -> IntArray:
    """(lines,) how many lines are above each."""
    depth = np.zeros(len(parent), np.int64)
    above = parent.copy()
    while (some := above != NO_PARENT).any():
        depth += some
        above = np.where(some, parent[above], NO_PARENT)
    return depth
