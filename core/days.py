"""Which day it is for a person: days are theirs, in their time zone."""

from datetime import date

from django.utils import timezone

from core.models import User

EARLIEST_DAY = date(1900, 1, 1)


def today_for(user: User) -> date:
    return timezone.now().astimezone(user.zone).date()
