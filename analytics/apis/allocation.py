"""/analytics/allocation/: how what is owned is divided, on one day and on every day."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.allocation import NOTHING, Composition, Share, WeightHistory, weights_at, weights_daily
from analytics.amounts import amount_of
from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.query import RangeSerializer, range_of, validated, window_asked
from analytics.apis.series import dates_json, kept_response
from analytics.definitions import MEANINGS
from analytics.engine.periods import INTERVALS, Interval
from analytics.panels import Window
from analytics.parts import By, Labels, Part, names_told
from analytics.selectors import history_state
from core.authentication import person_of
from core.errors import InvalidInput
from core.serializers import DayField, DecimalField

NO_HISTORY: dict[str, Any] = {"dates": [], "series": {}, "names": {}}
TOLD = ("symbol", "asset_class", "sector")


class PartsQuery(RangeSerializer):
    """Which parts are meant, at the end of which day."""

    by = serializers.ChoiceField(choices=By.choices, default=By.ASSET_CLASS, help_text="What the parts are.")
    as_of = DayField(required=False, help_text="The end of this day; the same as `to`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "as_of" in attrs and "to" in attrs:
            raise InvalidInput("Give either as_of or to.", attr="as_of")
        if "as_of" in attrs:
            attrs["to"] = attrs.pop("as_of")
        return super().validate(attrs)


class AllocationApi(APIView):
    """Weights are shares of what is owned; what is owed is told apart. On `as_of`, else on `to` or today."""

    has_etag = True

    class QuerySerializer(PartsQuery):
        history = serializers.BooleanField(default=False, help_text="Also the weights of every day, from `from` on.")
        interval = serializers.ChoiceField(
            choices=INTERVALS,
            default="day",
            help_text="Of the series: each day, or the last one of each week or month.",
        )

    @extend_schema_serializer(component_name="Allocation")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="AllocationPart")
        class PartSerializer(serializers.Serializer[Any]):
            key = serializers.CharField(help_text="The id of an asset or account, else the class, sector … itself.")
            name = serializers.CharField(help_text="Of the part, for people.")
            value = DecimalField(allow_null=True, help_text="What the part is worth; null where it is not known.")
            weight = serializers.FloatField(
                allow_null=True, help_text="Its value as a share of `gross`; null where there is none."
            )
            holdings = serializers.IntegerField(help_text="Of how many different assets it is made; money is none.")
            symbol = serializers.CharField(required=False, help_text="This and the next two where parts are assets.")
            asset_class = serializers.CharField(required=False, help_text="Of the asset.")
            sector = serializers.CharField(required=False, help_text="Of the asset; empty where none is known.")

        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        first = serializers.DateField(allow_null=True, help_text="Of the history.")
        last = serializers.DateField(allow_null=True, help_text="Of the history, and the day of the parts.")
        parts = PartSerializer(many=True, help_text="Largest first.")
        gross = DecimalField(allow_null=True, help_text="All that is owned: what the weights are shares of.")
        liabilities = DecimalField(allow_null=True, help_text="What is owed.")
        net_worth = DecimalField(allow_null=True, help_text=MEANINGS["net_worth"])
        reason = serializers.CharField(allow_null=True, help_text="Why there are no weights.")
        dates = serializers.ListField(
            child=serializers.DateField(), required=False, help_text="Of the series: with `history=true`."
        )
        series = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
            required=False, help_text="By the key of the part, the weights: with `history=true`.",
        )  # fmt: skip
        names = serializers.DictField(child=serializers.CharField(), required=False, help_text="By key.")

    @extend_schema(summary="How what is owned is divided", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, state = range_of(request, params), history_state(user)
        window = window_asked(user, asked, state)
        labels, accounts = names_told(window, params["by"])

        def answer() -> dict[str, Any]:
            return {
                **head_of(asked, state, window),
                "by": params["by"],
                **_parts_json(window, labels, params),
            }

        return kept_response(request, (asked.name(state), labels, accounts), answer)


def _parts_json(window: Window | None, labels: Labels, params: dict[str, Any]) -> dict[str, Any]:
    by, interval = params["by"], params["interval"]
    found = weights_at(window.portrait, by, labels) if window else NOTHING
    now = _composition_json(found, labels if by == By.ASSET else {})
    if not params["history"]:
        return now
    return now | (_history_json(weights_daily(window, by, labels, interval), interval) if window else NO_HISTORY)


def _composition_json(found: Composition, labels: Labels) -> dict[str, Any]:
    return {
        "parts": [_share_json(share, labels) for share in found.shares],
        "gross": amount_of(found.gross),
        "liabilities": amount_of(found.liabilities),
        "net_worth": amount_of(found.net_worth),
        "reason": found.reason,
    }


def _share_json(share: Share, labels: Labels) -> dict[str, Any]:
    """labels: where parts are assets, what is told of them."""
    return {
        "key": share.part.key,
        "name": share.part.name,
        "value": amount_of(share.value),
        "weight": share.weight.value,
        "holdings": share.holdings,
        **label_json(share.part, labels),
    }


def label_json(part: Part, labels: Labels) -> dict[str, str]:
    label = labels.get(int(part.key)) if labels and part.key.isdecimal() else None
    return {name: getattr(label, name) for name in TOLD} if label else {}


def _history_json(found: WeightHistory, interval: Interval) -> dict[str, Any]:
    return {
        "dates": dates_json(found.first, found.last, interval),
        "series": {part.key: found.weight[i] for i, part in enumerate(found.parts)},
        "names": {part.key: part.name for part in found.parts},
    }
