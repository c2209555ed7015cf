"""POST /imports/: a CSV file of transactions, prices or corporate actions; a dry run first, then for good."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.schema import ErrorSerializer
from core.serializers import Serializer
from portfolio.imports.formats import Format
from portfolio.services.imports import file_import


class ImportSerializer(Serializer):
    file = serializers.FileField(help_text="CSV in UTF-8 with a header row; columns in any order.")
    format = serializers.ChoiceField(choices=[item.value for item in Format], help_text="What the rows are.")
    dry_run = serializers.BooleanField(default=True, help_text="Say what would happen, and write nothing.")
    create_assets = serializers.BooleanField(
        default=False, help_text="Make private assets of unknown symbols, instead of refusing them."
    )

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        limit: int = settings.UPLOAD_MOST_BYTES
        if file.size is not None and file.size > limit:
            raise serializers.ValidationError(f"The file is larger than {limit // 1024**2} MiB.", code="max_size")
        return file


class ImportedSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=[item.value for item in Format], help_text="As asked.")
    dry_run = serializers.BooleanField(help_text="True: nothing was written.")
    rows = serializers.IntegerField(help_text="How many rows the file has below its header.")
    created = serializers.IntegerField(help_text="How many of them are new.")
    skipped = serializers.IntegerField(help_text="Rows that are known already.")
    changed = serializers.IntegerField(
        help_text="Of prices: closes that were replaced. Else: known rows with other contents, which stay as they are."
    )
    possible_duplicates = serializers.IntegerField(
        help_text="New rows without external_id that equal a transaction which you have."
    )
    created_assets = serializers.ListField(child=serializers.CharField(), help_text="Symbols of new private assets.")
    warnings = ErrorSerializer(many=True, help_text="By line and column (`17.quantity`), at most 100.")


class ImportsApi(IdempotentPostMixin, GenericAPIView[Any]):
    """All of a file or nothing of it. What is wrong is named by line and column, `17.quantity`; line 1 is the header.

    Closes and corporate actions of the shared catalogue are the staff's; yours are those of your private assets.
    """

    serializer_class = ImportSerializer
    parser_classes = (MultiPartParser,)

    @extend_schema(summary="Import a CSV file", responses={200: ImportedSerializer})
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        person = person_of(request)
        imported = file_import(
            user=person,
            raw=asked["file"].read(),
            file_format=Format(asked["format"]),
            dry_run=asked["dry_run"],
            create_assets=asked["create_assets"],
            catalogue=person.is_staff,
        )
        answer = ImportedSerializer({**asdict(imported), "format": asked["format"], "dry_run": asked["dry_run"]})
        return Response(answer.data)
