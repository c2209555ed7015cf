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
from analytics.definitions import MEANINGS
from analytics.income.figures import NOTHING, figures_of
from analytics.income.paid import income_load
from analytics.parts import By
from analytics.selectors import history_state
from core.authentication import person_of
from core.serializers import DecimalField


class IncomeSumsSerializer(serializers.Serializer[Any]):
    """Amounts are null where an exchange rate is not known."""

    dividends = DecimalField(allow_null=True, help_text="Before what was kept back.")
    interest = DecimalField(allow_null=True, help_text="Before what was kept back.")
    income = DecimalField(allow_null=True, help_text="Dividends and interest, before what was kept back.")
    fees = DecimalField(allow_null=True, help_text="Kept back from them.")
    taxes = DecimalField(allow_null=True, help_text="Kept back from them.")
    net = DecimalField(allow_null=True, help_text="income - fees - taxes")


class IncomeYieldSerializer(serializers.Serializer[Any]):
    trailing_income = DecimalField(
        allow_null=True, help_text="Of the 12 months up to `last`, as far as it came on units that are still held."
    )
    cost_basis = DecimalField(allow_null=True, help_text=MEANINGS["cost_basis"])
    market_value = DecimalField(allow_null=True, help_text="What is held is worth on `last`.")
    yield_on_cost = MeasureSerializer(help_text=MEANINGS["yield_on_cost"])
    yield_on_value = MeasureSerializer(help_text=MEANINGS["yield_on_value"])


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
        by = serializers.ChoiceField(choices=By.choices, default=By.ASSET, help_text="What the parts are.")

    @extend_schema_serializer(component_name="Income")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="IncomeOfMonth")
        class MonthSerializer(IncomeSumsSerializer):
            month = serializers.CharField(help_text="YYYY-MM")

        @extend_schema_serializer(component_name="IncomeOfYear")
        class YearSerializer(IncomeSumsSerializer):
            year = serializers.IntegerField(help_text="The calendar year.")

        @extend_schema_serializer(component_name="IncomeOfPart")
        class PartSerializer(IncomeSumsSerializer, IncomeYieldSerializer):
            key = serializers.CharField(help_text="The id of an asset or account, else the class, sector … itself.")
            name = serializers.CharField(help_text="Of the part, for people.")

        @extend_schema_serializer(component_name="IncomeGrowth")
        class GrowthSerializer(serializers.Serializer[Any]):
            this_year = DecimalField(allow_null=True, help_text="Income of the calendar year up to `last`.")
            last_year = DecimalField(allow_null=True, help_text="Of the same days of the year before.")
            change = MeasureSerializer(help_text=MEANINGS["growth.change"])

        @extend_schema_serializer(component_name="ExpectedDividends")
        class ExpectedSerializer(serializers.Serializer[Any]):
            @extend_schema_serializer(component_name="ExpectedMonth")
            class ExpectedMonthSerializer(serializers.Serializer[Any]):
                month = serializers.CharField(help_text="YYYY-MM")
                amount = DecimalField(
                    allow_null=True, help_text="What is expected in it; null where an exchange rate is not known."
                )

            @extend_schema_serializer(component_name="ExpectedDividend")
            class PaymentSerializer(serializers.Serializer[Any]):
                asset = PayingAssetSerializer(help_text="Who pays.")
                date = serializers.DateField(help_text="A year after the payment that it repeats.")
                units = DecimalField(help_text="That are held on `last`.")
                per_unit = DecimalField(help_text="In `per_unit_currency`, for a unit of today.")
                per_unit_currency = serializers.CharField(help_text="Of the asset.")
                amount = DecimalField(allow_null=True, help_text="Before tax, at the exchange rate of `last`.")
                basis = serializers.ChoiceField(
                    choices=("declared", "received"),
                    help_text="`declared`: as the company declared a year ago; `received`: as you received it then.",
                )

            total = DecimalField(allow_null=True, help_text=MEANINGS["expected.total"])
            months = ExpectedMonthSerializer(many=True, help_text="The next 12 months.")
            payments = PaymentSerializer(many=True, help_text="By day.")
            without_history = PayingAssetSerializer(many=True, help_text="Held, but without a payment in 12 months.")

        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        totals = IncomeSumsSerializer(help_text="Of the whole period.")
        months = MonthSerializer(many=True, help_text="Each calendar month of the period.")
        years = YearSerializer(many=True, help_text="Each calendar year of the period.")
        parts = PartSerializer(many=True, help_text="Those that paid most first.")
        yields = IncomeYieldSerializer(help_text="Of all that is held on `last`.")
        growth = GrowthSerializer(help_text="Against the year before.")
        expected = ExpectedSerializer(help_text="What the next 12 months may bring.")

    @extend_schema(summary="Dividends and interest", parameters=[QuerySerializer], responses=OutputSerializer)
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
