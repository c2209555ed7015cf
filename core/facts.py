"""Facts of core for whoever watches the site: mail that waits, and lanes of background work that should run."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from core import background
from core.models import OutgoingMail


def mail_waiting() -> tuple[int, float]:
    """How many mails wait, and for how many seconds the oldest has."""
    found = OutgoingMail.objects.aggregate(count=Count("pk"), oldest=Min("created_at"))
    oldest = found["oldest"]
    return found["count"], 0.0 if oldest is None else max(0.0, (timezone.now() - oldest).total_seconds())


def core_facts() -> Iterator[Metric]:
    count, seconds = mail_waiting()
    yield GaugeMetricFamily("pandaledger_mails_waiting", "Mails that are not sent yet.", value=count)
    yield GaugeMetricFamily("pandaledger_oldest_mail_seconds", "For how long the oldest of them waits.", value=seconds)
    running = GaugeMetricFamily(
        "pandaledger_background_lane_up", "Whether a lane runs in the process that answers this.", labels=("lane",)
    )
    if settings.BACKGROUND == "thread":
        for lane in background.lanes():
            running.add_metric([lane.name], int(lane.is_alive))
    yield running
