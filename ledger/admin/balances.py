"""The admin of stated balances."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import adopt, values_of
from core.admin.figures import figure
from ledger.admin.base import MoneyAdmin
from ledger.models import Balance
from ledger.services.balances import BalanceInput, balance_change, balance_delete, balance_record

FIELDS = ("account", "date", "balance", "note")


@admin.register(Balance)
class BalanceAdmin(MoneyAdmin):
    """The person is the owner of the account."""

    list_display = ("date", "account", figure("balance"), "user", "bank_import")
    list_select_related = ("user", "account", "bank_import", "bank_import__account")
    search_fields = ("=user__email", "account__name")
    ordering = ("-id",)
    fields = FIELDS
    raw_id_fields = ("account",)

    def save_model(self, request: HttpRequest, obj: Balance, form: Any, change: bool) -> None:
        data = BalanceInput(**values_of(form, FIELDS))
        if change:
            balance_change(balance=obj, data=data)
        else:
            adopt(obj, balance_record(user=data.account.user, data=data))

    def delete_model(self, request: HttpRequest, obj: Balance) -> None:
        balance_delete(balance=obj)
