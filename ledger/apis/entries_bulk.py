"""/entries/bulk/: many entries at once, all or nothing."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.batches import batches
from core.bulk import LARGEST_BULK, MOST_ERRORS
from core.errors import FieldError, InvalidInput
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from ledger.apis.entries import EntryView
from ledger.apis.entry_inputs import changes_of, inputs_of
from ledger.apis.entry_serializers import (
    EntriesChangeSerializer,
    EntryCountSerializer,
    EntryIdsSerializer,
    EntrySerializer,
)
from ledger.models import Entry
from ledger.selectors import entries_of, restorable_entries_of
from ledger.services.entries import entries_change, entries_delete, entries_record, entries_restore


class EntriesBulkApi(IdempotentPostMixin, EntryView):
    queryset = Entry.objects.none()
    pagination_class = None

    @extend_schema(
        summary="Add many entries", request=EntrySerializer(many=True), responses={201: EntrySerializer(many=True)}
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """All or nothing; at most 10,000."""
        serializer = self.get_serializer(data=request.data, many=True, max_length=LARGEST_BULK)
        serializer.is_valid(raise_exception=True)
        person = person_of(request)
        person_lock(person.pk)
        created = entries_record(user=person, rows=inputs_of(person, serializer.validated_data, numbered=True))
        return Response(self.get_serializer(created, many=True).data, status=201)

    @extend_schema(
        summary="Change many entries alike", request=EntriesChangeSerializer, responses=EntrySerializer(many=True)
    )
    @transaction.atomic
    def patch(self, request: Request) -> Response:
        """The same change of each, all or nothing; at most 10,000. Errors name the place of an entry among `ids`."""
        serializer = EntriesChangeSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        person = person_of(request)
        person_lock(person.pk)
        rows = named_entries(entries_of(person), serializer.validated_data["ids"])
        changes = changes_of(person, serializer.validated_data["changes"], within="changes.")
        changed = entries_change(user=person, entries=rows, changes=changes)
        return Response(self.get_serializer(changed, many=True).data)


class EntriesBulkDeleteApi(IdempotentPostMixin, EntryView):
    pagination_class = None

    @extend_schema(summary="Delete many entries", request=EntryIdsSerializer, responses=EntryCountSerializer)
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """All or nothing; each can be restored for 30 days."""
        person = person_of(request)
        person_lock(person.pk)
        rows = named_entries(entries_of(person), ids_in(request))
        return Response({"count": entries_delete(user=person, entries=rows)})


class EntriesBulkRestoreApi(IdempotentPostMixin, EntryView):
    pagination_class = None

    @extend_schema(summary="Restore many entries", request=EntryIdsSerializer, responses=EntryCountSerializer)
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """All or nothing; `count` is of those that had been deleted."""
        person = person_of(request)
        person_lock(person.pk)
        rows = named_entries(restorable_entries_of(person), ids_in(request))
        return Response({"count": entries_restore(user=person, entries=rows)})


def ids_in(request: Request) -> list[int]:
    serializer = EntryIdsSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    ids: list[int] = serializer.validated_data["ids"]
    return ids


def named_entries(rows: QuerySet[Entry], ids: Sequence[int]) -> list[Entry]:
    """Those of `rows` with these ids, each once; what is not among them is named by its place, `ids.3`."""
    found = {row.pk: row for batch in batches(ids) for row in rows.filter(pk__in=batch).only("pk")}
    unknown = [
        FieldError(f"ids.{place}", "does_not_exist", "There is no such entry.")
        for place, pk in enumerate(ids)
        if pk not in found
    ]
    if unknown:
        raise InvalidInput.many(unknown[:MOST_ERRORS])
    return [found[pk] for pk in dict.fromkeys(ids)]
