"""GET /exports/: all that is yours as one file; POST /imports/archive/: takes it in again, where nothing is yet."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.archive.download import Download
from core.archive.importing import archive_import
from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import Serializer


class AnyFormat(BaseContentNegotiation):
    """The answer is a zip, and an error JSON, whatever is accepted."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class ExportsApi(APIView):
    content_negotiation_class = AnyFormat

    @extend_schema(summary="Export all that is yours", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> StreamingHttpResponse:
        """All that is yours, as it is at this moment, in one zip: JSON lines that import again without loss, and CSV
        for spreadsheets; the README.txt in it says what is what. No password and no key is in it. Two at a
        time.
        """
        person = person_of(request)
        today = timezone.now().astimezone(person.zone).date()
        response = StreamingHttpResponse(Download(person), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="pandaledger-{today}.zip"'
        response["Cache-Control"] = "no-store"
        return response


@extend_schema_serializer(component_name="ArchiveImport")
class ArchiveSerializer(Serializer):
    file = serializers.FileField(help_text="A zip as `/exports/` makes it.")
    dry_run = serializers.BooleanField(default=True, help_text="Say what would happen, and write nothing.")

    def validate_file(self, file: UploadedFile) -> UploadedFile:
        limit: int = settings.UPLOAD_MOST_BYTES
        if file.size is not None and file.size > limit:
            raise serializers.ValidationError(f"The file is larger than {limit // 1024**2} MiB.", code="max_size")
        return file


@extend_schema_serializer(component_name="ArchiveTable")
class ArchiveTableSerializer(serializers.Serializer[Any]):
    table = serializers.CharField(help_text="The name of a table of the archive.")
    rows = serializers.IntegerField(help_text="Its rows in the archive.")


@extend_schema_serializer(component_name="ArchiveTaken")
class ArchiveTakenSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(help_text="True: nothing was written.")
    version = serializers.IntegerField(help_text="Of the format of the archive.")
    program = serializers.CharField(help_text="The version of the program that made it.")
    made_at = serializers.DateTimeField(help_text="When it was made.")
    email = serializers.CharField(help_text="The e-mail address of the person whose it was.")
    tables = ArchiveTableSerializer(many=True, help_text="What is in it.")
    created_assets = serializers.ListField(
        child=serializers.CharField(), help_text="Symbols of assets that the catalogue did not have."
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What is otherwise here than in the archive."
    )


class ArchiveImportsApi(IdempotentPostMixin, APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(summary="Import an archive", request=ArchiveSerializer, responses={200: ArchiveTakenSerializer})
    def post(self, request: Request) -> Response:
        """An archive of `/exports/`, of this site or another: all of it or nothing, for who has nothing here yet (else
        409). What is wrong is named by table, line and field, `entries.17.amount`.

        Assets are found in the catalogue; those that it does not have become yours alone, or, where you are of the
        staff, are made there. A dry run does everything and takes it back.
        """
        serializer = ArchiveSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        person = person_of(request)
        taken = archive_import(person=person, file=asked["file"], dry_run=asked["dry_run"], catalogue=person.is_staff)
        return Response(ArchiveTakenSerializer(asdict(taken)).data)
