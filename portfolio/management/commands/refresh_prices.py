"""`manage.py refresh_prices [SYMBOL ...]`: asks now for the prices of all that is held or looked at."""

import sys
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet
from django.utils import timezone

from core import background
from portfolio.imports.progress import Progress, progress_on
from portfolio.live import gate
from portfolio.live.claims import REFRESH_EVERY, refresh_claim, refresh_release, refresh_renew
from portfolio.live.keeping import Kept
from portfolio.live.quotes import refresh
from portfolio.live.watching import watched_note
from portfolio.market.items import SYMBOLS
from portfolio.models import PriceSource
from portfolio.providers.base import ProviderDown, Resting

WATCHED_LATELY = timedelta(days=1)
AT_ONCE = 200
"""Symbols between two steps of the progress bar: those of one request to Yahoo."""
PATIENCE = REFRESH_EVERY.total_seconds() + 5


class Command(BaseCommand):
    help = "Asks the providers now for the prices of what is held, was looked at today, or is of the market."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbols", metavar="SYMBOL", nargs="*", help="these alone, also where nobody holds them")

    def handle(self, *args: Any, **options: Any) -> None:
        by_provider = defaultdict(list)
        for source in wanted(options["symbols"]).select_related("asset").order_by("provider", "asset_id"):
            by_provider[source.provider].append(source)
        if not by_provider:
            self.stdout.write("There is nothing to refresh.")
        with background.by_hand():
            failures = [self._refresh(provider, sources) for provider, sources in by_provider.items()]
        if any(failures):
            raise CommandError("\n".join(filter(None, failures)))

    def _refresh(self, provider: str, sources: list[PriceSource]) -> str:
        """Says what came; why not all of it did, empty where nothing failed."""
        total, progress = Kept(), progress_on(sys.stderr)
        try:
            refresh_in_steps(provider, sources, total=total, progress=progress)
            failure = ""
        except ProviderDown as error:
            failure = str(error)
        finally:
            progress.done()
        for symbol, problem in sorted(total.problems.items()):
            self.stderr.write(f"{symbol}: {problem}")
        refused = f", {len(total.problems)} refused" if total.problems else ""
        self.stdout.write(f"{provider}: {total.believed} of {len(sources)} prices{refused}.")
        return failure or next((f"{symbol}: {error}" for symbol, error in total.missing.items()), "")


def wanted(symbols: list[str]) -> "QuerySet[PriceSource]":
    if not symbols:
        is_watched = Q(asset__quote__watched_at__gte=timezone.now() - WATCHED_LATELY)
        is_of_market = Q(asset__owner=None, symbol__in=SYMBOLS)
        return PriceSource.objects.filter(is_watched | is_of_market | Q(is_held=True))
    found = PriceSource.objects.filter(symbol__in=symbols)
    unknown = set(symbols) - set(found.values_list("symbol", flat=True))
    if unknown:
        raise CommandError(f"No asset gets its prices under {', '.join(sorted(unknown))}.")
    return found


def refresh_in_steps(provider: str, sources: list[PriceSource], *, total: Kept, progress: Progress) -> None:
    """While no other process asks for its quotes; what came is added to `total`."""
    await_turn(provider)
    try:
        watched_note([source.asset_id for source in sources])
        steps = [sources[start : start + AT_ONCE] for start in range(0, len(sources), AT_ONCE)]
        for step in progress.rows(provider, steps, total=len(steps)):
            refresh_renew(provider)
            total.add(refresh(provider, step, reserve=gate.SYNC_RESERVE))
    finally:
        refresh_release(provider)


def await_turn(provider: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not refresh_claim(provider, is_by_hand=True):
        if time.monotonic() > deadline:
            raise Resting(f"Another process is asking {provider} for prices just now.")
        time.sleep(0.2)
