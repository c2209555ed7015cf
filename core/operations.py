"""What starts with the site so that it can be watched: counts, checks, lines of the log, reports of failures."""

from django.conf import settings

from core import metrics, request_log
from core.facts import core_facts
from core.health import register_checks
from core.reporting import start


def watch_site() -> None:
    request_log.connect()
    register_checks()
    metrics.register(core_facts)
    if settings.SENTRY_DSN:
        start(settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT, release=f"pandaledger@{settings.VERSION}")
