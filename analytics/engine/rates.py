"""Daily exchange rates of every currency into one, from the currency pairs that lead there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray, Observed, carry_backward, carry_forward

Leg = tuple[int, bool]
"""(row of a pair in the observed rates, whether it is quoted the other way round)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of each currency is worth: `values` (currencies, days) from ordinal `origin` on.

    NaN where no rate is known at all. stale: carried for over a week; estimated: before the first rate, whose value
    stands in for it.
    """

    origin: int
    values: FloatArray
    stale: BoolArray
    estimated: BoolArray

    def on(self, currency: IntArray, day: IntArray) -> FloatArray:
        """The rate of each of these currencies on each of these days (proleptic ordinals)."""
        rates: FloatArray = self.values[currency, np.clip(day - self.origin, 0, self.values.shape[1] - 1)]
        return rates


def rates_daily(pairs: Observed, legs: Sequence[Sequence[Leg] | None]) -> Rates:
    """Rates on the days of `pairs`. `legs` says for each currency how to get there: () is the target itself."""
    carried = carry_forward(pairs)
    filled, early = carry_backward(carried.values)
    shape = (len(legs), pairs.matrix.shape[1])
    rates = Rates(pairs.first.toordinal(), np.ones(shape), np.zeros(shape, bool), np.zeros(shape, bool))
    for currency, way in enumerate(legs):
        if way is None:
            rates.values[currency] = np.nan
            continue
        for pair, inverse in way:
            rates.values[currency] *= 1 / filled[pair] if inverse else filled[pair]
            rates.stale[currency] |= carried.stale[pair]
            rates.estimated[currency] |= early[pair]
    return rates
