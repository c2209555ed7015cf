"""Headers of every answer that say what a browser may do with it, beside those of Django and of django-csp."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ALWAYS = {
    "Server": "PandaLedger",  # the web server would tell its own name
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), "
        "accelerometer=(), gyroscope=(), magnetometer=(), display-capture=(), browsing-topics=()"
    ),
}
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""The policy of an answer that is data: should a browser be made to show it, it loads and runs nothing."""


class PolicyMiddleware(CSPMiddleware):
    """That of pages, made for those alone: it takes longer than all other middleware together."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if HEADER in response else super().process_response(request, response)


class HeadersMiddleware:
    """Nothing is kept by browsers and proxies unless its view says so: nearly all of it is somebody's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        for name, value in ALWAYS.items():
            headers[name] = value
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        if not headers.get("Content-Type", "").startswith("text/html"):
            headers[HEADER] = NO_PAGE
        return response
