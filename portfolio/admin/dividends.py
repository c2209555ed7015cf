"""The admin of declared dividends, from which each holder is proposed a transaction."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, adopt, values_of
from core.admin.figures import figure
from portfolio.models import Dividend
from portfolio.services.dividend_facts import dividend_change, dividend_declare, dividend_delete

FIELDS = ("asset", "ex_date", "amount", "currency")


@admin.register(Dividend)
class DividendAdmin(ServiceAdmin):
    """An amount that the provider still sends otherwise is overwritten by it."""

    list_display = ("ex_date", "asset", figure("amount"), "currency")
    list_display_links = ("ex_date", "asset")
    list_filter = ("ex_date", "currency")
    list_select_related = ("asset",)
    search_fields = ("asset__symbol", "asset__name")
    ordering = ("-ex_date", "-id")
    fields = FIELDS
    autocomplete_fields = ("asset",)

    def save_model(self, request: HttpRequest, obj: Dividend, form: Any, change: bool) -> None:
        values = values_of(form, FIELDS)
        if change:
            dividend_change(dividend=obj, changes=values)
        else:
            adopt(obj, dividend_declare(**values))

    def delete_model(self, request: HttpRequest, obj: Dividend) -> None:
        dividend_delete(dividend=obj)
