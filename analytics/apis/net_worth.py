"""/analytics/net-worth/: what the person owned on every day."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.query import Range, RangeSerializer, ReasonSerializer, history_asked, range_of, validated
from analytics.apis.series import columns_at, dates_json, named_response, series_response
from analytics.engine.periods import INTERVALS, Interval
from analytics.history import History
from analytics.selectors import State, history_state
from core.authentication import person_of

SERIES = ("net_worth", "holdings", "cash", "other_assets", "liabilities", "invested", "net_contributions", "income")
CONFIDENCE = ("priced", "stale", "estimated")


class NetWorthApi(APIView):
    """Columnar series, one value a day (or of the last day of each week or month); null where it is not known."""

    has_etag = True

    class QuerySerializer(RangeSerializer):
        interval = serializers.ChoiceField(
            choices=INTERVALS, default="day", help_text="Each day, or the last one of each week or month."
        )

    @extend_schema_serializer(component_name="NetWorth")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of all amounts of this answer.")
        interval = serializers.ChoiceField(choices=INTERVALS, help_text="Of `dates`.")
        dates = serializers.ListField(child=serializers.DateField())
        series = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)), help_text=", ".join(SERIES)
        )
        confidence = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
            help_text="Shares of the gross value: " + ", ".join(CONFIDENCE),
        )
        reasons = ReasonSerializer(many=True)

    @extend_schema(summary="Net worth on every day", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        params = validated(self.QuerySerializer, request)
        asked = range_of(request, params)
        state = history_state(person_of(request))

        def answer() -> dict[str, Any]:
            history, reasons = history_asked(person_of(request), asked, state, series=SERIES + CONFIDENCE)
            return _answer(history, reasons, state=state, asked=asked, interval=params["interval"])

        if not asked.is_stored:
            return series_response(request, answer())
        return named_response(request, state.etag_of(asked.last(state.as_of)), answer)


def _answer(
    history: History | None, reasons: list[dict[str, str]], *, state: State, asked: Range, interval: Interval
) -> dict[str, Any]:
    head = {
        "fresh": state.fresh,
        "as_of": asked.last(state.as_of),
        "currency": asked.currency,
        "interval": interval,
        "reasons": reasons,
    }
    if history is None:
        return {**head, "dates": [], "series": {n: [] for n in SERIES}, "confidence": {n: [] for n in CONFIDENCE}}
    columns = columns_at(history.first, history.last, interval, history.series)
    return {
        **head,
        "dates": dates_json(history.first, history.last, interval),
        "series": {name: columns[name] for name in SERIES},
        "confidence": {name: columns[name] for name in CONFIDENCE},
    }
