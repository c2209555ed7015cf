"""What the coming years may bring: paths made of pieces of the past, by a circular block bootstrap.

A path is put together of blocks of consecutive months, each of 21 observations of the past, which may begin on any
day and go on at the beginning where the past ends (Politis and Romano, 1992). Within a block the returns keep their
order, so that crashes and recoveries, and the calm and the wild times, stay together; blocks follow each other by
chance. Contributions are paid in at the end of each month.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure

LEVELS = (5, 25, 50, 75, 95)
"""Percentiles of the paths."""
MONTH = 21
"""Weekdays, so that twelve months are the 252 of a year."""
FEWEST = 250
YEAR = 12
SEED = 1992
NEVER = -1
MOST = 1e100
"""More than any money: paths of absurd returns stop there instead of overflowing."""
NOISE = 1e-9
"""Of what was put in: less than that below it is noise of floats, not a loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is there, and what is planned, in one currency.

    value: now. contribution: at the end of each month, less than 0 to withdraw. growth: of the contribution from one
    year to the next. inflation: a year; results are then in today's money, as the goal is.
    """

    value: float
    months: int
    contribution: float = 0.0
    growth: float = 0.0
    inflation: float = 0.0
    goal: float | None = None

    @property
    def contributions(self) -> FloatArray:
        """(months,) in the money of their time."""
        years = np.arange(self.months, dtype=np.float64) // YEAR
        return np.float64(self.contribution) * (1 + self.growth) ** years

    @property
    def deflators(self) -> FloatArray:
        """(months,) what one unit at the end of each month is in today's money."""
        return (1 + self.inflation) ** (-np.arange(1.0, self.months + 1) / YEAR)

    @property
    def put_in(self) -> FloatArray:
        """(months + 1,) what is there now and what is planned to be paid in until then, in today's money."""
        return self.value + np.append(0.0, np.cumsum(self.contributions * self.deflators))

    @property
    def contributed(self) -> float:
        """All that is planned to be paid in, in today's money."""
        return float(np.sum(self.contributions * self.deflators))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How the future is drawn. The same seed gives the same paths."""

    simulations: int = 2000
    block_months: int = 3
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Projection:
    """value: (5, months + 1) the percentiles LEVELS now and at the end of each month; put_in: (months + 1,) as planned.

    goal_chance: share of the paths that end at the goal or above. goal_months: in how many months half of all paths
    have reached it at least once. loss_chance: share that ends below what was put in. ruin_chance: share on which a
    withdrawal could not be paid in full; such a path stays at 0.
    """

    value: FloatArray
    put_in: FloatArray
    goal_chance: Measure
    goal_months: Measure
    loss_chance: Measure
    ruin_chance: Measure


def why_none(rate: FloatArray, plan: Plan) -> str | None:
    """Why there is no projection; None where there is one."""
    if not np.isfinite(plan.value) or not np.isfinite(plan.contribution):
        return UNKNOWN_AMOUNTS
    if len(rate) < FEWEST:
        return f"Needs {FEWEST} weekdays with a return; there are {len(rate)}."
    if plan.value < 0:
        return "More is owed than owned."
    if plan.value == 0 and plan.contribution <= 0:
        return "Nothing is held, and nothing is paid in."
    return None


def project(rate: FloatArray, plan: Plan, draw: Draw) -> Projection:
    """Simulate. rate: (n,) returns of weekdays, oldest first, at least one; amounts in the currency of the plan.

    Takes memory for one month of all paths and a year of their values, whatever the length.
    """
    paths = _Paths.of(plan, draw)
    levels = np.full((len(LEVELS), plan.months + 1), plan.value, np.float64)
    kept = np.empty((YEAR, draw.simulations))
    steps = zip(plan.contributions.tolist(), plan.deflators.tolist(), strict=True)
    growths = month_growths(compounded(rate), plan.months, draw)
    for month, (growth, (contribution, deflator)) in enumerate(zip(growths, steps, strict=True)):
        real = paths.step(growth, contribution, deflator)
        paths.note_goal(real, month + 1, plan.goal)
        kept[month % YEAR] = real
        if (month + 1) % YEAR == 0 or month + 1 == plan.months:
            begin = month - month % YEAR
            year = kept[: month - begin + 1]
            levels[:, begin + 1 : month + 2] = np.quantile(year, np.array(LEVELS) / 100, axis=1)
    return _projection(paths, levels, plan)


def compounded(rate: FloatArray) -> FloatArray:
    """(n,) growth over the month of observations that begins with each one; the past goes round in a circle."""
    grown = 1 + np.resize(rate, len(rate) + MONTH - 1)  # repeats it from the beginning
    months: FloatArray = np.lib.stride_tricks.sliding_window_view(grown, MONTH).prod(axis=1)
    return months


def month_growths(growth: FloatArray, months: int, draw: Draw) -> Iterator[FloatArray]:
    """(simulations,) growth of each path in each of the months to come. growth: (n,) as `compounded` gives it."""
    random = np.random.default_rng(draw.seed)
    start: IntArray = np.zeros(draw.simulations, np.int64)
    for month in range(months):
        if month % draw.block_months == 0:
            start = random.integers(0, len(growth), draw.simulations)
        yield growth[(start + month % draw.block_months * MONTH) % len(growth)]


@dataclass(slots=True)
class _Paths:
    """(simulations,) each: where the paths are. wealth: in the money of the time; put_in: in today's money.

    reached: the first month with the goal, or NEVER. is_ruined: a withdrawal was not paid in full.
    """

    wealth: FloatArray
    put_in: FloatArray
    reached: IntArray
    is_ruined: BoolArray

    @classmethod
    def of(cls, plan: Plan, draw: Draw) -> "_Paths":
        count = draw.simulations
        reached = 0 if plan.goal is not None and plan.value >= plan.goal else NEVER
        now = np.full(count, plan.value, np.float64)
        return cls(now, now.copy(), np.full(count, reached), np.zeros(count, bool))

    def step(self, growth: FloatArray, contribution: float, deflator: float) -> FloatArray:
        """One month; the wealth in today's money."""
        grown = np.minimum(self.wealth * growth, MOST)
        paid = np.maximum(contribution, -grown)
        self.is_ruined |= paid > contribution
        self.put_in += paid * deflator
        self.wealth = grown + paid
        return self.wealth * deflator

    def note_goal(self, real: FloatArray, month: int, goal: float | None) -> None:
        if goal is not None:
            self.reached[(self.reached == NEVER) & (real >= goal)] = month


def _projection(paths: _Paths, levels: FloatArray, plan: Plan) -> Projection:
    final = paths.wealth * plan.deflators[-1]
    is_lower = final < paths.put_in - NOISE * np.abs(paths.put_in)
    chance, months = _goal(paths.reached, final, plan)
    return Projection(levels, plan.put_in, chance, months, _share(is_lower), _share(paths.is_ruined))


def _goal(reached: IntArray, final: FloatArray, plan: Plan) -> tuple[Measure, Measure]:
    if plan.goal is None:
        none = Measure(None, "No goal was given.")
        return none, none
    chance = _share(final >= plan.goal)
    in_order = np.sort(np.where(reached == NEVER, plan.months + 1, reached))
    middle = int(in_order[(len(in_order) - 1) // 2])
    if middle > plan.months:
        return chance, Measure(None, "Fewer than half of the paths reach it in this time.")
    return chance, Measure(float(middle))


def _share(is_so: BoolArray) -> Measure:
    return Measure(float(is_so.mean()))
