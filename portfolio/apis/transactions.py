"""/transactions/: what a person entered, one by one or in bulk."""

from typing import Any, cast

import django_filters as filters
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.bulk import LARGEST_BULK, LARGEST_ID, RowsSerializer
from core.filters import AccountFilter, IsoDayFilter
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.serializers import CurrencyField, DayField, DecimalField, Serializer, TimeField
from portfolio.apis.queries import AssetFilter
from portfolio.apis.transaction_inputs import inputs_of, stored_fields
from portfolio.models import Transaction
from portfolio.selectors import transactions_of
from portfolio.services.transactions import (
    transaction_change,
    transaction_delete,
    transaction_record,
    transactions_record,
)


class TransactionSerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    account = serializers.IntegerField(
        source="account_id", required=False, min_value=1, max_value=LARGEST_ID, help_text="Else the default account."
    )
    asset = serializers.IntegerField(
        source="asset_id",
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="The id of the asset; null of money alone: a deposit, a withdrawal, interest, a fee or a tax.",
    )
    symbol = serializers.CharField(
        source="asset.symbol", required=False, allow_null=True, max_length=64,
        help_text="Instead of `asset`: your own asset of that name, or else that of the catalogue.",
    )  # fmt: skip
    kind = serializers.ChoiceField(choices=Transaction.Kind.choices, help_text="What happened.")
    date = DayField(help_text="The day on which it happened; not after today.")
    time = TimeField(required=False, allow_null=True, help_text="Orders the transactions of a day.")
    quantity = DecimalField(
        required=False, allow_null=True, min_value=0, help_text="Units of that day; null of money alone."
    )
    price = DecimalField(
        required=False, allow_null=True, min_value=0, help_text="Of one unit, in `currency`; null where there is none."
    )
    fee = DecimalField(required=False, min_value=0, help_text="Of the broker, in `currency`, beside the amount.")
    tax = DecimalField(required=False, min_value=0, help_text="In `currency`, beside the amount.")
    amount = DecimalField(
        required=False, allow_null=True, min_value=0, help_text="The gross value, before fee and tax."
    )
    currency = CurrencyField(required=False, help_text="The asset's, or without one any; else the account's.")
    fx_rate = DecimalField(
        required=False, allow_null=True, min_value=0,
        help_text="What the broker applied: units of the account's currency for one unit of `currency`.",
    )  # fmt: skip
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Whatever helps you remember."
    )
    external_id = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="Unique for the person."
    )
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    class Meta:
        list_serializer_class = RowsSerializer


class TransactionFilter(filters.FilterSet):
    account = AccountFilter()
    asset = AssetFilter()
    kind = filters.ChoiceFilter(choices=Transaction.Kind.choices)
    to = IsoDayFilter(field_name="date", lookup_expr="lte")
    external_id = filters.CharFilter(label="Exactly.")

    class Meta:
        model = Transaction
        fields: tuple[str, ...] = ()


TransactionFilter.base_filters["from"] = IsoDayFilter(field_name="date", lookup_expr="gte")  # a word of the language


class TransactionsApi(IdempotentPostMixin, generics.ListCreateAPIView[Transaction]):
    """What you entered: the only truth about what you own. Everything else is made from it at once."""

    serializer_class = TransactionSerializer
    filterset_class = TransactionFilter
    ordering_fields = ("date",)
    ordering = "-date"

    def get_queryset(self) -> QuerySet[Transaction]:
        return transactions_of(person_of(self.request))

    def perform_create(self, serializer: BaseSerializer[Transaction]) -> None:
        person = person_of(self.request)
        (data,) = inputs_of(person, [serializer.validated_data])
        serializer.instance = transaction_record(user=person, data=data)


class TransactionApi(generics.RetrieveUpdateDestroyAPIView[Transaction]):
    """A change or a delete after which something would be sold that was never there is refused."""

    serializer_class = TransactionSerializer

    def get_queryset(self) -> QuerySet[Transaction]:
        return transactions_of(person_of(self.request))

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Transaction]) -> None:
        row = cast(Transaction, serializer.instance)
        kept = stored_fields(row, serializer.validated_data) if serializer.partial else {}
        (data,) = inputs_of(person_of(self.request), [{**kept, **serializer.validated_data}])
        serializer.instance = transaction_change(transaction=row, data=data)

    def perform_destroy(self, instance: Transaction) -> None:
        transaction_delete(transaction=instance)


class TransactionsBulkApi(IdempotentPostMixin, generics.GenericAPIView[Transaction]):
    serializer_class = TransactionSerializer
    queryset = Transaction.objects.none()
    pagination_class = None

    @extend_schema(
        summary="Add many transactions",
        request=TransactionSerializer(many=True),
        responses={201: TransactionSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """All or nothing; at most 10,000."""
        serializer = self.get_serializer(data=request.data, many=True, max_length=LARGEST_BULK)
        serializer.is_valid(raise_exception=True)
        person = person_of(request)
        rows = inputs_of(person, serializer.validated_data, numbered=True)
        created = transactions_record(user=person, rows=rows)
        return Response(self.get_serializer(created, many=True).data, status=201)
