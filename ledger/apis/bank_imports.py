"""/bank-imports/: files of banks, tried out first and then taken for good; undone as a whole."""

from collections.abc import Mapping
from typing import Any, cast

import django_filters as filters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.authentication import person_of
from core.errors import InvalidInput
from core.filters import AccountFilter
from core.idempotency import IdempotentPostMixin
from ledger.apis.bank_import_serializers import (
    BankFileColumnsSerializer,
    BankFileSerializer,
    BankImportInputSerializer,
    BankImportSerializer,
    TakenSerializer,
)
from ledger.bank_files.items import Format, Refused
from ledger.models import BankImport
from ledger.selectors import bank_imports_of
from ledger.services.bank_imports import FileInput, file_take, import_undo
from ledger.services.bank_mappings import columns_of
from ledger.services.bank_taken import error_of


class BankImportFilter(filters.FilterSet):
    account = AccountFilter()

    class Meta:
        model = BankImport
        fields: tuple[str, ...] = ()


class BankImportsApi(IdempotentPostMixin, generics.ListAPIView[BankImport]):
    """The files that were taken, the newest first, also those that were undone."""

    serializer_class = BankImportSerializer
    filterset_class = BankImportFilter
    parser_classes = (MultiPartParser,)
    ordering_fields = ()
    ordering = "-id"

    def get_queryset(self) -> QuerySet[BankImport]:
        return bank_imports_of(person_of(self.request))

    @extend_schema(request=BankImportInputSerializer, responses={200: TakenSerializer, 201: TakenSerializer})
    def post(self, request: Request) -> Response:
        """All of a file or nothing of it, and no row twice. What is wrong is named by line and column, `17.amount`.

        CSV, OFX or QFX, QIF, camt.053. A dry run does everything and takes it back, so that its answer (200) is what
        will happen (201).
        """
        asked = _asked(BankImportInputSerializer, request, self.get_serializer_context())
        taken = file_take(
            user=person_of(request),
            account=asked["account"],
            data=FileInput(
                file=asked["file"],
                name=asked["file"].name,
                format=Format(asked["format"]) if asked.get("format") else None,
                mapping=asked.get("mapping"),
                account_number=asked["account_number"],
            ),
            dry_run=asked["dry_run"],
            likely=asked["likely"],
        )
        code = status.HTTP_200_OK if taken.dry_run else status.HTTP_201_CREATED
        return Response(TakenSerializer(taken).data, code)


class BankImportApi(generics.RetrieveAPIView[BankImport]):
    """What came of one file."""

    serializer_class = BankImportSerializer

    def get_queryset(self) -> QuerySet[BankImport]:
        return bank_imports_of(person_of(self.request))


class BankImportUndoApi(IdempotentPostMixin, APIView):
    @extend_schema(summary="Undo a bank import", request=None, responses=BankImportSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Deletes what it created, which can be restored for 30 days, and its balances; the file may come again."""
        row = get_object_or_404(bank_imports_of(person_of(request)), pk=pk)
        return Response(BankImportSerializer(import_undo(bank_import=row)).data)


class BankImportColumnsApi(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        summary="Look into a CSV file of a bank", request=BankFileSerializer, responses=BankFileColumnsSerializer
    )
    def post(self, request: Request) -> Response:
        """The columns of a CSV file, its first rows, and a mapping as far as the names of the columns suggest one."""
        asked = _asked(BankFileSerializer, request, {"request": request})
        try:
            columns = columns_of(cast(UploadedFile, asked["file"]), asked["account"])
        except Refused as refused:
            raise InvalidInput.many([error_of(refused.problem)]) from refused
        return Response(BankFileColumnsSerializer(columns).data)


def _asked(serializer_class: type[BankFileSerializer], request: Request, context: Mapping[str, Any]) -> dict[str, Any]:
    serializer = serializer_class(data=request.data, context=context)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
