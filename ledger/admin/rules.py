"""The admin of rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from ledger.admin.fields import ConditionsField, TagsField
from ledger.models import Rule
from ledger.services.rules import RuleInput, rule_change, rule_create, rule_delete

FIELDS = (
    *("name", "position", "is_active", "match", "conditions"),
    *("category", "payee", "description", "add_tags", "to_account", "stops"),
)


class RuleForm(ServiceForm):
    conditions = ConditionsField()
    add_tags = TagsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.fields["position"].required = False
            self.fields["position"].help_text = "From 0, in the order of applying; the last, if left empty."


@admin.register(Rule)
class RuleAdmin(ServiceAdmin):
    """What is wrong with a condition is told with its number and the part of it."""

    form = RuleForm
    list_display = ("name", "position", "is_active", "category", "to_account", "user")
    list_filter = ("is_active",)
    list_select_related = ("category", "to_account", "user")
    search_fields = ("name", "=user__email")
    ordering = ("-id",)
    fields = ("user", *FIELDS)
    raw_id_fields = ("category", "to_account")
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "position": None}

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        data = RuleInput(**values_of(form, FIELDS))
        if change:
            rule_change(rule=obj, data=data)
        else:
            adopt(obj, rule_create(user=form.cleaned_data["user"], data=data))

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        rule_delete(rule=obj)
