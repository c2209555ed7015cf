"""What is noted of each request: one line, its count and its time; and the traceback of one that failed."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from core.metrics import LOGIN_FAILURES, REQUESTS, THROTTLED

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "unknown"
"""The route of an address that there is not, or that was answered before it was looked up."""
STATIC = "static"
"""That of files, which are answered before."""
logger = logging.getLogger("pandaledger.requests")
FAILURES = "pandaledger.failures"
_failures = logging.getLogger(FAILURES)
_counts: dict[tuple[str, str, int], Histogram] = {}


def request_note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    route = _route(request)
    method = request.method if request.method in METHODS else "OTHER"
    _count(method or "OTHER", route, response.status_code).observe(seconds)
    if response.status_code == 429:
        THROTTLED.inc()
    if logger.isEnabledFor(logging.INFO):
        path = request.path if route.startswith("api/v1/") else f"/{route}"
        told = {"method": method, "path": path, "status": response.status_code, "ms": round(seconds * 1000, 1)}
        record = logging.LogRecord(logger.name, logging.INFO, "", 0, "request", None, None)
        vars(record)["told"] = told  # nothing private, as `core.logs` takes it
        logger.handle(record)


def _route(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.route
    return STATIC if request.path.startswith(settings.STATIC_URL) else NOWHERE


def _count(method: str, route: str, status: int) -> Histogram:
    """Looked up here in a fraction of the time that the library takes for it; the routes are few."""
    key = method, route, status
    found = _counts.get(key)
    if found is None:
        found = _counts[key] = REQUESTS.labels(method, route, str(status))
    return found


def failure_note(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Once for each error that nobody has caught, wherever in a request it was raised."""
    _failures.exception("A request failed")


def login_failure_note(sender: Any, **_: Any) -> None:
    LOGIN_FAILURES.inc()


def connect() -> None:
    got_request_exception.connect(failure_note, dispatch_uid="failure_note")
    user_login_failed.connect(login_failure_note, dispatch_uid="login_failure_note")
