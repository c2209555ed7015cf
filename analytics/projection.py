"""The coming years of a person, or of a part of what they have: from their own flows and their own returns."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.engine.measure import NOTHING_HELD
from analytics.engine.periods import months_before
from analytics.engine.projection import YEAR, Draw, Plan, Projection, project, why_none
from analytics.engine.returns import observations_of, returns_daily
from analytics.engine.worth import Worth
from analytics.panels import Window

DAYS_OF_A_MONTH = 365 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks about the coming years, in one currency. monthly: None where it is to be as it was."""

    years: int
    monthly: float | None = None
    growth: float = 0.0
    inflation: float = 0.0
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """What was paid in, less what was taken out, in an average month of the days from `first` to `last`."""

    monthly: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Outlook:
    """A projection with what it rests on, as far as that is known. made: None where `reason` says why there is none."""

    plan: Plan | None = None
    habit: Habit | None = None
    observations: int = 0
    made: Projection | None = None
    reason: str | None = NOTHING_HELD


def outlook_of(window: Window, wish: Wish, draw: Draw) -> Outlook:
    """From the returns of the window, what there is at its end, and what was paid in during the year up to there."""
    returns = returns_daily(window.worth)
    rate = observations_of(returns).rate
    habit = habit_of(window.portrait.total, window.last) if wish.monthly is None else None
    plan = Plan(
        value=float(window.portrait.total.value[-1]),
        months=wish.years * YEAR,
        contribution=habit.monthly if habit else wish.monthly or 0.0,
        growth=wish.growth,
        inflation=wish.inflation,
        goal=wish.goal,
    )
    reason = returns.reason or why_none(rate, plan)
    return Outlook(plan, habit, len(rate), None if reason else project(rate, plan, draw), reason)


def habit_of(worth: Worth, last: date) -> Habit:
    """Of the twelve months up to `last`, or of the time that there is; less than a month counts as one."""
    year = worth.period(months_before(last, YEAR), last)
    months = min(YEAR, max(1, year.days / DAYS_OF_A_MONTH))
    return Habit(float(np.sum(year.inflow - year.outflow)) / months, year.first, last)


def month_ends(last: date, months: int) -> list[date]:
    """`last`, and the same day of each month after it."""
    return [months_before(last, -month) for month in range(months + 1)]
