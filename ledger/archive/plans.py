"""What a person means to happen, in an archive: balances that were stated, budgets, rules, and terms of accounts."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.archive.exporting import Export
from core.archive.people import OWNER
from core.archive.tables import Row, Table
from core.archive.taking import Taking
from core.errors import FieldError
from core.models import Account
from ledger.archive.entries import accounts_of, categories_of, today_anywhere
from ledger.conditions import ConditionError, condition_checked
from ledger.currencies import tell_of_currencies
from ledger.models import Balance, Budget, Category, Rule, Terms, TermsRate
from ledger.services.entry_rules import account_day_errors, tag_errors
from ledger.services.rebuild import ledger_rebuild
from ledger.services.rules import MOST_CONDITIONS, MOST_RULES
from ledger.services.terms import LONGEST_YEARS

NOBODY = 0
"""In a condition of a rule, in the place of the id of an account that is gone."""
HIGHEST_RATE = Decimal(2)


def plan_tables() -> tuple[Table, ...]:
    return (
        Table(
            name="balances",
            about="What somebody else said an account was worth.",
            model=Balance,
            rows=lambda export: Balance.objects.filter(user=export.person),
            left_out={"user": OWNER},
            check=_balance_check,
        ),
        Table(
            name="budgets",
            about="What you mean to spend in a month.",
            model=Budget,
            rows=lambda export: Budget.objects.filter(user=export.person),
            left_out={"user": OWNER},
            check=_budget_check,
        ),
        Table(
            name="rules",
            about="What is to be done to entries that look like this. A condition on `account` has the id of a row of "
            "`accounts`, null where that account is gone.",
            model=Rule,
            rows=lambda export: Rule.objects.filter(user=export.person),
            left_out={"user": OWNER},
            inside=(_conditions_written, _conditions_read),
            check=_rule_check,
        ),
        Table(
            name="terms",
            about="What a deposit earns and a loan costs.",
            model=Terms,
            rows=lambda export: Terms.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=_terms_names,
            check=_terms_check,
        ),
        Table(
            name="terms_rates",
            about="The yearly rates of terms as fractions, each from a day on.",
            model=TermsRate,
            rows=lambda export: TermsRate.objects.filter(terms__user=export.person),
            held=lambda person: TermsRate.objects.filter(terms__user=person),
            check=_rate_check,
        ),
    )


def sums_finish(taking: Taking) -> None:
    ledger_rebuild(user_id=taking.person.pk)
    transaction.on_commit(partial(tell_of_currencies, taking.person.pk))


def _terms_names(export: Export) -> dict[int, str]:
    return dict(Terms.objects.filter(user=export.person).values_list("pk", "account__name"))


def _balance_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    today = taking.once(today_anywhere)
    if row.date > today:
        yield FieldError("date", "future", f"Must not be after today, {today}.")
    yield from account_day_errors(taking.once(accounts_of)[row.account_id], row.date)


def _budget_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    for name in ("month", "starts_on", "ends_on"):
        day = getattr(row, name)
        if day is not None and day.day != 1:
            yield FieldError(name, "invalid", "Must be the first day of a month.")
    category = None if row.category_id is None else taking.once(categories_of)[row.category_id]
    if category is not None and category.kind != Category.Kind.EXPENSE:
        yield FieldError("category", "wrong_kind", "A budget is for expenses.")


def _conditions_written(export: Export, row: Row) -> None:
    for condition in row.get("conditions", ()):
        if condition["field"] == "account":
            condition["value"] = export.numbers(Account).of(condition["value"])


def _conditions_read(taking: Taking, row: Row) -> None:
    """What is no account is left for the check of the conditions to refuse."""
    conditions = row.get("conditions")
    for condition in conditions if isinstance(conditions, list) else ():
        if isinstance(condition, dict) and condition.get("field") == "account":
            number = condition.get("value")
            is_number = isinstance(number, int) and not isinstance(number, bool)
            condition["value"] = NOBODY if number is None else (taking.key(Account, number) if is_number else None)


def _rule_check(taking: Taking, rule: Any) -> Iterator[FieldError]:
    if not 0 < len(rule.conditions) <= MOST_CONDITIONS:
        yield FieldError("conditions", "invalid", f"There must be 1 to {MOST_CONDITIONS} conditions.")
    for index, condition in enumerate(rule.conditions[:MOST_CONDITIONS]):
        problem = _condition_problem(condition)
        if problem:
            yield FieldError(f"conditions.{index}", "invalid", problem)
    if not all(isinstance(tag, str) for tag in rule.add_tags):
        yield FieldError("add_tags", "invalid", "Tags are texts.")
        return
    for error in tag_errors(rule.add_tags):
        yield FieldError("add_tags", error.code, error.detail)
    if rule.position >= MOST_RULES:
        yield FieldError("position", "too_many", f"There can be at most {MOST_RULES} rules.")
    if rule.category_id and rule.to_account_id:
        yield FieldError("category", "contradiction", "A transfer has no category: set one of the two.")


def _condition_problem(condition: Any) -> str | None:
    if not isinstance(condition, dict) or condition.keys() != {"field", "op", "value"}:
        return "A condition has a field, an op and a value."
    told = (condition["field"], condition["op"], condition["value"])
    if told == ("account", "is", NOBODY):
        return None
    try:
        checked = condition_checked(*told)
    except ConditionError as error:
        return str(error)
    return None if checked == condition else "Must be as the API answers it."


def _terms_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    this_year = timezone.now().year
    if row.starts_on.year - this_year > LONGEST_YEARS:
        yield FieldError("starts_on", "invalid", f"Must be within {LONGEST_YEARS} years.")
    if row.matures_on is not None and row.matures_on.year - row.starts_on.year > LONGEST_YEARS:
        yield FieldError("matures_on", "invalid", f"Must be within {LONGEST_YEARS} years of the start.")
    if row.credited == Terms.Credited.AT_MATURITY and row.matures_on is None:
        yield FieldError("matures_on", "required", "Interest at maturity needs the day of it.")
    if row.credited == Terms.Credited.DAILY and row.basis != Terms.Basis.DAILY:
        yield FieldError("basis", "not_daily", "What is counted by months cannot be credited each day.")


def _rate_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    if not -1 <= row.rate <= HIGHEST_RATE:
        yield FieldError("rate", "invalid", f"Must be a fraction from -1 to {HIGHEST_RATE}.")
