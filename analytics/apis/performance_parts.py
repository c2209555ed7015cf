"""How the parts of a performance look in an answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from analytics.apis.measures import AmountField, MeasureSerializer, RatioField
from analytics.definitions import MEANINGS


@extend_schema_serializer(component_name="PeriodRates")
class RatesSerializer(serializers.Serializer[Any]):
    first = serializers.DateField(source="start", allow_null=True, help_text="The day at whose end the period begins.")
    twr = MeasureSerializer(help_text=MEANINGS["twr"])
    twr_annualized = MeasureSerializer(help_text=MEANINGS["twr_annualized"])
    xirr = MeasureSerializer(help_text=MEANINGS["xirr"])


@extend_schema_serializer(component_name="PerformanceGains")
class GainsSerializer(serializers.Serializer[Any]):
    total = AmountField(help_text="realized + unrealized + income - costs + other")
    realized = AmountField(help_text=MEANINGS["realized_gain"])
    unrealized = AmountField(help_text="Its change.")
    income = AmountField(help_text=MEANINGS["income"])
    costs = AmountField(help_text="Fees and taxes that are no part of a purchase or sale.")
    other = AmountField(
        help_text="Exchange rates of money in accounts; what deposits earned; worth less cost of units in kind."
    )


@extend_schema_serializer(component_name="PerformanceFlows")
class FlowsSerializer(serializers.Serializer[Any]):
    start_value = AmountField(help_text="What there was at the end of `first`.")
    inflow = AmountField(help_text="All that came in from outside.")
    outflow = AmountField(help_text="All that went there.")
    end_value = AmountField(help_text="What there was at the end of `last`.")


@extend_schema_serializer(component_name="CalendarYear")
class CalendarYearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(help_text="The calendar year.")
    months = serializers.ListField(
        child=RatioField(),
        min_length=12,
        max_length=12,
        help_text="January to December; null where nothing was at work.",
    )
    total = RatioField(source="whole", help_text="Of the whole year, as far as it was asked for.")


@extend_schema_serializer(component_name="ExtremeReturn")
class ExtremeSerializer(serializers.Serializer[Any]):
    date = serializers.DateField(source="day", help_text="The day, or the first of the month.")
    value = serializers.FloatField(help_text="The return.")


@extend_schema_serializer(component_name="ExtremeReturns")
class ExtremesSerializer(serializers.Serializer[Any]):
    day = ExtremeSerializer(allow_null=True, help_text="Null where there is no whole day.")
    month = ExtremeSerializer(allow_null=True, help_text="Null where there is no whole month.")


@extend_schema_serializer(component_name="SameFlows")
class SameFlowsSerializer(serializers.Serializer[Any]):
    value = AmountField(help_text=MEANINGS["same_flows.value"])
    gain = AmountField(help_text="That and what went out, less what came in.")
    difference = AmountField(help_text="By how much what there really is exceeds it.")
    xirr = MeasureSerializer(help_text="The money-weighted return that it would have had.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


@extend_schema_serializer(component_name="BenchmarkComparison")
class ComparisonSerializer(serializers.Serializer[Any]):
    asset = serializers.IntegerField(
        source="asset.pk", allow_null=True, help_text="The id of the benchmark; null where there is none."
    )
    symbol = serializers.CharField(
        source="asset.symbol", allow_null=True, help_text="Of the benchmark; null where there is none."
    )
    name = serializers.CharField(
        source="asset.name", allow_null=True, help_text="Of the benchmark; null where there is none."
    )
    currency = serializers.CharField(source="asset.currency", allow_null=True, help_text="In which it is quoted.")
    twr = MeasureSerializer(source="beside.twr", help_text="Of the benchmark, on the same days.")
    twr_annualized = MeasureSerializer(
        source="beside.twr_annualized", help_text="The same as a rate a year, from 365 days on."
    )
    excess = MeasureSerializer(source="beside.excess", help_text="twr less that of the benchmark.")
    same_flows = SameFlowsSerializer(
        source="instead", help_text="The same flows in the benchmark, each at the close of its day."
    )
    reason = serializers.CharField(allow_null=True, help_text="Why there is nothing to compare with.")
