"""The admin of closes that were not believed: to be accepted or rejected, and nothing else."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from core.admin.base import ReadOnlyAdmin
from core.errors import ApplicationError
from portfolio.models import Quarantine
from portfolio.services.quarantine import quarantine_accept, quarantine_reject

SHOWN = 100
SETTLE = {"accepted": quarantine_accept, "rejected": quarantine_reject}


@admin.action(permissions=["settle"], description="Accept: store these closes")
def accept(model_admin: "QuarantineAdmin", request: HttpRequest, queryset: QuerySet) -> None:
    model_admin.settle(request, queryset, status="accepted")


@admin.action(permissions=["settle"], description="Reject: keep what is stored")
def reject(model_admin: "QuarantineAdmin", request: HttpRequest, queryset: QuerySet) -> None:
    model_admin.settle(request, queryset, status="rejected")


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    list_display = ("last_seen_at", "asset", "reason", "days", "status", "detail")
    list_display_links = ("last_seen_at", "asset")
    list_filter = ("status", "reason", "asset__asset_class")
    list_select_related = ("asset",)
    search_fields = ("asset__symbol", "asset__name")
    ordering = ("-last_seen_at", "-id")
    fields = ("asset", "reason", "status", "detail", "first_seen_at", "last_seen_at", "sent")
    actions: Sequence[Any] = (accept, reject)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Rows cannot be edited, so the change permission that Django knows is only needed for this."""
        return bool(request.user.has_perm("portfolio.change_quarantine"))

    @admin.display(description="days")
    def days(self, obj: Quarantine) -> str:
        first, last = min(obj.closes, default=""), max(obj.closes, default="")
        return first if first == last else f"{len(obj.closes):,}, {first} to {last}"

    @admin.display(description="closes as sent")
    def sent(self, obj: Quarantine) -> str:
        rows = sorted(obj.closes.items())
        body = format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows[:SHOWN])
        caption = f"{min(SHOWN, len(rows))} of {len(rows):,}, in {obj.asset.currency}"
        table = '<table class="figures"><caption>{}</caption><tbody>{}</tbody></table>'
        return format_html(table, caption, body)

    def settle(self, request: HttpRequest, queryset: QuerySet[Quarantine], *, status: str) -> None:
        """Each by itself: what is refused of one says nothing of the others."""
        rows = list(queryset)
        settled = sum(self._is_settled(request, row, status) for row in rows)
        level = messages.SUCCESS if settled == len(rows) else messages.WARNING
        self.message_user(request, f"{settled} of {len(rows)} {status}.", level)

    def _is_settled(self, request: HttpRequest, row: Quarantine, status: str) -> bool:
        try:
            with transaction.atomic():
                SETTLE[status](quarantine=row)
                self.log_change(request, row, f"Changed status to {status}.")
        except ApplicationError as refusal:
            self.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
            return False
        return True
