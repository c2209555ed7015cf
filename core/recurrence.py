"""What recurs: the columns that every schedule has, whatever it makes, and which rows are due."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q, QuerySet

from core.days import latest_today
from core.schedules import Schedule

MOST_AT_ONCE = 1_200
"""Days that are made in one database transaction: a hundred years of months, or more than three of days."""
UPCOMING = 5
"""Days that are shown ahead."""
_ONE_DAY = timedelta(days=1)


class Recurrence(models.Model):
    """A rule of days, counted from the first: `core.schedules` says which days these are.

    next_on: the day that is made next; null where the schedule has ended. A day is the person's, in their time zone.
    last_error, retry_at: why that day could not be made, and when to try again; empty and null where nothing failed.
    """

    user: Any
    """Whose it is: a foreign key of the model."""

    class Frequency(models.TextChoices):
        DAILY = "daily"
        WEEKLY = "weekly"
        MONTHLY = "monthly"
        YEARLY = "yearly"

    frequency = models.CharField(max_length=7, choices=Frequency, default=Frequency.MONTHLY)
    interval = models.PositiveSmallIntegerField(default=1, help_text="Every so many days, weeks, months or years.")
    starts_on = models.DateField(help_text="The first day; of a month that is too short, the last day stands for it.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day on which it may be made.")
    is_paused = models.BooleanField(default=False, help_text="Days that pass meanwhile are left out.")
    next_on = models.DateField(null=True, editable=False)
    last_error = models.TextField(blank=True, editable=False, help_text="Why the last day could not be made.")
    retry_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(condition=Q(interval__gte=1), name="%(class)s_interval_is_positive"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
            ),
        )

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.frequency, self.interval, self.starts_on, self.ends_on)

    @property
    def upcoming(self) -> list[date]:
        """The next days, of which the first may be due already; none while it is paused."""
        return self._days_until(date.max, UPCOMING)

    def due_days(self, today: date) -> list[date]:
        """Those to be made now, in their order; of very many the first ones."""
        return self._days_until(today, MOST_AT_ONCE)

    def go_on_from(self, day: date | None) -> None:
        """All before `day` is made or left out; None: that was all."""
        self.next_on, self.last_error, self.retry_at = day, "", None

    def _days_until(self, last: date, most: int) -> list[date]:
        if self.next_on is None or self.is_paused:
            return []
        return list(islice(self.schedule.days(self.next_on, last), most))


Rows = TypeVar("Rows", bound=Recurrence)


def rows_due(rows: QuerySet[Rows], now: datetime) -> QuerySet[Rows]:
    """Those of `rows` whose next day has begun where their person is; one look at an index where nobody's is near.

    What failed is left out until it is to be tried again.
    """
    is_ready = Q(retry_at=None) | Q(retry_at__lte=now)
    near = rows.filter(is_ready, is_paused=False, next_on__lte=latest_today(now))
    zones: defaultdict[date, list[str]] = defaultdict(list)
    for name in near.order_by().values_list("user__timezone", flat=True).distinct():
        zones[now.astimezone(ZoneInfo(name)).date()].append(name)
    if not zones:
        return rows.none()
    return near.filter(
        reduce(or_, (Q(next_on__lte=day, user__timezone__in=names) for day, names in zones.items()))
    ).order_by("next_on", "pk")


def next_after_change(before: Recurrence, after: Recurrence, *, last_made: date | None, today: date) -> date | None:
    """`next_on` of a schedule that was `before` and is `after`: an edit concerns only days to come.

    Days that were due already and could not be made yet stay due; nothing before them, and no day that was made or
    left out, comes back. last_made: the latest day of which something was made.
    """
    is_resumed = before.is_paused and not after.is_paused
    if after.schedule == before.schedule and not is_resumed:
        return before.next_on
    first_open = today if before.next_on is None or before.is_paused else min(before.next_on, today)
    done = (first_open - _ONE_DAY, before.schedule.before(before.next_on or date.max), last_made)
    return after.schedule.after(max(day for day in done if day is not None))
