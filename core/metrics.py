"""What the site counts about itself, and how it is told to Prometheus: counts of all processes, and facts from rows.

Counts are kept in files that all web processes of `manage.py serve` share; under another server each has its own.
Facts that stand in rows, such as what waits, are read when somebody asks, by functions that apps register.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from shutil import rmtree

from django.db import Error
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library finds the folder of the shared counts; read when it is imported."""

Facts = Callable[[], Iterable[Metric]]

disable_created_metrics()

REQUESTS = Histogram(
    "pandaledger_request_seconds",
    "Requests, and how long they took.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
THROTTLED = Counter("pandaledger_throttled_requests", "Requests that were answered with 429.")
LOGIN_FAILURES = Counter("pandaledger_login_failures", "Wrong passwords and other log-ins that were refused.")
PIECES = Counter("pandaledger_background_pieces", "Pieces of background work that were done.", ("lane",))
BROKEN_PIECES = Counter("pandaledger_background_failures", "Times that background work stopped at an error.", ("lane",))

logger = logging.getLogger(__name__)
_sources: list[Facts] = []


def register(facts: Facts) -> None:
    if facts not in _sources:
        _sources.append(facts)


def told() -> bytes:
    """All of it, in Prometheus' text format."""
    registry = REGISTRY
    if os.environ.get(SHARED):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    rows = CollectorRegistry()
    rows.register(_Rows())
    return generate_latest(registry) + generate_latest(rows)


def shared_folder(data: Path, port: int) -> Path:
    """A new, empty one for the server at this port: counts begin with it, and two servers do not mix theirs."""
    folder = data / "metrics" / str(port)
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class _Rows(Collector):
    """The facts of all apps. Where the database cannot tell them, the counts are told nevertheless."""

    def collect(self) -> Iterator[Metric]:
        is_up = 1
        for facts in _sources:
            try:
                yield from list(facts())
            except Error:
                logger.exception("Facts for Prometheus could not be read")
                is_up = 0
        yield GaugeMetricFamily("pandaledger_database_up", "Whether the facts could be read.", value=is_up)
