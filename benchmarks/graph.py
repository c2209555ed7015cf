"""The figures of the 15-year graph through the whole HTTP stack: one server, a client that keeps its connection."""

import http.client
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from analytics.models import HistoryMark
from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.timing import Work, median
from core.models import ApiToken

OURS, TEXTBOOK = "/api/v1/analytics/net-worth/", "/textbook/net-worth/"
BY_HAND = "/textbook/net-worth-by-hand/"
SECONDS_TO_START = 60
IN_A_ROW = 5


def graph_compare(portfolio: Portfolio, report: Report, *, runs: int) -> None:
    _, key = ApiToken.issue(portfolio.user, "benchmarks")
    with server() as port:
        client = http.client.HTTPConnection("127.0.0.1", port)

        def get(path: str, *, headers: dict[str, str] | None = None, status: int = 200) -> tuple[bytes, str]:
            client.request("GET", path, headers={"Authorization": f"Token {key}", **(headers or {})})
            response = client.getresponse()
            body = response.read()
            if response.status != status:
                raise SystemExit(f"{path} answered {response.status}: {body[:200]!r}")
            return body, response.headers["ETag"]

        body, etag = get(OURS)
        works: dict[str, Work] = {
            "graph_http": lambda: get(OURS),
            "graph_http_gzip": lambda: get(OURS, headers={"Accept-Encoding": "gzip"}),
            "graph_http_304": lambda: get(OURS, status=304, headers={"If-None-Match": etag}),
            "textbook": lambda: get(TEXTBOOK),
            "by_hand": lambda: get(BY_HAND),
            "floor": lambda: get(f"/floor/net-worth/{portfolio.user.pk}/{len(body)}/"),
        }
        times = in_rounds(works, rounds=runs)
        for name in ("graph_http", "graph_http_gzip", "graph_http_304"):
            report.compare(name, times[name], times["textbook"])
        report.compare("graph_http_by_hand", times["graph_http"], times["by_hand"])
        first = median(lambda: get(OURS), before=lambda: as_if_rebuilt(portfolio), runs=runs * 3)
        report.compare("graph_http_first", first, times["textbook"])
        report.above("graph_http_first_floor", first, times["floor"])
        report.value("graph_http_bytes", len(body), "bytes")
        client.close()


def in_rounds(works: dict[str, Work], *, rounds: int) -> dict[str, float]:
    """Medians in milliseconds. Each is asked several times in a row, as by people, and all take turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            work()
            for _ in range(IN_A_ROW):
                start = time.perf_counter()
                work()
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def as_if_rebuilt(portfolio: Portfolio) -> None:
    """Nothing that the server keeps of the history holds any longer."""
    HistoryMark.objects.filter(user=portfolio.user).update(version=secrets.randbits(62))


@contextmanager
def server() -> Iterator[int]:
    """The port of a production server, which is stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    options = ["--workers", "1", "--blocking-threads", "1", "--log-level", "warning", "--no-ws"]
    process = subprocess.Popen(
        [*command, *options, "pandaledger.wsgi:application"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"},
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start within {SECONDS_TO_START} seconds.")
