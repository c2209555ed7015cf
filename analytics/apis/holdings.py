"""/holdings/: every position at the end of a day, in the person's currency."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.amounts import total
from analytics.apis.query import ReasonSerializer, account_ids_of, validated
from analytics.apis.series import days_json, series_response
from analytics.definitions import MEANINGS
from analytics.failures import computing
from analytics.live import now_of
from analytics.movements import Scope
from analytics.positions import positions_valued, weighted
from analytics.selectors import history_of
from core.authentication import person_of
from core.errors import NotFound
from core.models import User
from core.serializers import CurrencyField, DayField, DecimalField, Serializer
from portfolio.apis.transactions import TransactionSerializer
from portfolio.holdings import HoldingAt, asset_books, holdings_at
from portfolio.models import Asset
from portfolio.prices.live_closes import Now

AMOUNTS = (
    "cost_basis",
    "invested",
    "market_value",
    "unrealized_gain",
    "realized_gain",
    "income",
    "fees",
    "costs",
    "total_gain",
    "day_change",
)
LOT = ("acquired", "quantity", "cost", "invested")
SERIES = ("holdings", "cost_basis", "invested", "net_contributions", "income", "realized_gain")


class HoldingsQuery(Serializer):
    as_of = DayField(required=False, help_text="The end of this day; else of today.")
    account = serializers.IntegerField(required=False, min_value=1, help_text="Only this account, by its id.")
    currency = CurrencyField(required=False, help_text="Instead of the person's own.")
    closed = serializers.BooleanField(default=False, help_text="Also positions of which nothing is left.")


class HeldAssetSerializer(serializers.ModelSerializer[Asset]):
    class Meta:
        model = Asset
        fields = ("id", "symbol", "name", "asset_class", "currency", "sector")


class HeldInSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="Of the account.")
    name = serializers.CharField(help_text="Of the account.")


class AmountsSerializer(serializers.Serializer[Any]):
    cost_basis = DecimalField(allow_null=True, help_text=MEANINGS["cost_basis"])
    invested = DecimalField(allow_null=True, help_text=MEANINGS["invested"])
    market_value = DecimalField(
        allow_null=True,
        help_text="Quantity × price, at the exchange rate of the day; cost stands for a price that is not known.",
    )
    unrealized_gain = DecimalField(allow_null=True, help_text=MEANINGS["unrealized_gain"])
    realized_gain = DecimalField(allow_null=True, help_text=MEANINGS["realized_gain"])
    income = DecimalField(allow_null=True, help_text=MEANINGS["income"])
    fees = DecimalField(allow_null=True, help_text="Fees of all that was bought, sold and received.")
    costs = DecimalField(allow_null=True, help_text="Fees and taxes that are no part of a purchase or sale.")
    total_gain = DecimalField(allow_null=True, help_text="Unrealized and realized gain and income, less costs.")
    day_change = DecimalField(
        allow_null=True, help_text="What is held gained since the day before, by price and by exchange rate."
    )


class PositionSerializer(AmountsSerializer):
    asset = HeldAssetSerializer(source="holding.asset", help_text="What is held.")
    account = HeldInSerializer(source="holding.account", help_text="Where it is held.")
    quantity = DecimalField(source="holding.quantity", help_text="Units at the end of the day; 0 of a closed position.")
    average_cost = DecimalField(
        allow_null=True, help_text="Cost basis / quantity, in `currency`; null of a closed position."
    )
    price = DecimalField(source="holding.price.close", allow_null=True, default=None, help_text="As traded.")
    price_currency = serializers.CharField(source="holding.asset.currency", help_text="The asset's.")
    price_date = serializers.DateField(
        source="holding.price.on",
        allow_null=True,
        default=None,
        help_text="The day of the price; null where none is known.",
    )
    price_at = serializers.DateTimeField(
        source="holding.price.at", allow_null=True, default=None, help_text="The instant of a live price."
    )
    is_live = serializers.BooleanField(
        source="holding.price.is_live", default=False, help_text="Whether the price is of now, and no close."
    )
    weight = serializers.FloatField(
        allow_null=True,
        help_text="Share of the market value of all positions that were asked for; null where one of them "
        "is not known.",
    )


class HoldingsApi(APIView):
    """Amounts are in `currency`, each cost and flow at the rate of its own day; `price` is in `price_currency`."""

    @extend_schema_serializer(component_name="Holdings")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of all amounts of this answer.")
        results = PositionSerializer(many=True, help_text="One position for each asset in each account.")
        totals = AmountsSerializer(help_text="The sums of `results`.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(
        summary="List positions", operation_id="holdings_list", parameters=[HoldingsQuery], responses=OutputSerializer
    )
    def get(self, request: Request) -> Response:
        user, params = person_of(request), validated(HoldingsQuery, request)
        now, currency = now_of(user), params.get("currency", user.base_currency)
        as_of = params.get("as_of", now.today)
        account_ids, shown = account_ids_of(user.pk, params), Shown(user, as_of, currency, now)
        with computing(user):
            held = holdings_at(user, as_of, accounts=account_ids, now=now)
            return Response(positions_answer(held, shown, closed=params["closed"]))


class HoldingApi(APIView):
    """One asset: its positions, open lots (in the asset's currency), transactions, and its days since it was held."""

    has_etag = True

    class QuerySerializer(Serializer):
        as_of = DayField(required=False, help_text="The end of this day; else of today.")
        account = serializers.IntegerField(required=False, min_value=1, help_text="Only this account, by its id.")
        currency = CurrencyField(required=False, help_text="Instead of the person's own.")

    @extend_schema_serializer(component_name="Holding")
    class OutputSerializer(HoldingsApi.OutputSerializer):
        class LotSerializer(serializers.Serializer[Any]):
            account = serializers.IntegerField()
            acquired = serializers.DateField(help_text="The day of its purchase.")
            quantity = DecimalField(help_text="Units that are left of it.")
            cost = DecimalField(help_text="Of these units, with fees and taxes, in the asset's currency.")
            invested = DecimalField(help_text="The same without fees and taxes.")

        asset = HeldAssetSerializer(help_text="What all this is of.")
        lots = LotSerializer(many=True, help_text="What is open at the end of the day, the oldest first.")
        transactions = TransactionSerializer(many=True, help_text="All of this asset up to the day.")
        dates = serializers.ListField(child=serializers.DateField())
        series = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
            help_text="By name, one number for each of `dates`: holdings, cost_basis, invested, "
            "net_contributions, income, realized_gain; null where one is not known.",
        )

    @extend_schema(summary="One asset in full", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request, asset_id: int) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        now, currency = now_of(user), params.get("currency", user.base_currency)
        as_of = params.get("as_of", now.today)
        asset = asset_held(user, asset_id)
        scope, shown = Scope(account_ids_of(user.pk, params), (asset.pk,)), Shown(user, as_of, currency, now)
        with computing(user):
            return series_response(request, asset_answer(asset, scope, shown))


def asset_held(user: User, asset_id: int) -> Asset:
    """An asset of which the person has, or had, something."""
    asset = Asset.objects.filter(pk=asset_id, holdings__user=user).distinct().first()
    if asset is None:
        raise NotFound
    return asset


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose positions are shown, at the end of which day, in which currency, beside which prices of now."""

    user: User
    as_of: date
    currency: str
    now: Now


def asset_answer(asset: Asset, scope: Scope, shown: Shown) -> dict[str, Any]:
    """All of one asset in the accounts of `scope`."""
    user, as_of, now = shown.user, shown.as_of, shown.now
    books = asset_books(user, asset, as_of, accounts=scope.account_ids, now=now)
    history, _ = history_of(user, scope=scope, currency=shown.currency, first=None, last=as_of, now=now) or (None, [])
    return {
        **positions_answer(list(books.holdings), shown, closed=True),
        "asset": HeldAssetSerializer(asset).data,
        "lots": [
            {"account": account, **{name: getattr(lot, name) for name in LOT}}
            for account, lots in books.lots.items()
            for lot in lots
        ],
        "transactions": TransactionSerializer(books.transactions, many=True).data,
        "dates": days_json(history.first, history.last) if history else [],
        "series": {name: history.series[name] if history else [] for name in SERIES},
    }


def positions_answer(held: list[HoldingAt], shown: Shown, *, closed: bool) -> dict[str, Any]:
    """The part of the answer that both endpoints have."""
    positions, reasons = positions_valued(
        held, user_id=shown.user.pk, currency=shown.currency, as_of=shown.as_of, now=shown.now
    )
    rows = weighted([position for position in positions if closed or position.holding.quantity])
    return {
        "fresh": True,  # the books change in the transaction of the edit
        "as_of": shown.as_of,
        "currency": shown.currency,
        "results": PositionSerializer(rows, many=True).data,
        "totals": AmountsSerializer({name: total(*(getattr(row, name) for row in rows)) for name in AMOUNTS}).data,
        "reasons": reasons,
    }
