"""Reports of failures to Sentry, by setting: what failed and where in the code, and nothing about anybody.

No message of an exception is sent, since such may hold what a person entered; the log has it, under the same request
id. Neither are bodies, cookies, headers, query strings, addresses of people or machines, values of variables, or SQL.
"""

from typing import Any

import sentry_sdk
from django.http import HttpRequest
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint

from core.actor import current_request, known_user_id, request_id_of
from core.request_log import FAILURES

WITHHELD = "withheld; the log has it under the request id"
NOTHING: Any = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}, "response": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}
"""What the library is to collect by itself; `told` sees to it once more."""
_FRAME = (
    "filename",
    "abs_path",
    "module",
    "function",
    "lineno",
    "in_app",
    "context_line",
    "pre_context",
    "post_context",
)
_KEPT = (
    *("event_id", "timestamp", "level", "platform", "release", "environment", "sdk", "logger", "transaction"),
    *("transaction_info", "type", "modules"),
)


def start(dsn: str, *, environment: str, release: str) -> None:
    ignore_logger(FAILURES)  # the integration with Django reports the same
    sentry_sdk.init(
        dsn,
        environment=environment,
        release=release,
        server_name="",
        data_collection=NOTHING,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        traces_sample_rate=None,
        default_integrations=False,
        integrations=[DjangoIntegration(middleware_spans=False, signals_spans=False), LoggingIntegration()],
        before_send=told,
    )


def told(event: Event, hint: Hint) -> Event | None:
    """The event with what is listed here and nothing else."""
    told_of: dict[str, Any] = {name: value for name, value in event.items() if name in _KEPT}
    raised = (event.get("exception") or {}).get("values") or []
    if raised:
        told_of["exception"] = {"values": [_exception(one) for one in raised]}
    template = (event.get("logentry") or {}).get("message")
    if template:  # without what was put into it
        told_of["logentry"] = {"message": template}
    request = current_request()
    if request is not None:
        told_of |= _of_request(request)
    return told_of  # type: ignore[return-value]  # of the parts of an event


def _exception(raised: dict[str, Any]) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames") or []
    kept = [{name: frame[name] for name in _FRAME if name in frame} for frame in frames]
    return {
        **{name: raised[name] for name in ("type", "module") if name in raised},
        "value": WITHHELD,
        "stacktrace": {"frames": kept},
    }


def _of_request(request: HttpRequest) -> dict[str, Any]:
    """The route instead of the path, in which there may be a key; the person by number."""
    route = "" if request.resolver_match is None else request.resolver_match.route
    user_id = known_user_id(request)
    return {
        "request": {"method": request.method, "url": f"/{route}"},
        "transaction": f"/{route}",
        "tags": {"request_id": request_id_of(request)},
        **({} if user_id is None else {"user": {"id": str(user_id)}}),
    }
