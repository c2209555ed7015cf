"""The admin of the catalogue and of private assets."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from core.admin.base import ServiceAdmin, adopt, values_of
from portfolio.models import Asset
from portfolio.services.assets import asset_change, asset_create, asset_delete

FIELDS = ("symbol", "name", "asset_class", "currency", "sector", "market_cap", "isin", "amfi_code")


@admin.register(Asset)
class AssetAdmin(ServiceAdmin):
    """In the catalogue where there is no owner. A private asset stays its owner's."""

    list_display = ("symbol", "name", "asset_class", "currency", "sector", "owner", "prices_from", "prices_to")
    list_filter = ("asset_class", ("owner", EmptyFieldListFilter), "market_cap")
    list_select_related = ("owner",)
    search_fields = ("symbol", "name", "=isin", "=amfi_code")
    ordering = ("symbol", "id")
    autocomplete_fields = ("owner",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("owner", *FIELDS) if obj is None else ("owner", *FIELDS, "prices", "transactions")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("owner", "prices", "transactions")

    @admin.display(description="prices")
    def prices(self, obj: Asset) -> str:
        if obj.prices_from is None:
            return "none yet"
        url = reverse("admin:portfolio_priceyear_changelist")
        return format_html(
            '<a href="{}?asset__id__exact={}">from {} to {}</a>', url, obj.pk, obj.prices_from, obj.prices_to
        )

    @admin.display(description="transactions")
    def transactions(self, obj: Asset) -> str:
        url = reverse("admin:portfolio_transaction_changelist")
        return format_html('<a href="{}?asset__id__exact={}">Transactions in it</a>', url, obj.pk)

    def save_model(self, request: HttpRequest, obj: Asset, form: Any, change: bool) -> None:
        values = values_of(form, FIELDS)
        if change:
            asset_change(asset=obj, changes=values)
        else:
            adopt(obj, asset_create(owner=form.cleaned_data["owner"], fields=values))

    def delete_model(self, request: HttpRequest, obj: Asset) -> None:
        asset_delete(asset=obj)
