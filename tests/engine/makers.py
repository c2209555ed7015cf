"""Short ways to write what the engine is given."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from analytics.engine.carry import FloatArray, Observed
from analytics.engine.rates import Leg, Rates, rates_daily
from analytics.engine.worth import Worth

NAN = float("nan")
about: Any = pytest.approx  # which is no float to the type checker, and stands where one does
FIRST = date(2024, 1, 10)


def observed(*rows: Sequence[float], before: Sequence[float] = (), age: int = 1) -> Observed:
    """Rows of values from FIRST on; `before` was seen `age` days earlier."""
    last = np.array(before or [NAN] * len(rows), float)
    return Observed(FIRST, np.array(rows, float), last, np.full(len(rows), FIRST.toordinal() - age))


def rates(*rows: Sequence[float], legs: Sequence[Sequence[Leg] | None], before: Sequence[float] = ()) -> Rates:
    return rates_daily(observed(*rows, before=before), legs)


def worth_of(
    value: Sequence[float] | FloatArray,
    *,
    inflow: Sequence[float] | FloatArray | None = None,
    outflow: Sequence[float] | FloatArray | None = None,
    before: float = 0.0,
    first: date = date(2024, 1, 1),
) -> Worth:
    """Worth of days from `first` on, without flows where none are given."""
    paid_in, paid_out = (np.zeros(len(value)) if flow is None else np.array(flow, float) for flow in (inflow, outflow))
    return Worth(first, np.array(value, float), paid_in, paid_out, np.array(before, float))
