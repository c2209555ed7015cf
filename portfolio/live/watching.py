"""What people look at: noted in memory by readers, written down by the lane that asks for quotes."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from core import background
from core.packed import any_of
from portfolio.lanes import QUOTES

WAKE_EVERY = timedelta(seconds=10)
WATCHED_FOR = timedelta(minutes=2)
"""How long after the last look a price is kept fresh."""
NOTED_EVERY = timedelta(seconds=30)

_lock = threading.Lock()
_seen: set[int] = set()
_woken_at: datetime | None = None


def watch(asset_ids: Iterable[int]) -> None:
    """Somebody looks at these assets just now: their prices are kept fresh for a while. Writes nothing."""
    global _woken_at
    now = timezone.now()
    with _lock:
        _seen.update(asset_ids)
        is_awake = not _seen or (_woken_at is not None and timedelta(0) <= now - _woken_at < WAKE_EVERY)
        if not is_awake:
            _woken_at = now
    if not is_awake:
        background.wake(QUOTES)


def watched_persist() -> None:
    """Write down what this process saw, so that the one that asks next knows of it, too."""
    with _lock:
        ids = sorted(_seen)
        _seen.clear()
    if ids:
        watched_note(ids)


def watched_note(ids: list[int]) -> None:
    """One statement, which changes nothing where it was noted just now; assets of no provider are left out."""
    now = timezone.now()
    is_meant, params = any_of("source.asset_id", ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portfolio_quote (asset_id, problem, watched_at) "
            f"SELECT source.asset_id, '', %s FROM portfolio_pricesource source WHERE {is_meant} "
            "ORDER BY source.asset_id "  # two processes lock the rows in the same order
            "ON CONFLICT (asset_id) DO UPDATE SET watched_at = excluded.watched_at "
            "WHERE portfolio_quote.watched_at IS NULL OR portfolio_quote.watched_at < %s",
            [_stored(now), *params, _stored(now - NOTED_EVERY)],
        )


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
