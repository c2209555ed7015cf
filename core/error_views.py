"""Answers to what fails outside the API views: JSON below /api/, Django's own pages elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults
from django.views.decorators.csrf import csrf_exempt

from core.exception_handler import error_type


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return _answer(400, "bad_request", str(exception) or "The request cannot be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return _answer(403, "permission_denied", "You may not do this.")
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return unknown_address(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        return _answer(500, "error", "Server error; it has been logged.")
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if _is_api(request):
        return _answer(403, "permission_denied", f"CSRF failed: {reason}")
    return csrf.csrf_failure(request, reason)


@csrf_exempt
def unknown_address(request: HttpRequest, **_: Any) -> HttpResponse:
    """Without a redirect to the address with a slash, since a redirected POST would lose its body."""
    hint = " Addresses of the API end with a slash." if _is_api(request) and not request.path.endswith("/") else ""
    return _answer(404, "not_found", f"There is nothing at {request.path}.{hint}")


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _answer(status: int, code: str, detail: str) -> JsonResponse:
    error = {"code": code, "detail": detail, "attr": None}
    kind = "client_error" if status < 500 else error_type(status)
    return JsonResponse({"type": kind, "errors": [error]}, status=status)
