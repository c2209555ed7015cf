"""The circuit breaker of a provider: after failures it is left alone, then one probe decides.

It is open while `open_until` has a value, also after that time: until a probe has succeeded.
"""

import logging
import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portfolio.models import ProviderState
from portfolio.providers.base import ProviderDown, RateLimited, Resting, TimedOut

AT_ONCE = (RateLimited, TimedOut)
"""Failures that open it the first time; others when they come in a row."""
IN_A_ROW = 3
FIRST_WAIT, LONGEST_WAIT, LONGEST_RETRY_AFTER = 5.0, 60.0, 900.0
CLOCKS_DIFFER = timedelta(minutes=1)
"""From host to host: what one with a clock that is ahead has just written is not from a time before a correction."""
LONGEST_REST = timedelta(seconds=LONGEST_RETRY_AFTER) + CLOCKS_DIFFER
"""What lies further ahead was written before the clock was put back."""
PROBE_TIME = timedelta(seconds=60)
"""Within which a probe has come to its end, or its process died and another may try."""

logger = logging.getLogger(__name__)


def locked_state(provider: str) -> ProviderState:
    """The row of a provider, made where there is none; for its own short transaction."""
    rows = ProviderState.objects.select_for_update()
    state = rows.filter(provider=provider).first()
    if state is None:
        ProviderState.objects.bulk_create([ProviderState(provider=provider)], ignore_conflicts=True)
        state = rows.get(provider=provider)
    return state


def rests(open_until: datetime | None, now: datetime) -> bool:
    return open_until is not None and now < open_until <= now + LONGEST_REST


def enter(provider: str) -> bool:
    """Whether this is the probe; Resting where it is not the time. Of several who come at that time, one may."""
    now = timezone.now()
    open_until = ProviderState.objects.filter(provider=provider).values_list("open_until", flat=True).first()
    if open_until is None:
        return False
    if not rests(open_until, now):
        is_mine = ProviderState.objects.filter(provider=provider, open_until=open_until)
        if is_mine.update(open_until=now + PROBE_TIME):
            return True
        open_until = now + PROBE_TIME
    seconds = (open_until - now).total_seconds()
    raise Resting(f"{provider} failed and is left alone until {open_until:%H:%M:%S} UTC.", retry_after=seconds)


def leave(provider: str, *, is_probe: bool) -> None:
    """Nothing was asked: where it was to be the probe, another may be."""
    if is_probe:
        ProviderState.objects.filter(provider=provider).update(open_until=timezone.now())


def note_success(provider: str, *, is_probe: bool) -> None:
    """Closes it, unless it was opened by others while this was under way."""
    with transaction.atomic(durable=True):
        state = locked_state(provider)
        state.last_ok_at = timezone.now()
        if is_probe or state.open_until is None:
            state.failures, state.open_until = 0, None
            state.error_code = state.last_error = ""
        state.save(update_fields=["last_ok_at", "failures", "open_until", "error_code", "last_error"])
    if is_probe:
        logger.info("%s answers again", provider)


def note_failure(provider: str, error: ProviderDown, *, is_probe: bool) -> None:
    with transaction.atomic(durable=True):
        state = locked_state(provider)
        was_open = state.open_until is not None
        state.last_failed_at = timezone.now()
        state.error_code, state.last_error = error.code, str(error)[:2000]
        if is_probe or not was_open:  # of those that fail together, one counts
            _count(state, error)
        else:
            _open_for(state, _asked_for(error))
        state.save(update_fields=["failures", "open_until", "last_failed_at", "error_code", "last_error"])
    if state.open_until is not None and not was_open:
        logger.warning("%s is left alone for a while (%s: %s)", provider, error.code, error)


def _count(state: ProviderState, error: ProviderDown) -> None:
    state.failures = max(state.failures + 1, IN_A_ROW if isinstance(error, AT_ONCE) else 0)
    if state.failures >= IN_A_ROW:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(state.failures - IN_A_ROW, 16))
        state.open_until = None
        _open_for(state, max(wait * random.uniform(0.8, 1), _asked_for(error)))


def _asked_for(error: ProviderDown) -> float:
    return min(error.retry_after or 0.0, LONGEST_RETRY_AFTER)


def _open_for(state: ProviderState, seconds: float) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    state.open_until = until if state.open_until is None else max(until, state.open_until)
