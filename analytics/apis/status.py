"""/analytics/status/: what is being rebuilt, since when, and what went wrong last."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.query import ReasonSerializer
from analytics.apis.summary import StaleSerializer
from analytics.models import HistoryMark
from analytics.summary import stale_holdings
from core.authentication import person_of
from core.days import today_for


class StatusApi(APIView):
    """The state of the stored history as it is, without bringing it up to date."""

    @extend_schema_serializer(component_name="Status")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField(allow_null=True, help_text="The last day that is built.")
        first_day = serializers.DateField(allow_null=True)
        currency = serializers.CharField()
        dirty_from = serializers.DateField(allow_null=True, help_text="The earliest day that is no longer true.")
        dirty_since = serializers.DateTimeField(allow_null=True)
        rebuilding = serializers.BooleanField()
        built_at = serializers.DateTimeField(allow_null=True)
        builds = serializers.IntegerField(help_text="How often the history was stored.")
        failures = serializers.IntegerField(help_text="Rebuilds that failed since the last one that did not.")
        last_error = serializers.CharField(allow_blank=True)
        stale = StaleSerializer(many=True)
        reasons = ReasonSerializer(many=True)

    @extend_schema(responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user = person_of(request)
        today = today_for(user)
        mark = HistoryMark.objects.filter(user=user).first() or HistoryMark(user=user)
        return Response(
            {
                "fresh": mark.is_fresh(today=today, currency=user.base_currency),
                "as_of": mark.built_through,
                "currency": mark.currency or user.base_currency,
                "rebuilding": bool(mark.lease_owner and not mark.failures),
                "stale": StaleSerializer(stale_holdings(user, today), many=True).data,
                **{
                    name: getattr(mark, name)
                    for name in (
                        "first_day",
                        "dirty_from",
                        "dirty_since",
                        "built_at",
                        "builds",
                        "failures",
                        "last_error",
                        "reasons",
                    )
                },
            }
        )
