"""What is spent in a month so far, against the budget of the whole: the one line that a summary has of it."""

from dataclasses import dataclass, replace
from datetime import date

from analytics.budgeting import BudgetMonth, Target, budgeting_of, clock_of, targets_load
from analytics.category_tree import EXPENSE, UNDIVIDED
from analytics.engine.budgets import pace_of
from analytics.engine.months import month_of
from analytics.ledger_stats import NO_BUDGET, first_month
from analytics.spending import spending_load
from portfolio.prices.live_closes import Now

NO_EXPENSES = "No expenses are recorded."
ONLY_OF_ALL = "Spending is told of all accounts together."


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """In units, None where not known. reason: why `spent` is not; budget_reason: why there is none, or no figure of it.

    pace: spent by the end of the month at this rate. available: of the budget, with what was carried over.
    """

    month: int
    spent: int | None = None
    pace: int | None = None
    available: int | None = None
    remaining: int | None = None
    share_used: float | None = None
    reason: str | None = None
    budget_reason: str | None = NO_BUDGET


def month_spent(user_id: int, *, day: date, currency: str, now: Now) -> MonthSpend:
    """Of the month of a day, which is not after today, up to that day."""
    month = month_of(day)
    whole = targets_load(user_id, until=month).get(None)
    targets: dict[int | None, Target] = {None: whole} if whole else {}
    first = whole.reads_from(month) if whole else month
    spending = spending_load(user_id, UNDIVIDED, first=first, last=month, currency=currency, now=now).until(day)
    budgeting = budgeting_of(user_id, targets, spending, today=day, currency=currency, now=now)
    spent = spending.part(EXPENSE, None)
    found, units = budgeting.month(None), spent.at(month - first)
    if first_month(user_id) is None and found is None:
        return MonthSpend(month, reason=NO_EXPENSES)
    reason = None if units is not None else " ".join(reason["detail"] for reason in spending.reasons)
    pace = pace_of(units, clock_of(month, day))
    return _with_budget(MonthSpend(month, units, pace, reason=reason), found)


def _with_budget(spend: MonthSpend, found: BudgetMonth | None) -> MonthSpend:
    if found is None:
        return spend
    return replace(
        spend,
        available=found.status.available,
        remaining=found.status.remaining,
        share_used=found.status.share_used.value,
        budget_reason=found.reason or found.status.share_used.reason,
    )
