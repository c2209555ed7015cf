"""Counting for all processes and hosts together: within a window of time, or as attempts with a growing delay."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from core.models import RateCount

PURGE_EVERY = 600.0
PURGED_AT_ONCE = 500
Value = str | int | datetime
_TABLE = RateCount._meta.db_table
_COUNT_UP = f"""
    INSERT INTO {_TABLE} (key, count, ends_at) VALUES (%(key)s, %(by)s, %(ends_at)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN {_TABLE}.ends_at <= %(now)s THEN 0 ELSE {_TABLE}.count END + excluded.count,
        ends_at = CASE WHEN {_TABLE}.ends_at > %(now)s AND %(extends)s = 0
                  THEN {_TABLE}.ends_at ELSE excluded.ends_at END
    RETURNING count, ends_at
"""


@dataclass(frozen=True, slots=True)
class Count:
    """count: with what was just added. ends_at: when it begins at nothing again."""

    count: int
    ends_at: datetime

    @property
    def seconds_left(self) -> int:
        return seconds_until(self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How long who fails must wait. `free` failures cost nothing; each further one the next delay, at last the last.

    delays: two or more.
    forgotten_after: without any attempt, all is forgotten.
    """

    free: int
    delays: Sequence[timedelta]
    forgotten_after: timedelta = timedelta(hours=12)

    def after(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta(0)
        return self.delays[min(failures - self.free, len(self.delays) - 1)]


def key_of(*parts: object) -> str:
    """A digest of what is limited and for whom, which tells nobody who does not have the site's secret key."""
    return salted_hmac("core.limits", "\n".join(map(str, parts)), algorithm="sha256").hexdigest()


def count_up(key: str, *, window: timedelta, by: int = 1) -> Count:
    """Add to what was counted since the window began, in one statement; a window begins with its first count.

    Outside of any transaction, here as below: one that is rolled back would take the count with it.
    """
    return _count_up(key, window, by=by)


def attempt_begin(key: str, delays: Delays) -> int:
    """Count an attempt as failed before it is known whether it is; 0, or the seconds after which it may be made.

    Counted before rather than after, so that of many that come at the same moment no more than are allowed are made.
    """
    now, steps = timezone.now(), range(len(delays.delays))
    ends_at = now + delays.forgotten_after
    untils = {f"until_{step}": _stored(ends_at - delays.delays[step]) for step in steps}
    rows = _run(_attempt(delays), key=key, now=_stored(now), ends_at=_stored(ends_at), **untils)
    return 0 if rows else max(1, attempt_wait(key, delays))


def _attempt(delays: Delays) -> str:
    """`ends_at` says when the last attempt was made, so also until when the next one must wait."""
    *steps, last = range(len(delays.delays))
    waits = " ".join(f"WHEN {_TABLE}.count <= {delays.free + step} THEN %(until_{step})s" for step in steps)
    return f"""
        INSERT INTO {_TABLE} (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN {_TABLE}.ends_at <= %(now)s THEN 0 ELSE {_TABLE}.count END + 1,
            ends_at = excluded.ends_at
        WHERE {_TABLE}.count < {delays.free} OR {_TABLE}.ends_at <= %(now)s
            OR {_TABLE}.ends_at <= CASE {waits} ELSE %(until_{last})s END
        RETURNING count
    """


def attempt_wait(key: str, delays: Delays) -> int:
    """Seconds until an attempt may be made, without making one."""
    row = RateCount.objects.filter(key=key, ends_at__gt=timezone.now()).first()
    if row is None:
        return 0
    return seconds_until(row.ends_at - delays.forgotten_after + delays.after(row.count))


def attempt_fail(key: str, delays: Delays) -> None:
    """Count a failure afterwards, of what many attempt at the same time with right."""
    _count_up(key, delays.forgotten_after, extends=1)


def forget(*keys: str) -> None:
    RateCount.objects.filter(key__in=keys).delete()


def seconds_until(moment: datetime) -> int:
    return max(0, math.ceil((moment - timezone.now()).total_seconds()))


class Purge:
    """Work of the background: rows of windows that are over go, now and then."""

    def __init__(self) -> None:
        self.next_at = 0.0

    def __call__(self) -> bool:
        if time.monotonic() < self.next_at:
            return False
        over = RateCount.objects.filter(ends_at__lte=timezone.now()).values("key")[:PURGED_AT_ONCE]
        deleted, _ = RateCount.objects.filter(key__in=list(over.values_list("key", flat=True))).delete()
        if deleted < PURGED_AT_ONCE:
            self.next_at = time.monotonic() + PURGE_EVERY
        return deleted > 0


def _count_up(key: str, window: timedelta, *, by: int = 1, extends: int = 0) -> Count:
    now = timezone.now()
    times = {"now": _stored(now), "ends_at": _stored(now + window)}
    (row,) = _run(_COUNT_UP, key=key, by=by, extends=extends, **times)
    return Count(row[0], _instant(row[1]))


def _run(statement: str, **values: Value) -> list[tuple[int, object]]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[int, object]] = cursor.fetchall()
    return rows


def _stored(moment: datetime) -> Value:
    """As a parameter of a statement of our own."""
    stored: str | datetime = connection.ops.adapt_datetimefield_value(moment) or moment
    return stored


def _instant(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else parse_datetime(str(value))
    if moment is None:
        raise ValueError(f"{value!r} is not an instant.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite has no zones
