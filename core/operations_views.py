"""/healthz/live, /healthz/ready and /metrics: how the site does, for what runs it and for what watches it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from core import metrics
from core.health import FAILED, LATE, OK, Finding, findings
from core.watchers import may_watch, watcher


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; that is all it says, and nothing is asked of the database."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    found = findings()
    states = {finding.status for finding in found.values()}
    status = next(word for word in (FAILED, LATE, OK) if word in states | {OK})
    is_open = status != FAILED and may_watch(request)  # who asks is not asked of a database that does not answer
    checks = {name: _told(finding, with_facts=is_open) for name, finding in found.items()}
    return JsonResponse({"status": status, "checks": checks}, status=503 if status == FAILED else 200)


def _told(finding: Finding, *, with_facts: bool) -> dict[str, Any]:
    return {"status": finding.status, **(finding.facts or {} if with_facts else {})}


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    if not may_watch(request):
        if watcher(request) is not None:
            raise Http404
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(metrics.told(), content_type=CONTENT_TYPE_LATEST)
