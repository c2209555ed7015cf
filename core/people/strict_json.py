"""JSON for /_allauth/ is read as strictly as that of the API: no depth without end, no text that cannot be stored."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import ParseError

from core.errors import InvalidInput
from core.parsers import loads

_OF_FORMS = "/auth/provider/redirect"
"""The one address there that takes a form."""


class StrictJsonMiddleware:
    """allauth takes every body for JSON, whatever its type, and would fail on what no reader can follow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/_allauth/") and not request.path_info.endswith(_OF_FORMS):
            problem = _problem(request)
            if problem is not None:
                error = {"message": problem, "code": "invalid"}
                return JsonResponse({"status": 400, "errors": [error]}, status=400)
        return self.get_response(request)


def _problem(request: HttpRequest) -> str | None:
    if request.method == "GET" or not request.body:
        return None
    try:
        loads(request.body)
    except ParseError as error:
        return str(error.detail)
    except InvalidInput as error:
        return error.detail
    return None
