"""The budgets of a person in a month: which ones count, what they grant, and what is used of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np

from analytics.category_tree import EXPENSE
from analytics.engine.budgets import NONE, NOT_BEGUN, Clock, Plan, Status, Term, carried_over, plan_of, status_of
from analytics.engine.carry import FloatArray
from analytics.engine.measure import UNKNOWN_AMOUNTS
from analytics.engine.months import days_in_month, first_day, month_of
from analytics.engine.spending import Sums, converted_units, fits
from analytics.rates import missing_rates, rates_load
from analytics.spending import Spending
from core.fields import money_units
from ledger.models import Budget
from portfolio.prices.live_closes import Now


@dataclass(frozen=True, slots=True)
class Target:
    """What budgets were set for: a category with all below it, or (None) the whole."""

    category: int | None
    budgets: Sequence[Budget]
    terms: Sequence[Term]

    @property
    def first(self) -> int:
        return min(term.first for term in self.terms)

    def plan(self, *, first: int, last: int) -> Plan:
        return plan_of(self.terms, first=first, last=last)

    def reads_from(self, month: int) -> int:
        """The first month whose spending matters for what is left in this one; the month itself where none counts."""
        return month if month < self.first else self.plan(first=self.first, last=month).begin(month)


@dataclass(frozen=True, slots=True)
class BudgetMonth:
    """A budget that counts in a month. path: of its category, None of the whole."""

    budget: Budget
    path: str | None
    month: int
    status: Status

    @property
    def used_up_on(self) -> date | None:
        day = self.status.used_up_on
        return None if day is None else first_day(self.month).replace(day=day)

    @property
    def reason(self) -> str | None:
        """Why some of its amounts are not there."""
        if self.status.remaining is None:
            return UNKNOWN_AMOUNTS
        return NOT_BEGUN if self.status.pace is None else None


def targets_load(user_id: int, *, until: int) -> dict[int | None, Target]:
    """By category, of those that have a budget for a month up to `until`."""
    budgets: defaultdict[int | None, list[Budget]] = defaultdict(list)
    for budget in Budget.objects.filter(user_id=user_id).order_by("id"):
        if month_of(_begins(budget)) <= until:
            budgets[budget.category_id].append(budget)
    return {category: Target(category, rows, [_term(row, until) for row in rows]) for category, rows in budgets.items()}


def _begins(budget: Budget) -> date:
    return cast(date, budget.month or budget.starts_on)  # the database knows that it has one of both


def _term(budget: Budget, until: int) -> Term:
    """Without an end it lasts for as long as anybody looks."""
    first, is_single = month_of(_begins(budget)), budget.month is not None
    last = until if budget.ends_on is None else month_of(budget.ends_on)
    return Term(first, first if is_single else last, is_single, budget.carries_over)


@dataclass(frozen=True, slots=True)
class Granting:
    """(months,) from `first` on, by currency: the rates of the first days, at which a budget counts for its month."""

    first: int
    last: int
    rates: Mapping[str, FloatArray]
    reasons: list[dict[str, str]]

    def granted(self, target: Target, plan: Plan) -> Sums:
        """(months,): the amounts of the budgets that count."""
        units = np.zeros(self.last - self.first + 1, np.int64)
        unknown = np.zeros(len(units), bool)
        for index in np.unique(plan.budget[plan.budget != NONE]).tolist():
            budget, here = target.budgets[index], plan.budget == index
            units[here] = money_units(budget.amount)
            if budget.currency in self.rates:
                rate = self.rates[budget.currency]
                unknown |= here & ~np.isfinite(rate)
                units[here] = converted_units(units[here], np.nan_to_num(rate[here]))
        return Sums(units, np.zeros_like(units), unknown)


def granting_load(
    user_id: int, targets: Iterable[Target], *, first: int, last: int, currency: str, now: Now
) -> Granting:
    """Later than today the rate is that of today; no question where all budgets are in `currency`."""
    terms = [(row, term) for target in targets for row, term in zip(target.budgets, target.terms, strict=True)]
    codes = sorted({row.currency for row, term in terms if term.last >= first} - {currency})
    if not codes:
        return Granting(first, last, {}, [])
    days = [first_day(month) for month in range(first, last + 1)]
    begin, end = min(days[0], now.today), min(days[-1], now.today)
    daily = rates_load(user_id=user_id, currencies=codes, target=currency, first=begin, last=end, now=now).rates
    ordinals = np.array([day.toordinal() for day in days], np.int64)
    rates = {code: daily.on(np.full(len(days), row), ordinals) for row, code in enumerate(codes)}
    unknown = [code for code, values in rates.items() if not np.isfinite(values).all()]
    return Granting(first, last, rates, missing_rates(unknown, currency))


@dataclass(frozen=True, slots=True)
class Course:
    """A target over the months of some spending: which budget counts, what it grants, what is carried and spent."""

    target: Target
    plan: Plan
    amount: Sums
    carried: Sums
    spent: Sums

    def budget(self, month: int) -> Budget | None:
        index = int(self.plan.budget[month - self.plan.first])
        return None if index == NONE else self.target.budgets[index]

    def available(self, month: int) -> int | None:
        """What may be spent; None where no budget counts, or it is not known."""
        amount, carried = self.amount.at(month - self.plan.first), self.carried.at(month - self.plan.first)
        return None if self.budget(month) is None or amount is None or carried is None else amount + carried


@dataclass(frozen=True, slots=True)
class Budgeting:
    """The budgets of a person over the months of `spending`, whose last one is looked at day by day.

    reasons: why some amounts are not known.
    """

    courses: Mapping[int | None, Course]
    spending: Spending
    clock: Clock
    reasons: list[dict[str, str]]

    def month(self, category: int | None) -> BudgetMonth | None:
        """Of the last month; None where no budget counts."""
        course, last = self.courses.get(category), self.spending.last
        budget = course.budget(last) if course else None
        if course is None or budget is None:
            return None
        at = last - self.spending.first
        status = status_of(
            amount=course.amount.at(at),
            carried=course.carried.at(at),
            spent=course.spent.at(at),
            daily=self.spending.part_daily(EXPENSE, category).units,
            clock=self.clock,
        )
        path = self.spending.tree.path(EXPENSE, category)
        return BudgetMonth(budget, path, last, status)

    def available(self, category: int | None, month: int) -> int | None:
        course = self.courses.get(category)
        return None if course is None else course.available(month)


def budgeting_of(
    user_id: int, targets: Mapping[int | None, Target], spending: Spending, *, today: date, currency: str, now: Now
) -> Budgeting:
    """At the end of `today`. Left-overs of before the first month of `spending` are not in it: `Target.reads_from`."""
    granting = granting_load(
        user_id, targets.values(), first=spending.first, last=spending.last, currency=currency, now=now
    )
    courses = {category: _course(target, spending, granting) for category, target in targets.items()}
    return Budgeting(courses, spending, clock_of(spending.last, today), granting.reasons)


def _course(target: Target, spending: Spending, granting: Granting) -> Course:
    plan = target.plan(first=spending.first, last=spending.last)
    amount, spent = granting.granted(target, plan), spending.part(EXPENSE, target.category)
    counts = plan.budget != NONE
    left = np.where(counts, amount.units - spent.units, 0)
    unknown = counts & (amount.unknown | spent.unknown)
    if not fits(left):
        left, unknown = np.zeros_like(left), counts
    carried = Sums(
        carried_over(left, plan.starts),
        np.zeros_like(left),
        carried_over(unknown.astype(np.int64), plan.starts) > 0,
    )
    return Course(target, plan, amount, carried, spent)


def clock_of(month: int, today: date) -> Clock:
    days, now = days_in_month(month), month_of(today)
    return Clock(days, today.day if month == now else days if month < now else 0)
