"""/analytics/performance/: how the portfolio did, and how a benchmark would have done."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer, measure_json
from analytics.apis.performance_parts import (
    CalendarYearSerializer,
    ComparisonSerializer,
    ExtremesSerializer,
    FlowsSerializer,
    GainsSerializer,
    RatesSerializer,
)
from analytics.apis.query import RangeSerializer, investments_asked, range_of, validated
from analytics.apis.series import columns_at, dates_json, kept_response
from analytics.benchmarks import BenchmarkField, benchmark_asked, index_name
from analytics.engine.carry import FloatArray
from analytics.engine.measure import NOTHING_HELD
from analytics.engine.periods import INTERVALS, PERIODS, Interval
from analytics.panels import Window
from analytics.performance import (
    NOTHING,
    Comparison,
    Performance,
    Rates,
    benchmark_beside,
    nothing_to_compare,
    performance_of,
)
from analytics.selectors import history_state
from core.authentication import person_of

SERIES = ("twr", "drawdown", "value", "benchmark", "same_flows")


class PerformanceApi(APIView):
    """Returns of the days after `first`, at whose end the period begins; where that is the first day of all, with it.

    Of the investments: everyday money, property and debts are asked for by `account`. The daily series begin with the
    evening of `first`: twr with 1, benchmark with 1 where something is at work.
    """

    has_etag = True

    class QuerySerializer(RangeSerializer):
        benchmark = BenchmarkField()
        interval = serializers.ChoiceField(
            choices=INTERVALS, default="day", help_text="Of the series; of weeks and months, their last days."
        )

    @extend_schema_serializer(component_name="Performance")
    class OutputSerializer(HeadSerializer, RatesSerializer):
        simple_return = MeasureSerializer(help_text="Gain / (value at the start + inflow).")
        gains = GainsSerializer(help_text="What came of it, by where from.")
        flows = FlowsSerializer(help_text="What came in and went out.")
        periods = serializers.DictField(child=RatesSerializer(), help_text=", ".join(PERIODS))
        calendar = CalendarYearSerializer(many=True, help_text="Returns of months and years, of the days asked for.")
        best = ExtremesSerializer(help_text="Of whole days, and of months.")
        worst = ExtremesSerializer(help_text="Of whole days, and of months.")
        benchmark = ComparisonSerializer(help_text="How an index did on the same days.")
        interval = serializers.ChoiceField(choices=INTERVALS, help_text="Of `dates`.")
        dates = serializers.ListField(child=serializers.DateField())
        series = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)), help_text=", ".join(SERIES)
        )

    @extend_schema(summary="Returns, beside a benchmark", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, asset = range_of(request, params), benchmark_asked(user, params)
        state = history_state(user)

        def answer() -> dict[str, Any]:
            window = investments_asked(user, asked, state)
            found = performance_of(window) if window else NOTHING
            comparison = (
                benchmark_beside(asset, window, user=user, currency=asked.currency, now=state.now)
                if window
                else nothing_to_compare(asset, NOTHING_HELD, days=0)
            )
            return {
                **head_of(asked, state, window),
                **_figures_json(found),
                "benchmark": ComparisonSerializer(comparison).data,
                "interval": params["interval"],
                **_series_json(window, found, comparison, params["interval"]),
            }

        index = index_name(user, asset, currency=asked.currency, now=state.now)
        return kept_response(request, (asked.name(state), index), answer)


def _figures_json(found: Performance) -> dict[str, Any]:
    day, month = found.by_day, found.by_month
    return {
        **_rates_json(found.rates),
        "simple_return": measure_json(found.simple_return),
        "gains": GainsSerializer(found.gains).data,
        "flows": FlowsSerializer(found.flows).data,
        "periods": {name: _rates_json(rates) for name, rates in found.periods.items()},
        "calendar": CalendarYearSerializer(found.calendar, many=True).data,
        "best": ExtremesSerializer({"day": day.best, "month": month.best}).data,
        "worst": ExtremesSerializer({"day": day.worst, "month": month.worst}).data,
    }


def _rates_json(rates: Rates) -> dict[str, Any]:
    names = ("twr", "twr_annualized", "xirr")
    return {"first": rates.start, **{name: measure_json(getattr(rates, name)) for name in names}}


def _series_json(
    window: Window | None, found: Performance, comparison: Comparison, interval: Interval
) -> dict[str, Any]:
    series = (found.line, found.fall, found.value, comparison.line, comparison.value)
    columns: dict[str, FloatArray] = dict(zip(SERIES, series, strict=True))
    if window is None:
        return {"dates": [], "series": columns}
    return {
        "dates": dates_json(window.start, window.last, interval),
        "series": columns_at(window.start, window.last, interval, columns),
    }
