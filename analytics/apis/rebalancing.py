"""/analytics/rebalancing/: how far the parts are from their targets, and the trades that bring them back."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.allocation import PartsQuery
from analytics.apis.holdings import HeldAssetSerializer
from analytics.apis.measures import AmountField
from analytics.apis.query import ReasonSerializer, range_of, validated
from analytics.definitions import MEANINGS
from analytics.engine.rebalancing import Wish
from analytics.panels import portrait_of
from analytics.parts import By
from analytics.rebalancing.plan import rebalancing_of
from analytics.rebalancing.tradable import Sight
from analytics.selectors import history_state
from core.authentication import person_of
from core.serializers import DecimalField

FOUND = ("parts", "trades", "untraded", "gross", "cash", "left_over", "reason")


class PartPlanSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(
        source="part.key", help_text="The id of an asset or account, else the class, sector … itself."
    )
    name = serializers.CharField(source="part.name", help_text="Of the part, for people.")
    value = AmountField(help_text="What it is worth; null where that is not known.")
    weight = serializers.FloatField(allow_null=True, help_text=MEANINGS["weight"])
    target = serializers.FloatField(allow_null=True, help_text="0 for what has none beside others that have.")
    drift = serializers.FloatField(allow_null=True, help_text="weight - target.")
    amount = AmountField(help_text="To buy, or negative to sell, before it is rounded to units.")
    weight_after = serializers.FloatField(allow_null=True, help_text=MEANINGS["weight_after"])
    reason = serializers.CharField(allow_null=True, help_text="Why it is off its target and cannot be traded.")


class TradeSerializer(serializers.Serializer[Any]):
    asset = HeldAssetSerializer(help_text="What to buy or sell.")
    part = serializers.CharField(source="part.key", help_text="The key of the part that it belongs to.")
    side = serializers.SerializerMethodField(help_text="`buy` or `sell`.")
    quantity = DecimalField(help_text="Units.")
    price = DecimalField(source="price.close", help_text="Of one unit, in the currency of the asset.")
    price_date = serializers.DateField(source="price.on", help_text="The day of the price.")
    is_live = serializers.BooleanField(source="price.is_live", help_text="Whether the price is of now, and no close.")
    amount = AmountField(source="worth", allow_null=False, help_text="Of all of it, in the asked currency.")

    def get_side(self, trade: Any) -> str:
        return "sell" if trade.is_sale else "buy"


class UntradedSerializer(serializers.Serializer[Any]):
    asset = HeldAssetSerializer(help_text="What is left as it is.")
    reason = serializers.CharField(source="obstacle", help_text="Why, in a sentence.")


class RebalancingApi(APIView):
    """Of the investments: no everyday money is traded, and no deposit. No trade costs more than there is.

    Whole units, but of funds thousandths and of coins hundred-millionths.
    """

    class QuerySerializer(PartsQuery):
        minimum_trade = DecimalField(default="0", min_value=0, help_text="Smaller trades are left out.")
        add = DecimalField(default="0", help_text="New money to be placed; negative to take some out.")
        sell = serializers.BooleanField(default=True, help_text="Whether to sell; else new money alone is placed.")

    @extend_schema_serializer(component_name="Rebalancing")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of all amounts of this answer.")
        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        parts = PartPlanSerializer(many=True, help_text="Largest first.")
        trades = TradeSerializer(many=True, help_text="Sales first.")
        untraded = UntradedSerializer(many=True, help_text="What cannot be traded, and why.")
        gross = AmountField(help_text="All that is owned: what the weights are shares of.")
        cash = AmountField(help_text="The money there is after the trades.")
        left_over = AmountField(help_text="What of the cash no target wants.")
        reason = serializers.CharField(allow_null=True, help_text="Why there is no plan, or what it lacks.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(
        summary="The trades that lead to your targets", parameters=[QuerySerializer], responses=OutputSerializer
    )
    def get(self, request: Request) -> Response:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, state = range_of(request, params), history_state(user)
        last = asked.last(state.as_of)
        portrait = portrait_of(user, state, scope=asked.scope, currency=asked.currency, last=last)
        sight = Sight(user, params["by"], asked.scope, asked.currency, last, state.now)
        wish = Wish(float(params["add"]), params["sell"], float(params["minimum_trade"]))
        found = rebalancing_of(sight, portrait and portrait.investments, wish)
        answer = {
            "fresh": state.fresh,
            "as_of": last,
            "currency": asked.currency,
            "by": params["by"],
            **{name: getattr(found, name) for name in FOUND},
            "reasons": portrait.reasons if portrait else [],
        }
        return Response(self.OutputSerializer(answer).data)
