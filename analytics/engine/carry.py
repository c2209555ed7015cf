"""Carry the last known value forward through the days on which there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

STALE_AFTER_DAYS = 7
"""A value that is carried for longer than a week is stale."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Values seen on some days: `matrix` (rows, days) from `first` on, NaN where none was seen.

    before: (rows,) the last value seen before `first`, NaN where none was; before_day: its proleptic ordinal.
    """

    first: date
    matrix: FloatArray
    before: FloatArray
    before_day: IntArray


@dataclass(frozen=True, slots=True)
class Step:
    """From the day on, a value of `row` that was seen before it counts `factor` times: what a split does."""

    row: int
    day: date
    factor: float


@dataclass(frozen=True, slots=True)
class Carried:
    """`values` (rows, days), NaN before the first that was seen; `stale` where one is carried for over a week."""

    values: FloatArray
    stale: BoolArray


def carry_forward(observed: Observed, steps: Sequence[Step] = ()) -> Carried:
    """Fill each row forward. `steps` rescale what is carried across them, never what was seen on the day."""
    rows, days = observed.matrix.shape
    known = ~np.isnan(observed.matrix)
    seen = np.where(known, np.arange(days, dtype=np.int32), np.int32(-1))
    np.maximum.accumulate(seen, axis=1, out=seen)
    values = np.take_along_axis(observed.matrix, np.maximum(seen, 0), axis=1)
    values = np.where(seen < 0, observed.before[:, None], values)
    origin = (observed.before_day - observed.first.toordinal()).astype(np.int32)
    last_seen = np.where(seen < 0, origin[:, None], seen)
    for step in steps:
        _rescale(values, last_seen, step.row, at=(step.day - observed.first).days, factor=step.factor)
    stale = np.arange(days, dtype=np.int32) - last_seen > STALE_AFTER_DAYS
    return Carried(values, stale & ~np.isnan(values))


def _rescale(values: FloatArray, last_seen: NDArray[np.int32], row: int, *, at: int, factor: float) -> None:
    """Multiply the days from `at` on whose value was seen before `at`; they stand in one run."""
    start = max(at, 0)
    end = start + int(np.searchsorted(last_seen[row, start:], at, side="left"))
    values[row, start:end] *= factor


def carry_backward(values: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Fill the days before the first known value of each row with it; also where that was done."""
    known = ~np.isnan(values)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    early = np.arange(values.shape[1]) < first[:, None]
    return np.where(early, values[np.arange(len(values)), first][:, None], values), early
