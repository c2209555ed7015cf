"""The admin of terms, which are written with their rates as a whole."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import ServiceAdmin, ServiceForm, adopt, values_of
from core.admin.figures import figure
from core.fields import money_of
from ledger.models import Terms, TermsRate
from ledger.services.terms import MOST_RATES, TermsInput, terms_change, terms_create, terms_delete

FIELDS = ("account", "product", "credited", "basis", "starts_on", "matures_on", "installment")
PRODUCTS_OWN = {"credited": Terms.Credited, "basis": Terms.Basis}
"""What is as usual of the product where nothing is said."""


class TermsForm(ServiceForm):
    optional: ClassVar[Any] = dict.fromkeys(PRODUCTS_OWN, "As usual of the product, if left empty.")
    limits: ClassVar[Any] = {"installment": (money_of(1), None)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & PRODUCTS_OWN.keys():
            cast(forms.ChoiceField, self.fields[name]).choices = [("", "---------"), *PRODUCTS_OWN[name].choices]


class RateForm(ServiceForm):
    limits: ClassVar[Any] = {"rate": (-1, 10)}


class RateInline(admin.TabularInline):
    """A part of the terms: who may write these writes their rates."""

    model = TermsRate
    form = RateForm
    formfield_overrides = ServiceAdmin.formfield_overrides
    extra = 1
    max_num = MOST_RATES

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("ledger.view_terms") or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("ledger.add_terms") or request.user.has_perm("ledger.change_terms")

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(Terms)
class TermsAdmin(ServiceAdmin):
    """The person is the owner of the account."""

    form = TermsForm
    list_display = ("account", "user", "product", "credited", "basis", "starts_on", "matures_on", figure("installment"))
    list_filter = ("product",)
    list_select_related = ("user", "account")
    search_fields = ("account__name", "=user__email")
    ordering = ("-id",)
    raw_id_fields = ("account",)
    inlines = (RateInline,)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return FIELDS if obj is None else ("user", *FIELDS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), **dict.fromkeys(PRODUCTS_OWN, "")}

    def save_model(self, request: HttpRequest, obj: Terms, form: Any, change: bool) -> None:
        """Nothing yet: there are no terms without rates."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:
        (rates,) = formsets
        rates.save(commit=False)  # notes for the log what is new, changed and gone
        kept = [row.cleaned_data for row in rates.forms if row not in rates.deleted_forms and row.cleaned_data]
        told = [(row["since"], row["rate"]) for row in kept]
        data = TermsInput(rates=told, **values_of(form, FIELDS))
        if change:
            terms_change(terms=form.instance, data=data)
        else:
            adopt(form.instance, terms_create(user=data.account.user, data=data))

    def delete_model(self, request: HttpRequest, obj: Terms) -> None:
        terms_delete(terms=obj)
