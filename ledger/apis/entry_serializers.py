"""How entries are written in requests and answers."""

from rest_framework import serializers

from core.bulk import LARGEST_BULK, RowsSerializer
from core.serializers import CurrencyField, DayField, Serializer
from ledger.apis.entry_fields import (
    CategoryIdField,
    DescriptionField,
    IdField,
    KindField,
    NoteField,
    PathField,
    PayeeField,
    TagsField,
)
from ledger.apis.money import MoneyField


class EntrySerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    kind = KindField()
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
    category = PathField()
    category_id = CategoryIdField()
    payee = PayeeField()
    description = DescriptionField()
    note = NoteField()
    tags = TagsField()
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

    kind = KindField(required=False)
    date = DayField(required=False, help_text="The day on which it happened; not after today.")
    account = IdField(source="account_id", required=False, help_text="The id of the account.")
    to_account = IdField(
        source="to_account_id",
        required=False,
        allow_null=True,
        help_text="Of a transfer: the id of the account where it arrives; null of the others.",
    )
    category = PathField()
    category_id = CategoryIdField()
    payee = PayeeField()
    description = DescriptionField()
    note = NoteField()
    tags = TagsField()
    add_tags = TagsField(help_text="Added to those that each has.")
    remove_tags = TagsField(help_text="Taken from those that each has.")


class EntriesChangeSerializer(EntryIdsSerializer):
    changes = EntryChangesSerializer(help_text="What is the same for all of them afterwards.")


class EntryCountSerializer(Serializer):
    count = serializers.IntegerField(help_text="How many entries.")
