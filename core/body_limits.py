"""How much may be sent: refused before it is read where the sender says how long it is, and else while it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.bodies import body_closed, body_measured, has_no_length
from core.errors import TooLarge
from core.exception_handler import error_type

PAGE_BYTES = 1024**2
"""Of a form, and of what is sent to log in."""
PARTS_BYTES = 1024**2
"""Beside the file of an upload: its other fields, and the lines between."""


class BodyLimitMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            try:
                _check(request)
            except TooLarge as error:
                return refusal(request, error)
        try:
            return self.get_response(request)
        finally:
            body_closed(request)


def most_bytes(request: HttpRequest) -> int:
    """Files are kept on the disk, so they may be large; all else is read into memory."""
    if not request.path_info.startswith("/api/"):
        return PAGE_BYTES
    if request.content_type == "multipart/form-data":
        return int(settings.UPLOAD_MOST_BYTES) + PARTS_BYTES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def refusal(request: HttpRequest, error: TooLarge) -> HttpResponse:
    if not request.path_info.startswith(("/api/", "/_allauth/")):
        return render(request, "413.html", status=error.status)
    errors = [{"code": error.code, "detail": error.detail, "attr": None}]
    return JsonResponse({"type": error_type(error.status), "errors": errors}, status=error.status)


def _check(request: HttpRequest) -> None:
    most = most_bytes(request)
    if has_no_length(request):
        body_measured(request, most=most)
        return
    length = request.META.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit() and int(length.lstrip("0")[:20] or 0) > most:
        raise TooLarge(most=most)
