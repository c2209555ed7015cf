"""Who looks at the market has its assets made, its quotes kept fresh and its headlines asked for, all by the lane."""

import threading
from collections.abc import Collection

from django.conf import settings

from core import background
from portfolio.lanes import QUOTES
from portfolio.live.board import watch
from portfolio.market.items import ASSETS, SYMBOLS
from portfolio.market.news import news_refresh
from portfolio.models import Asset, PriceSource
from portfolio.services.seeding import assets_seed

_seen = threading.Event()


def market_watch(asset_ids: Collection[int]) -> None:
    """Somebody looks just now; asset_ids: of what is there already. Writes nothing."""
    _seen.set()
    watch(asset_ids)
    if len(asset_ids) < len(SYMBOLS):
        background.wake(QUOTES)


def market_refresh() -> bool:
    """What a look at the market needs beside its quotes; whether there are assets now that were not there."""
    if not settings.LIVE_PRICES or not _seen.is_set():
        return False
    _seen.clear()
    is_new = _assets_ensure()
    news_refresh()
    return is_new


def _assets_ensure() -> bool:
    assets = Asset.objects.filter(owner=None, symbol__in=SYMBOLS)
    if assets.filter(source__isnull=False).count() == len(SYMBOLS):
        return False
    is_new = assets_seed(provider=PriceSource.Provider.YAHOO, rows=ASSETS) > 0
    if is_new:
        watch(assets.values_list("pk", flat=True))
    return is_new
