"""Who refreshes the quotes of a provider: one at a time of all threads, processes and hosts, and not too often."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.background import worker
from portfolio.live import gate
from portfolio.live.breaker import CLOCKS_DIFFER, locked_state
from portfolio.models import ProviderState

LEASE = timedelta(seconds=60)
"""Longer than a refresh takes; what died in the middle of one is replaced after it."""
REFRESH_EVERY = timedelta(seconds=10)


def may_refresh(state: ProviderState, now: datetime) -> bool:
    """Whether its quotes can be refreshed just now, in the background."""
    may_ask = state.provider in gate.FREE or (settings.LIVE_PRICES and gate.has_room(state, now))
    return may_ask and _is_free(state, now)


def _is_free(state: ProviderState, now: datetime, *, is_by_hand: bool = False) -> bool:
    """Nobody does, and the last refresh is long enough ago, which who asks by hand does not mind."""
    is_leased = state.lease_until is not None and now < state.lease_until <= now + LEASE + CLOCKS_DIFFER
    is_fresh = state.refreshed_at is not None and -CLOCKS_DIFFER <= now - state.refreshed_at < REFRESH_EVERY
    return not is_leased and (is_by_hand or not is_fresh)


def refresh_claim(provider: str, *, is_by_hand: bool = False) -> bool:
    """Of those who find the same quotes stale, one gets them."""
    with transaction.atomic(durable=True):
        state = locked_state(provider)
        now = timezone.now()
        if not _is_free(state, now, is_by_hand=is_by_hand):
            return False
        state.lease_owner, state.lease_until, state.refreshed_at = worker(), now + LEASE, now
        state.save(update_fields=["lease_owner", "lease_until", "refreshed_at"])
    return True


def refresh_renew(provider: str) -> None:
    """For who asks several times in one turn."""
    _mine(provider).update(lease_until=timezone.now() + LEASE)


def refresh_release(provider: str) -> None:
    _mine(provider).update(lease_owner="", lease_until=None)


def _mine(provider: str) -> "QuerySet[ProviderState]":
    return ProviderState.objects.filter(provider=provider, lease_owner=worker())
