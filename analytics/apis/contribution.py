"""/analytics/contribution/: what brought the return of a period, and what changed the worth."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.amounts import amount_of, number_of
from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer, measure_json
from analytics.apis.query import RangeSerializer, investments_asked, range_of, validated
from analytics.apis.series import kept_response
from analytics.contribution import NOTHING, Attribution, Contributor, attribution_of
from analytics.definitions import MEANINGS
from analytics.engine.attribution import Change
from analytics.parts import By, names_told
from analytics.selectors import history_state
from core.authentication import person_of
from core.serializers import DecimalField


class ContributionApi(APIView):
    """Parts add up: their contributions to the time-weighted return, their gains to the gain of the whole.

    Of the investments. The period begins with the end of `first`. Fees and taxes of trades are among the costs.
    """

    has_etag = True

    class QuerySerializer(RangeSerializer):
        by = serializers.ChoiceField(choices=By.choices, default=By.ASSET, help_text="What the parts are.")

    @extend_schema_serializer(component_name="Contribution")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="Contributor")
        class PartSerializer(serializers.Serializer[Any]):
            key = serializers.CharField(help_text="The id of an asset or account, else the class, sector … itself.")
            name = serializers.CharField(help_text="Of the part, for people.")
            symbol = serializers.CharField(allow_null=True, help_text="Where the part is an asset.")
            contribution = serializers.FloatField(allow_null=True, help_text=MEANINGS["contribution"])
            twr = MeasureSerializer(help_text="The time-weighted return of the part itself.")
            average_weight = serializers.FloatField(allow_null=True, help_text="Of all that was owned, over the days.")
            start_value = DecimalField(
                allow_null=True, help_text="What it was worth at the end of `first`; null where it is not known."
            )
            end_value = DecimalField(
                allow_null=True, help_text="What it was worth at the end of `last`; null where it is not known."
            )
            inflow = DecimalField(
                allow_null=True, help_text="What came into the part: purchases and units that arrived."
            )
            outflow = DecimalField(allow_null=True, help_text="What went out of it: sales, units that left.")
            gain = DecimalField(allow_null=True, help_text="Market and currency effect and income, less costs.")
            income = DecimalField(allow_null=True, help_text="Dividends and interest of it.")
            costs = DecimalField(allow_null=True, help_text="Fees and taxes of it; they lessen the gain.")
            currency_effect = DecimalField(allow_null=True, help_text=MEANINGS["currency_effect"])
            market_effect = DecimalField(allow_null=True, help_text=MEANINGS["market_effect"])

        @extend_schema_serializer(component_name="NetWorthChange")
        class ChangeSerializer(serializers.Serializer[Any]):
            start = DecimalField(allow_null=True, help_text="The worth at the end of `first`.")
            added = DecimalField(allow_null=True, help_text="What came in from outside less what went there.")
            market = DecimalField(allow_null=True, help_text="By the moves of prices.")
            currency = DecimalField(allow_null=True, help_text="By the moves of exchange rates.")
            income = DecimalField(allow_null=True, help_text="Dividends and interest.")
            costs = DecimalField(allow_null=True, help_text="All fees and taxes; they lessen the worth.")
            end = DecimalField(allow_null=True, help_text="The worth at the end of `last`.")

        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        twr = MeasureSerializer(help_text="All contributions together; why there are none.")
        change = ChangeSerializer(help_text="start + added + market + currency + income - costs = end")
        parts = PartSerializer(many=True, help_text="Who contributed most comes first.")

    @extend_schema(summary="What brought the return", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, state = range_of(request, params), history_state(user)
        window = investments_asked(user, asked, state)
        labels, accounts = names_told(window, params["by"])

        def answer() -> dict[str, Any]:
            found = attribution_of(window, params["by"], labels) if window else NOTHING
            return {**head_of(asked, state, window), "by": params["by"], **_attribution_json(found)}

        return kept_response(request, (asked.name(state), labels, accounts), answer)


def _attribution_json(found: Attribution) -> dict[str, Any]:
    return {
        "twr": measure_json(found.twr),
        "change": _change_json(found.change),
        "parts": [_contributor_json(contributor) for contributor in found.contributors],
    }


def _change_json(change: Change) -> dict[str, Any]:
    names = ("start", "added", "market", "currency", "income", "costs", "end")
    return {name: amount_of(getattr(change, name)) for name in names}


def _contributor_json(found: Contributor) -> dict[str, Any]:
    change = found.change
    return {
        "key": found.part.key,
        "name": found.part.name,
        "symbol": found.symbol,
        "contribution": number_of(found.contribution),
        "twr": measure_json(found.twr),
        "average_weight": number_of(found.average_weight),
        "start_value": amount_of(change.start),
        "end_value": amount_of(change.end),
        "inflow": amount_of(change.inflow),
        "outflow": amount_of(change.outflow),
        "gain": amount_of(change.gain),
        "income": amount_of(change.income),
        "costs": amount_of(change.costs),
        "currency_effect": amount_of(change.currency),
        "market_effect": amount_of(change.market),
    }
