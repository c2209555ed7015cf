"""Drawdown: how far below its highest point so far something stands, and the deepest of these falls."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import FloatArray

NOISE = 1e-9
"""A fall below this comes from sums of floats: what went up and back is not under water."""


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One fall. depth: below 0. peak: the day that reached the height from which it fell; trough: the first day at its
    lowest; recovery: the first day back at that height, None while under water.

    days: calendar days from the peak to the recovery, or to the last day while under water.
    """

    depth: float
    peak: date
    trough: date
    recovery: date | None
    days: int


def drawdown(index: FloatArray) -> FloatArray:
    """(days,) the fraction below the highest point so far of a growth index (days,), which began at 1: 0 or less.

    V_t / max(1, V_1 ... V_t) - 1 (Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed., ch. 4).
    """
    peak = np.maximum(np.maximum.accumulate(index), 1.0)
    fall = index / peak - 1
    return np.where(fall > -NOISE, 0.0, fall)  # which leaves NaN where the index has it


def max_drawdown(index: FloatArray, first: date) -> Drawdown | None:
    """The deepest fall of a growth index (days,) from day `first` on, 1 the evening before; of equal ones the first.

    None where it never fell.
    """
    fall = drawdown(index)
    trough = int(np.argmin(fall)) if len(fall) else 0
    if not fall[trough:].any():
        return None
    peak = _reached(np.concatenate(([1.0], index[:trough]))) - 1
    back = np.flatnonzero(fall[trough:] == 0)
    end = trough + int(back[0]) if len(back) else len(fall) - 1
    return Drawdown(
        depth=float(fall[trough]),
        peak=first + timedelta(days=peak),
        trough=first + timedelta(days=trough),
        recovery=first + timedelta(days=end) if len(back) else None,
        days=end - peak,
    )


def _reached(heights: FloatArray) -> int:
    """Where the last stretch at the greatest of these heights begins: a weekend after it only stayed there."""
    top = np.flatnonzero(heights >= heights.max() * (1 - NOISE))
    breaks = np.flatnonzero(np.diff(top) > 1)
    return int(top[breaks[-1] + 1] if len(breaks) else top[0])
