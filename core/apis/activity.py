"""GET /activity/: who changed or deleted what, and what it was before."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers

from core.activity import kinds
from core.authentication import person_of
from core.days import EARLIEST_DAY
from core.filters import IsoDayFilter
from core.models import Activity, User
from core.selectors import activities_of

YOU, ADMINISTRATOR, PROGRAM, COMMAND = "you", "administrator", "program", "command"
LATEST_DAY = dt.date(9998, 12, 31)
_VALUES = {"type": "object", "additionalProperties": {}}


def _choices() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in kinds()]


@extend_schema_field(_VALUES)
class ValuesField(serializers.JSONField):
    """By name of the field."""


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    at = serializers.DateTimeField(help_text="When.")
    actor = serializers.SerializerMethodField(
        help_text="Who: `you`, an `administrator`, the `program` itself, or a `command` of whoever runs the server."
    )
    via = serializers.ChoiceField(choices=Activity.Via.choices, help_text="By which way.")
    key_name = serializers.CharField(help_text="The name of the key, where it was one.")
    request_id = serializers.CharField(help_text="The `X-Request-ID` of the request, the same for all it did.")
    action = serializers.ChoiceField(
        choices=Activity.Action.choices, help_text="What was done; what was `restored` was deleted before."
    )
    kind = serializers.ChoiceField(choices=_choices(), help_text="What it was done to.")
    object_id = serializers.IntegerField(help_text="Its id; of `prices` that of their asset.")
    label = serializers.CharField(help_text="What it was called then.")  # type: ignore[assignment]
    before = ValuesField(
        help_text="The old values: of a change those that it changed, of a delete all that were not empty. Amounts are "
        "text, accounts, categories and assets have their id and the name that they had."
    )
    after = ValuesField(help_text="The new values of a change.")

    class Meta:
        model = Activity
        fields = (
            "id", "at", "actor", "via", "key_name", "request_id", "action", "kind", "object_id", "label", "before",
            "after",
        )  # fmt: skip

    def get_actor(self, activity: Activity) -> str:
        """Nobody else is named: who may change what is yours is an administrator."""
        if activity.actor_id == activity.user_id:
            return YOU
        if activity.actor_id is None:
            return {Activity.Via.BACKGROUND: PROGRAM, Activity.Via.COMMAND: COMMAND}.get(
                Activity.Via(activity.via), ADMINISTRATOR
            )
        return ADMINISTRATOR


class ActivityFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=_choices, help_text="What it was done to.")
    object_id = filters.NumberFilter(
        decimal_places=0, min_value=0, max_value=2**63 - 1, help_text="Of one row; name its `kind` as well."
    )
    action = filters.ChoiceFilter(choices=Activity.Action.choices, help_text="What was done.")
    via = filters.ChoiceFilter(choices=Activity.Via.choices, help_text="By which way.")
    to = IsoDayFilter(method="until", help_text="The last day, in your time zone.")

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()

    def since(self, rows: QuerySet[Activity], _name: str, day: dt.date) -> QuerySet[Activity]:
        return rows.filter(at__gte=_beginning(self.request, day))

    def until(self, rows: QuerySet[Activity], _name: str, day: dt.date) -> QuerySet[Activity]:
        last = min(day, LATEST_DAY)
        return rows.filter(at__lt=_beginning(self.request, last + dt.timedelta(days=1)))


ActivityFilter.base_filters["from"] = IsoDayFilter(method="since", help_text="The first day, in your time zone.")


def _beginning(request: HttpRequest | None, day: dt.date) -> dt.datetime:
    zone = request.user.zone if request is not None and isinstance(request.user, User) else dt.UTC
    return dt.datetime.combine(min(max(day, EARLIEST_DAY), LATEST_DAY + dt.timedelta(days=1)), dt.time(), zone)


@extend_schema(summary="Who changed what")
class ActivitiesApi(generics.ListAPIView[Activity]):
    """Every edit and delete of your money data, newest first, with the values that were there before. What was made new
    is not in it, nor what the program works out from your data. It is kept for as long as you have an account, and
    nobody can change it."""

    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    ordering = "-id"

    def get_queryset(self) -> QuerySet[Any]:
        return activities_of(person_of(self.request))
