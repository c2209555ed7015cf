"""Make a person's stored history true: load, compute, save."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from analytics.engine.timeline import Timeline
from analytics.facts import REBUILDS
from analytics.history import history_trim, history_write
from analytics.inputs import Inputs, inputs_load
from analytics.models import HistoryMark, HistoryYear
from core.days import today_for
from core.models import User
from portfolio.models import Asset, Holding


def history_rebuild(user: User) -> bool:
    """Rebuild what is untrue or missing up to the person's today.

    False where nothing was stored: another rebuild did so meanwhile, or the person is gone.
    """
    seen = _seen(user)
    user, today = seen.user, today_for(seen.user)
    if seen.is_fresh(today=today, currency=user.base_currency):
        return True
    with REBUILDS.time(), _sources_held(user.pk):
        inputs = inputs_load(user_id=user.pk, currency=user.base_currency, last=today)
        computed = None if inputs is None else inputs.timeline(_since(seen, user.base_currency, today))
        return _save(user, seen, inputs=inputs, computed=computed, today=today)


def _seen(user: User) -> HistoryMark:
    """The mark, and beside it the person as they were then: what the caller knows of them may be older."""
    marks = HistoryMark.objects.select_related("user").filter(user=user)
    seen = marks.first()
    if seen is None:
        HistoryMark.objects.bulk_create([HistoryMark(user=user)], ignore_conflicts=True)
        seen = marks.get()
    return seen


def _since(seen: HistoryMark, currency: str, today: date) -> date | None:
    """The earliest day to compute; None for all of them.

    A mark may be of a day to come: of an announced split, or of what was "today" before the person flew west.
    """
    if seen.first_day is None or seen.built_through is None or seen.currency != currency:
        return None
    next_day = seen.built_through + timedelta(days=1)
    return min(seen.dirty_from or next_day, next_day, today)


@contextmanager
def _sources_held(user_id: int) -> Iterator[None]:
    """Nobody writes closes of what the person holds, nor rates, nor erases the person, until the days are stored.

    A close marks those who hold the asset and have built its day. It would miss the day that is being built, and the
    person whose first purchase was not committed when it looked for holders.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on SQLite the transaction keeps every other writer out
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {User._meta.db_table} WHERE id = %s FOR KEY SHARE", [user_id])
                cursor.execute(
                    f"SELECT 1 FROM {Asset._meta.db_table} WHERE asset_class = 'fx' OR id IN (SELECT asset_id "
                    f"FROM {Holding._meta.db_table} WHERE user_id = %s) ORDER BY id FOR SHARE",
                    [user_id],
                )
        yield


def _save(user: User, seen: HistoryMark, *, inputs: Inputs | None, computed: Timeline | None, today: date) -> bool:
    """Store the days and what they are true for, unless someone else stored since `seen` was read."""
    if not _mark_stored(user, seen, inputs=inputs, today=today):
        return False
    if inputs is None or computed is None:
        HistoryYear.objects.filter(user=user).delete()
    else:
        history_write(user_id=user.pk, timeline=computed, keep_before=computed.first > inputs.first_day)
        if seen.first_day != inputs.first_day or seen.built_through != today:
            history_trim(user_id=user.pk, first=inputs.first_day, last=computed.last)
    return True


def _mark_stored(user: User, seen: HistoryMark, *, inputs: Inputs | None, today: date) -> bool:
    """Say on the mark what is being stored, which locks it; an edit that came in since `seen` stays noted."""
    unedited = Q(generation=seen.generation)
    marks = HistoryMark.objects.filter(user=user, builds=seen.builds)
    stored = marks.update(
        builds=seen.builds + 1,
        version=secrets.randbits(62),
        first_day=inputs.first_day if inputs else None,
        built_through=today,
        built_at=timezone.now(),
        currency=user.base_currency,
        reasons=inputs.reasons if inputs else [],
        lease_owner="",
        lease_until=None,
        failures=0,
        last_error="",
        dirty_from=Case(When(unedited, then=None), default=F("dirty_from")),
        dirty_since=Case(When(unedited, then=None), default=F("dirty_since")),
    )
    return stored == 1
