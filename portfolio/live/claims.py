"""Who refreshes the quotes of a provider: one at a time of all threads, processes and hosts, and not too often."""

import os
import socket
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portfolio.live import gate
from portfolio.live.breaker import locked_state
from portfolio.models import ProviderState

LEASE = timedelta(seconds=60)
"""Longer than a refresh takes; what died in the middle of one is replaced after it."""
REFRESH_EVERY = timedelta(seconds=10)


def may_refresh(state: ProviderState, now: datetime) -> bool:
    """Whether nobody does, the last one is long enough ago, and the provider may be asked."""
    if state.provider not in gate.FREE and not (settings.LIVE_PRICES and gate.has_room(state, now)):
        return False
    is_leased = state.lease_until is not None and now < state.lease_until <= now + LEASE
    is_fresh = state.refreshed_at is not None and timedelta(0) <= now - state.refreshed_at < REFRESH_EVERY
    return not is_leased and not is_fresh


def refresh_claim(provider: str) -> bool:
    """Of those who find the same quotes stale, one gets them."""
    with transaction.atomic(durable=True):
        state = locked_state(provider)
        now = timezone.now()
        if not may_refresh(state, now):
            return False
        state.lease_owner, state.lease_until, state.refreshed_at = _me(), now + LEASE, now
        state.save(update_fields=["lease_owner", "lease_until", "refreshed_at"])
    return True


def refresh_release(provider: str) -> None:
    mine = ProviderState.objects.filter(provider=provider, lease_owner=_me())
    mine.update(lease_owner="", lease_until=None)


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_native_id()}"
