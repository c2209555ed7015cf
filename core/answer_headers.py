"""Headers of every answer that say what a browser may do with it, beside those of Django and of django-csp."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
            headers["Content-Security-Policy"] = NO_PAGE
        return response
