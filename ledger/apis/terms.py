"""/terms/: what accounts earn and what loans cost."""

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from core.selectors import account_named
from core.serializers import DayField, DecimalField, Serializer
from ledger.apis.entry_fields import IdField
from ledger.apis.money import SMALLEST, MoneyField
from ledger.models import Terms
from ledger.selectors import terms_of
from ledger.services.terms import MOST_RATES, TermsInput, terms_change, terms_create, terms_delete

HIGHEST_RATE = 2
"""Far above what is ever agreed on, and below what 7.1 would mean if it were taken for a fraction."""
_KEPT = ("product", "credited", "basis", "starts_on", "matures_on", "installment")


@extend_schema_serializer(component_name="TermsRate")
class RateSerializer(Serializer):
    since = DayField(allow_future=True, help_text="The first day on which it counts.")
    rate = DecimalField(
        min_value=-1, max_value=HIGHEST_RATE, help_text="A year, as a fraction: 0.071 is 7.1 %.",
        error_messages={"max_value": "Must be a fraction, of at most {max_value}: for 7.1 per cent, 0.071."},
    )  # fmt: skip


class TermsSerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    account = IdField(source="account_id", help_text="The id of the account; each has one set of terms at most.")
    product = serializers.ChoiceField(choices=Terms.Product.choices, help_text="What it is; it says what is usual.")
    credited = serializers.ChoiceField(
        choices=Terms.Credited.choices,
        required=False,
        help_text="When interest becomes part of the balance; `financial_year` is the end of March. Else as usual "
        "of the product.",
    )
    basis = serializers.ChoiceField(
        choices=Terms.Basis.choices,
        required=False,
        help_text="What earns: the balance of each day, of each month the lowest after the 5th, or that at its "
        "beginning. Else as usual of the product.",
    )
    starts_on = DayField(allow_future=True, help_text="Interest from the end of this day on.")
    matures_on = DayField(allow_future=True, required=False, allow_null=True, help_text="No interest after it.")
    installment = MoneyField(
        required=False,
        allow_null=True,
        min_value=SMALLEST,
        help_text="What is paid each month, for the schedule ahead.",
    )
    rates: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=RateSerializer(), allow_empty=False, max_length=MOST_RATES, help_text="Replaced as a whole."
    )


class TermsListApi(IdempotentPostMixin, generics.ListCreateAPIView[Terms]):
    """Interest: the rates of an account since when, and how it is counted and credited."""

    serializer_class = TermsSerializer
    ordering_fields = ("starts_on",)
    ordering = "-starts_on"
    filterset_fields = ("product",)

    def get_queryset(self) -> QuerySet[Terms]:
        return terms_of(person_of(self.request))

    def perform_create(self, serializer: BaseSerializer[Terms]) -> None:
        person = person_of(self.request)
        serializer.instance = terms_create(user=person, data=_input_of(person, serializer.validated_data))


class TermsApi(generics.RetrieveUpdateDestroyAPIView[Terms]):
    """All interest of the account is worked out anew after a change."""

    serializer_class = TermsSerializer

    def get_queryset(self) -> QuerySet[Terms]:
        return terms_of(person_of(self.request))

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Terms]) -> None:
        row = cast(Terms, serializer.instance)
        kept = _kept(row) if serializer.partial else {}
        data = _input_of(person_of(self.request), {**kept, **serializer.validated_data})
        serializer.instance = terms_change(terms=row, data=data)

    def perform_destroy(self, instance: Terms) -> None:
        terms_delete(terms=instance)


def _kept(row: Terms) -> dict[str, Any]:
    """What a partial change leaves as it is."""
    rates = [{"since": rate.since, "rate": rate.rate} for rate in row.rates.all()]
    return {"account_id": row.account_id, "rates": rates, **{name: getattr(row, name) for name in _KEPT}}


def _input_of(user: User, fields: dict[str, Any]) -> TermsInput:
    rest = {name: value for name, value in fields.items() if name not in {"account_id", "rates"}}
    rates = [(rate["since"], rate["rate"]) for rate in fields["rates"]]
    return TermsInput(account=account_named(user.pk, fields["account_id"]), rates=rates, **rest)
