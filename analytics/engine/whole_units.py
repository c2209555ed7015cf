"""Amounts of money as units that can be traded: whole ones, or down to the smallest part of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor

import numpy as np

from analytics.engine.carry import FloatArray, IntArray

SLACK = 1e-7
"""Amounts that differ by less are the same: the rest is noise of floats."""


@dataclass(frozen=True, slots=True)
class Line:
    """An asset that can be traded, as a member of a part.

    part: the row of the part. held: how many units. unit: what one is worth, above 0. decimals: of what is traded,
    0 where only whole units are.
    """

    part: int
    held: Decimal
    unit: float
    decimals: int

    @property
    def value(self) -> float:
        return float(self.held) * self.unit

    @property
    def step(self) -> float:
        """What the smallest quantity is worth."""
        return self.unit * float(self.smallest)

    @property
    def smallest(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)


def parts_in(lines: Sequence[Line]) -> IntArray:
    """(lines,) the part of each."""
    return np.array([line.part for line in lines], np.int64)


def by_line(lines: Sequence[Line], amount: FloatArray) -> FloatArray:
    """(lines,): the amount of each part, (parts,), in proportion to what is held there; evenly where nothing is."""
    part, value = parts_in(lines), [line.value for line in lines]
    sums, counts = np.bincount(part, value, len(amount)), np.bincount(part, minlength=len(amount))
    share = 1 / counts[part]
    np.divide(value, sums[part], out=share, where=sums[part] > 0)
    return np.asarray(amount[part] * share)


def units_bought(lines: Sequence[Line], amount: FloatArray) -> list[Decimal]:
    """(lines,) units worth no more than the amount of each part, (parts,)."""
    wishes = by_line(lines, amount).tolist()
    units = [_floored(line, wish) for line, wish in zip(lines, wishes, strict=True)]
    return _filled(lines, amount, wishes, units)


def units_sold(lines: Sequence[Line], amount: FloatArray) -> list[Decimal]:
    """(lines,) units worth no more than the amount of each part, (parts,), and no more than are held.

    Where all are sold, that is also a fraction of a unit.
    """
    wishes = by_line(lines, amount).tolist()
    units = [
        line.held if wish >= line.value - SLACK else min(_floored(line, wish), line.held)
        for line, wish in zip(lines, wishes, strict=True)
    ]
    filled = _filled(lines, amount, wishes, units)
    return [more if more <= line.held else less for line, less, more in zip(lines, units, filled, strict=True)]


def _floored(line: Line, amount: float) -> Decimal:
    return floor((amount + SLACK) / line.step) * line.smallest


def _filled(
    lines: Sequence[Line], amount: FloatArray, wishes: Sequence[float], units: Sequence[Decimal]
) -> list[Decimal]:
    """Put what rounding left of each part into one more unit of what lost most by it, as far as it goes."""
    lost = [wish - float(count) * line.unit for line, wish, count in zip(lines, wishes, units, strict=True)]
    rest = np.bincount(parts_in(lines), lost, len(amount))
    filled = list(units)
    for i in sorted(range(len(lines)), key=lambda i: -lost[i]):
        line = lines[i]
        if lost[i] > SLACK and line.step <= rest[line.part]:
            filled[i] += line.smallest
            rest[line.part] -= line.step
    return filled
