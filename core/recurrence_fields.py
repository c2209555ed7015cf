"""The fields of a schedule in requests and answers, whatever it makes."""

from rest_framework import serializers

from core.recurrence import Recurrence
from core.serializers import DayField, Serializer

LONGEST_INTERVAL = 1_000


class RecurrenceSerializer(Serializer):
    frequency = serializers.ChoiceField(choices=Recurrence.Frequency.choices, required=False, help_text="Else monthly.")
    interval = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST_INTERVAL,
        help_text="Every so many days, weeks, months or years; else every one.",
    )  # fmt: skip
    starts_on = DayField(
        allow_future=True,
        help_text="The first day; days that have passed since are made at once. Of a month that is too short, the "
        "last day stands for it.",
    )
    ends_on = DayField(
        allow_future=True, required=False, allow_null=True, help_text="The last day on which it may be made."
    )
    is_paused = serializers.BooleanField(required=False, help_text="Days that pass meanwhile are left out.")
    next_on = serializers.DateField(read_only=True, allow_null=True, help_text="The day that is made next.")
    upcoming = serializers.ListField(child=serializers.DateField(), read_only=True, help_text="That and four more.")
    last_error = serializers.CharField(read_only=True, help_text="Why the next day, if it is due, is not made yet.")


SCHEDULE_FIELDS = ("frequency", "interval", "starts_on", "ends_on", "is_paused")
"""Those that are written."""


class SkipSerializer(Serializer):
    on = DayField(
        allow_future=True, required=False, help_text="Which day is the next: if it is another one, nothing happens."
    )
