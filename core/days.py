"""Which day it is for a person: days are theirs, in their time zone."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from core.models import User

EARLIEST_DAY = date(1900, 1, 1)
_FARTHEST_EAST = timedelta(hours=14)


def today_for(user: User) -> date:
    return timezone.now().astimezone(user.zone).date()


def latest_today(now: datetime) -> date:
    """The day where it is latest: nobody's day is after it."""
    return (now.astimezone(UTC) + _FARTHEST_EAST).date()
