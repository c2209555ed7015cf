"""/analytics/balances/: what every account that keeps money stands at on a day."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.query import ReasonSerializer, validated
from analytics.definitions import MEANINGS
from analytics.live import now_of
from analytics.standing import standings, totals
from core.authentication import person_of
from core.serializers import CurrencyField, DayField, DecimalField, Serializer


class StatementSerializer(serializers.Serializer[Any]):
    date = serializers.DateField(help_text="At the end of this day.")
    balance = DecimalField(help_text="As stated, in the account's currency.")
    difference = DecimalField(allow_null=True, help_text="Stated less expected.")
    agreed_on = serializers.DateField(allow_null=True, help_text="The statement before.")


class StandingSerializer(serializers.Serializer[Any]):
    account = serializers.IntegerField(source="account.pk")
    name = serializers.CharField(source="account.name", help_text="Of the account.")
    kind = serializers.CharField(source="account.kind", help_text="Of the account: `bank`, `wallet`, `card`, `loan` …")
    currency = serializers.CharField(source="account.currency", help_text="The account's.")
    balance = DecimalField(
        allow_null=True, help_text="In the account's currency; what is owed is negative; null where it is not known."
    )
    accrued = DecimalField(allow_null=True, help_text="Interest that is earned or owed and not yet credited.")
    worth = DecimalField(allow_null=True, help_text="Both, in the account's currency.")
    value = DecimalField(allow_null=True, help_text="The worth in the asked currency.")
    statement = StatementSerializer(allow_null=True, help_text="The last one by the day.")


class StandingApi(APIView):
    """The totals are those of the net worth on the day."""

    class QuerySerializer(Serializer):
        as_of = DayField(required=False, help_text="The end of this day; else of today.")
        currency = CurrencyField(required=False, help_text="Instead of the person's own.")

    @extend_schema_serializer(component_name="Standings")
    class OutputSerializer(serializers.Serializer[Any]):
        class TotalsSerializer(serializers.Serializer[Any]):
            cash = DecimalField(allow_null=True, help_text="Money in banks, wallets, cash, and brokers that keep it.")
            other_assets = DecimalField(allow_null=True, help_text=MEANINGS["other_assets"])
            liabilities = DecimalField(allow_null=True, help_text=MEANINGS["liabilities"])
            net = DecimalField(allow_null=True, help_text="cash + other_assets - liabilities")

        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of the totals and of each `value`.")
        accounts = StandingSerializer(many=True, help_text="Each that keeps money, by name.")
        totals = TotalsSerializer(help_text="Of all of them.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(summary="What every account stands at", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        now, currency = now_of(user), params.get("currency", user.base_currency)
        as_of = params.get("as_of", now.today)
        rows, reasons = standings(user, as_of=as_of, currency=currency, now=now)
        answer = {
            "fresh": True,
            "as_of": as_of,
            "currency": currency,
            "accounts": rows,
            "totals": totals(rows),
            "reasons": reasons,
        }
        return Response(self.OutputSerializer(answer).data)
