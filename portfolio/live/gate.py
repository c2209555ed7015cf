"""The gate before the providers: an hourly budget and a circuit breaker, one for all threads, processes and hosts.

A provider's own threads must run in a copy of the context (`contextvars.copy_context`): the reserve travels in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portfolio.live import breaker
from portfolio.live.counts import FAULTS, SENT
from portfolio.models import PriceSource, ProviderState
from portfolio.providers.base import BudgetSpent, ProviderDown, ProviderError, RateLimited, Resting

FREE = frozenset({PriceSource.Provider.FIXED})
"""Providers that send no request."""
HOUR = timedelta(hours=1)
BURST = 5 / 18
"""The share of an hour's requests that may be sent at once: 100 of 360."""
QUOTES_RESERVE, SYNC_RESERVE = 40, 10
"""Requests that each leaves to those who cannot wait as well as it can."""
SCANTY_EVERY, SCANTY_RESERVE = timedelta(minutes=1), 5
"""How often quotes are asked for nevertheless while less than their reserve is left, and what they leave then: less
than histories do, which would take each request as it comes."""

_reserve: ContextVar[float] = ContextVar("reserve", default=0)


def hourly_limit(provider: str) -> int:
    limits = {"yahoo": settings.YAHOO_REQUESTS_PER_HOUR, "mfapi": settings.MFAPI_REQUESTS_PER_HOUR}
    return int(limits[provider])


@contextmanager
def asking(provider: str, *, reserve: float = 0, is_telling: bool = True) -> Iterator[None]:
    """Ask a provider inside: refused with Resting while it rests; what it does there decides whether it shall.

    reserve: how many requests must stay in the budget for others, by the measure of a burst of 100.
    is_telling: False for what says nothing of prices, such as headlines.
    """
    if provider in FREE:
        yield
        return
    refuse_if_off(provider)
    is_probe = breaker.enter(provider)
    before = _reserve.set(reserve)
    try:
        yield
    except ProviderError as error:
        _note(provider, error, is_probe=is_probe, is_telling=is_telling)
        raise
    else:
        _note(provider, None, is_probe=is_probe, is_telling=is_telling)
    finally:
        _reserve.reset(before)


def _note(provider: str, error: ProviderError | None, *, is_probe: bool, is_telling: bool) -> None:
    """An error of one symbol is an answer, too. That it asks to be left alone holds for all that it does."""
    is_limit = isinstance(error, RateLimited)
    if error is not None and not isinstance(error, (Resting, BudgetSpent)):
        FAULTS.labels(provider, error.code).inc()
    if isinstance(error, (Resting, BudgetSpent)) or not (is_telling or is_limit):
        breaker.leave(provider, is_probe=is_probe)
    elif isinstance(error, ProviderDown):
        breaker.note_failure(provider, error, is_probe=is_probe)
    else:
        breaker.note_success(provider, is_probe=is_probe)


def refuse_if_off(provider: str) -> None:
    if not settings.LIVE_PRICES:
        raise Resting(f"{provider} is not asked: LIVE_PRICES is off.")


def spend(provider: str, reserve: float | None = None, *, is_sent: bool = False) -> None:
    """Take one request out of the budget, or raise BudgetSpent. Not inside a transaction, which would hold its lock.

    is_sent: it was sent already, so it counts even where none is left, and the next ones wait the longer.
    """
    if provider in FREE:
        return
    refuse_if_off(provider)
    had_connection = connection.connection is not None
    try:
        _spend(provider, _reserve.get() if reserve is None else reserve, is_sent=is_sent)
    finally:
        if not had_connection:  # a thread of the provider's, which does not close what it does not know of
            connection.close()


def _spend(provider: str, reserve: float, *, is_sent: bool) -> None:
    with transaction.atomic(durable=True):
        state = breaker.locked_state(provider)
        now, limit = timezone.now(), hourly_limit(provider)
        allowance, counted_at = tokens(state, now, limit=limit)
        missing = 0 if is_sent else _needed(reserve, limit) - allowance
        state.allowance, state.counted_at = allowance - (missing <= 0), counted_at
        state.save(update_fields=["allowance", "counted_at"])
    if missing <= 0:
        SENT.labels(provider).inc()
    else:
        seconds = missing * HOUR.total_seconds() / (limit * (1 - BURST))
        seconds += max(0.0, (counted_at - now).total_seconds())
        what = "are used up" if allowance < 1 else "that are left are kept for what cannot wait"
        raise BudgetSpent(f"The hourly requests to {provider} {what}.", retry_after=seconds)


def _needed(reserve: float, limit: int) -> float:
    """What must be there for one request; where a burst is smaller, so is the reserve."""
    return 1 + reserve * min(1, limit * BURST / 100)


def has_room(state: ProviderState, now: datetime) -> bool:
    """Whether quotes may be asked for: it does not rest, and one request is left beside the reserve."""
    limit = hourly_limit(state.provider)
    allowance, _ = tokens(state, now, limit=limit)
    return allowance >= _needed(quotes_reserve(state, now), limit) and not breaker.rests(state.open_until, now)


def quotes_reserve(state: ProviderState, now: datetime) -> int:
    """What quotes leave to others: much, unless they have not been asked for in a while."""
    is_recent = state.refreshed_at is not None and timedelta(0) <= now - state.refreshed_at < SCANTY_EVERY
    return QUOTES_RESERVE if is_recent else SCANTY_RESERVE


def tokens(state: ProviderState, now: datetime, *, limit: int) -> tuple[float, datetime]:
    """Requests that may be sent now, and up to when they are counted.

    A token bucket: what can be taken out in any hour is a burst and the refill of an hour, together the limit. Where
    the clock goes back, or another host's is ahead, nothing is added until time has caught up. After a correction of
    more than an hour that would be too long a wait: it starts again, with nothing in the bucket.
    """
    burst = limit * BURST
    if state.counted_at is None:
        return burst, now
    if state.counted_at - now > HOUR:
        return 0.0, now
    elapsed = max(timedelta(0), now - state.counted_at)
    added = elapsed / HOUR * (limit - burst)
    return min(burst, state.allowance + added), state.counted_at + elapsed


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a provider does. since, retry_at: of a rest.

    state: ok; saving (few requests are left, so quotes come once a minute); budget_spent; resting (after failures);
    half_open (the rest is over, and the next question is the probe); off.
    """

    provider: str
    state: str
    requests_left: int
    since: datetime | None = None
    retry_at: datetime | None = None
    last_ok_at: datetime | None = None
    error_code: str = ""
    last_error: str = ""


def provider_states() -> list[State]:
    """Of all providers that are asked over the network, with one query."""
    rows = {row.provider: row for row in ProviderState.objects.all()}
    names = [name for name in PriceSource.Provider.values if name not in FREE]
    return [_state_of(rows.get(name) or ProviderState(provider=name)) for name in names]


def _state_of(row: ProviderState) -> State:
    now, limit = timezone.now(), hourly_limit(row.provider)
    allowance, _ = tokens(row, now, limit=limit)
    failed = settings.LIVE_PRICES and row.open_until is not None
    return State(
        provider=row.provider,
        state=_word(row, now, allowance=allowance, limit=limit),
        requests_left=max(0, int(allowance)),
        since=row.last_failed_at if failed else None,
        retry_at=row.open_until if failed and breaker.rests(row.open_until, now) else None,
        last_ok_at=row.last_ok_at,
        error_code=row.error_code,
        last_error=row.last_error,
    )


def _word(row: ProviderState, now: datetime, *, allowance: float, limit: int) -> str:
    if not settings.LIVE_PRICES:
        return "off"
    if row.open_until is not None:
        return "resting" if breaker.rests(row.open_until, now) else "half_open"
    if allowance < 1:
        return "budget_spent"
    return "ok" if allowance >= _needed(QUOTES_RESERVE, limit) else "saving"
