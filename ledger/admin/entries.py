"""The admin of entries: every write goes through the services, so their sums agree or nothing is written."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.models import User
from ledger.admin.base import MoneyAdmin, TagsField
from ledger.models import Entry
from ledger.services.entries import EntryInput, entries_delete, entry_change, entry_record

FIELDS = (
    *("account", "to_account", "kind", "date", "amount", "currency", "account_amount", "to_amount", "fee"),
    *("category", "payee", "description", "note", "tags", "external_id"),
)


class EntryForm(ServiceForm):
    tags = TagsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].required = False
            self.fields["currency"].help_text = "The account's, if left empty."


@admin.register(Entry)
class EntryAdmin(MoneyAdmin):
    """The person is the owner of the account, which is why the form does not ask for one. A deleted entry is kept for
    30 days, in which the person can restore it."""

    form = EntryForm
    list_display = ("date", "kind", figure("amount"), "currency", "payee", "category", "account", "user", "deleted_at")
    list_display_links = ("date", "kind")
    list_filter = ("kind", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "account", "category")
    search_fields = ("=user__email", "=payee", "=external_id")
    search_help_text = "The whole e-mail address, payee or external id."
    ordering = ("-id",)
    sortable_by = ()
    raw_id_fields = ("account", "to_account", "category")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS, *self.get_readonly_fields(request, obj)[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "bank_import", "recurring", "deleted_at", "created_at", "updated_at")

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        data = EntryInput(**values_of(form, FIELDS))
        written = entry_change(entry=obj, data=data) if change else entry_record(user=data.account.user, data=data)
        adopt(obj, written)

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        entries_delete(user=obj.user, entries=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """The sums of each person are made once, however many entries go."""
        owners = User.objects.filter(pk__in=queryset.order_by().values("user_id"))
        for user in list(owners.order_by("pk")):
            entries_delete(user=user, entries=queryset)
