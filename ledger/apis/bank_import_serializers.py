"""How bank files and what came of them are written in requests and answers."""

import json
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.account_fields import OwnAccountField
from core.schema import ErrorSerializer
from core.serializers import DecimalField, Serializer
from ledger.bank_files.texts import UNUSABLE
from ledger.models import BankImport, Entry
from ledger.services.bank_imports import LIKELY

LARGEST_MAPPING = 20_000


@extend_schema_field({"type": "string", "contentMediaType": "application/json", "maxLength": LARGEST_MAPPING})
class MappingField(serializers.JSONField):
    """A JSON object as text, since it comes in a form."""

    def to_internal_value(self, data: Any) -> Any:
        if len(str(data)) > LARGEST_MAPPING:
            raise serializers.ValidationError("Is too long to be a mapping.", code="max_length")
        try:
            value = super().to_internal_value(data)
        except RecursionError as error:
            raise serializers.ValidationError("Is nested too deeply.", code="invalid") from error
        if UNUSABLE.search(json.dumps(value, ensure_ascii=False)):
            raise serializers.ValidationError("Has half of a surrogate pair, which is no text.", code="invalid")
        return value


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ToldMappingField(serializers.JSONField):
    """As the request has it in its text."""


class BankFileSerializer(Serializer):
    """The file of a bank and the account it belongs to."""

    file = serializers.FileField(help_text="As the bank gave it: CSV, OFX, QFX, QIF or camt.053.")
    account = OwnAccountField(help_text="The id of the account that its rows are of.")

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        limit: int = settings.UPLOAD_MOST_BYTES
        if file.size is not None and file.size > limit:
            raise serializers.ValidationError(f"The file is larger than {limit // 1024**2} MiB.", code="max_size")
        return file


class BankImportInputSerializer(BankFileSerializer):
    format = serializers.ChoiceField(
        choices=BankImport.Format.choices, required=False, help_text="Else by what is in the file."
    )
    mapping = MappingField(
        required=False,
        binary=True,
        help_text="Of CSV: which column says what. Else what was said of such a file before.",
    )
    account_number = serializers.CharField(
        required=False, allow_blank=True, max_length=200, default="",
        help_text="Which account of the file is meant, by its number or the end of it: where the file has several, or "
        "another than before.",
    )  # fmt: skip
    dry_run = serializers.BooleanField(default=True, help_text="Say what would happen, and write nothing.")
    likely = serializers.ChoiceField(
        choices=LIKELY, default=LIKELY[0],
        help_text="What becomes of rows that an entry made by hand or of another file probably is: taken for it, or "
        "added.",
    )  # fmt: skip


class SkippedLineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Of the file, counted from 1.")
    reason = serializers.CharField(help_text="Why it is no row, for people.")


class MatchedLineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Of the file, counted from 1.")
    entry = serializers.IntegerField(help_text="The id of the entry.")


class NewBankEntrySerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Of the file, counted from 1.")
    entry = serializers.IntegerField(allow_null=True, help_text="Its id; null of a dry run.")
    date = serializers.DateField(help_text="The day that the file says.")
    kind = serializers.ChoiceField(choices=Entry.Kind.choices, help_text="As the sign, the file and the rules say.")
    amount = DecimalField(help_text="In `currency`.")
    currency = serializers.CharField()
    payee = serializers.CharField(help_text="As the file or a rule says; empty where nobody is named.")
    description = serializers.CharField(help_text="As the file or a rule says.")
    category_id = serializers.IntegerField(source="category", allow_null=True, help_text="As the rules say.")
    to_account = serializers.IntegerField(
        allow_null=True, help_text="The id of the other account, where a rule makes it a transfer; else null."
    )
    tags = serializers.ListField(child=serializers.CharField(), help_text="As the rules say.")


class BalanceDisagreementSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Of the file, counted from 1.")
    date = serializers.DateField(help_text="The day that the balance is of.")
    balance = DecimalField(help_text="As the file states it.")
    kept = DecimalField(help_text="What was stated before, and stays.")


class TakenBalancesSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField(source="balances_created", help_text="How many days got one.")
    replaced = serializers.ListField(
        source="balances_replaced", child=serializers.DateField(),
        help_text="Days of which an earlier file had not all rows yet.",
    )  # fmt: skip
    withdrawn = serializers.ListField(
        source="balances_withdrawn", child=serializers.DateField(), help_text="The same, where this file states none."
    )
    disagreeing = BalanceDisagreementSerializer(
        source="balances_disagreeing", many=True, help_text="Days of which another balance was stated before."
    )


class TakenSerializer(serializers.Serializer[Any]):
    """rows = created + duplicates + deleted_by_you + matched. Lists have at most 100."""

    id = serializers.IntegerField(source="bank_import", allow_null=True, help_text="Null of a dry run.")
    format = serializers.CharField(help_text="In which the file was read.")
    encoding = serializers.CharField(help_text="In which the text was read.")
    dry_run = serializers.BooleanField(help_text="True: nothing was written.")
    account_number = serializers.CharField(help_text="As the file names the account; empty where it does not.")
    mapping = ToldMappingField(allow_null=True, help_text="By which a CSV file was read; it is remembered.")
    rows = serializers.IntegerField(help_text="How many rows the file has.")
    created = serializers.IntegerField(help_text="How many became entries.")
    duplicates = serializers.IntegerField(help_text="Taken before.")
    deleted_by_you = serializers.IntegerField(help_text="Taken before, and then deleted: they stay deleted.")
    matched = serializers.IntegerField(help_text="Found among the entries that are there.")
    likely = serializers.IntegerField(help_text="Added, although an entry that is there may be the same.")
    skipped = serializers.IntegerField(help_text="Lines that are no rows.")
    new_entries = NewBankEntrySerializer(many=True, help_text="What became, or would become, entries.")
    matched_entries = MatchedLineSerializer(many=True, help_text="Rows that were taken for entries that are there.")
    likely_entries = MatchedLineSerializer(
        many=True, help_text="Rows that were added, with the entry that may be the same."
    )
    deleted_entries = MatchedLineSerializer(many=True, help_text="Rows whose entries you deleted.")
    skipped_lines = SkippedLineSerializer(many=True, help_text="Lines that are no rows.")
    balances = TakenBalancesSerializer(source="*", help_text="What the file states of the balance.")
    warnings = ErrorSerializer(many=True, help_text="By line and column, `17.amount`.")


class BankImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    format = serializers.CharField(help_text="In which the file was read.")
    file_name = serializers.CharField(help_text="As it was sent.")
    account_number = serializers.CharField(help_text="As the file names the account; empty where it does not.")
    rows = serializers.IntegerField(help_text="How many rows the file had.")
    created = serializers.IntegerField(help_text="How many became entries.")
    duplicates = serializers.IntegerField(help_text="Taken before, also those that were deleted since.")
    matched = serializers.IntegerField(help_text="How many were found among the entries that were there.")
    created_at = serializers.DateTimeField(help_text="When it was taken.")
    undone_at = serializers.DateTimeField(allow_null=True, help_text="When it was undone; null where it was not.")


class BankFileColumnsSerializer(serializers.Serializer[Any]):
    encoding = serializers.CharField(help_text="In which the text was read.")
    delimiter = serializers.CharField(trim_whitespace=False, help_text="Between the columns.")
    header_line = serializers.IntegerField(help_text="0: the file has no header, and its columns are numbers.")
    header = serializers.ListField(child=serializers.CharField(), help_text="The names of the columns.")
    sample = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="The first rows, as texts."
    )
    guessed = ToldMappingField(help_text="A mapping as far as the names of the columns suggest one.")
    remembered = ToldMappingField(allow_null=True, help_text="The mapping of the last file with this header.")
