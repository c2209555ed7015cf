"""When a source is due again: after the next close of its market, or sooner where something went wrong."""

import random
from datetime import datetime, timedelta

from portfolio.live import hours
from portfolio.models import Asset, PriceSource

A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = timedelta(hours=3)
"""Between two looks for a close that should be there."""
GIVEN_UP = timedelta(days=7)
"""What had no close for so long is not traded; it is asked for once a session."""
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=15), timedelta(minutes=10)
FIRST_RECHECK, LONGEST_RECHECK = timedelta(minutes=10), timedelta(hours=6)


def due_after_success(source: PriceSource, asset: Asset, now: datetime) -> datetime | None:
    """None where nobody needs newer closes. asset: with the closes that have just come."""
    if source.wanted_from is not None and (source.fetched_from is None or source.wanted_from < source.fetched_from):
        return now
    if not source.is_held:
        return None
    due = hours.next_sync_at(source, now)
    last = hours.last_session_day(source, now)
    if asset.prices_to is not None and last - GIVEN_UP <= asset.prices_to < last:
        due = min(due, now + LATE)
    return due + random.random() * 10 * A_MINUTE


def due_after_failure(failures: int, now: datetime, *, is_down: bool) -> datetime:
    """failures: in a row, with this one. is_down: it is the provider that fails, and not one symbol."""
    return now + _grown(FIRST_RETRY, failures, longest=LONGEST_RETRY if is_down else LONGEST_RECHECK)


def due_after_refusal(failures: int, now: datetime) -> datetime:
    """The answer was not believed: it takes its sender minutes to hours to put that right."""
    return now + _grown(FIRST_RECHECK, failures, longest=LONGEST_RECHECK)


def due_after_unknown(failures: int, now: datetime) -> datetime:
    """On another hour, then once a day."""
    return now + (AN_HOUR if failures < 2 else A_DAY) * random.uniform(1, 1.1)


def _grown(first: timedelta, failures: int, *, longest: timedelta) -> timedelta:
    doubled: timedelta = first * 2 ** min(failures - 1, 16)
    return min(doubled, longest) * random.uniform(0.7, 1)
