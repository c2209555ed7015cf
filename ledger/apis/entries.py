"""/entries/: what was spent, earned and moved, one by one."""

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from ledger.apis.entry_fields import Paths
from ledger.apis.entry_filters import EntryFilter
from ledger.apis.entry_inputs import changes_of, inputs_of
from ledger.apis.entry_serializers import EntrySerializer
from ledger.models import Entry
from ledger.selectors import entries_of, restorable_entries_of
from ledger.services.entries import entries_delete, entries_restore, entry_change, entry_record, entry_update


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
# Entries tell their categories by path.
class EntryView(generics.GenericAPIView[Entry]):
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[Entry]:
        return entries_of(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "paths": Paths(person_of(self.request).pk)}


class EntriesApi(IdempotentPostMixin, EntryView, generics.ListCreateAPIView[Entry]):
    """What was spent, earned and moved. A category that is new is made with the entry."""

    filterset_class = EntryFilter
    ordering_fields = ("date",)
    ordering = "-date"

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.filter(user_id=person_of(self.request).pk)  # the filter tells kept ones from deleted ones

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[Entry]) -> None:
        person = person_of(self.request)
        person_lock(person.pk)
        (data,) = inputs_of(person, [serializer.validated_data])
        serializer.instance = entry_record(user=person, data=data)


class EntryApi(EntryView, generics.RetrieveUpdateDestroyAPIView[Entry]):
    """A deleted entry can be restored for 30 days."""

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Entry]) -> None:
        person, row = person_of(self.request), cast(Entry, serializer.instance)
        if serializer.partial:
            changes = changes_of(person, serializer.validated_data)
            serializer.instance = entry_update(entry=row, changes=changes)
        else:
            (data,) = inputs_of(person, [serializer.validated_data])
            serializer.instance = entry_change(entry=row, data=data)

    def perform_destroy(self, instance: Entry) -> None:
        entries_delete(user=person_of(self.request), entries=[instance])


class EntryRestoreApi(IdempotentPostMixin, EntryView):
    def get_queryset(self) -> QuerySet[Entry]:
        return restorable_entries_of(person_of(self.request))

    @extend_schema(summary="Restore a deleted entry", request=None, responses=EntrySerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Undo a delete; one that was not deleted stays as it is."""
        row = self.get_object()
        entries_restore(user=person_of(request), entries=[row])
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
