"""The admin of recurring entries."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.recurrence_fields import LONGEST_INTERVAL, SCHEDULE_FIELDS
from ledger.admin.fields import TagsField
from ledger.models import RecurringEntry
from ledger.services.entries import EntryInput
from ledger.services.recurring import RecurringInput, recurring_change, recurring_create, recurring_delete

SCHEDULE = ("name", *SCHEDULE_FIELDS)
ENTRY = (
    *("account", "to_account", "kind", "amount", "currency", "account_amount", "to_amount", "fee"),
    *("category", "payee", "description", "note", "tags"),
)
KEPT = ("user", "next_on", "last_error", "retry_at")


class RecurringForm(ServiceForm):
    tags = TagsField()
    optional: ClassVar[Any] = {"currency": "The account's, if left empty."}
    limits: ClassVar[Any] = {"interval": (1, LONGEST_INTERVAL)}


@admin.register(RecurringEntry)
class RecurringEntryAdmin(ServiceAdmin):
    """Days that have passed are made at once; a change concerns the days to come, and what was made stays."""

    form = RecurringForm
    list_display = (
        *("name", "user", "kind", figure("amount"), "currency", "account"),
        *("frequency", "next_on", "is_paused", "last_error"),
    )
    list_filter = ("kind", "frequency", "is_paused", ("last_error", admin.EmptyFieldListFilter))
    list_select_related = ("user", "account")
    search_fields = ("name", "payee", "=user__email")
    ordering = ("-id",)
    raw_id_fields = ("account", "to_account", "category")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*SCHEDULE, *ENTRY) if obj is None else ("user", *SCHEDULE, *ENTRY, *KEPT[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else KEPT

    def save_model(self, request: HttpRequest, obj: RecurringEntry, form: Any, change: bool) -> None:
        entry = EntryInput(**values_of(form, ENTRY), date=form.cleaned_data["starts_on"])
        data = RecurringInput(entry=entry, **values_of(form, SCHEDULE))
        if change:
            recurring_change(recurring=obj, data=data)
        else:
            adopt(obj, recurring_create(user=entry.account.user, data=data))

    def delete_model(self, request: HttpRequest, obj: RecurringEntry) -> None:
        recurring_delete(recurring=obj)
