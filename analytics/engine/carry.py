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
    """`values` (rows, days): the last one seen up to each day; `stale` where that was over a week ago.

    missing: (rows,) how many days at the beginning have no value; there `values` is NaN.
    """

    values: FloatArray
    stale: BoolArray
    missing: IntArray


def carry_forward(observed: Observed, steps: Sequence[Step] = ()) -> Carried:
    """Fill each row forward. `steps` rescale what is carried across them, never what was seen on the day."""
    rows, days = observed.matrix.shape
    # Positions count through all rows at once, and the first of a row is its own even where nothing was seen:
    # so one running maximum fills every row, and none reaches into the one before.
    place = np.arange(rows * days).reshape(rows, days)
    known = ~np.isnan(observed.matrix)
    seen = np.maximum.accumulate(np.where(known, place, place[:, :1]).ravel())
    values = np.asarray(observed.matrix).ravel().take(seen).reshape(rows, days)
    seen = seen.reshape(rows, days)
    stale = place - seen > STALE_AFTER_DAYS
    missing = np.where(known.any(axis=1), known.argmax(axis=1), days)
    ages = observed.first.toordinal() - observed.before_day
    for row in np.flatnonzero(missing).tolist():
        _fill_beginning(values[row, : missing[row]], stale[row], before=observed.before[row], age=int(ages[row]))
    for step in steps:
        if step.day.toordinal() > observed.before_day[step.row]:
            at, row = (step.day - observed.first).days, step.row
            values[row, _carried_across(at, seen[row] - place[row, 0], leading=int(missing[row]))] *= step.factor
    missing[~np.isnan(observed.before)] = 0
    return Carried(values, stale, missing)


def _fill_beginning(values: FloatArray, stale: BoolArray, *, before: float, age: int) -> None:
    """What was seen before the first day counts until something is seen in the window."""
    values[:] = before
    stale[: len(values)] = np.arange(age, age + len(values)) > STALE_AFTER_DAYS if before == before else False


def _carried_across(at: int, seen: IntArray, *, leading: int) -> slice:
    """The days from `at` on whose value was seen before it: one run, up to the next day on which one was seen."""
    if at <= 0:
        return slice(0, leading)
    return slice(at, at + int(np.searchsorted(seen[at:], at)))


def carry_backward(values: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Fill the days before the first known value of each row with it; also where that was done."""
    known = ~np.isnan(values)
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    early = np.arange(values.shape[1]) < first[:, None]
    return np.where(early, values[np.arange(len(values)), first][:, None], values), early
