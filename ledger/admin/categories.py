"""The admin of categories."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, adopt, values_of
from ledger.models import Category
from ledger.services.categories import category_create, category_update
from ledger.services.category_moves import category_delete

FIELDS = ("name", "kind", "parent")


@admin.register(Category)
class CategoryAdmin(ServiceAdmin):
    list_display = ("name", "kind", "parent", "user")
    list_filter = ("kind",)
    list_select_related = ("parent", "user")
    search_fields = ("name", "=user__email")
    ordering = ("-id",)
    fields = ("user", *FIELDS)
    raw_id_fields = ("parent",)
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "kind")

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        values = values_of(form, FIELDS)
        if change:
            category_update(category=obj, changes=values)
        else:
            adopt(obj, category_create(user=form.cleaned_data["user"], **values))

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        category_delete(category=obj)
