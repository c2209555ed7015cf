"""The admin of investment plans and their instalments."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from core.admin.base import ReadOnlyAdmin, ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.errors import ApplicationError
from core.money import LARGEST
from core.recurrence_fields import LONGEST_INTERVAL, SCHEDULE_FIELDS
from portfolio.models import Instalment, InvestmentPlan
from portfolio.services.instalments import instalment_retry
from portfolio.services.plans import PlanInput, plan_change, plan_create, plan_delete

FIELDS = (
    *("name", "account", "asset", "amount", "fee", "tax_rate", "quantity_decimals"),
    *(*SCHEDULE_FIELDS, "note"),
)
KEPT = ("user", "next_on", "last_error", "retry_at", "instalments")


class PlanForm(ServiceForm):
    optional: ClassVar[Any] = {"quantity_decimals": "As usual of the class of the asset, if left empty."}
    limits: ClassVar[Any] = {
        **dict.fromkeys(("amount", "fee"), (0, LARGEST)),
        "tax_rate": (0, 1),
        "quantity_decimals": (0, 18),
        "interval": (1, LONGEST_INTERVAL),
    }


@admin.register(InvestmentPlan)
class InvestmentPlanAdmin(ServiceAdmin):
    """Days that have passed fall due at once; a change concerns the days to come, and what was bought stays."""

    form = PlanForm
    list_display = ("name", "user", "account", "asset", figure("amount"), "frequency", "next_on", "is_paused")
    list_filter = ("frequency", "is_paused")
    list_select_related = ("user", "account", "asset")
    search_fields = ("name", "=asset__symbol", "=user__email")
    ordering = ("-id",)
    raw_id_fields = ("account",)
    autocomplete_fields = ("asset",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS, *KEPT[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else KEPT

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "quantity_decimals": None}

    @admin.display(description="instalments")
    def instalments(self, obj: InvestmentPlan) -> str:
        url = reverse("admin:portfolio_instalment_changelist")
        return format_html('<a href="{}?plan__id__exact={}">Instalments of it</a>', url, obj.pk)

    def save_model(self, request: HttpRequest, obj: InvestmentPlan, form: Any, change: bool) -> None:
        data = PlanInput(**values_of(form, FIELDS))
        if change:
            plan_change(plan=obj, data=data)
        else:
            adopt(obj, plan_create(user=data.account.user, data=data))

    def delete_model(self, request: HttpRequest, obj: InvestmentPlan) -> None:
        plan_delete(plan=obj)


@admin.action(permissions=["retry"], description="Try again to buy these")
def retry(model_admin: "InstalmentAdmin", request: HttpRequest, queryset: QuerySet[Instalment]) -> None:
    """Each by itself: what is refused of one says nothing of the others."""
    chosen = list(queryset)
    count = sum(model_admin.is_bought(request, row) for row in chosen)
    level = messages.SUCCESS if count == len(chosen) else messages.WARNING
    model_admin.message_user(request, f"{count} of {len(chosen)} bought.", level)


@admin.register(Instalment)
class InstalmentAdmin(ReadOnlyAdmin):
    """They are made by their plans; those that were refused can be tried again."""

    list_display = ("due_on", "plan", figure("amount"), "status", "transaction", "reason")
    list_display_links = ("due_on", "plan")
    list_filter = ("status",)
    list_select_related = ("plan", "transaction__asset")
    search_fields = ("plan__name", "=plan__user__email")
    ordering = ("-id",)
    actions: Sequence[Any] = (retry,)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Rows cannot be edited, so the change permission that Django knows is only needed for this."""
        return bool(request.user.has_perm("portfolio.change_instalment"))

    def is_bought(self, request: HttpRequest, row: Instalment) -> bool:
        try:
            with transaction.atomic():
                tried = instalment_retry(instalment=row)
                self.log_change(request, row, "Tried again.")
        except ApplicationError as refusal:
            self.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
            return False
        if tried.status != Instalment.Status.MADE:
            self.message_user(request, f"{row}: {tried.reason}", messages.WARNING)
        return tried.status == Instalment.Status.MADE
