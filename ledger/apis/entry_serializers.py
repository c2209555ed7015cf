"""How entries are written in requests and answers."""

from functools import cached_property
from typing import Any

from rest_framework import serializers

from core.bulk import LARGEST_BULK, LARGEST_ID, RowsSerializer
from core.serializers import CurrencyField, DayField, Serializer
from ledger.apis.money import MoneyField
from ledger.models import Entry
from ledger.selectors import SEPARATOR, category_paths
from ledger.services.categories import LONGEST_NAME, MOST_LEVELS

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


class TagsField(serializers.ListField):
    child = serializers.CharField()


class EntrySerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(choices=Entry.Kind.choices)
    date = DayField()
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
    category_id = IdField(required=False, allow_null=True)
    payee = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    tags = TagsField(required=False)
    external_id = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="Unique for the person."
    )
    bank_import = serializers.IntegerField(source="bank_import_id", read_only=True, allow_null=True)
    recurring = serializers.IntegerField(source="recurring_id", read_only=True, allow_null=True)
    deleted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    class Meta:
        list_serializer_class = RowsSerializer


class EntryIdsSerializer(Serializer):
    ids = serializers.ListField(child=IdField(), max_length=LARGEST_BULK)


class EntryChangesSerializer(Serializer):
    """The same for all; what is not named stays."""

    kind = serializers.ChoiceField(choices=Entry.Kind.choices, required=False)
    date = DayField(required=False)
    account = IdField(source="account_id", required=False)
    to_account = IdField(source="to_account_id", required=False, allow_null=True)
    category = PathField(help_text="A path such as `Food:Coffee`, made where it is new.")
    category_id = IdField(required=False, allow_null=True)
    payee = serializers.CharField(required=False, allow_blank=True, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=500)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    tags = TagsField(required=False)
    add_tags = TagsField(required=False)
    remove_tags = TagsField(required=False)


class EntriesChangeSerializer(EntryIdsSerializer):
    changes = EntryChangesSerializer()


class EntryCountSerializer(Serializer):
    count = serializers.IntegerField(help_text="How many entries.")
