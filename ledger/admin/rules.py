"""The admin of rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from ledger.admin.base import TagsField
from ledger.models import Rule
from ledger.services.rules import RuleInput, rule_change, rule_create, rule_delete

FIELDS = (
    *("name", "position", "is_active", "match", "conditions"),
    *("category", "payee", "description", "add_tags", "to_account", "stops"),
)


class RuleForm(ServiceForm):
    add_tags = TagsField()


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

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        data = RuleInput(**values_of(form, FIELDS))
        if change:
            rule_change(rule=obj, data=data)
        else:
            adopt(obj, rule_create(user=form.cleaned_data["user"], data=data))

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        rule_delete(rule=obj)
