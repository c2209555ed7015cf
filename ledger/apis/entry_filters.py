"""Parameters of the list of entries."""

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from core.fields import MONEY_PLACES, MOST_MONEY
from core.filters import AccountFilter, IsoDayFilter, ObjectFilter
from core.models import Account, User
from ledger.models import BankImport, Category, Entry, RecurringEntry
from ledger.search import entries_found, entries_tagged
from ledger.selectors import descendants, restorable_since
from ledger.services.entry_rules import LONGEST_TAG

LONGEST_SEARCH = 200
WITHOUT = "none"


def _own(model: type[Model]) -> Callable[[HttpRequest | None], QuerySet[Model]]:
    """The rows of the person who asks; the schema is made without anyone asking."""

    def rows(request: HttpRequest | None) -> QuerySet[Model]:
        user = request.user if request else None
        everybody = model._base_manager.all()
        return everybody.filter(user_id=user.pk) if isinstance(user, User) else everybody.none()

    return rows


class AmountFilter(filters.NumberFilter):
    def __init__(self, **kwargs: Any) -> None:
        bounds = {"decimal_places": MONEY_PLACES, "max_value": MOST_MONEY, "min_value": -MOST_MONEY}
        super().__init__(field_name="amount", **bounds, **kwargs)

    def get_max_validator(self) -> None:
        """The bounds say it."""


class CurrencyFilter(filters.CharFilter):
    """Small letters are taken as capitals, as in what is written."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter(qs, value.upper())
        return rows


class EntryFilter(filters.FilterSet):
    to = IsoDayFilter(field_name="date", lookup_expr="lte")
    kind = filters.ChoiceFilter(choices=Entry.Kind.choices)
    account = AccountFilter(method="on_either_side", label="Also where a transfer arrives.")
    category = ObjectFilter(
        queryset=_own(Category), null_label=WITHOUT, null_value=WITHOUT, method="in_category",
        error_messages={"invalid_choice": "There is no such category; its id is meant, or `none`."},
        label="With all below it; `none` for entries without one.",
    )  # fmt: skip
    payee = filters.CharFilter(label="Exactly.")
    tag = filters.CharFilter(method="with_tag", max_length=LONGEST_TAG, label="Those that have it.")
    currency = CurrencyFilter()
    amount_min = AmountFilter(lookup_expr="gte", label="Of this amount or more, in its own currency.")
    amount_max = AmountFilter(lookup_expr="lte", label="Of this amount or less, in its own currency.")
    external_id = filters.CharFilter(label="Exactly.")
    bank_import = ObjectFilter(queryset=_own(BankImport), error_messages={"invalid_choice": "There is no such import."})
    recurring = ObjectFilter(
        queryset=_own(RecurringEntry), error_messages={"invalid_choice": "There is no such schedule."}
    )
    search = filters.CharFilter(
        method="with_words", max_length=LONGEST_SEARCH, label="Each word begins one of the entry's; `#word` is a tag."
    )
    deleted = filters.ChoiceFilter(
        choices=[("true", "true"), ("false", "false")], method="unchanged", label="`true`: those that can be restored."
    )

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_deleted = self.form.cleaned_data.get("deleted") == "true"
        kept = queryset.filter(deleted_at__gte=restorable_since()) if is_deleted else queryset.filter(deleted_at=None)
        rows: QuerySet[Any] = super().filter_queryset(kept)
        return rows

    def on_either_side(self, rows: QuerySet[Entry], _: str, account: Account) -> QuerySet[Entry]:
        return rows.filter(Q(account=account) | Q(to_account=account))

    def in_category(self, rows: QuerySet[Entry], _: str, category: Category | str) -> QuerySet[Entry]:
        if isinstance(category, str):
            return rows.filter(category=None)
        return rows.filter(category__in=descendants(category.user_id, category.pk))

    def with_tag(self, rows: QuerySet[Entry], _: str, tag: str) -> QuerySet[Entry]:
        return entries_tagged(rows, tag, user_id=self.request.user.pk)

    def with_words(self, rows: QuerySet[Entry], _: str, text: str) -> QuerySet[Entry]:
        return entries_found(rows, text, user_id=self.request.user.pk)

    def unchanged(self, rows: QuerySet[Entry], *_: Any) -> QuerySet[Entry]:
        return rows


EntryFilter.base_filters["from"] = IsoDayFilter(field_name="date", lookup_expr="gte")  # a word of the language
