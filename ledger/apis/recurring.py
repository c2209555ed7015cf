"""/recurring/: schedules that make entries."""

from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from core.recurrence_fields import SCHEDULE_FIELDS, RecurrenceSerializer, SkipSerializer
from core.serializers import CurrencyField
from ledger.apis.entry_fields import (
    CategoryIdField,
    DescriptionField,
    IdField,
    KindField,
    NoteField,
    PathField,
    Paths,
    PayeeField,
    TagsField,
)
from ledger.apis.entry_inputs import changes_of, inputs_of
from ledger.apis.money import MoneyField
from ledger.models import RecurringEntry
from ledger.services.categories import CategoryTree
from ledger.services.entry_changes import changed_input
from ledger.services.recurring import (
    RecurringInput,
    input_on,
    recurring_change,
    recurring_create,
    recurring_delete,
    recurring_skip,
)

_OWN = ("name", *SCHEDULE_FIELDS)
"""Fields of the schedule; the others are of the entries."""


class RecurringSerializer(RecurrenceSerializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100, help_text="What you call the schedule.")
    kind = KindField()
    account = IdField(source="account_id", required=False, help_text="Else the default account.")
    to_account = IdField(
        source="to_account_id", required=False, allow_null=True, help_text="Of a transfer: where it arrives."
    )
    amount = MoneyField(help_text="Of each entry, in `currency`.")
    currency = CurrencyField(required=False, help_text="Else that of the account.")
    account_amount = MoneyField(
        required=False,
        allow_null=True,
        help_text="What the account is charged each time, where its currency is another one; null: the "
        "rate of the day counts.",
    )
    to_amount = MoneyField(required=False, allow_null=True, help_text="The same of `to_account`.")
    fee = MoneyField(required=False, min_value=0, help_text="Of each transfer, beside the amount.")
    category = PathField(help_text="A path such as `Home:Rent`, made where it is new.")
    category_id = CategoryIdField()
    payee = PayeeField()
    description = DescriptionField()
    note = NoteField()
    tags = TagsField()


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
# As entries do, these tell their categories by path.
class RecurringView(generics.GenericAPIView[RecurringEntry]):
    serializer_class = RecurringSerializer

    def get_queryset(self) -> QuerySet[RecurringEntry]:
        return RecurringEntry.objects.filter(user_id=person_of(self.request).pk)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "paths": Paths(person_of(self.request).pk)}


class RecurringsApi(IdempotentPostMixin, RecurringView, generics.ListCreateAPIView[RecurringEntry]):
    """Entries that make themselves on each day of a schedule, once, when that day begins where you are."""

    ordering_fields = ("name", "starts_on")
    filterset_fields = ("kind", "is_paused")

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[RecurringEntry]) -> None:
        person = person_of(self.request)
        person_lock(person.pk)
        serializer.instance = recurring_create(user=person, data=_input_of(person, serializer.validated_data))


class RecurringApi(RecurringView, generics.RetrieveUpdateDestroyAPIView[RecurringEntry]):
    """A change concerns the days to come; what was made stays, also where the schedule is deleted."""

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[RecurringEntry]) -> None:
        person, row = person_of(self.request), cast(RecurringEntry, serializer.instance)
        fields = serializer.validated_data
        data = _changed_input(person, row, fields) if serializer.partial else _input_of(person, fields)
        serializer.instance = recurring_change(recurring=row, data=data)

    def perform_destroy(self, instance: RecurringEntry) -> None:
        recurring_delete(recurring=instance)


class RecurringSkipApi(IdempotentPostMixin, RecurringView):
    @extend_schema(
        summary="Leave out the next day of a schedule", request=SkipSerializer, responses=RecurringSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Leave the next day out."""
        row = self.get_object()
        asked = SkipSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        skipped = recurring_skip(recurring=row, **asked.validated_data)
        return Response(self.get_serializer(skipped).data)


def _input_of(user: User, fields: Mapping[str, Any]) -> RecurringInput:
    """Call it with the person locked: it makes categories."""
    entry = {name: value for name, value in fields.items() if name not in _OWN}
    (data,) = inputs_of(user, [{**entry, "date": fields["starts_on"]}])
    return RecurringInput(entry=data, **{name: fields[name] for name in _OWN if name in fields})


def _changed_input(user: User, row: RecurringEntry, fields: Mapping[str, Any]) -> RecurringInput:
    """What is not named stays as it is."""
    changes = changes_of(user, {name: value for name, value in fields.items() if name not in _OWN})
    data = changed_input(input_on(row, row.starts_on), changes, CategoryTree(user))
    return RecurringInput(entry=data, **{name: fields.get(name, getattr(row, name)) for name in _OWN})
