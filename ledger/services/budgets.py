"""Writes of budgets."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db import transaction

from core.errors import FieldError, InvalidInput, NotFound
from core.locks import person_lock
from core.models import User
from ledger.currencies import tell_of_currencies
from ledger.models import Budget, Category
from ledger.selectors import category_named
from ledger.services.categories import category_at


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetInput:
    """A budget as a person states it; see `Budget`. An empty currency means that of the person.

    category: also as a path, made where it is new. Months are told by any day of them.
    """

    amount: Decimal
    currency: str = ""
    category: Category | str | None = None
    month: dt.date | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    carries_over: bool = False


@transaction.atomic
def budget_create(*, user: User, data: BudgetInput) -> Budget:
    person_lock(user.pk)
    return _saved(Budget(user=user), data)


@transaction.atomic
def budget_change(*, budget: Budget, data: BudgetInput) -> Budget:
    """What the person states is replaced by `data`."""
    person_lock(budget.user_id)
    return _saved(_present(budget), data)


@transaction.atomic
def budget_delete(*, budget: Budget) -> None:
    person_lock(budget.user_id)
    _present(budget).delete()


def _present(budget: Budget) -> Budget:
    """The row as it is now: another request may have deleted it meanwhile."""
    row = Budget.objects.select_related("user").filter(pk=budget.pk, user_id=budget.user_id).first()
    if row is None:
        raise NotFound
    return row


def _saved(row: Budget, data: BudgetInput) -> Budget:
    errors = [*_month_errors(data)]
    if errors:
        raise InvalidInput.many(errors)
    row.category = _category(row.user, data.category)
    row.month, row.starts_on, row.ends_on = map(_first_day, (data.month, data.starts_on, data.ends_on))
    row.amount, row.carries_over = data.amount, data.carries_over
    row.currency = data.currency or row.user.base_currency
    _check_is_only_one(row)
    row.save()
    if row.currency != row.user.base_currency and not row.user.is_demo:
        transaction.on_commit(partial(tell_of_currencies, row.user_id))  # its rate is needed
    return row


def _month_errors(data: BudgetInput) -> Iterator[FieldError]:
    if data.month is None and data.starts_on is None:
        yield FieldError("month", "required", "Give a month, or in starts_on the first of those in which it recurs.")
    elif data.month is not None:
        for name in ("starts_on", "ends_on"):
            if getattr(data, name) is not None:
                yield FieldError(name, "contradiction", "A budget is of one month, or recurs: not both.")
    elif data.starts_on and data.ends_on and data.ends_on.replace(day=1) < data.starts_on.replace(day=1):
        yield FieldError("ends_on", "before", "Must not be before starts_on.")


def _first_day(day: dt.date | None) -> dt.date | None:
    return None if day is None else day.replace(day=1)


def _category(user: User, wanted: Category | str | None) -> Category | None:
    if isinstance(wanted, str):
        return category_at(user=user, kind=Category.Kind.EXPENSE, path=wanted)
    if wanted is None:
        return None
    category = category_named(user.pk, wanted.pk)
    if category.kind != Category.Kind.EXPENSE:
        detail = f"{category.name!r} is a category of incomes; a budget is for expenses."
        raise InvalidInput(detail, attr="category_id", code="wrong_kind")
    return category


def _check_is_only_one(row: Budget) -> None:
    """Of a category, or of the whole, in a month; and one that recurs from a month on."""
    name = "month" if row.month is not None else "starts_on"
    others = Budget.objects.filter(user=row.user, category=row.category).exclude(pk=row.pk)
    if others.filter(**{name: getattr(row, name)}).exists():
        what = "everything" if row.category is None else repr(row.category.name)
        when = "this month" if name == "month" else "the months from this one on"
        raise InvalidInput(f"There is a budget of {what} for {when}.", attr=name, code="unique")
