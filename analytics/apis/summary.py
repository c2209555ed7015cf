"""/analytics/summary/: where the person stands."""

from dataclasses import asdict, fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.amounts import amount_of, number_of
from analytics.apis.ledger_stats_parts import CountedMonthField, UnitsField
from analytics.apis.measures import MeasureSerializer, measure_json
from analytics.apis.query import (
    Range,
    RangeSerializer,
    ReasonSerializer,
    history_asked,
    investments_asked,
    range_of,
    validated,
)
from analytics.definitions import MEANINGS
from analytics.engine.measure import NOTHING_HELD
from analytics.engine.money_weighted import xirr
from analytics.engine.months import month_of
from analytics.month_spend import ONLY_OF_ALL, MonthSpend, month_spent
from analytics.selectors import State, history_state
from analytics.summary import Figures, figures_of, stale_holdings
from core.authentication import person_of
from core.models import User
from core.serializers import DecimalField

NOTHING = {"value": None, "reason": NOTHING_HELD}
CONFIDENCE = ("priced", "stale", "estimated")
UNKNOWN = dict.fromkeys(CONFIDENCE)
LEAD = timedelta(days=1)
"""The day before the first shows the change of a day, and whether anything was there before."""


class StaleSerializer(serializers.Serializer[Any]):
    asset = serializers.IntegerField(source="asset.pk")
    symbol = serializers.CharField(source="asset.symbol")
    name = serializers.CharField(source="asset.name", help_text="Of the asset.")
    price_date = serializers.DateField(
        source="price.on", allow_null=True, default=None, help_text="Of the last close; null where there is none."
    )


@extend_schema_serializer(component_name="MonthSpend")
class SpendSerializer(serializers.Serializer[Any]):
    month = CountedMonthField(help_text="The month, written `2024-05`.")
    value = UnitsField(source="spent", help_text=MEANINGS["spent"])
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")
    pace = UnitsField(help_text="Spent by the end of the month at this rate.")
    budget = UnitsField(source="available", help_text="With what was carried over.")
    remaining = UnitsField(help_text="budget - value; null without a budget.")
    share_used = serializers.FloatField(allow_null=True, help_text=MEANINGS["share_used"])
    budget_reason = serializers.CharField(allow_null=True, help_text="Why budget, remaining or share_used is null.")


class SummaryApi(APIView):
    """Net worth, gain and return as of `to` or today; with `from` or `period` the return is that of the period."""

    @extend_schema_serializer(component_name="Summary")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of all amounts of this answer.")
        net_worth = DecimalField(allow_null=True, help_text=MEANINGS["net_worth"])
        holdings = DecimalField(allow_null=True, help_text="What the assets that are held are worth.")
        cash = DecimalField(allow_null=True, help_text="Money in banks, wallets, cash, and brokers that keep it.")
        other_assets = DecimalField(allow_null=True, help_text=MEANINGS["other_assets"])
        liabilities = DecimalField(allow_null=True, help_text=MEANINGS["liabilities"])
        cost_basis = DecimalField(allow_null=True, help_text=MEANINGS["cost_basis"])
        invested = DecimalField(allow_null=True, help_text=MEANINGS["invested"])
        net_contributions = DecimalField(allow_null=True, help_text=MEANINGS["net_contributions"])
        income = DecimalField(allow_null=True, help_text=MEANINGS["income"])
        realized_gain = DecimalField(allow_null=True, help_text=MEANINGS["realized_gain"])
        unrealized_gain = DecimalField(allow_null=True, help_text=MEANINGS["unrealized_gain"])
        gain = DecimalField(allow_null=True, help_text=MEANINGS["gain"])
        day_change = DecimalField(allow_null=True, help_text=MEANINGS["day_change"])
        day_change_ratio = serializers.FloatField(allow_null=True, help_text=MEANINGS["day_change_ratio"])
        xirr = MeasureSerializer(help_text="Of the investments.")
        confidence = serializers.DictField(
            child=serializers.FloatField(allow_null=True), help_text=MEANINGS["confidence"]
        )
        spend = SpendSerializer(help_text="Of the month of the last day, up to it, against the budget of the whole.")
        price_at = serializers.DateTimeField(allow_null=True, help_text="Of the newest live price or rate in it.")
        is_live = serializers.BooleanField(help_text="Whether a live price or rate is in it.")
        stale = StaleSerializer(many=True, help_text="Held assets whose price is over a week old or missing.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(summary="Where you stand", parameters=[RangeSerializer], responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user = person_of(request)
        asked = range_of(request, validated(RangeSerializer, request))
        state = history_state(user)
        history, reasons = history_asked(user, asked, state, lead=LEAD)
        answer: dict[str, Any] = {
            "fresh": state.fresh,
            "as_of": asked.last(state.as_of),
            "currency": asked.currency,
            "spend": SpendSerializer(_spend(user, asked, state)).data,
            "price_at": history and history.price_at,
            "is_live": bool(history and history.price_at),
            "stale": StaleSerializer(
                stale_holdings(user, asked.last(state.as_of), asked.scope, now=state.now), many=True
            ).data,
            "reasons": reasons,
        }
        if history is None or state.first is None:
            nothing = {field.name: Decimal(0) for field in fields(Figures)}
            return Response({**nothing, "day_change_ratio": None, **answer, "xirr": NOTHING, "confidence": UNKNOWN})
        figures = figures_of(history)
        window = investments_asked(user, asked, state)
        return Response(
            {
                **{name: amount_of(value) for name, value in asdict(figures).items()},
                "day_change_ratio": number_of(figures.day_change_ratio),
                **answer,
                "xirr": measure_json(xirr(window.worth)) if window else NOTHING,
                "confidence": {name: number_of(float(history.series[name][-1])) for name in CONFIDENCE},
            }
        )


def _spend(user: User, asked: Range, state: State) -> MonthSpend:
    day = asked.last(state.as_of)
    if not asked.scope.is_whole:
        return MonthSpend(month_of(day), reason=ONLY_OF_ALL, budget_reason=ONLY_OF_ALL)
    return month_spent(user.pk, day=day, currency=asked.currency, now=state.now)
