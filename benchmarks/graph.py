"""The figures of the 15-year graph through the whole HTTP stack: one server, a client that keeps its connection."""

import secrets

from analytics.models import HistoryMark
from benchmarks.client import client_of, in_rounds
from benchmarks.maker import Portfolio
from benchmarks.report import Report
from benchmarks.timing import Work, median

OURS, TEXTBOOK = "/api/v1/analytics/net-worth/", "/textbook/net-worth/"
BY_HAND = "/textbook/net-worth-by-hand/"


def graph_compare(portfolio: Portfolio, report: Report, *, runs: int) -> None:
    with client_of(portfolio.user) as client:
        body, etag = client.get(OURS)
        works: dict[str, Work] = {
            "graph_http": lambda: client.get(OURS),
            "graph_http_gzip": lambda: client.get(OURS, headers={"Accept-Encoding": "gzip"}),
            "graph_http_304": lambda: client.get(OURS, status=304, headers={"If-None-Match": etag}),
            "textbook": lambda: client.get(TEXTBOOK),
            "by_hand": lambda: client.get(BY_HAND),
            "floor": lambda: client.get(f"/floor/net-worth/{portfolio.user.pk}/{len(body)}/"),
        }
        times = in_rounds(works, rounds=runs)
        for name in ("graph_http", "graph_http_gzip", "graph_http_304"):
            report.compare(name, times[name], times["textbook"])
        report.compare("graph_http_by_hand", times["graph_http"], times["by_hand"])
        first = median(lambda: client.get(OURS), before=lambda: as_if_rebuilt(portfolio), runs=runs * 3)
        report.compare("graph_http_first", first, times["textbook"])
        report.above("graph_http_first_floor", first, times["floor"])
        report.value("graph_http_bytes", len(body), "bytes")


def as_if_rebuilt(portfolio: Portfolio) -> None:
    """Nothing that the server keeps of the history holds any longer."""
    HistoryMark.objects.filter(user=portfolio.user).update(version=secrets.randbits(62))
