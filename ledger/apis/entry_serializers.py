"""How entries are written in requests and answers."""

from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.bulk import LARGEST_BULK, LARGEST_ID, RowsSerializer
from core.serializers import CurrencyField, DayField, Serializer
from ledger.apis.money import MoneyField
from ledger.models import Entry
from ledger.rules import MOST_TAGS
from ledger.selectors import SEPARATOR, category_paths
from ledger.services.categories import LONGEST_NAME, MOST_LEVELS
from ledger.services.entry_rules import LONGEST_TAG

LONGEST_PATH = MOST_LEVELS * (LONGEST_NAME + len(SEPARATOR))


class Paths:
    """Of a person's categories, read when the first is asked for: after a request has made new ones."""

    def __init__(self, user_id: int) -> None:
        self._user_id = user_id

    def __getitem__(self, category_id: int) -> str:
        return self._paths[category_id]

    @cached_property
    def _paths(self) -> dict[int, str]:
        return category_paths(self._user_id)


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID, **kwargs})


class PathField(serializers.CharField):
    """A category as its path; the context has the `paths` of the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_PATH, "required": False, "allow_null": True, **kwargs})

    def get_attribute(self, instance: Any) -> str | None:
        return None if instance.category_id is None else self.context["paths"][instance.category_id]


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_TAG},
        "maxItems": MOST_TAGS,
        "uniqueItems": True,
    }
)
class TagsField(serializers.ListField):
    child = serializers.CharField()


class EntrySerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(
        choices=Entry.Kind.choices,
        help_text="`expense`: money went out; `income`: it came in; `transfer`: it moved between two of your accounts.",
    )
    date = DayField(help_text="The day on which it happened; not after today.")
    account = IdField(source="account_id", required=False, help_text="Else the default account.")
    to_account = IdField(
        source="to_account_id", required=False, allow_null=True, help_text="Of a transfer: where it arrives."
    )
    amount = MoneyField(help_text="Below 0 it takes an expense or income back; a transfer is always above.")
    currency = CurrencyField(required=False, help_text="Else that of the account.")
    account_amount = MoneyField(
        required=False, allow_null=True,
        help_text="What the account was charged, where its currency is another one; else the rate of the day counts.",
    )  # fmt: skip
    to_amount = MoneyField(required=False, allow_null=True, help_text="The same of `to_account`.")
    fee = MoneyField(required=False, min_value=0, help_text="Of a transfer, beside the amount: an expense.")
    category = PathField(help_text="A path such as `Food:Coffee`, made where it is new.")
    category_id = IdField(
        required=False, allow_null=True, help_text="The id of the category, instead of `category`; null without one."
    )
    payee = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Who was paid, or who paid; empty where nobody is named.",
    )
    description = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="What it was for, or what the bank wrote; empty where nothing was.",
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="Whatever helps you remember."
    )
    tags = TagsField(required=False, help_text="Words of your own, each once; small and capital letters are the same.")
    external_id = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="Unique for the person."
    )
    bank_import = serializers.IntegerField(
        source="bank_import_id",
        read_only=True,
        allow_null=True,
        help_text="The id of the bank file that it came with; null where it came with none.",
    )
    recurring = serializers.IntegerField(
        source="recurring_id",
        read_only=True,
        allow_null=True,
        help_text="The id of the schedule that made it; null where none did.",
    )
    deleted_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was deleted; null where it is there."
    )
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    class Meta:
        list_serializer_class = RowsSerializer


class EntryIdsSerializer(Serializer):
    ids = serializers.ListField(
        child=IdField(), max_length=LARGEST_BULK, help_text="Of entries; one that is named twice counts once."
    )


class EntryChangesSerializer(Serializer):
    """The same for all; what is not named stays."""

    kind = serializers.ChoiceField(
        choices=Entry.Kind.choices,
        required=False,
        help_text="`expense`: money went out; `income`: it came in; `transfer`: it moved between two of your accounts.",
    )
    date = DayField(required=False, help_text="The day on which it happened; not after today.")
    account = IdField(source="account_id", required=False, help_text="The id of the account.")
    to_account = IdField(
        source="to_account_id",
        required=False,
        allow_null=True,
        help_text="Of a transfer: the id of the account where it arrives; null of the others.",
    )
    category = PathField(help_text="A path such as `Food:Coffee`, made where it is new.")
    category_id = IdField(
        required=False, allow_null=True, help_text="The id of the category, instead of `category`; null without one."
    )
    payee = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Who was paid, or who paid; empty where nobody is named.",
    )
    description = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="What it was for, or what the bank wrote; empty where nothing was.",
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=2000, help_text="Whatever helps you remember."
    )
    tags = TagsField(required=False, help_text="Words of your own, each once; small and capital letters are the same.")
    add_tags = TagsField(required=False, help_text="Added to those that each has.")
    remove_tags = TagsField(required=False, help_text="Taken from those that each has.")


class EntriesChangeSerializer(EntryIdsSerializer):
    changes = EntryChangesSerializer(help_text="What is the same for all of them afterwards.")


class EntryCountSerializer(Serializer):
    count = serializers.IntegerField(help_text="How many entries.")
