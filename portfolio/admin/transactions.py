"""The admin of transactions: every write goes through the services, so the books agree or nothing is written."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.models import User
from portfolio.models import Transaction
from portfolio.services.transactions import (
    TransactionInput,
    transaction_change,
    transaction_delete,
    transaction_record,
    transactions_delete,
)

FIELDS = (
    *("account", "asset", "kind", "date", "time", "quantity", "price", "amount"),
    *("fee", "tax", "currency", "fx_rate", "note", "external_id"),
)


class TransactionForm(ServiceForm):
    optional: ClassVar[Any] = {"currency": "The asset's, or without an asset the account's, if left empty."}


@admin.register(Transaction)
class TransactionAdmin(ServiceAdmin):
    """The person is the owner of the account, which is why the form does not ask for one."""

    form = TransactionForm
    list_display = (
        *("date", "kind", "asset", figure("quantity"), figure("price"), figure("amount"), "currency"),
        *(figure("fee"), "account", "user"),
    )
    list_display_links = ("date", "kind")
    list_filter = ("kind", "date", "asset__asset_class")
    list_select_related = ("user", "account", "asset")
    search_fields = ("=asset__symbol", "=user__email", "=external_id")
    search_help_text = "The whole symbol, e-mail address or external id."
    ordering = ("-id",)
    sortable_by = ("date",)
    raw_id_fields = ("account",)
    autocomplete_fields = ("asset",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS, "created_at", "updated_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "created_at", "updated_at")

    def save_model(self, request: HttpRequest, obj: Transaction, form: Any, change: bool) -> None:
        data = TransactionInput(**values_of(form, FIELDS))
        written: Model
        if change:
            written = transaction_change(transaction=obj, data=data)
        else:
            written = transaction_record(user=data.account.user, data=data)
        adopt(obj, written)

    def delete_model(self, request: HttpRequest, obj: Transaction) -> None:
        transaction_delete(transaction=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Transaction]) -> None:
        """The books of each person are made once, however many rows go."""
        owners = User.objects.filter(pk__in=queryset.order_by().values("user_id"))
        for user in list(owners.order_by("pk")):
            transactions_delete(user=user, transactions=queryset)
