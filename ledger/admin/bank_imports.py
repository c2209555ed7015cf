"""The admin of bank files: what came of each, which can be undone, and what is known of their rows and columns."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from core.admin.base import ReadOnlyAdmin
from core.errors import ApplicationError
from ledger.models import BankImport, ColumnMapping, MatchedRow
from ledger.services.bank_imports import import_undo

COUNTS = ("rows", "created", "duplicates", "matched")


@admin.action(permissions=["undo"], description="Undo: delete what these files created")
def undo(model_admin: "BankImportAdmin", request: HttpRequest, queryset: QuerySet[BankImport]) -> None:
    """Each by itself: that one was undone before says nothing of the others."""
    chosen = list(queryset)
    count = sum(model_admin.is_undone(request, row) for row in chosen)
    level = messages.SUCCESS if count == len(chosen) else messages.WARNING
    model_admin.message_user(request, f"{count} of {len(chosen)} undone.", level)


@admin.register(BankImport)
class BankImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "format", "account", "user", *COUNTS, "created_at", "undone_at")
    list_filter = ("format", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "account")
    search_fields = ("file_name", "=user__email")
    ordering = ("-id",)
    fields = (
        *("user", "account", "format", "file_name", "account_number", *COUNTS),
        *("created_at", "undone_at", "entries"),
    )
    actions: Sequence[Any] = (undo,)

    def has_undo_permission(self, request: HttpRequest) -> bool:
        """Rows cannot be edited, so the change permission that Django knows is only needed for this."""
        return bool(request.user.has_perm("ledger.change_bankimport"))

    @admin.display(description="entries")
    def entries(self, obj: BankImport) -> str:
        url = reverse("admin:ledger_entry_changelist")
        return format_html('<a href="{}?bank_import__id__exact={}">Entries of it</a>', url, obj.pk)

    def is_undone(self, request: HttpRequest, row: BankImport) -> bool:
        try:
            with transaction.atomic():
                import_undo(bank_import=row)
                self.log_change(request, row, "Undone.")
        except ApplicationError as refusal:
            self.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
            return False
        return True


@admin.register(MatchedRow)
class MatchedRowAdmin(ReadOnlyAdmin):
    list_display = ("account", "entry", "bank_import", "external_id", "likeness")
    list_select_related = ("account", "entry", "bank_import__account")
    search_fields = ("=external_id", "=account__user__email")
    ordering = ("-id",)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    list_display = ("account", "header", "user", "updated_at")
    list_select_related = ("account", "user")
    search_fields = ("account__name", "=user__email")
    ordering = ("-id",)
