"""The admin of stored closes: a year of one asset, in words and as a table of the ends of its months."""

from datetime import date, timedelta

import numpy as np
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from core.admin.base import ReadOnlyAdmin
from core.calendar import day_of_year, days_in
from core.packed import FloatArray
from portfolio.models import PriceYear


@admin.register(PriceYear)
class PriceYearAdmin(ReadOnlyAdmin):
    """Closes are written by providers, imports and the API, which say who has to hear of it."""

    list_display = ("asset", "year")
    list_filter = ("asset__asset_class",)
    list_select_related = ("asset",)
    search_fields = ("=asset__symbol", "=year")
    search_help_text = "The whole symbol, or a year."
    ordering = ("asset_id", "year")
    fields = ("asset", "year", "count", "first_close", "last_close", "month_ends")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceYear]:
        return super().get_queryset(request).defer("closes")

    @admin.display(description="closes")
    def count(self, obj: PriceYear) -> str:
        return f"{len(_known(obj)):,} of {days_in(obj.year)} days"

    @admin.display(description="first close")
    def first_close(self, obj: PriceYear) -> str:
        known = _known(obj)
        return _close(obj, int(known[0])) if len(known) else "none"

    @admin.display(description="last close")
    def last_close(self, obj: PriceYear) -> str:
        known = _known(obj)
        return _close(obj, int(known[-1])) if len(known) else "none"

    @admin.display(description="last close of each month")
    def month_ends(self, obj: PriceYear) -> str:
        ends = month_ends(obj.year, obj.closes)
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td></tr>",
            ((_day(obj.year, end).isoformat(), number(obj.closes[end])) for end in ends),
        )
        head = format_html("<tr><th>Day</th><th>Close, {}</th></tr>", obj.asset.currency)
        return format_html('<table class="figures"><thead>{}</thead><tbody>{}</tbody></table>', head, rows)


def month_ends(year: int, values: FloatArray) -> list[int]:
    """Where in a packed year the last known value of each month stands, for the months that have one."""
    starts = [day_of_year(date(year, month, 1)) for month in range(1, 13)]
    found = []
    for start, end in zip(starts, [*starts[1:], days_in(year)], strict=True):
        known = np.flatnonzero(~np.isnan(values[start:end]))
        found += [start + int(known[-1])] if len(known) else []
    return found


def number(value: float) -> str:
    """As many decimals as it has, up to ten digits in all."""
    return f"{value:,.10g}".replace("-", "−")


def _known(obj: PriceYear) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.flatnonzero(~np.isnan(obj.closes))


def _day(year: int, position: int) -> date:
    return date(year, 1, 1) + timedelta(days=position)


def _close(obj: PriceYear, position: int) -> str:
    return f"{number(obj.closes[position])} {obj.asset.currency} on {_day(obj.year, position)}"
