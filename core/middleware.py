"""What happens to every request before any view sees it."""

import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from core.actor import answering
from core.request_log import request_note

REQUEST_ID = "X-Request-ID"
_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


class RequestMiddleware:
    """Each request has an id, the proxy's or a new one, by which its answer and its lines in the log are found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        given = request.headers.get(REQUEST_ID, "")
        request_id = given if _USABLE_ID.fullmatch(given) else secrets.token_hex(8)
        vars(request)["request_id"] = request_id
        with answering(request):
            response = self.get_response(request)
            request_note(request, response, seconds=perf_counter() - began)
        response[REQUEST_ID] = request_id
        return response


class RefuseNulMiddleware:
    """No text of ours has a NUL character and Postgres cannot compare with one, so addresses with it are mistakes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            raise BadRequest("The address has a NUL character.")
        return self.get_response(request)
