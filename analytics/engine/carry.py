"""Carry the last known value forward through the days on which there is none."""

from collections import defaultdict
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
    result = Carried(np.empty((rows, days)), np.empty((rows, days), bool), np.zeros(rows, np.int64))
    place = np.arange(days)
    by_row: defaultdict[int, list[Step]] = defaultdict(list)
    for step in steps:
        by_row[step.row].append(step)
    for row in range(rows):  # row by row all that is in between stays in the processor's cache
        _carry_row(observed, result, row, place=place, steps=by_row[row])
    return result


def _carry_row(observed: Observed, result: Carried, row: int, *, place: IntArray, steps: Sequence[Step]) -> None:
    seen_here, before, before_day = observed.matrix[row], observed.before[row], int(observed.before_day[row])
    known = ~np.isnan(seen_here)
    seen = np.maximum.accumulate(np.where(known, place, 0))
    values, stale = result.values[row], result.stale[row]
    seen_here.take(seen, out=values, mode="clip")  # all are inside; the default mode would copy
    np.greater(place - seen, STALE_AFTER_DAYS, out=stale)
    missing = int(known.argmax()) if known.any() else len(place)
    if missing:
        _fill_beginning(values[:missing], stale, before=before, age=observed.first.toordinal() - before_day)
    for step in steps:
        if step.day.toordinal() > before_day:
            at = (step.day - observed.first).days
            values[_carried_across(at, seen, leading=missing)] *= step.factor
    result.missing[row] = missing if np.isnan(before) else 0


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
