"""/balances/: what was stated of accounts, and whether it is what was expected."""

import datetime as dt
from typing import Any, cast

import django_filters as filters
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from analytics.statements import Checks
from core.authentication import person_of
from core.filters import AccountFilter, IsoDayFilter
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from core.selectors import account_named
from core.serializers import DayField, DecimalField, Serializer
from ledger.apis.entry_fields import PAYEE, IdField
from ledger.apis.money import MoneyField
from ledger.models import Balance
from ledger.selectors import balances_of
from ledger.services.balances import BalanceInput, balance_change, balance_delete, balance_record

_KEPT = ("account_id", "date", "balance", "note")


@extend_schema_serializer(component_name="Suspect")
class SuspectSerializer(serializers.Serializer[Any]):
    """An entry that alone would explain the difference."""

    entry = serializers.IntegerField(source="entry.pk", help_text="Its id.")
    date = serializers.DateField(source="entry.date", help_text="Its day.")
    kind = serializers.CharField(source="entry.kind", help_text="`expense`, `income` or `transfer`.")
    amount = DecimalField(source="entry.amount", help_text="In `currency`; below 0 it takes an expense or income back.")
    currency = serializers.CharField(source="entry.currency")
    payee = serializers.CharField(source="entry.payee", help_text=PAYEE)
    description = serializers.CharField(source="entry.description", help_text="What was noted or what the bank wrote.")
    reason = serializers.ChoiceField(
        choices=["doubled", "wrong_sign", "missing_twin"],
        help_text="Without it, with the other sign, or with a second one like it, the balance would be as stated.",
    )


class _CheckedMixin:
    """What the check of the statement says; the context has the `checks` of the person."""

    def get_attribute(self, instance: Balance) -> Any:
        return getattr(self.context["checks"].of(instance), self.field_name)  # type: ignore[attr-defined]


class _CheckedDecimal(_CheckedMixin, DecimalField):
    pass


class _CheckedDay(_CheckedMixin, serializers.DateField):
    pass


class _CheckedText(_CheckedMixin, serializers.CharField):
    pass


class _CheckedList(_CheckedMixin, serializers.ListField):
    pass


class BalanceSerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    account = IdField(source="account_id", help_text="The id of the account that it is of; one that keeps money.")
    date = DayField(help_text="At the end of this day; not after today.")
    balance = MoneyField(help_text="At the end of the day, in the account's currency; what is owed is negative.")
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Whatever helps you remember."
    )
    expected = _CheckedDecimal(
        read_only=True, allow_null=True, help_text="From the statement before and what came and went since."
    )
    difference = _CheckedDecimal(read_only=True, allow_null=True, help_text="Stated less expected.")
    agreed_on = _CheckedDay(
        read_only=True, allow_null=True, help_text="The statement before, after which a difference began."
    )
    reason = _CheckedText(read_only=True, allow_null=True, help_text="Why nothing is expected.")
    suspects = _CheckedList(child=SuspectSerializer(), read_only=True, help_text="At most 5, the likeliest first.")


class BalanceFilter(filters.FilterSet):
    account = AccountFilter()
    to = IsoDayFilter(field_name="date", lookup_expr="lte")

    class Meta:
        model = Balance
        fields: tuple[str, ...] = ()


BalanceFilter.base_filters["from"] = IsoDayFilter(field_name="date", lookup_expr="gte")  # a word of the language


class _BalanceView(generics.GenericAPIView[Balance]):
    serializer_class = BalanceSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.checks = Checks(person_of(request))

    def get_queryset(self) -> QuerySet[Balance]:
        return balances_of(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "checks": getattr(self, "checks", None)}


class BalancesApi(IdempotentPostMixin, _BalanceView, generics.ListCreateAPIView[Balance]):
    """What a statement, a valuation or a loan letter said; of an account once a day."""

    filterset_class = BalanceFilter
    ordering_fields = ("date",)
    ordering = "-date"

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self.checks.load(page or [])
        return page

    def perform_create(self, serializer: BaseSerializer[Balance]) -> None:
        person = person_of(self.request)
        serializer.instance = balance_record(user=person, data=_input_of(person, serializer.validated_data))


class BalanceApi(_BalanceView, generics.RetrieveUpdateDestroyAPIView[Balance]):
    """The days after it are worked out anew after a change."""

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Balance]) -> None:
        row = cast(Balance, serializer.instance)
        kept = {name: getattr(row, name) for name in _KEPT} if serializer.partial else {}
        data = _input_of(person_of(self.request), {**kept, **serializer.validated_data})
        serializer.instance = balance_change(balance=row, data=data)
        self.checks.forget()

    def perform_destroy(self, instance: Balance) -> None:
        balance_delete(balance=instance)


def _input_of(user: User, fields: dict[str, Any]) -> BalanceInput:
    date: dt.date = fields["date"]
    account = account_named(user.pk, fields["account_id"])
    return BalanceInput(account=account, date=date, balance=fields["balance"], note=fields.get("note", ""))
