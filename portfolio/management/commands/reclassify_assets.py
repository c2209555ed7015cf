"""`manage.py reclassify_assets`: ask the providers again what the assets of the catalogue are."""

import sys
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from core import background
from core.errors import ApplicationError
from portfolio.imports.progress import progress_on
from portfolio.live.gate import QUOTES_RESERVE
from portfolio.models import Asset, PriceSource
from portfolio.providers import registry
from portfolio.providers.base import ProviderDown, ProviderError
from portfolio.services.catalogue import asset_reclassify, profile_of

RESERVE = 2 * QUOTES_RESERVE
"""Nobody waits for this, so it leaves more of the hour's requests than prices do."""


class Command(BaseCommand):
    help = "Fills in name, class, sector and market-cap class of the catalogue's assets as their providers say now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbols", metavar="SYMBOL", nargs="*", help="only these; without any, all in order")
        parser.add_argument("--missing", action="store_true", help="only shares without a sector or market-cap class")
        parser.add_argument("--from", dest="start", metavar="SYMBOL", default="", help="go on from this one")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = _chosen(options["symbols"], missing=options["missing"], start=options["start"].upper())
        with background.by_hand():
            self._reclassify_all(sources)
            background.run_due()

    def _reclassify_all(self, sources: Sequence[PriceSource]) -> None:
        progress = progress_on(sys.stderr)
        changed = 0
        try:
            for number, source in enumerate(progress.rows("Asking", sources, total=len(sources))):
                try:
                    changed += self._reclassify(source)
                except ProviderDown as error:
                    rest = f"{len(sources) - number} remain: go on later with --from '{source.asset.symbol}'"
                    raise CommandError(f"{changed} assets changed; {rest}. {error}") from error
        finally:
            progress.done()
        self.stdout.write(f"{len(sources)} assets asked for, {changed} changed.")

    def _reclassify(self, source: PriceSource) -> bool:
        """Whether anything is different; what concerns one asset alone is said, and the next one is asked for."""
        try:
            profile = profile_of(source.provider, source.symbol, reserve=RESERVE)
            changes = asset_reclassify(asset=source.asset, profile=profile)
        except ProviderDown:
            raise
        except (ProviderError, ApplicationError) as error:
            self.stderr.write(f"{source.asset.symbol}: {error}")
            return False
        return bool(changes)


def _chosen(symbols: Sequence[str], *, missing: bool, start: str) -> list[PriceSource]:
    """In the order of their symbols, so that a later run can go on where this one stopped."""
    sources = PriceSource.objects.filter(asset__owner=None, provider__in=registry.SEARCHED, vanished_at=None)
    if symbols:
        wanted = {symbol.upper() for symbol in symbols}
        sources = sources.filter(asset__symbol__in=wanted)
        if unknown := wanted - set(sources.values_list("asset__symbol", flat=True)):
            raise CommandError(f"Not in the catalogue with a provider of prices: {', '.join(sorted(unknown))}.")
    if missing:
        stocks, reits = Q(asset__asset_class=Asset.Class.STOCK), Q(asset__asset_class=Asset.Class.REIT)
        sources = sources.filter((stocks & Q(asset__market_cap="")) | ((stocks | reits) & Q(asset__sector="")))
    return list(sources.filter(asset__symbol__gte=start).select_related("asset").order_by("asset__symbol"))
