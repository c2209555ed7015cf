"""What is to be looked at only: schedules, terms, imports with what they know of files, and the sums of entries."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ReadOnlyAdmin
from core.admin.figures import figure
from ledger.models import (
    AccountYear,
    BankImport,
    CategoryYear,
    ColumnMapping,
    MatchedRow,
    RecurringEntry,
    Terms,
    TermsRate,
)


@admin.register(RecurringEntry)
class RecurringEntryAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "kind", figure("amount"), "currency", "frequency", "next_on", "last_error")
    list_filter = ("kind", "frequency")
    list_select_related = ("user",)
    search_fields = ("name", "=user__email")
    ordering = ("-id",)


class RateInline(admin.TabularInline):
    model = TermsRate
    can_delete = False


@admin.register(Terms)
class TermsAdmin(ReadOnlyAdmin):
    list_display = ("account", "user", "product", "credited", "basis", "starts_on", "matures_on")
    list_filter = ("product",)
    list_select_related = ("user", "account")
    search_fields = ("account__name", "=user__email")
    ordering = ("-id",)
    inlines = (RateInline,)


@admin.register(BankImport)
class BankImportAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name",
        "format",
        "account",
        "user",
        "rows",
        "created",
        "duplicates",
        "created_at",
        "undone_at",
    )
    list_filter = ("format",)
    list_select_related = ("user", "account")
    search_fields = ("file_name", "=user__email")
    ordering = ("-id",)


@admin.register(MatchedRow)
class MatchedRowAdmin(ReadOnlyAdmin):
    list_display = ("account", "entry", "bank_import", "external_id", "likeness")
    list_select_related = ("account", "entry", "bank_import", "bank_import__account")
    search_fields = ("=external_id",)
    ordering = ("-id",)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    list_display = ("account", "header", "user", "updated_at")
    list_select_related = ("account", "user")
    search_fields = ("account__name", "=user__email")
    ordering = ("-id",)


class SumsAdmin(ReadOnlyAdmin):
    """`manage.py rebuild_ledger` compares them with the entries. The packed days are not shown."""

    packed: tuple[str, ...] = ()
    search_fields = ("=user__email",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self.packed)


@admin.register(AccountYear)
class AccountYearAdmin(SumsAdmin):
    packed = ("outside", "moved")
    list_display = fields = ("account", "year", "currency", "user")
    list_select_related = ("account", "user")


@admin.register(CategoryYear)
class CategoryYearAdmin(SumsAdmin):
    packed = ("amount", "count")
    list_display = fields = ("category", "kind", "year", "currency", "user")
    list_select_related = ("category", "user")
