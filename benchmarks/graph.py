"""The figures of the 15-year graph through the whole HTTP stack: one server, a client that keeps its connection."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.timing import alternate, median
from core.models import ApiToken

OURS, TEXTBOOK = "/api/v1/analytics/net-worth/", "/textbook/net-worth/"
BY_HAND = "/textbook/net-worth-by-hand/"
SECONDS_TO_START = 60


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
        ours, theirs = alternate(lambda: get(OURS), lambda: get(TEXTBOOK), runs=runs)
        report.compare("graph_http", ours, theirs)
        report.compare("graph_http_by_hand", ours, median(lambda: get(BY_HAND), runs=runs))
        floor = f"/floor/net-worth/{portfolio.user.pk}/{len(body)}/"
        report.above("graph_http_floor", ours, median(lambda: get(floor), runs=runs * 3))
        zipped = median(lambda: get(OURS, headers={"Accept-Encoding": "gzip"}), runs=runs * 3)
        report.compare("graph_http_gzip", zipped, theirs)
        known = median(lambda: get(OURS, status=304, headers={"If-None-Match": etag}), runs=runs * 3)
        report.compare("graph_http_304", known, theirs)
        report.value("graph_http_bytes", len(body), "bytes")
        client.close()


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
