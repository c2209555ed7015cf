"""The admin of accounts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, adopt, values_of
from core.models import Account
from core.services import account_create, account_delete, account_update

FIELDS = ("name", "kind", "currency", "cost_method", "tracks_cash", "opened_on", "closed_on")


@admin.register(Account)
class AccountAdmin(ServiceAdmin):
    list_display = ("name", "user", "kind", "currency", "cost_method", "tracks_cash", "is_default", "closed_on")
    list_filter = ("kind", "cost_method", "tracks_cash", "is_default")
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    ordering = ("-id",)
    fields = ("user", *FIELDS, "is_default")
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("is_default",) if obj is None else ("user", "is_default")

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        values = values_of(form, FIELDS)
        if change:
            account_update(account=obj, changes=values)
        else:
            adopt(obj, account_create(user=form.cleaned_data["user"], fields=values))

    def delete_model(self, request: HttpRequest, obj: Account) -> None:
        account_delete(account=obj)
