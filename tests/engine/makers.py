"""Short ways to write what the engine is given."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from analytics.engine.carry import Observed
from analytics.engine.rates import Leg, Rates, rates_daily

NAN = float("nan")
FIRST = date(2024, 1, 10)


def observed(*rows: Sequence[float], before: Sequence[float] = (), age: int = 1) -> Observed:
    """Rows of values from FIRST on; `before` was seen `age` days earlier."""
    last = np.array(before or [NAN] * len(rows), float)
    return Observed(FIRST, np.array(rows, float), last, np.full(len(rows), FIRST.toordinal() - age))


def rates(*rows: Sequence[float], legs: Sequence[Sequence[Leg] | None], before: Sequence[float] = ()) -> Rates:
    return rates_daily(observed(*rows, before=before), legs)
