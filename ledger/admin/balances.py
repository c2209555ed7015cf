"""The admin of stated balances."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.days import today_for
from ledger.models import Balance
from ledger.services.balances import BalanceInput, balance_change, balance_delete, balance_record

FIELDS = ("account", "date", "balance", "note")


class BalanceForm(ServiceForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        account, day = cleaned.get("account"), cleaned.get("date")
        if account and day and day > (today := today_for(account.user)):
            self.add_error("date", f"Must not be after today, {today}.")
        return cleaned


@admin.register(Balance)
class BalanceAdmin(ServiceAdmin):
    """The person is the owner of the account."""

    form = BalanceForm
    list_display = ("date", "account", figure("balance"), "user", "bank_import")
    list_select_related = ("user", "account", "bank_import__account")
    search_fields = ("=user__email", "account__name")
    ordering = ("-id",)
    raw_id_fields = ("account",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS, "bank_import")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "bank_import")

    def save_model(self, request: HttpRequest, obj: Balance, form: Any, change: bool) -> None:
        data = BalanceInput(**values_of(form, FIELDS))
        if change:
            balance_change(balance=obj, data=data)
        else:
            adopt(obj, balance_record(user=data.account.user, data=data))

    def delete_model(self, request: HttpRequest, obj: Balance) -> None:
        balance_delete(balance=obj)
