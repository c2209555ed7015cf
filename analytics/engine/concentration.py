"""How much of what is owned is in how little."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import FloatArray
from analytics.engine.measure import NOTHING_HELD, UNKNOWN_AMOUNTS, Measure

TOP = 5


@dataclass(frozen=True, slots=True)
class Concentration:
    """hhi: from 1 / parts to 1. effective_number: of holdings. largest, top_5: weight of the largest, of the five
    largest."""

    hhi: Measure
    effective_number: Measure
    largest: Measure
    top_5: Measure


def concentration(value: FloatArray) -> Concentration:
    """Of parts worth `value` (parts,), none below 0; NaN where that is not known, and then nothing is.

    HHI is the sum of the squared weights (Herfindahl, 1950; Hirschman, 1964), its inverse the number of parts of
    equal weight that would be as concentrated (Adelman, 1969).
    """
    gross = float(value.sum())
    if not gross > 0:
        unknown = Measure(None, UNKNOWN_AMOUNTS if np.isnan(gross) else NOTHING_HELD)
        return Concentration(unknown, unknown, unknown, unknown)
    weight = np.sort(value / gross)[::-1]
    hhi = float(np.dot(weight, weight))
    return Concentration(
        hhi=Measure(hhi),
        effective_number=Measure(1 / hhi),
        largest=Measure(float(weight[0])),
        top_5=Measure(float(weight[:TOP].sum())),
    )
