"""What recurs: the columns that every schedule has, whatever it makes."""

from django.db import models
from django.db.models import F, Q


class Recurrence(models.Model):
    """A rule of days, counted from the first: `core.schedules` says which days these are.

    next_on: the day that is made next; null where the schedule has ended. A day is the person's, in their time zone.
    """

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

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(condition=Q(interval__gte=1), name="%(class)s_interval_is_positive"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
            ),
        )
