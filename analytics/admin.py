"""The admin of stored histories, their marks and allocation targets, and the net worth on a person's page."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

import numpy as np
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from analytics.curve import Curve, curve_of, month_points
from analytics.history import history_read
from analytics.marks import history_mark
from analytics.models import SERIES, AllocationTarget, HistoryMark, HistoryYear
from core import background
from core.admin.base import ReadOnlyAdmin
from core.admin.figures import figure
from core.admin.users import UserAdmin
from core.days import today_for
from core.models import User
from portfolio.admin.prices import month_ends

SHOWN_SERIES = (
    *("net_worth", "holdings", "cash", "other_assets", "liabilities"),
    *("net_contributions", "invested", "income", "realized_gain"),
)
LISTS = ("core_account", "portfolio_transaction", "portfolio_holding")


@admin.action(permissions=["rebuild"], description="Rebuild now")
def rebuild_now(model_admin: "HistoryMarkAdmin", request: HttpRequest, queryset: QuerySet[HistoryMark]) -> None:
    """From the first day on, and at once what failed before: whoever asks has mended what it failed at."""
    chosen = list(queryset.values_list("pk", flat=True))
    for mark in HistoryMark.objects.filter(pk__in=chosen):
        if mark.first_day is not None:
            history_mark(user_id=mark.pk, since=mark.first_day)
    HistoryMark.objects.filter(pk__in=chosen, failures__gt=0).update(lease_until=None)
    background.run_due()
    due = HistoryMark.objects.filter(pk__in=chosen, dirty_from__isnull=False).count()
    if due:
        text = f"{due} of {len(chosen)} histories are not rebuilt yet: see their last error."
        model_admin.message_user(request, text, messages.WARNING)
    else:
        text = "1 history rebuilt." if len(chosen) == 1 else f"{len(chosen)} histories rebuilt."
        model_admin.message_user(request, text, messages.SUCCESS)


@admin.register(HistoryMark)
class HistoryMarkAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "dirty_from",
        "dirty_since",
        "first_day",
        "built_through",
        "built_at",
        "currency",
        "failures",
    )
    list_filter = (("dirty_from", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("user_id",)
    actions: Sequence[Any] = (rebuild_now,)
    fields = (
        *("user", "dirty_from", "dirty_since", "first_day", "built_through", "built_at", "currency", "reasons"),
        *("generation", "builds", "lease_owner", "lease_until", "failures", "last_error"),
    )

    def has_rebuild_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("analytics.change_historymark")


@admin.register(HistoryYear)
class HistoryYearAdmin(ReadOnlyAdmin):
    list_display = ("user", "year")
    list_select_related = ("user",)
    search_fields = ("user__email", "=year")
    ordering = ("user_id", "year")
    fields = ("user", "year", "month_ends")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HistoryYear]:
        return super().get_queryset(request).defer(*SERIES)

    @admin.display(description="ends of the months")
    def month_ends(self, obj: HistoryYear) -> str:
        obj.refresh_from_db(fields=SHOWN_SERIES)
        known = ~np.isnan([getattr(obj, name) for name in SHOWN_SERIES]).all(axis=0)
        ends = month_ends(obj.year, np.where(known, 0.0, np.nan))
        head = format_html_join("", "<th>{}</th>", ((name.replace("_", " "),) for name in ("day", *SHOWN_SERIES)))
        rows = format_html_join("", "<tr>{}</tr>", ((_cells(obj, end),) for end in ends))
        return format_html('<table class="figures"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, rows)


def _cells(obj: HistoryYear, position: int) -> str:
    day = date(obj.year, 1, 1) + timedelta(days=position)
    values = ((amount_text(getattr(obj, name)[position]),) for name in SHOWN_SERIES)
    return format_html("<td>{}</td>{}", day.isoformat(), format_html_join("", "<td>{}</td>", values))


def amount_text(value: float) -> str:
    return "not known" if np.isnan(value) else f"{value:,.2f}".replace("-", "−")


@admin.register(AllocationTarget)
class AllocationTargetAdmin(ReadOnlyAdmin):
    """To be looked at: those of one kind are set together, so that they add up."""

    list_display = ("user", "by", "key", figure("weight"))
    list_display_links = ("user", "key")
    list_filter = ("by",)
    list_select_related = ("user",)
    search_fields = ("=user__email", "=key")
    ordering = ("user_id", "by", "id")
    sortable_by = ("by",)
    fields: ClassVar[Any] = ("user", "by", "key", figure("weight"))


admin.site.unregister(User)


@admin.register(User)
class UserWithHistoryAdmin(UserAdmin):
    """A person's page, with what is stored of their net worth; looking at it rebuilds nothing."""

    readonly_fields: ClassVar[Any] = (*UserAdmin.readonly_fields, "net_worth", "lists")

    class Media:
        css: ClassVar[dict[str, Sequence[str]]] = {"all": ("analytics/net_worth.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is None else (("Net worth", {"fields": ("net_worth", "lists")}), *fieldsets)

    @admin.display(description="history")
    def net_worth(self, obj: User) -> str:
        mark = HistoryMark.objects.filter(user=obj).first()
        curve = None if mark is None else _stored_curve(mark)
        summary = curve and mark and _summary(curve, mark.currency)
        context = {"curve": curve, "person": obj, "summary": summary, "state": _state(obj, mark)}
        return render_to_string("admin/analytics/net_worth.html", context)

    @admin.display(description="see also")
    def lists(self, obj: User) -> str:
        links = ((reverse(f"admin:{name}_changelist"), obj.pk, name.split("_")[1]) for name in LISTS)
        return format_html_join(" · ", '<a href="{}?user__id__exact={}">{}s</a>', links)


def _stored_curve(mark: HistoryMark) -> Curve | None:
    if mark.first_day is None or mark.built_through is None:
        return None
    history = history_read(user_id=mark.pk, first=mark.first_day, last=mark.built_through, series=("net_worth",))
    return curve_of(*month_points(history.first, history.series["net_worth"]))


def _summary(curve: Curve, currency: str) -> str:
    first, last = curve.first, curve.last
    return (
        f"{amount_text(first.value)} {currency} on {first.day}, "
        f"{amount_text(last.value)} {currency} on {last.day}; one point a month."
    )


def _state(user: User, mark: HistoryMark | None) -> str:
    if mark is None or (mark.built_at is None and mark.dirty_from is None):
        return "No history yet: nothing was entered."
    if mark.dirty_from is not None:
        return f"Untrue from {mark.dirty_from} on: a rebuild is due" + (
            f" ({mark.last_error})." if mark.failures else "."
        )
    if mark.is_fresh(today=today_for(user), currency=user.base_currency):
        return f"Fresh: true through {mark.built_through}."
    return f"True through {mark.built_through}; later days are added when somebody looks."
