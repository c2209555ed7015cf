"""The admin of holdings: a projection, so there is nothing to edit; its packed movements are shown in words."""

from datetime import date
from typing import Any, ClassVar

import numpy as np
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from core.admin.base import ReadOnlyAdmin
from core.admin.figures import figure
from portfolio.admin.prices import number
from portfolio.books.movements import unpack
from portfolio.models import Holding

FIGURES: tuple[Any, ...] = tuple(
    figure(name) for name in ("quantity", "cost_basis", "invested", "realized_gain", "income", "fees", "costs")
)
SHOWN = 25
COLUMNS = ("quantity", "cost", "invested", "proceeds", "income", "costs", "cash")


class IsOpenFilter(admin.SimpleListFilter):
    """The one question about a decimal that both databases can answer: whether it is zero."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Sold to zero")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "open":
            return queryset.exclude(quantity=0)
        return queryset.filter(quantity=0, asset__isnull=False) if self.value() == "closed" else queryset


@admin.register(Holding)
class HoldingAdmin(ReadOnlyAdmin):
    list_display = (
        *("user", "account", "asset", figure("quantity"), figure("cost_basis", 2), figure("realized_gain", 2)),
        *("currency", "first_on", "last_on"),
    )
    list_display_links = ("user", "asset")
    list_filter = (IsOpenFilter, "asset__asset_class")
    list_select_related = ("user", "account", "asset")
    search_fields = ("=asset__symbol", "=user__email")
    search_help_text = "The whole symbol or e-mail address."
    ordering = ("user_id", "id")
    sortable_by = ("first_on", "last_on")
    fields: ClassVar[Any] = (
        "user",
        "account",
        "asset",
        "currency",
        *FIGURES,
        "first_on",
        "last_on",
        "latest_movements",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holding]:
        return super().get_queryset(request).defer("movements")

    @admin.display(description="latest movements")
    def latest_movements(self, obj: Holding) -> str:
        rows = unpack(obj.movements)
        shown = rows[: -SHOWN - 1 : -1]
        head = format_html_join("", "<th>{}</th>", ((name,) for name in ("day", *COLUMNS)))
        body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in shown))
        caption = f"{len(shown)} of {len(rows):,}, the latest first; amounts in {obj.currency}"
        table = '<table class="figures"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        return format_html(table, caption, head, body)


def _cells(row: np.void) -> str:
    values = ((_amount(float(row[name])),) for name in COLUMNS)
    day = date.fromordinal(int(row["day"])).isoformat()
    return format_html("<td>{}</td>{}", day, format_html_join("", "<td>{}</td>", values))


def _amount(value: float) -> str:
    return "" if np.isnan(value) or value == 0 else number(value)
