"""The site of Django's admin: its log-in is that of all pages, and a second factor comes first where it is set."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from core.people.second_factor import page_to_give_it

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Site(AdminSite):
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        view: Callable[..., HttpResponse] = secure_admin_login(super().login)
        return view(request, extra_context)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Around every page of the admin, whichever model or app it belongs to."""

        def after_second_factor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = page_to_give_it(request) if self.has_permission(request) else None
            return redirect(page) if page else view(request, *args, **kwargs)

        return super().admin_view(cast(View, update_wrapper(after_second_factor, view)), cacheable)
