"""What goes of analytics when a person is erased; connected by the app."""

from typing import Any

from django.dispatch import receiver

from analytics.models import AllocationTarget, HistoryMark, HistoryYear
from core.erasure import rows_erase
from core.signals import person_erasing

TABLES = ((AllocationTarget, "user"), (HistoryYear, "user"), (HistoryMark, "user"))


@receiver(person_erasing)
def analytics_erase(user_id: int, **_: Any) -> None:
    rows_erase(TABLES, user_id=user_id)
