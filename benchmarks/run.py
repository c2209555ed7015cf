"""The run of all benchmarks, in order."""

from django.conf import settings
from django.db import connection

from analytics.rebuild import history_rebuild
from benchmarks.dashboard import dashboard_compare
from benchmarks.edit import edit_compare
from benchmarks.everyday import everyday_compare
from benchmarks.graph import graph_compare
from benchmarks.imports import import_time
from benchmarks.maker import portfolio_make
from benchmarks.memory import peak_memory
from benchmarks.quotes import quotes_compare
from benchmarks.rebuild import kernel_compare, rebuild_compare, rebuild_time
from benchmarks.report import Report
from benchmarks.textbook.copy import tables_make


def run() -> list[str]:
    """What was promised and missed."""
    if connection.vendor != "postgresql" or settings.DEBUG:
        raise SystemExit("Run `make bench`: on Postgres, without DEBUG.")
    tables_make()
    report = Report()
    small = portfolio_make("small", assets=50, transactions=2_000)
    large = portfolio_make("large", assets=50, transactions=10_000)
    rebuild_compare("rebuild_2k", small, report, runs=7)
    rebuild_compare("rebuild_10k", large, report, runs=5)
    edit_compare("edit_to_fresh", large, report, runs=5)
    edit_compare("edit_to_fresh_2k", small, report, runs=7)
    graph_compare(large, report, runs=21)
    dashboard_compare(small, report, runs=7)
    kernel_compare(large, report, runs=30)
    report.value("peak_memory_10k", peak_memory(large.user.pk)[1], "MiB")
    import_time(large, report)
    quotes_compare(report)
    growth(report)
    everyday_compare(report, runs=9)
    return report.missed()


def growth(report: Report) -> None:
    """From 2,000 to 200,000 transactions, and from 10 to 500 assets."""
    for name, sizes in (
        ("transactions", ((50, 2_000), (50, 200_000))),
        ("assets", ((10, 10_000), (500, 10_000))),
    ):
        few, many = (portfolio_make(f"{name}{i}", assets=a, transactions=t) for i, (a, t) in enumerate(sizes))
        for portfolio in (few, many):
            history_rebuild(portfolio.user)
        report.above(f"growth_{name}", rebuild_time(many, runs=9), rebuild_time(few, runs=9))
        if name == "transactions":
            report.value("peak_memory_200k", peak_memory(many.user.pk)[1], "MiB")
