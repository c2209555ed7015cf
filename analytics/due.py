"""The background work of analytics: claim one history that is due, rebuild it, and remember a failure."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analytics.failures import failure_note
from analytics.models import HistoryMark
from analytics.rebuild import history_rebuild
from core.background import worker
from core.models import User

logger = logging.getLogger(__name__)


def rebuild_due_history() -> bool:
    """Rebuild one history that is marked and that nobody is working on; False where there is none."""
    user = _claim(timezone.now())
    if user is None:
        return False
    try:
        history_rebuild(user)
    except Exception as error:  # whatever it is, the mark stays, says so, and is tried again later
        logger.exception("The history of person %s could not be rebuilt", user.pk)
        failure_note(user, error)
    else:
        _release(user)
    return True


def _due(now: datetime) -> Q:
    return Q(dirty_from__isnull=False) & (Q(lease_until=None) | Q(lease_until__lt=now))


def _claim(now: datetime) -> User | None:
    """Lease the oldest mark. A process that dies lets its lease run out, and the mark is found again."""
    if not HistoryMark.objects.filter(_due(now)).exists():  # without a lock: this is asked every few seconds
        return None
    with transaction.atomic():
        due = HistoryMark.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        mark = due.filter(_due(now)).order_by("dirty_since").first()
        if mark is None:
            return None
        mark.lease_owner = worker()
        mark.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
        mark.save(update_fields=["lease_owner", "lease_until"])
    return mark.user


def _release(user: User) -> None:
    """An edit that came in meanwhile left the mark: it is due again at once."""
    HistoryMark.objects.filter(user=user).update(lease_owner="", lease_until=None)
