"""A month of everyday money: what was spent and earned, against budgets and against the months before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.budgeting import Budgeting, BudgetMonth, Target, budgeting_of, clock_of, targets_load
from analytics.category_tree import EXPENSE, INCOME, KINDS, Line, Tree
from analytics.engine.budgets import Clock, pace_of
from analytics.engine.carry import BoolArray
from analytics.engine.measure import UNKNOWN_AMOUNTS, Measure
from analytics.engine.months import month_of
from analytics.engine.savings import NO_INCOME, NOTHING_SPENT, income_to_spent, mean_of, savings_rate
from analytics.spending import Spending, spending_load
from ledger.models import Entry
from portfolio.prices.live_closes import Now

AVERAGED = (3, 6, 12)
"""Means of so many whole months are told."""
NO_BUDGET = "No budget is set for this month."
ONLY_WHOLE = "This is of the whole alone, not of a category."


@dataclass(frozen=True, slots=True)
class Asked:
    """months: how many are shown side by side, the last of them `month`. category: of that and all below it alone."""

    month: int
    months: int
    currency: str
    category: int | None = None

    @property
    def first(self) -> int:
        return self.month - self.months + 1


@dataclass(frozen=True, slots=True)
class Balance:
    """Spent and earned, in units; None where it is not known. is_whole: not of a category alone."""

    spent: int | None
    income: int | None
    is_whole: bool

    @property
    def saved(self) -> int | None:
        return None if self.income is None or self.spent is None else self.income - self.spent

    @property
    def savings_rate(self) -> Measure:
        return savings_rate(income=self.income, spent=self.spent) if self.is_whole else Measure(None, ONLY_WHOLE)

    @property
    def income_to_spent(self) -> Measure:
        return income_to_spent(income=self.income, spent=self.spent) if self.is_whole else Measure(None, ONLY_WHOLE)


@dataclass(frozen=True, slots=True)
class MonthBalance:
    """available: units that the budget grants, with what was carried over; None where none counts, or not known."""

    month: int
    balance: Balance
    available: int | None


@dataclass(frozen=True, slots=True)
class Average:
    """A month's mean over whole months: `counted` of them, fewer than `months` where there are no more."""

    months: int
    counted: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class CategoryMonth:
    """Units of a category with all below it (`own`: by itself), and its budget where one counts."""

    line: Line
    amount: int | None
    own: int | None
    count: int
    share: Measure
    budget: BudgetMonth | None

    @property
    def spent(self) -> int | None:
        return self.amount if self.line.kind == EXPENSE else 0

    @property
    def income(self) -> int | None:
        return self.amount if self.line.kind == INCOME else 0


@dataclass(frozen=True, slots=True)
class Stats:
    """Of the month that was asked for. pace: units that are spent by its end at this rate; None before it begins.

    months: side by side, the oldest first. budget: of what was asked for; budgets: all that count.
    """

    balance: Balance
    clock: Clock
    months: Sequence[MonthBalance]
    categories: Sequence[CategoryMonth]
    budget: BudgetMonth | None
    budgets: Sequence[BudgetMonth]
    averages: Sequence[Average]
    reasons: list[dict[str, str]]

    @property
    def pace(self) -> int | None:
        return pace_of(self.balance.spent, self.clock)

    @property
    def available(self) -> int | None:
        return self.budget.status.available if self.budget else None

    @property
    def remaining(self) -> int | None:
        return self.budget.status.remaining if self.budget else None

    @property
    def share_used(self) -> Measure:
        return self.budget.status.share_used if self.budget else Measure(None, NO_BUDGET)

    @property
    def budget_reason(self) -> str | None:
        """Why there is no budget, or not all of it is known."""
        return self.budget.reason if self.budget else NO_BUDGET

    def average(self, months: int) -> Average:
        return next(average for average in self.averages if average.months == months)


def stats_of(user_id: int, tree: Tree, asked: Asked, now: Now) -> Stats:
    """However many entries, months and budgets there are, it asks the database as often."""
    targets = targets_load(user_id, until=asked.month)
    last_whole = min(asked.month, month_of(now.today) - 1)
    spending = spending_load(
        user_id,
        tree,
        first=min(_first_needed(targets, asked), last_whole - max(AVERAGED) + 1),
        last=asked.month,
        currency=asked.currency,
        now=now,
    )
    budgeting = budgeting_of(user_id, targets, spending, today=now.today, currency=asked.currency, now=now)
    shown = shown_lines(tree, asked.category)
    budgets = _budgets(budgeting, asked, shown)
    side_by_side = _side_by_side(spending, budgeting, asked)
    return Stats(
        balance=side_by_side[-1].balance,
        clock=clock_of(asked.month, now.today),
        months=side_by_side,
        categories=_categories(spending, asked, shown, budgets),
        budget=budgets.get(asked.category),
        budgets=list(budgets.values()),
        averages=_averages(spending, asked, first=first_month(user_id), last=last_whole),
        reasons=distinct([*spending.reasons, *budgeting.reasons]),
    )


def first_month(user_id: int) -> int | None:
    """That of the first entry; None where there are none."""
    days = Entry.objects.filter(user_id=user_id, deleted_at=None).order_by("date").values_list("date", flat=True)[:1]
    return next((month_of(day) for day in days), None)


def _first_needed(targets: dict[int | None, Target], asked: Asked) -> int:
    shown = targets.get(asked.category)
    began = [target.reads_from(asked.month) for target in targets.values()]
    return min([asked.first, *began, *([shown.reads_from(asked.first)] if shown else [])])


def shown_lines(tree: Tree, category: int | None) -> BoolArray:
    """(lines,) those of the category and of all below it, or all."""
    row = None if category is None else tree.row_of(category)
    return np.ones(len(tree.lines), bool) if row is None else tree.below(row)


def _budgets(budgeting: Budgeting, asked: Asked, shown: BoolArray) -> dict[int | None, BudgetMonth]:
    """By category those that count in the month; that of the whole where the whole was asked for."""
    tree = budgeting.spending.tree
    categories = [pk for pk in budgeting.courses if pk is not None and shown[tree.row(EXPENSE, pk)]]
    wanted = [None, *categories] if asked.category is None else categories
    return {category: found for category in wanted if (found := budgeting.month(category)) is not None}


def _side_by_side(spending: Spending, budgeting: Budgeting, asked: Asked) -> list[MonthBalance]:
    spent, income = (spending.part(kind, asked.category) for kind in (EXPENSE, INCOME))
    found = []
    for month in range(asked.first, asked.month + 1):
        at = month - spending.first
        balance = Balance(spent.at(at), income.at(at), asked.category is None)
        found.append(MonthBalance(month, balance, budgeting.available(asked.category, month)))
    return found


def _averages(spending: Spending, asked: Asked, *, first: int | None, last: int) -> list[Average]:
    spent, income = (spending.part(kind, asked.category) for kind in (EXPENSE, INCOME))
    averages = []
    for months in AVERAGED:
        begin = last + 1 if first is None else max(last - months + 1, first)
        counted = range(begin - spending.first, last + 1 - spending.first)
        means = [mean_of([sums.at(at) for at in counted]) for sums in (spent, income)]
        averages.append(Average(months, len(counted), Balance(means[0], means[1], asked.category is None)))
    return averages


def _categories(
    spending: Spending, asked: Asked, shown: BoolArray, budgets: Mapping[int | None, BudgetMonth]
) -> list[CategoryMonth]:
    """Of the lines that are shown those with an entry in the month, or with a budget that counts."""
    at, tree = spending.last - spending.first, spending.tree
    wholes = {kind: spending.part(kind, asked.category).at(at) for kind in KINDS}
    rows = []
    for row in np.flatnonzero(shown).tolist():
        line, count = tree.lines[row], int(spending.rolled.count[row, at])
        budget = None if line.category is None else budgets.get(line.category)
        if count or budget:
            amount, own = spending.rolled.line(row).at(at), spending.own.line(row).at(at)
            share = _share(line, amount, wholes[line.kind])
            rows.append(CategoryMonth(line, amount, own, count, share, budget))
    return rows


def _share(line: Line, amount: int | None, whole: int | None) -> Measure:
    if amount is None or whole is None:
        return Measure(None, UNKNOWN_AMOUNTS)
    nothing = NOTHING_SPENT if line.kind == EXPENSE else NO_INCOME
    return Measure(amount / whole) if whole > 0 else Measure(None, nothing)


def distinct(reasons: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [reason for place, reason in enumerate(reasons) if reason not in reasons[:place]]
