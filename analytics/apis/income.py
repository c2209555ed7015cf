"""/analytics/income/: dividends and interest, what they yield, and what is expected."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer
from analytics.apis.query import RangeSerializer, range_of, validated, window_asked
from analytics.apis.series import series_response
from analytics.income.figures import NOTHING, figures_of
from analytics.income.paid import income_load
from analytics.parts import By
from analytics.selectors import history_state
from core.authentication import person_of
from core.serializers import DecimalField


class IncomeSumsSerializer(serializers.Serializer[Any]):
    """Amounts are null where an exchange rate is not known."""

    dividends = DecimalField(allow_null=True)
    interest = DecimalField(allow_null=True)
    income = DecimalField(allow_null=True, help_text="Dividends and interest, before what was kept back.")
    fees = DecimalField(allow_null=True, help_text="Kept back from them.")
    taxes = DecimalField(allow_null=True, help_text="Kept back from them.")
    net = DecimalField(allow_null=True)


class IncomeYieldSerializer(serializers.Serializer[Any]):
    trailing_income = DecimalField(
        allow_null=True, help_text="Of the 12 months up to `last`, as far as it came on units that are still held."
    )
    cost_basis = DecimalField(allow_null=True)
    market_value = DecimalField(allow_null=True)
    yield_on_cost = MeasureSerializer()
    yield_on_value = MeasureSerializer()


class PayingAssetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    symbol = serializers.CharField()
    name = serializers.CharField()


class IncomeApi(APIView):
    """Dividends and interest that came after `first` up to `last`, by month, calendar year and part.

    Each payment counts at the rate of its own day. `by` is what the parts are made by. Yields, growth and what is
    expected are of `last`, whatever the first day is.
    """

    has_etag = True

    class QuerySerializer(RangeSerializer):
        by = serializers.ChoiceField(choices=By.choices, default=By.ASSET)

    @extend_schema_serializer(component_name="Income")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="IncomeOfMonth")
        class MonthSerializer(IncomeSumsSerializer):
            month = serializers.CharField(help_text="YYYY-MM")

        @extend_schema_serializer(component_name="IncomeOfYear")
        class YearSerializer(IncomeSumsSerializer):
            year = serializers.IntegerField()

        @extend_schema_serializer(component_name="IncomeOfPart")
        class PartSerializer(IncomeSumsSerializer, IncomeYieldSerializer):
            key = serializers.CharField()
            name = serializers.CharField()

        @extend_schema_serializer(component_name="IncomeGrowth")
        class GrowthSerializer(serializers.Serializer[Any]):
            this_year = DecimalField(allow_null=True, help_text="Income of the calendar year up to `last`.")
            last_year = DecimalField(allow_null=True, help_text="Of the same days of the year before.")
            change = MeasureSerializer()

        @extend_schema_serializer(component_name="ExpectedDividends")
        class ExpectedSerializer(serializers.Serializer[Any]):
            @extend_schema_serializer(component_name="ExpectedMonth")
            class ExpectedMonthSerializer(serializers.Serializer[Any]):
                month = serializers.CharField(help_text="YYYY-MM")
                amount = DecimalField(allow_null=True)

            @extend_schema_serializer(component_name="ExpectedDividend")
            class PaymentSerializer(serializers.Serializer[Any]):
                asset = PayingAssetSerializer()
                date = serializers.DateField(help_text="A year after the payment that it repeats.")
                units = DecimalField()
                per_unit = DecimalField(help_text="In `per_unit_currency`, for a unit of today.")
                per_unit_currency = serializers.CharField()
                amount = DecimalField(allow_null=True, help_text="Before tax, at the exchange rate of `last`.")
                basis = serializers.ChoiceField(choices=("declared", "received"))

            total = DecimalField(allow_null=True)
            months = ExpectedMonthSerializer(many=True)
            payments = PaymentSerializer(many=True)
            without_history = PayingAssetSerializer(many=True, help_text="Held, but without a payment in 12 months.")

        by = serializers.ChoiceField(choices=By.choices)
        totals = IncomeSumsSerializer()
        months = MonthSerializer(many=True)
        years = YearSerializer(many=True)
        parts = PartSerializer(many=True)
        yields = IncomeYieldSerializer()
        growth = GrowthSerializer()
        expected = ExpectedSerializer()

    @extend_schema(parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked = range_of(request, params)
        state = history_state(user)
        window = window_asked(user, asked, state)
        head = {**head_of(asked, state, window), "by": params["by"]}
        if window is None:
            return series_response(request, {**head, **NOTHING})
        income = income_load(user, window, asked.scope, by=params["by"])
        head["reasons"] = [*head["reasons"], *income.reasons]
        return series_response(request, self.OutputSerializer({**head, **figures_of(income)}).data)
