"""/rules/: what a person wants done to entries that look like this."""

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.serializers import Serializer
from ledger.apis.entry_fields import LONGEST_PATH, IdField
from ledger.apis.rule_inputs import kept_fields, rule_input
from ledger.conditions import KINDS, LONGEST_VALUE, OPS, WEEKDAYS
from ledger.kept_rules import kept_rules_of
from ledger.models import Category, Rule
from ledger.rules import MOST_TAGS
from ledger.selectors import category_paths
from ledger.services.entry_rules import LONGEST_TAG
from ledger.services.rules import MOST_CONDITIONS, MOST_RULES, rule_change, rule_create, rule_delete

_AS_STORED = (
    "id", "name", "position", "is_active", "match", "conditions", "payee", "description", "add_tags", "stops",
)  # fmt: skip
_OPS = tuple(dict.fromkeys(op for ops in OPS.values() for op in ops))


@extend_schema_field({"type": ["string", "number"], "maxLength": LONGEST_VALUE})
class ValueField(serializers.JSONField):
    """A text, an amount or an id, as the field of the condition has it."""


@extend_schema_serializer(component_name="RuleCondition")
class ConditionSerializer(Serializer):
    field = serializers.ChoiceField(
        choices=list(OPS), help_text="`text` is any of payee, description and note; `tag` any of the tags."
    )
    op = serializers.ChoiceField(
        choices=_OPS,
        help_text="; ".join(f"{field}: {', '.join(ops)}" for field, ops in OPS.items()),
    )
    value = ValueField(
        help_text="Texts are compared without case, accents and signs. "
        f"kind: {', '.join(KINDS)}; weekday: {', '.join(WEEKDAYS)}; account: an id."
    )


class RuleSerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100, help_text="What you call it.")
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_RULES, help_text="From 0, in the order of applying; else the last."
    )
    is_active = serializers.BooleanField(required=False, help_text="Whether it is applied to what comes in.")
    match = serializers.ChoiceField(choices=Rule.Match.choices, required=False, help_text="Of the conditions.")
    conditions: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ConditionSerializer(),
        allow_empty=False,
        max_length=MOST_CONDITIONS,
        help_text="What an entry must fulfil.",
    )
    category = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=LONGEST_PATH, help_text="A path, made when new."
    )
    category_id = IdField(
        required=False,
        allow_null=True,
        help_text="The id of the category that it sets, instead of `category`; null where it sets none.",
    )
    category_kind = serializers.ChoiceField(
        choices=Category.Kind.choices,
        required=False,
        allow_null=True,
        help_text="In which tree `category` is; else of expenses; null where none is set.",
    )
    payee = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="That it sets; empty where it sets none."
    )
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="That it sets; empty where it sets none."
    )
    add_tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG),
        required=False,
        max_length=MOST_TAGS,
        help_text="Added to those that an entry has.",
    )
    to_account = IdField(
        required=False,
        allow_null=True,
        help_text="Makes a transfer: of an expense to this account, of an income from it.",
    )
    stops = serializers.BooleanField(required=False, help_text="No rule after this one looks at what it finds.")

    def to_representation(self, instance: Rule) -> dict[str, Any]:
        paths, category = cast(dict[str, Any], self.context).setdefault("paths", {}), instance.category
        if category is not None and category.pk not in paths:  # all are loaded at once, after the rule was written
            paths.update(category_paths(instance.user_id))
        return {
            **{name: getattr(instance, name) for name in _AS_STORED},
            "category": None if category is None else paths[category.pk],
            "category_id": None if category is None else category.pk,
            "category_kind": None if category is None else category.kind,
            "to_account": instance.to_account_id,
        }


class RulesApi(IdempotentPostMixin, generics.ListCreateAPIView[Rule]):
    """What is done to entries of bank files as they come in, and to those there by `/rules/apply/`."""

    serializer_class = RuleSerializer
    ordering_fields = ("position",)
    ordering = "position"
    filterset_fields = ("is_active",)

    def get_queryset(self) -> QuerySet[Rule]:
        return kept_rules_of(person_of(self.request))

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[Rule]) -> None:
        person = person_of(self.request)
        person_lock(person.pk)
        serializer.instance = rule_create(user=person, data=rule_input(person, serializer.validated_data))


class RuleApi(generics.RetrieveUpdateDestroyAPIView[Rule]):
    """Another `position` moves it there, and those between make room."""

    serializer_class = RuleSerializer

    def get_queryset(self) -> QuerySet[Rule]:
        return kept_rules_of(person_of(self.request))

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Rule]) -> None:
        row = cast(Rule, serializer.instance)
        kept = kept_fields(row, serializer.validated_data) if serializer.partial else {}
        data = rule_input(person_of(self.request), {**kept, **serializer.validated_data})
        serializer.instance = rule_change(rule=row, data=data)

    def perform_destroy(self, instance: Rule) -> None:
        rule_delete(rule=instance)
