"""Makes what is due of schedules, each day once, and remembers what failed so that all others go on."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.activity import edit_record
from core.activity_states import written
from core.days import today_for
from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.recurrence import MOST_AT_ONCE, Recurrence, Rows, rows_due

BATCH = 100
"""Rows that are looked up at once."""
RETRY_AFTER = timedelta(hours=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """The first day that could not be made, and why."""

    day: date
    reason: str


Make = Callable[[Rows, list[date]], Hindrance | None]
"""Makes what a row makes on each of some days, in their order; those before the one of the hindrance are made."""


def due_make(rows: QuerySet[Rows], make: Make[Rows]) -> bool:
    """One round of background work over all `rows`, each in a transaction of its own; False where nothing was due."""
    due = list(rows_due(rows, timezone.now()).values_list("pk", "user_id")[:BATCH])
    for pk, user_id in due:
        _one_make(rows.filter(pk=pk, user_id=user_id), make, user_id=user_id)
    return bool(due)


def row_make(row: Rows, make: Make[Rows]) -> None:
    """Make its due days, very many of them in several calls; call it with its person locked, and `row` read since."""
    today = today_for(row.user)
    if row.next_on is None or row.is_paused or row.next_on > today:
        return
    days = row.due_days(today)
    hindrance = make(row, days) if days else None
    last = days[-1] if days else row.next_on  # which somebody put where the schedule has no day: it would stay due
    row.go_on_from(row.schedule.after(last) if hindrance is None else hindrance.day)
    if hindrance is not None:
        row.last_error = f"{hindrance.day}: {hindrance.reason}"
        row.retry_at = timezone.now() + RETRY_AFTER
    row.save(update_fields=["next_on", "last_error", "retry_at"])


def row_skip(row: Recurrence, *, on: date | None) -> None:
    """Leave its next day out. on: which day that is, so that who asks twice does not leave out two."""
    if row.next_on is None:
        raise Conflict("It has ended: there is no next day.", code="ended")
    if on is not None and on != row.next_on:
        raise Conflict(f"The next day is {row.next_on}.", attr="on", code="other_day")
    skipped = row.next_on
    row.go_on_from(row.schedule.after(skipped))
    edit_record(row, before={"next_on": written(skipped)}, after={"next_on": written(row.next_on)})
    row.save(update_fields=["next_on", "last_error", "retry_at"])


def check_missed(row: Recurrence) -> None:
    """Refuse a first day so long ago that the days since then are more than are made at once."""
    missed = islice(row.schedule.days(row.starts_on, today_for(row.user)), MOST_AT_ONCE + 1)
    if len(list(missed)) > MOST_AT_ONCE and not row.is_paused:
        detail = f"From then to today there are more than {MOST_AT_ONCE} days of this schedule; start it later."
        raise InvalidInput(detail, attr="starts_on", code="too_many")


def check_schedule(row: Recurrence) -> None:
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise InvalidInput(f"Must not be before the first day, {row.starts_on}.", attr="ends_on", code="before")


def _one_make(rows: QuerySet[Rows], make: Make[Rows], *, user_id: int) -> None:
    try:
        with transaction.atomic():
            person_lock(user_id)
            for row in rows:  # as it is now: another process may just have made it
                row_make(row, make)
    except OperationalError:  # of the database, and of no single row: all of it is tried again at the next sweep
        raise
    except Exception as error:
        logger.exception("A day of a schedule of person %s could not be made", user_id)
        rows.update(last_error=f"{type(error).__name__}: {error}"[:2000], retry_at=timezone.now() + RETRY_AFTER)
