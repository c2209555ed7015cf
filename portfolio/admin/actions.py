"""The admin of corporate actions, among them those that were proposed and wait for somebody's word."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, adopt, delete_selected, values_of
from core.admin.figures import figure
from core.errors import ApplicationError
from core.models import User
from portfolio.models import CorporateAction
from portfolio.services.actions import action_change, action_delete, action_record

FIELDS = ("asset", "kind", "ex_date", "ratio", "new_asset", "cost_fraction", "cash_per_share", "status")
PROPOSED, CONFIRMED, REJECTED = CorporateAction.Status


@admin.action(permissions=["change"], description="Confirm the proposals among the selected")
def confirm_proposals(model_admin: "CorporateActionAdmin", request: HttpRequest, queryset: QuerySet) -> None:
    model_admin.settle(request, queryset, status=CONFIRMED)


@admin.action(permissions=["change"], description="Reject the proposals among the selected")
def reject_proposals(model_admin: "CorporateActionAdmin", request: HttpRequest, queryset: QuerySet) -> None:
    model_admin.settle(request, queryset, status=REJECTED)


@admin.register(CorporateAction)
class CorporateActionAdmin(ServiceAdmin):
    list_display = ("ex_date", "asset", "kind", figure("ratio"), "new_asset", figure("cash_per_share"), "status")
    list_display_links = ("ex_date", "asset")
    list_filter = ("status", "kind", "ex_date")
    list_select_related = ("asset", "new_asset")
    search_fields = ("asset__symbol", "new_asset__symbol")
    ordering = ("-ex_date", "-id")
    fields = (*FIELDS, "created_by", "created_at")
    readonly_fields = ("created_by", "created_at")
    autocomplete_fields = ("asset", "new_asset")
    actions: Sequence[Any] = (confirm_proposals, reject_proposals, delete_selected)

    def settle(self, request: HttpRequest, queryset: QuerySet[CorporateAction], *, status: str) -> None:
        """Each by itself, since one that contradicts somebody's books says nothing about the others."""
        proposals = list(queryset.filter(status=PROPOSED))
        settled = sum(self._is_settled(request, proposal, status) for proposal in proposals)
        refused = len(proposals) - settled
        level = messages.SUCCESS if settled and not refused else messages.WARNING
        self.message_user(request, f"{settled} of {len(proposals)} proposals {status}.", level)

    def _is_settled(self, request: HttpRequest, proposal: CorporateAction, status: str) -> bool:
        try:
            with transaction.atomic():
                action_change(action=proposal, changes={"status": status})
                self.log_change(request, proposal, f"Changed status to {status}.")
        except ApplicationError as refusal:
            self.message_user(request, f"{proposal}: {refusal.detail}", messages.ERROR)
            return False
        return True

    def save_model(self, request: HttpRequest, obj: CorporateAction, form: Any, change: bool) -> None:
        values = values_of(form, FIELDS)
        if change:
            action_change(action=obj, changes=values)
        else:
            user = request.user if isinstance(request.user, User) else None
            adopt(obj, action_record(user=user, fields=values))

    def delete_model(self, request: HttpRequest, obj: CorporateAction) -> None:
        action_delete(action=obj)
