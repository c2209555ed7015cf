"""The admin of entries: every write goes through the services, so their sums agree or nothing is written."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, delete_selected, values_of
from core.admin.figures import figure
from core.errors import ApplicationError
from core.models import User
from ledger.admin.fields import TagsField
from ledger.models import Entry
from ledger.search import entries_found
from ledger.selectors import deleted_entries_of
from ledger.services.entries import EntryInput, entries_delete, entries_restore, entry_change, entry_record

FIELDS = (
    *("account", "to_account", "kind", "date", "amount", "currency", "account_amount", "to_amount", "fee"),
    *("category", "payee", "description", "note", "tags", "external_id"),
)
KEPT = ("user", "bank_import", "recurring", "recurring_on", "deleted_at", "created_at", "updated_at")
MOST_SEARCHED = 20
"""People in whose entries words are looked for: the index has the words of each person apart."""


class EntryForm(ServiceForm):
    tags = TagsField()
    optional: ClassVar[Any] = {"currency": "The account's, if left empty."}


@admin.action(permissions=["change"], description="Restore the deleted among the selected")
def restore(model_admin: "EntryAdmin", request: HttpRequest, queryset: QuerySet[Entry]) -> None:
    """Of each person by itself: an account that was closed since stands in the way of theirs alone."""
    count = sum(model_admin.restored(request, user, queryset.filter(user=user)) for user in owners_of(queryset))
    text = "1 entry restored." if count == 1 else f"{count} entries restored."
    model_admin.message_user(request, text, messages.SUCCESS if count else messages.WARNING)


@admin.register(Entry)
class EntryAdmin(ServiceAdmin):
    """The person is the owner of the account, which is why the form does not ask for one. A deleted entry is kept for
    30 days, in which it can be restored, and not be changed."""

    form = EntryForm
    list_display = ("date", "kind", figure("amount"), "currency", "payee", "category", "account", "user", "deleted_at")
    list_display_links = ("date", "kind")
    list_filter = ("kind", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "account", "category")
    search_fields = ("words",)
    search_help_text = "Beginnings of words, #tags; the whole e-mail address of a person for theirs alone."
    ordering = ("-id",)
    sortable_by = ()
    raw_id_fields = ("account", "to_account", "category")
    actions: Sequence[Any] = (restore, delete_selected)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).defer("words")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        if not search_term.strip():
            return queryset, False
        people, text = people_and_text(search_term)
        if len(people) > MOST_SEARCHED:
            self.message_user(request, "Name the person, too, by their e-mail address.", messages.WARNING)
            return queryset.none(), False
        found = (entries_found(queryset.filter(user_id=pk), text, user_id=pk) for pk in people)
        return reduce(or_, found), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS, *KEPT[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else KEPT

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_kept(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_kept(obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        data = EntryInput(**values_of(form, FIELDS))
        written = entry_change(entry=obj, data=data) if change else entry_record(user=data.account.user, data=data)
        adopt(obj, written)

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        entries_delete(user=obj.user, entries=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        """The sums of each person are made once, however many entries go."""
        for user in owners_of(queryset):
            entries_delete(user=user, entries=queryset.filter(user=user))

    def restored(self, request: HttpRequest, user: User, rows: QuerySet[Entry]) -> int:
        try:
            with transaction.atomic():
                chosen = list(deleted_entries_of(user).filter(pk__in=rows.order_by().values("pk")))
                LogEntry.objects.log_actions(cast(User, request.user).pk, chosen, CHANGE, "Restored.")
                return entries_restore(user=user, entries=chosen)
        except ApplicationError as refusal:
            self.message_user(request, f"{user}: {refusal.detail}", messages.ERROR)
            return 0


def owners_of(entries: QuerySet[Entry]) -> list[User]:
    """In the order in which people are locked."""
    return list(User.objects.filter(pk__in=entries.order_by().values("user_id")).order_by("pk"))


def people_and_text(term: str) -> tuple[list[int], str]:
    """In whose entries to look, and for which words; a payee, too, may have an @ in it."""
    asked = term.split()
    people = User.objects.filter(email__in=[word.lower() for word in asked if "@" in word])
    named = dict(people.values_list("email", "pk"))
    text = " ".join(word for word in asked if word.lower() not in named)
    everyone = User.objects.order_by("pk").values_list("pk", flat=True)
    return list(named.values()) or list(everyone[: MOST_SEARCHED + 1]), text


def _is_kept(obj: Any) -> bool:
    return obj is None or obj.deleted_at is None
