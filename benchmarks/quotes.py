"""The figure of live prices: quotes of 500 assets from an upstream that takes 200 ms for each answer."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.test import override_settings

from benchmarks.report import Report
from benchmarks.timing import median, milliseconds
from portfolio.live import gate
from portfolio.live.quotes import refresh
from portfolio.live.watching import watched_note
from portfolio.models import Asset, PriceSource, ProviderState, Quote
from portfolio.providers import registry

ASSETS, LATENCY = 500, 200
SAMPLE = 25
"""Of the assets, those that the baseline asks for; the figure is for all of them, since each takes the same."""


def quotes_compare(report: Report) -> None:
    """Against one request after the other, over the same connection, each kept as it comes."""
    with upstream():
        sources = sources_make()
        ours = median(lambda: refresh("yahoo", sources, reserve=0), runs=5, before=lambda: forget_prices(sources))
        refuse_incomplete(sources)
        some = sources[:SAMPLE]
        forget_prices(some)
        one_by_one = milliseconds(lambda: [refresh("yahoo", [source], reserve=0) for source in some])
        refuse_incomplete(some)
    report.compare("quotes_500", ours, one_by_one / SAMPLE * ASSETS)


@contextmanager
def upstream() -> Iterator[None]:
    """A replica of Yahoo in a process of its own, to which the settings lead."""
    command = [sys.executable, "-m", "tests.upstream", "--latency", str(LATENCY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as replica:
        assert replica.stdout is not None
        told = dict(replica.stdout.readline().strip().split("=", 1) for _ in range(2))
        try:
            with override_settings(LIVE_PRICES=True, **told):
                registry.forget()
                yield
        finally:
            registry.forget()
            replica.terminate()


def sources_make() -> list[PriceSource]:
    assets = Asset.objects.bulk_create(
        Asset(symbol=f"SYM{number}", name=f"Share {number}", asset_class="stock", currency="USD")
        for number in range(ASSETS)
    )
    sources = [PriceSource(asset=asset, provider="yahoo", symbol=asset.symbol) for asset in assets]
    PriceSource.objects.bulk_create(sources)
    watched_note([asset.pk for asset in assets])
    return sources


def forget_prices(sources: Sequence[PriceSource]) -> None:
    """As before the first refresh, and with all of the budget."""
    Quote.objects.filter(asset__in=[source.asset_id for source in sources]).update(price=None, at=None, fetched_at=None)
    ProviderState.objects.update(allowance=gate.hourly_limit("yahoo") * gate.BURST)


def refuse_incomplete(sources: Sequence[PriceSource]) -> None:
    ids = [source.asset_id for source in sources]
    if Quote.objects.filter(asset__in=ids, price__isnull=False, problem="").count() != len(ids):
        raise SystemExit("Not all quotes have come.")
