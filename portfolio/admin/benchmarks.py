"""The admin of what people compare with."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, adopt, values_of
from portfolio.models import Benchmark
from portfolio.services.benchmarks import benchmark_choose, benchmark_drop

FIELDS = ("user", "asset")


@admin.register(Benchmark)
class BenchmarkAdmin(ServiceAdmin):
    """A choice is made or dropped: the order of a person's choices is that in which they were made."""

    list_display = ("user", "asset", "created_at")
    list_display_links = ("user", "asset")
    list_filter = ("asset__asset_class",)
    list_select_related = ("user", "asset")
    search_fields = ("=user__email", "asset__symbol", "asset__name")
    ordering = ("user_id", "id")
    fields = FIELDS
    autocomplete_fields = FIELDS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Benchmark, form: Any, change: bool) -> None:
        chosen, _ = benchmark_choose(**values_of(form, FIELDS))
        adopt(obj, chosen)

    def delete_model(self, request: HttpRequest, obj: Benchmark) -> None:
        benchmark_drop(benchmark=obj)
