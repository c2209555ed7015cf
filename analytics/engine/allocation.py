"""What is owned of each part, and its share of all that is owned."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.valuation import NOISE_DECIMALS

SMALLEST_GROSS = 10.0**-NOISE_DECIMALS


@dataclass(frozen=True, slots=True)
class Allocation:
    """Parts × days, in one currency; NaN where an amount is not known.

    value: (parts, days) what is owned of each part, never negative. liabilities: (days,) what is owed, positive.
    """

    value: FloatArray
    liabilities: FloatArray

    @property
    def gross(self) -> FloatArray:
        """(days,) all that is owned, whatever is owed."""
        return np.asarray(self.value.sum(axis=0))

    @property
    def weight(self) -> FloatArray:
        """(parts, days) value / gross: 1 together on every day. NaN where gross is nothing, or not known."""
        gross = self.gross
        some = np.nan_to_num(gross) > SMALLEST_GROSS
        weight = np.full(self.value.shape, np.nan)
        np.divide(self.value, gross, out=weight, where=some)
        return weight


def allocate(value: FloatArray, group: IntArray, count: int) -> Allocation:
    """Sum the lines of a panel by part, what is owed apart.

    value: (lines, days) as in `Panel`, money that is owed negative. group: (lines,) an index below `count`.
    """
    owned, owed = np.zeros((count, value.shape[1])), np.zeros(value.shape[1])
    for row, part in zip(value, group.tolist(), strict=True):
        if (row >= 0).all():  # as nearly all lines are, and known
            owned[part] += row
        else:
            owned[part] += np.maximum(row, 0.0)
            owed += np.maximum(-row, 0.0)
    return Allocation(owned, owed)
