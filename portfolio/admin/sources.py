"""The admin of where prices come from, of the symbols that assets had before, and of the state of providers."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ReadOnlyAdmin, ServiceAdmin, adopt, delete_selected, values_of
from core.admin.figures import figure
from portfolio.models import AssetAlias, PriceSource, ProviderState, Quote
from portfolio.services.aliases import alias_change, alias_delete, alias_record
from portfolio.services.sources import source_remove, source_set, sources_make_due

ALIAS_FIELDS = ("asset", "symbol", "until")
SOURCE_FIELDS = ("provider", "symbol", "exchange")
FETCHED = (
    *("wanted_from", "is_held", "fetched_from", "synced_at", "due_at"),
    *("failures", "error_code", "last_error", "vanished_at", "lease_owner", "lease_until"),
)


@admin.action(permissions=["change"], description="Fetch now")
def fetch_now(model_admin: ServiceAdmin, request: HttpRequest, queryset: QuerySet) -> None:
    count = sources_make_due(sources=PriceSource.objects.filter(pk__in=queryset.values("pk")))
    model_admin.message_user(request, f"{count} histories are fetched next.", messages.SUCCESS)


@admin.register(PriceSource)
class PriceSourceAdmin(ServiceAdmin):
    """Another provider or symbol is asked at once; what is stored stays."""

    list_display = ("asset", "provider", "symbol", "fetched_from", "synced_at", "due_at", "error_code")
    list_filter = (
        *("provider", "is_held", "asset__asset_class"),
        *(("error_code", EmptyFieldListFilter), ("vanished_at", EmptyFieldListFilter)),
    )
    list_select_related = ("asset",)
    search_fields = ("symbol", "asset__symbol", "asset__name", "=asset__isin")
    ordering = ("asset_id",)
    fields = ("asset", *SOURCE_FIELDS, *FETCHED)
    autocomplete_fields = ("asset",)
    actions: Sequence[Any] = (fetch_now, delete_selected)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FETCHED if obj is None else ("asset", *FETCHED)

    def save_model(self, request: HttpRequest, obj: PriceSource, form: Any, change: bool) -> None:
        adopt(obj, source_set(asset=obj.asset, **values_of(form, SOURCE_FIELDS)))

    def delete_model(self, request: HttpRequest, obj: PriceSource) -> None:
        source_remove(source=obj)


@admin.register(AssetAlias)
class AssetAliasAdmin(ServiceAdmin):
    list_display = ("symbol", "asset", "until")
    list_select_related = ("asset",)
    search_fields = ("symbol", "asset__symbol", "asset__name")
    ordering = ("symbol",)
    fields = ALIAS_FIELDS
    autocomplete_fields = ("asset",)

    def save_model(self, request: HttpRequest, obj: AssetAlias, form: Any, change: bool) -> None:
        values = values_of(form, ALIAS_FIELDS)
        if change:
            alias_change(alias=obj, changes=values)
        else:
            adopt(obj, alias_record(**values))

    def delete_model(self, request: HttpRequest, obj: AssetAlias) -> None:
        alias_delete(alias=obj)


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    list_display = ("asset", figure("price"), "day", "fetched_at", "watched_at", "problem")
    list_filter = ("asset__asset_class", ("price", EmptyFieldListFilter), ("problem", EmptyFieldListFilter))
    list_select_related = ("asset",)
    search_fields = ("asset__symbol", "asset__name")
    ordering = ("asset_id",)
    fields: ClassVar[Any] = (
        *("asset", figure("price"), figure("previous_close"), "day", "at"),
        *("fetched_at", "stale_at", "watched_at", "problem"),
    )
    readonly_fields = fields


@admin.register(ProviderState)
class ProviderStateAdmin(ReadOnlyAdmin):
    """allowance: requests that could be sent when they were last counted."""

    list_display = ("provider", "error_code", "failures", "open_until", "last_ok_at")
    search_fields = ("provider",)
    ordering = ("provider",)
