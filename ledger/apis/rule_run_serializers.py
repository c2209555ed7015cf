"""How it is asked what rules make of entries, and how it is answered."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.serializers import ObjectField, Serializer
from ledger.apis.entry_fields import DESCRIPTION, KIND, PAYEE, IdField, PathField, TagsField
from ledger.apis.money import MoneyField
from ledger.apis.rules import RuleSerializer
from ledger.services.rule_runs import EXAMPLES
from ledger.services.rules import MOST_RULES

LARGEST_FILTERS = 2000


class RunSerializer(Serializer):
    """Without `rule` and `ids`: all active rules, in their order."""

    rule = RuleSerializer(required=False, help_text="One that is not saved.")
    ids = serializers.ListField(
        child=IdField(), required=False, allow_empty=False, max_length=MOST_RULES,
        help_text="Of rules, active or not; they go in their order.",
    )  # fmt: skip
    filters = ObjectField(
        required=False, max_bytes=LARGEST_FILTERS, help_text="As the parameters of `/entries/`: from, to, account, …"
    )
    only_uncategorized = serializers.BooleanField(
        default=True, help_text="Only expenses and incomes without a category, so that what was chosen by hand stays."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "rule" in attrs and "ids" in attrs:
            raise serializers.ValidationError({"ids": "Either rules by their ids, or one that is not saved."})
        return attrs


class RuleIdField(serializers.IntegerField):
    """Null of a rule that is not saved."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: int) -> int | None:  # type: ignore[override]
        return value or None


@extend_schema_serializer(component_name="RuledEntry")
class DraftSerializer(Serializer):
    """What rules change. The context has the `paths` of categories."""

    kind = serializers.CharField(help_text=KIND)
    amount = MoneyField(help_text="In the currency of the entry.")
    account = serializers.IntegerField(source="account_id", help_text="The id of the account.")
    account_amount = MoneyField(
        allow_null=True,
        help_text="What the account was charged, where its currency is another one; null: the rate of the day counts.",
    )
    to_account = serializers.IntegerField(
        source="to_account_id",
        allow_null=True,
        help_text="Of a transfer: the id of the account where it arrives; null of the others.",
    )
    to_amount = MoneyField(allow_null=True, help_text="The same of `to_account`.")
    category = PathField(help_text="Its path, `Food:Coffee`; null without one.")
    payee = serializers.CharField(help_text=PAYEE)
    description = serializers.CharField(help_text=DESCRIPTION)
    tags = TagsField(required=True)


@extend_schema_serializer(component_name="RuleExample")
class ChangeSerializer(Serializer):
    entry = serializers.IntegerField(source="entry_id", help_text="The id of the entry.")
    date = serializers.DateField(source="before.date", help_text="Of the entry.")
    currency = serializers.CharField(source="before.currency")
    before = DraftSerializer(help_text="As it is, or was.")
    after = DraftSerializer(help_text="As the rules make it.")
    rules = serializers.ListField(child=RuleIdField(), source="after.rules", help_text="Which changed it.")
    unfit = serializers.ListField(
        child=RuleIdField(),
        source="after.unfit",
        help_text="Which set something that does not fit it: a category of the other kind, a transfer to itself.",
    )


@extend_schema_serializer(component_name="RuleCount")
class CountSerializer(Serializer):
    rule = serializers.IntegerField(allow_null=True, help_text="Null of one that is not saved.")
    name = serializers.CharField(help_text="Of the rule.")
    changed = serializers.IntegerField(help_text="How many entries.")
    unfit = serializers.IntegerField(help_text="How many entries it sets something for that does not fit them.")


@extend_schema_serializer(component_name="RuleOutcome")
class OutcomeSerializer(Serializer):
    checked = serializers.IntegerField(help_text="How many entries were looked at.")
    changed = serializers.IntegerField(help_text="How many of them change.")
    by_rule = CountSerializer(many=True, help_text="What each rule did, in their order.")
    examples = ChangeSerializer(many=True, help_text=f"The first {EXAMPLES} that change.")
