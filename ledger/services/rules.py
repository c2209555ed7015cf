"""Writes of the rules that a person has, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from core.activity import edit_record
from core.errors import FieldError, InvalidInput, NotFound
from core.locks import person_lock
from core.models import Account, User
from ledger.conditions import ConditionError, condition_checked
from ledger.models import Category, Rule
from ledger.services.entry_rules import tag_errors

MOST_RULES = 500
MOST_CONDITIONS = 20

_PLAIN_FIELDS = ("name", "is_active", "match", "category", "payee", "description", "to_account", "stops")


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleInput:
    """position: from 0; None is the last for a new rule, and where it is for another."""

    name: str
    conditions: Sequence[Mapping[str, Any]]
    match: str = Rule.Match.ALL
    category: Category | None = None
    payee: str = ""
    description: str = ""
    add_tags: tuple[str, ...] = ()
    to_account: Account | None = None
    stops: bool = False
    is_active: bool = True
    position: int | None = None


@transaction.atomic
def rule_create(*, user: User, data: RuleInput) -> Rule:
    person_lock(user.pk)
    order = _order(user.pk)
    if len(order) >= MOST_RULES:
        raise InvalidInput(f"There can be at most {MOST_RULES} rules.", code="too_many")
    rule = rule_filled(Rule(user=user, position=len(order)), data)
    rule.save()
    return _placed(rule, [*order, rule.pk], data.position)


@transaction.atomic
def rule_change(*, rule: Rule, data: RuleInput) -> Rule:
    person_lock(rule.user_id)
    order = _order(rule.user_id)
    if rule.pk not in order:
        raise NotFound
    rule_filled(rule, data).save()
    if data.position is not None and (before := order.index(rule.pk)) != data.position:
        edit_record(rule, before={"position": before}, after={"position": min(data.position, len(order) - 1)})
    return _placed(rule, order, data.position)


@transaction.atomic
def rule_delete(*, rule: Rule) -> None:
    person_lock(rule.user_id)
    row = Rule.objects.filter(pk=rule.pk, user_id=rule.user_id).first()  # as it is now
    if row is None:
        raise NotFound
    row.delete()


def rule_filled(rule: Rule, data: RuleInput) -> Rule:
    """Not saved; InvalidInput where it could not be. A category without id is one that is only thought of."""
    if data.category and data.to_account:
        raise InvalidInput("A transfer has no category: set one of the two.", attr="category", code="contradiction")
    if not (data.category or data.payee or data.description or data.add_tags or data.to_account or data.stops):
        raise InvalidInput("A rule must set something, or stop.", code="empty")
    for name, row in (("category_id", data.category), ("to_account", data.to_account)):
        if row is not None and row.pk and row.user_id != rule.user_id:
            raise InvalidInput("There is no such row of this person.", attr=name, code="does_not_exist")
    wrong = [replace(error, attr="add_tags") for error in tag_errors(data.add_tags)]
    if wrong:
        raise InvalidInput.many(wrong)
    for name in _PLAIN_FIELDS:
        setattr(rule, name, getattr(data, name))
    rule.conditions = _checked(rule.user, data.conditions)
    rule.add_tags = list(data.add_tags)
    return rule


def _order(user_id: int) -> list[int]:
    return list(Rule.objects.filter(user_id=user_id).values_list("pk", flat=True))


def _placed(rule: Rule, order: list[int], position: int | None) -> Rule:
    """The rule at its place, and all others numbered around it."""
    if position is not None:
        order.remove(rule.pk)
        order.insert(position, rule.pk)
    rows = Rule.objects.in_bulk(order)
    moved = [row for place, pk in enumerate(order) if (row := rows[pk]).position != place]
    for row in moved:
        row.position = order.index(row.pk)
    Rule.objects.bulk_update(moved, ["position"], batch_size=MOST_RULES)
    rule.position = order.index(rule.pk)
    return rule


def _checked(user: User, conditions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The conditions as they are stored; what is wrong is named `conditions.2.value`."""
    if not isinstance(conditions, list | tuple) or not 0 < len(conditions) <= MOST_CONDITIONS:
        raise InvalidInput(f"There must be 1 to {MOST_CONDITIONS} conditions.", attr="conditions")
    accounts = set(Account.objects.filter(user=user).values_list("pk", flat=True))
    checked: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    for index, condition in enumerate(conditions):
        try:
            checked.append(_checked_one(condition, accounts))
        except ConditionError as error:
            errors.append(FieldError(f"conditions.{index}.{error.part}", error.code, str(error)))
    if errors:
        raise InvalidInput.many(errors)
    return checked


def _checked_one(condition: Mapping[str, Any], accounts: set[int]) -> dict[str, Any]:
    if not isinstance(condition, Mapping):
        raise ConditionError("field", "A condition has a field, an op and a value.")
    checked = condition_checked(condition.get("field"), condition.get("op"), condition.get("value"))
    if checked["field"] == "account" and checked["value"] not in accounts:
        raise ConditionError("value", "There is no such account.", code="does_not_exist")
    return checked
