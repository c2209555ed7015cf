"""The geometry of a curve of money over the years: from values to coordinates and labels. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from core.packed import FloatArray

WIDTH, HEIGHT = 900, 300
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 16, 28
MOST_YEARS, MOST_LINES = 12, 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the curve, with its place in the picture."""

    x: float
    y: float
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Curve:
    """runs: the known points, parted where values between them are not known."""

    runs: tuple[tuple[Point, ...], ...]
    years: tuple[Tick, ...]
    amounts: tuple[Tick, ...]

    width, height = WIDTH, HEIGHT
    left, right, bottom = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM

    @property
    def lines(self) -> list[str]:
        """What `points` of a polyline is, for each run of more than one point."""
        return [" ".join(f"{point.x:g},{point.y:g}" for point in run) for run in self.runs if len(run) > 1]

    @property
    def dots(self) -> list[Point]:
        """Points that have no neighbour to be joined to."""
        return [run[0] for run in self.runs if len(run) == 1]

    @property
    def first(self) -> Point:
        return self.runs[0][0]

    @property
    def last(self) -> Point:
        return self.runs[-1][-1]


def month_points(first: date, values: FloatArray) -> tuple[list[date], FloatArray]:
    """Of daily `values` from `first` on, the last day of each month and its value; of the last month, its latest."""
    days = [first + timedelta(days=n) for n in range(len(values))]
    ends = [n for n, day in enumerate(days[:-1]) if day.month != days[n + 1].month] + [len(days) - 1]
    return [days[n] for n in ends], values[ends]


def curve_of(days: Sequence[date], values: FloatArray) -> Curve | None:
    """The picture of these values, NaN where one is not known; None where none is."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    amounts = nice_amounts(min(float(known.min()), 0.0), max(float(known.max()), 0.0))
    xs = _scale([day.toordinal() for day in days], LEFT, WIDTH - RIGHT, low=days[0].toordinal(), high=_end(days))
    ys = _scale(values, HEIGHT - BOTTOM, TOP, low=amounts[0], high=amounts[-1])
    points = [
        Point(*point) for point in zip(xs.round(2).tolist(), ys.round(2).tolist(), days, values.tolist(), strict=True)
    ]
    heights = _scale(amounts, HEIGHT - BOTTOM, TOP, low=amounts[0], high=amounts[-1])
    return Curve(
        runs=tuple(_runs(points)),
        years=tuple(_year_ticks(days)),
        amounts=tuple(
            Tick(y, short_amount(amount)) for y, amount in zip(heights.round(2).tolist(), amounts, strict=True)
        ),
    )


def nice_amounts(low: float, high: float) -> list[float]:
    """Round amounts at equal steps of 1, 2 or 5 times a power of ten, that reach around `low` and `high`."""
    if high == low:
        high = low + 1
    span = high - low
    power = 10.0 ** math.floor(math.log10(span / MOST_LINES))
    step = next(power * n for n in (1, 2, 5, 10, 20) if span / (power * n) <= MOST_LINES)
    return [step * n for n in range(math.floor(low / step), math.ceil(high / step) + 1)]


def short_amount(amount: float) -> str:
    """1.2M, 350k: axis labels need no more digits than their steps have."""
    for unit, name in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= unit:
            return f"{amount / unit:g}{name}".replace("-", "−")
    return f"{amount:g}".replace("-", "−")


def _end(days: Sequence[date]) -> int:
    return max(days[-1].toordinal(), days[0].toordinal() + 1)


def _scale(values: Sequence[float] | FloatArray, start: float, end: float, *, low: float, high: float) -> FloatArray:
    return start + (np.asarray(values, float) - low) / (high - low) * (end - start)


def _runs(points: Sequence[Point]) -> Iterator[tuple[Point, ...]]:
    run: list[Point] = []
    for point in points:
        if not math.isnan(point.value):
            run.append(point)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _year_ticks(days: Sequence[date]) -> Iterator[Tick]:
    """The starts of the years; of many years, every second, third …"""
    years = range(days[0].year + 1, days[-1].year + 1)
    for year in years[:: math.ceil(len(years) / MOST_YEARS) or 1]:
        (x,) = _scale([date(year, 1, 1).toordinal()], LEFT, WIDTH - RIGHT, low=days[0].toordinal(), high=_end(days))
        yield Tick(round(float(x), 2), str(year))
