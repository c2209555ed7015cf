"""Make a person's stored history true: load, compute, save."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from analytics.engine.timeline import Timeline
from analytics.history import history_trim, history_write
from analytics.inputs import Inputs, inputs_load
from analytics.models import HistoryMark
from core.days import today_for
from core.models import User
from portfolio.models import Asset, Holding


def history_rebuild(user: User) -> bool:
    """Rebuild what is untrue or missing up to the person's today; False where another rebuild stored meanwhile."""
    seen, _ = HistoryMark.objects.get_or_create(user=user)
    today = today_for(user)
    if seen.is_fresh(today=today, currency=user.base_currency):
        return True
    extends = seen.built_through is None or seen.built_through < today
    with _closes_held(user.pk) if extends else nullcontext():
        inputs = inputs_load(user_id=user.pk, currency=user.base_currency, last=today)
        computed = None if inputs is None else inputs.timeline(_since(seen, user.base_currency, today))
        return _save(user, seen, inputs=inputs, computed=computed, today=today)


def _since(seen: HistoryMark, currency: str, today: date) -> date | None:
    """The earliest day to compute; None for all of them.

    A mark may be of a day to come: of an announced split, or of what was "today" before the person flew west.
    """
    if seen.first_day is None or seen.built_through is None or seen.currency != currency:
        return None
    next_day = seen.built_through + timedelta(days=1)
    return min(seen.dirty_from or next_day, next_day, today)


@contextmanager
def _closes_held(user_id: int) -> Iterator[None]:
    """Nobody writes closes of what the person holds, nor rates, until the days that are being added are stored.

    A new close marks only the days that are built already; it would go unseen while a day is being built.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on SQLite the transaction keeps every other writer out
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT 1 FROM {Asset._meta.db_table} WHERE asset_class = 'fx' OR id IN (SELECT asset_id "
                    f"FROM {Holding._meta.db_table} WHERE user_id = %s) ORDER BY id FOR SHARE",
                    [user_id],
                )
        yield


@transaction.atomic
def _save(user: User, seen: HistoryMark, *, inputs: Inputs | None, computed: Timeline | None, today: date) -> bool:
    """Store the days and what they are true for, unless someone else stored since `seen` was read."""
    mark = HistoryMark.objects.select_for_update().get(user=user)
    if mark.builds != seen.builds:
        return False
    if inputs is None or computed is None:
        history_trim(user_id=user.pk, first=None)
    else:
        history_write(user_id=user.pk, timeline=computed, keep_before=computed.first > inputs.first_day)
        history_trim(user_id=user.pk, first=inputs.first_day)
    mark.builds += 1
    mark.first_day = inputs.first_day if inputs else None
    mark.built_through, mark.built_at, mark.currency = today, timezone.now(), user.base_currency
    mark.reasons = inputs.reasons if inputs else []
    mark.lease_owner, mark.lease_until, mark.failures, mark.last_error = "", None, 0, ""
    if mark.generation == seen.generation:
        mark.dirty_from = mark.dirty_since = None
    mark.save()
    return True
