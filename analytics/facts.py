"""What is counted of rebuilds, and facts of histories for whoever watches the site."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from analytics.models import HistoryMark

REBUILDS = Histogram(
    "pandaledger_rebuild_seconds",
    "Rebuilds of a stored history, and how long they took.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FAILURES = Counter("pandaledger_rebuild_failures", "Histories and figures that the engine could not compute.")


def analytics_facts() -> Iterator[Metric]:
    dirty = HistoryMark.objects.filter(dirty_from__isnull=False)
    found = dirty.aggregate(count=Count("pk"), oldest=Min("dirty_since"))
    oldest = found["oldest"]
    seconds = 0.0 if oldest is None else max(0.0, (timezone.now() - oldest).total_seconds())
    yield GaugeMetricFamily("pandaledger_marks_waiting", "Histories that wait for a rebuild.", value=found["count"])
    yield GaugeMetricFamily("pandaledger_oldest_mark_seconds", "For how long the oldest waits.", value=seconds)
