"""/rules/try/ and /rules/apply/: what rules would make of the entries that are there, and the same written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.errors import FieldError, InvalidInput
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from ledger.apis.entry_filters import EntryFilter
from ledger.apis.rule_inputs import rule_input
from ledger.apis.rule_run_serializers import OutcomeSerializer, RunSerializer
from ledger.kept_rules import UNSAVED, kept_rules_of, terms_of
from ledger.models import Entry, Rule
from ledger.rules import Rules
from ledger.selectors import category_paths, entries_of
from ledger.services.rule_runs import Outcome, rules_apply, rules_try
from ledger.services.rules import rule_filled


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
# What both endpoints do: from the request to the rules and the entries, and from the outcome to the answer.
class RunView(IdempotentPostMixin, generics.GenericAPIView[Entry]):
    serializer_class = RunSerializer
    queryset = Entry.objects.none()
    pagination_class = None

    def asked(self, request: Request) -> dict[str, Any]:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def entries(self, request: Request, asked: Mapping[str, Any]) -> QuerySet[Entry]:
        rows = _filtered(request, asked.get("filters", {}))
        if asked["only_uncategorized"]:
            rows = rows.filter(category=None).exclude(kind=Entry.Kind.TRANSFER)
        return rows

    def answer(self, user: User, rules: list[Rule], outcome: Outcome) -> Response:
        told = {"checked": outcome.checked, "changed": outcome.changed, "examples": outcome.examples}
        told["by_rule"] = _counts(outcome, rules)
        return Response(OutcomeSerializer(told, context={"paths": _paths(user, rules)}).data)


class RulesTryApi(RunView):
    @extend_schema(summary="See what rules would change", request=RunSerializer, responses=OutcomeSerializer)
    def post(self, request: Request) -> Response:
        """How many entries would change, and the first of them before and after; nothing is written."""
        person, asked = person_of(request), self.asked(request)
        rules = _rules(person, asked, is_kept=False)
        outcome = rules_try(rules=Rules(map(terms_of, rules)), entries=self.entries(request, asked))
        return self.answer(person, rules, outcome)


class RulesApplyApi(RunView):
    @extend_schema(summary="Apply rules to entries", request=RunSerializer, responses=OutcomeSerializer)
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """All entries that the rules find are changed, or, where one cannot be, none."""
        person, asked = person_of(request), self.asked(request)
        person_lock(person.pk)
        rules = _rules(person, asked, is_kept=True)
        made = Rules(map(terms_of, rules))
        outcome = rules_apply(user=person, rules=made, entries=self.entries(request, asked))
        return self.answer(person, rules, outcome)


def _rules(user: User, asked: Mapping[str, Any], *, is_kept: bool) -> list[Rule]:
    """Those that were asked for. is_kept: what an unsaved rule sets is there to stay, so its category is made."""
    if "rule" in asked:
        return [_unsaved(user, asked["rule"], is_kept=is_kept)]
    rows = list(kept_rules_of(user))
    if "ids" not in asked:
        return [row for row in rows if row.is_active]
    unknown = set(asked["ids"]) - {row.pk for row in rows}
    if unknown:
        raise InvalidInput(f"There is no rule {min(unknown)}.", attr="ids", code="does_not_exist")
    return [row for row in rows if row.pk in asked["ids"]]


def _unsaved(user: User, fields: Mapping[str, Any], *, is_kept: bool) -> Rule:
    """What is wrong with it is named `rule.conditions.0.value`."""
    try:
        return rule_filled(Rule(user=user), rule_input(user, fields, is_kept=is_kept))
    except InvalidInput as error:
        errors = [replace(one, attr=f"rule.{one.attr}" if one.attr else "rule") for one in error.errors]
        raise InvalidInput.many(errors) from error


def _filtered(request: Request, filters: Mapping[str, Any]) -> QuerySet[Entry]:
    """As the list of entries does; what is wrong is named `filters.from`."""
    unknown = filters.keys() - EntryFilter.base_filters.keys()
    if unknown:
        raise InvalidInput("There is no such filter.", attr=f"filters.{min(unknown)}", code="unknown_field")
    found = EntryFilter(filters, queryset=entries_of(person_of(request)), request=request)
    if not found.is_valid():
        raise InvalidInput.many(
            [
                FieldError(f"filters.{name}", error.code or "invalid", message)
                for name, errors in found.form.errors.as_data().items()
                for error in errors
                for message in error.messages
            ]
        )
    rows: QuerySet[Entry] = found.qs
    return rows


def _counts(outcome: Outcome, rules: list[Rule]) -> list[dict[str, Any]]:
    return [
        {"rule": rule.pk, "name": rule.name, "changed": outcome.by_rule[key], "unfit": outcome.unfit[key]}
        for rule in rules
        for key in (rule.pk or UNSAVED,)
    ]


def _paths(user: User, rules: list[Rule]) -> dict[int, str]:
    """Of categories, also of one that was only thought of."""
    paths = category_paths(user.pk)
    for rule in rules:
        if rule.category and not rule.category.pk:
            paths[UNSAVED] = rule.category.name
    return paths
