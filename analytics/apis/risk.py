"""/analytics/risk/: how far it swings, how deep it fell, what it moves with, and how much of it is in how little."""

from dataclasses import asdict, fields
from datetime import date
from math import isfinite
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer, ObservedMeasureSerializer, measure_json
from analytics.apis.query import RangeSerializer, investments_asked, range_of, validated
from analytics.apis.series import kept_response
from analytics.benchmarks import BenchmarkField, benchmark_asked, index_name
from analytics.definitions import MEANINGS
from analytics.engine.concentration import Concentration
from analytics.engine.sample import FEWEST
from analytics.holdings_correlation import NO_CORRELATION, HoldingsCorrelation, correlation_load
from analytics.parts import Label, Labels, labels_of
from analytics.risk import NOTHING, Report, Terms, concentration_of, report_of
from analytics.selectors import history_state
from core.authentication import person_of
from core.errors import InvalidInput
from portfolio.models import Asset

ROLLING = ("volatility", "sharpe", "beta")


@extend_schema_serializer(component_name="RiskAsset")
class AssetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    symbol = serializers.CharField()
    name = serializers.CharField()


@extend_schema_serializer(component_name="RiskFall")
class FallSerializer(ObservedMeasureSerializer):
    peak = serializers.DateField(allow_null=True, help_text="The day that reached the height from which it fell.")
    trough = serializers.DateField(allow_null=True, help_text="The first day at the lowest.")
    recovery = serializers.DateField(allow_null=True, help_text="The first day back at that height; null until then.")
    days = serializers.IntegerField(allow_null=True, help_text="From the peak to the recovery, or to the last day.")


class RiskApi(APIView):
    """Of the daily returns of the investments, or of an `account`, without flows; from 20 returns of weekdays on."""

    has_etag = True

    class QuerySerializer(RangeSerializer):
        benchmark = BenchmarkField()
        risk_free = serializers.FloatField(
            default=0.0, min_value=-0.5, max_value=1.0, help_text="A year, as a fraction: 0.07 is 7 %."
        )
        window = serializers.IntegerField(
            default=126, min_value=FEWEST, max_value=756, help_text="Returns that each value of a rolling series is of."
        )

        def validate_risk_free(self, value: float) -> float:
            if not isfinite(value):  # NaN is within any bounds
                raise InvalidInput("A valid number is required.", attr="risk_free")
            return value

    @extend_schema_serializer(component_name="Risk")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="RiskRolling")
        class RollingSerializer(serializers.Serializer[Any]):
            window = serializers.IntegerField(help_text="Returns that each value is of.")
            dates = serializers.ListField(child=serializers.DateField())
            series = serializers.DictField(
                child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
                help_text=", ".join(ROLLING),
            )

        @extend_schema_serializer(component_name="RiskCorrelation")
        class CorrelationSerializer(serializers.Serializer[Any]):
            assets = AssetSerializer(many=True, help_text="At most 20, the largest first: the rows of the matrix.")
            matrix = serializers.ListField(
                child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
                help_text="Null where a pair has under 20 common days, or one did not vary on them.",
            )
            observations = serializers.ListField(
                child=serializers.ListField(child=serializers.IntegerField()),
                help_text="By row and column of the matrix, on how many common days it rests.",
            )
            average = ObservedMeasureSerializer(help_text="Of all pairs.")

        @extend_schema_serializer(component_name="RiskConcentration")
        class ConcentrationSerializer(serializers.Serializer[Any]):
            hhi = MeasureSerializer(help_text=MEANINGS["hhi"])
            effective_number = MeasureSerializer(help_text=MEANINGS["effective_number"])
            largest = MeasureSerializer(help_text=MEANINGS["largest"])
            top_5 = MeasureSerializer(help_text=MEANINGS["top_5"])

        benchmark = AssetSerializer(allow_null=True, help_text="What it is compared with; null where nothing is.")
        risk_free = serializers.FloatField(help_text="A year.")
        volatility = ObservedMeasureSerializer(help_text=MEANINGS["volatility"])
        sharpe = ObservedMeasureSerializer(help_text=MEANINGS["sharpe"])
        sortino = ObservedMeasureSerializer(help_text=MEANINGS["sortino"])
        max_drawdown = FallSerializer(help_text=MEANINGS["max_drawdown"])
        current_drawdown = ObservedMeasureSerializer(help_text=MEANINGS["current_drawdown"])
        calmar = ObservedMeasureSerializer(help_text=MEANINGS["calmar"])
        var_95 = ObservedMeasureSerializer(help_text=MEANINGS["var_95"])
        cvar_95 = ObservedMeasureSerializer(help_text=MEANINGS["cvar_95"])
        best_day = ObservedMeasureSerializer(help_text=MEANINGS["best_day"])
        worst_day = ObservedMeasureSerializer(help_text=MEANINGS["worst_day"])
        positive_days = ObservedMeasureSerializer(help_text=MEANINGS["positive_days"])
        beta = ObservedMeasureSerializer(help_text=MEANINGS["beta"])
        alpha = ObservedMeasureSerializer(help_text=MEANINGS["alpha"])
        r2 = ObservedMeasureSerializer(help_text=MEANINGS["r2"])
        benchmark_correlation = ObservedMeasureSerializer(help_text=MEANINGS["benchmark_correlation"])
        tracking_error = ObservedMeasureSerializer(help_text=MEANINGS["tracking_error"])
        information_ratio = ObservedMeasureSerializer(help_text=MEANINGS["information_ratio"])
        up_capture = ObservedMeasureSerializer(help_text=MEANINGS["up_capture"])
        down_capture = ObservedMeasureSerializer(help_text=MEANINGS["down_capture"])
        rolling = RollingSerializer(help_text="Of a window of returns that moves along.")
        correlation = CorrelationSerializer(help_text="Of the prices of the holdings of the last day.")
        concentration = ConcentrationSerializer(help_text="Of the last day; money in accounts is one part.")

    @extend_schema(summary="Every measure of risk", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, state = range_of(request, params), history_state(user)
        benchmark = benchmark_asked(user, params)
        terms = Terms(benchmark=benchmark, risk_free=params["risk_free"], window=params["window"])
        window = investments_asked(user, asked, state)
        labels = labels_of(window.portrait) if window else {}

        def answer() -> dict[str, Any]:
            report = report_of(user, window, terms, state.now) if window else NOTHING
            correlation = correlation_load(window, state.now) if window else NO_CORRELATION
            return {
                **head_of(asked, state, window),
                "benchmark": benchmark and _asset_json(benchmark),
                "risk_free": terms.risk_free,
                **_report_json(report, terms),
                "correlation": _correlation_json(correlation, labels),
                "concentration": _concentration_json(concentration_of(window, labels)),
            }

        index = index_name(user, benchmark, currency=asked.currency, now=state.now)
        return kept_response(request, (asked.name(state), index, labels), answer)


def _asset_json(asset: Asset | Label) -> dict[str, Any]:
    return {"id": asset.id, "symbol": asset.symbol, "name": asset.name}


def _report_json(report: Report, terms: Terms) -> dict[str, Any]:
    measures = asdict(report.risk)
    fall = measures.pop("fall") or dict.fromkeys(("peak", "trough", "recovery", "days"))
    fall.pop("depth", None)
    rolling = report.rolling
    return {
        **measures,
        "max_drawdown": {**measures["max_drawdown"], **fall},
        **asdict(report.relative),
        "rolling": {
            "window": terms.window,
            "dates": [date.fromordinal(day) for day in rolling.day.tolist()],
            "series": {name: getattr(rolling, name) for name in ROLLING},
        },
    }


def _correlation_json(found: HoldingsCorrelation, labels: Labels) -> dict[str, Any]:
    return {
        "assets": [_asset_json(labels[pk]) for pk in found.asset_ids],
        "matrix": found.between.matrix,
        "observations": found.between.observations,
        "average": asdict(found.between.average),
    }


def _concentration_json(found: Concentration) -> dict[str, Any]:
    return {field.name: measure_json(getattr(found, field.name)) for field in fields(found)}
