"""How the parts of a performance look in an answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from analytics.apis.measures import AmountField, MeasureSerializer, RatioField


@extend_schema_serializer(component_name="PeriodRates")
class RatesSerializer(serializers.Serializer[Any]):
    first = serializers.DateField(source="start", allow_null=True, help_text="The day at whose end the period begins.")
    twr = MeasureSerializer()
    twr_annualized = MeasureSerializer()
    xirr = MeasureSerializer()


@extend_schema_serializer(component_name="PerformanceGains")
class GainsSerializer(serializers.Serializer[Any]):
    total = AmountField(help_text="realized + unrealized + income - costs + other")
    realized = AmountField()
    unrealized = AmountField(help_text="Its change.")
    income = AmountField()
    costs = AmountField()
    other = AmountField(
        help_text="Exchange rates of money in accounts; what deposits earned; worth less cost of units in kind."
    )


@extend_schema_serializer(component_name="PerformanceFlows")
class FlowsSerializer(serializers.Serializer[Any]):
    start_value = AmountField()
    inflow = AmountField()
    outflow = AmountField()
    end_value = AmountField()


@extend_schema_serializer(component_name="CalendarYear")
class CalendarYearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    months = serializers.ListField(child=RatioField(), min_length=12, max_length=12)
    total = RatioField(source="whole")


@extend_schema_serializer(component_name="ExtremeReturn")
class ExtremeSerializer(serializers.Serializer[Any]):
    date = serializers.DateField(source="day", help_text="The day, or the first of the month.")
    value = serializers.FloatField()


@extend_schema_serializer(component_name="ExtremeReturns")
class ExtremesSerializer(serializers.Serializer[Any]):
    day = ExtremeSerializer(allow_null=True)
    month = ExtremeSerializer(allow_null=True)


@extend_schema_serializer(component_name="SameFlows")
class SameFlowsSerializer(serializers.Serializer[Any]):
    value = AmountField()
    gain = AmountField()
    difference = AmountField(help_text="By how much what there really is exceeds it.")
    xirr = MeasureSerializer()
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


@extend_schema_serializer(component_name="BenchmarkComparison")
class ComparisonSerializer(serializers.Serializer[Any]):
    asset = serializers.IntegerField(source="asset.pk", allow_null=True)
    symbol = serializers.CharField(source="asset.symbol", allow_null=True)
    name = serializers.CharField(source="asset.name", allow_null=True)
    currency = serializers.CharField(source="asset.currency", allow_null=True, help_text="In which it is quoted.")
    twr = MeasureSerializer(source="beside.twr")
    twr_annualized = MeasureSerializer(source="beside.twr_annualized")
    excess = MeasureSerializer(source="beside.excess", help_text="twr less that of the benchmark.")
    same_flows = SameFlowsSerializer(
        source="instead", help_text="The same flows in the benchmark, each at the close of its day."
    )
    reason = serializers.CharField(allow_null=True, help_text="Why there is nothing to compare with.")
