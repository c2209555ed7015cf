"""What every page of the admin has: lists that stay fast when tables are large, and writes through services only."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as delete_selected_by_django
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.db.models import PROTECT, RESTRICT, DateField, Model, ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from core.admin.figures import PlainNumberInput
from core.days import EARLIEST_DAY
from core.errors import ApplicationError, FieldError
from core.fields import MOST_MONEY, ExactDecimalField, MoneyField, money_of

LARGEST_AMOUNT = MOST_MONEY - money_of(1)
MOST_COUNTED = 10_000
STILL_NEEDED = (ProtectedError, RestrictedError)
MOST_NAMED = 50
"""Objects that a page which asks before deleting names one by one."""


class MoreThan(int):
    """A count that says of itself that it goes on."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


class CappedPaginator(Paginator):
    """Counts no further than `most`: a full count reads the whole table on Postgres. What is beyond, filters find."""

    most = MOST_COUNTED

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        counted = int(rows.order_by().values("pk")[: self.most + 1].count())
        return MoreThan(self.most) if counted > self.most else counted


class ServiceForm(forms.ModelForm):
    """A form that also shows what a service refused: each error at its field, if the form has it.

    optional: by field what is taken where it is left empty. limits: by field the least and the most, None for no such
    limit, where the service leaves them to who asks it, as the fields of the API.
    """

    refusal: ApplicationError | None = None
    optional: ClassVar[Mapping[str, str]] = {}
    limits: ClassVar[Mapping[str, tuple[Any, Any]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.optional.keys() & self.fields.keys():
            self.fields[name].required = False
            self.fields[name].help_text = self.optional[name]
        for name in self.limits.keys() & self.fields.keys():
            least, most = self.limits[name]
            self.fields[name].validators += [] if least is None else [MinValueValidator(least)]
            self.fields[name].validators += [] if most is None else [MaxValueValidator(most)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        vars(self.instance)["validate_constraints"] = _leave_to_services
        for error in self.refusal.errors if self.refusal else ():
            self.add_error(*self._told(error))
        return cleaned

    def _told(self, error: FieldError) -> tuple[str | None, str]:
        """At which field, and the words: of `conditions.2.value`, with the part that the field itself does not say."""
        name, _, part = (error.attr or "").partition(".")
        field = next((name for name in (name, name.removesuffix("_id")) if name in self.fields), None)
        return field, f"{part}: {error.detail}" if part else error.detail


def _leave_to_services(exclude: Any = None) -> None:
    """They refuse what a constraint would, with a sentence and the name of the field."""


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(model_admin: "ServiceAdmin", request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
    """Django's, which asks first; all or nothing, and a refusal is a message."""
    try:
        with transaction.atomic():
            return delete_selected_by_django(model_admin, request, queryset)
    except (ApplicationError, *STILL_NEEDED) as refusal:
        model_admin.message_user(request, refusal_text(refusal), messages.ERROR)
        return None


class ServiceAdmin(admin.ModelAdmin):
    """Writes in `save_model` and `delete_model` by calling services; what they refuse undoes the whole request."""

    form = ServiceForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count the whole table
    list_per_page = 50
    list_max_show_all = 200
    actions: Sequence[Any] = (delete_selected,)
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        DateField: {"validators": [MinValueValidator(EARLIEST_DAY)]},
        ExactDecimalField: {"widget": PlainNumberInput},
        MoneyField: {"widget": PlainNumberInput, "min_value": -LARGEST_AMOUNT, "max_value": LARGEST_AMOUNT},
    }

    class Media:
        css: ClassVar[dict[str, Sequence[str]]] = {"all": ("core/admin.css",)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ApplicationError as refusal:  # all is undone: show the same form again, which now says why
            vars(request)["refusal"] = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refusal": vars(request).get("refusal")})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ApplicationError, *STILL_NEEDED) as refusal:
            self.message_user(request, refusal_text(refusal), messages.ERROR)
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(page, args=[object_id]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Counts instead of every row that goes with them: those of one person alone may be a hundred thousand."""
        total = objs.count() if isinstance(objs, QuerySet) else len(objs)
        named = [f"{capfirst(str(self.opts.verbose_name))}: {obj}" for obj in objs[:MOST_NAMED]]
        if total > MOST_NAMED:
            named.append(f"… and {total - MOST_NAMED:,} more")
        return named, {str(self.opts.verbose_name_plural): total}, set(), self.delete_obstacles(objs)

    def delete_obstacles(self, objs: Collection[Any]) -> list[str]:
        """What must be gone before these can go, in words."""
        return protectors(self.model, objs)


class ReadOnlyAdmin(ServiceAdmin):
    """Pages of what is made from other rows, or kept by the program: to be looked at."""

    actions: Sequence[Any] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def protectors(model: type[Model], objs: Collection[Any], *, via: str = "") -> list[str]:
    """How many rows protect these from being deleted; `via` leads from `model` to what they are."""
    found = []
    for relation in model._meta.related_objects:
        if relation.on_delete in (PROTECT, RESTRICT):
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}{via}__in": objs})
            count = rows.count()
            names = rows.model._meta
            found += [f"{count:,} {names.verbose_name if count == 1 else names.verbose_name_plural}"] * bool(count)
    return found


def refusal_text(refusal: ApplicationError | ProtectedError | RestrictedError) -> str:
    if isinstance(refusal, ApplicationError):
        return refusal.detail
    return "Not deleted: other rows need it. Delete those first."


def values_of(form: forms.ModelForm, names: Sequence[str]) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}


def adopt(shown: Model, written: Model) -> None:
    """Let the object of the form be the row that a service wrote, for the message and the log of the admin."""
    shown.pk = written.pk
    shown._state.adding = False
