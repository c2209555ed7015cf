"""The admin of budgets."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.serializers import MonthField
from ledger.models import Budget
from ledger.services.budgets import BudgetInput, budget_change, budget_create, budget_delete

FIELDS = ("category", "month", "starts_on", "ends_on", "amount", "currency", "carries_over")


class BudgetForm(ServiceForm):
    optional: ClassVar[Any] = {"currency": "The person's own, if left empty."}
    limits: ClassVar[Any] = {
        "amount": (0, None),
        **dict.fromkeys(("month", "starts_on", "ends_on"), (None, MonthField.LATEST)),
    }


@admin.register(Budget)
class BudgetAdmin(ServiceAdmin):
    """Of one month, or of every month from one on; any day of a month stands for it."""

    form = BudgetForm
    list_display = ("user", "category", figure("amount"), "currency", "month", "starts_on", "ends_on", "carries_over")
    list_filter = ("carries_over",)
    list_select_related = ("user", "category")
    search_fields = ("=user__email", "category__name")
    ordering = ("-id",)
    fields = ("user", *FIELDS)
    raw_id_fields = ("category",)
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user",)

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        data = BudgetInput(**values_of(form, FIELDS))
        if change:
            budget_change(budget=obj, data=data)
        else:
            adopt(obj, budget_create(user=form.cleaned_data["user"], data=data))

    def delete_model(self, request: HttpRequest, obj: Budget) -> None:
        budget_delete(budget=obj)
