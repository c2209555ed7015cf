"""The site of Django's admin: log-in is that of all pages, a second factor comes first where it is set, and what
libraries keep in secret stays so.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from typing import Any, TypeVar, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from core.people.second_factor import page_to_give_it

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

SECOND_FACTOR_FIRST = "The admin opens after a second factor: give yours, or add one and open the admin again."


class _TakenAwayOnly(ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AuthenticatorAdmin(_TakenAwayOnly):
    """To take away what somebody has lost; its secret is theirs."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    fields = readonly_fields = list_display


class SessionAdmin(_TakenAwayOnly):
    """To end what somebody has left open: the session itself, beside its place on the list."""

    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    list_select_related = ("user",)
    search_fields = ("=user__email", "=ip")
    fields = readonly_fields = list_display

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        obj.end()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        for session in queryset:
            session.end()


_SHOWN_BY: Mapping[type[Model], type[ModelAdmin]] = {Authenticator: AuthenticatorAdmin, UserSession: SessionAdmin}


class Site(AdminSite):
    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Providers and their keys come from the environment, so their pages would show secrets for nothing."""
        for model in [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable:
            if model not in (SocialApp, SocialToken):
                super().register(model, _SHOWN_BY.get(model, admin_class), **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        view: Callable[..., HttpResponse] = secure_admin_login(super().login)
        return view(request, extra_context)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Around every page of the admin, whichever model or app it belongs to."""

        def after_second_factor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = page_to_give_it(request) if self.has_permission(request) else None
            if page is None:
                return view(request, *args, **kwargs)
            messages.warning(request, SECOND_FACTOR_FIRST)  # else nobody knows why another page opens
            return redirect(page)

        return super().admin_view(cast(View, update_wrapper(after_second_factor, view)), cacheable)
