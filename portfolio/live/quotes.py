"""The work of the lane "quotes": what is watched and stale is asked for, each provider at most every ten seconds."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import Error
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portfolio.live import breaker, gate
from portfolio.live.claims import may_refresh, refresh_claim, refresh_release
from portfolio.live.keeping import Kept, quotes_keep
from portfolio.live.watching import WATCHED_FOR, watched_persist
from portfolio.models import PriceSource, ProviderState
from portfolio.providers.base import ProviderDown, RateLimited
from portfolio.providers.registry import provider_named

SECONDS = 20.0
"""For all requests of one refresh: less than its lease."""
MOST_SYMBOLS = 1000
"""Of one refresh; those that have waited longest come first."""

logger = logging.getLogger(__name__)


def refresh_due_quotes() -> bool:
    """Refresh what is due of each provider that may be asked; False where there was nothing to do."""
    watched_persist()
    refreshed = [_refresh_due(provider, reserve) for provider, reserve in _providers_due(timezone.now())]
    return any(refreshed)


def refresh(provider: str, sources: Sequence[PriceSource], *, reserve: float) -> Kept:
    """Ask for the quotes of these once, and keep what came; ProviderDown where nothing did."""
    symbols = list(dict.fromkeys(source.symbol for source in sources))
    with gate.asking(provider, reserve=reserve):
        answer = provider_named(provider).quotes(symbols, seconds=SECONDS)
    limited = next((error for error in answer.failed.values() if isinstance(error, RateLimited)), None)
    if limited is not None:  # it answered in part, and then asked to be left alone
        breaker.note_failure(provider, limited, is_probe=False)
    return quotes_keep(provider=provider, sources=sources, answer=answer)


def _providers_due(now: datetime) -> Iterator[tuple[str, int]]:
    """With what each refresh leaves of the budget."""
    names = sorted(set(_due(now).values_list("provider", flat=True)))
    states = {state.provider: state for state in ProviderState.objects.filter(provider__in=names)} if names else {}
    rows = (states.get(name) or ProviderState(provider=name) for name in names)
    return ((row.provider, gate.quotes_reserve(row, now)) for row in rows if may_refresh(row, now))


def _due(now: datetime) -> "QuerySet[PriceSource]":
    is_stale = Q(asset__quote__stale_at=None) | Q(asset__quote__stale_at__lte=now)
    return PriceSource.objects.filter(is_stale, asset__quote__watched_at__gte=now - WATCHED_FOR)


def _refresh_due(provider: str, reserve: int) -> bool:
    if not refresh_claim(provider):
        return False
    try:
        sources = _longest_due(provider)
        if sources:
            refresh(provider, sources, reserve=reserve)
    except ProviderDown as error:
        logger.debug("No quotes of %s: %s", provider, error)  # the gate has noted it
    except Error:
        raise
    except Exception as error:  # whatever it is, the next provider is not to suffer from it
        logger.exception("Quotes of %s could not be refreshed", provider)
        breaker.note_failure(provider, ProviderDown(f"{type(error).__name__}: {error}"), is_probe=False)
    finally:
        refresh_release(provider)
    return True


def _longest_due(provider: str) -> list[PriceSource]:
    due = _due(timezone.now()).filter(provider=provider).select_related("asset")
    return list(due.order_by(F("asset__quote__fetched_at").asc(nulls_first=True), "asset_id")[:MOST_SYMBOLS])
