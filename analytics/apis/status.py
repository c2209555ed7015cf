"""/analytics/status/: what is being rebuilt or fetched, and what is wrong with the data."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.query import ReasonSerializer
from analytics.apis.summary import StaleSerializer
from analytics.live import now_of
from analytics.models import HistoryMark
from analytics.summary import stale_holdings
from core.authentication import person_of
from core.days import today_for
from core.models import User
from portfolio.data_problems import problems_of
from portfolio.live.gate import provider_states
from portfolio.tracked import histories_awaited, quotes_of

HISTORY = ("first_day", "dirty_from", "dirty_since", "built_at", "builds", "failures", "last_error", "reasons")


class ProblemSerializer(serializers.Serializer[Any]):
    asset = serializers.IntegerField(
        source="asset.pk", allow_null=True, default=None, help_text="The id of the asset; null where it is of none."
    )
    symbol = serializers.CharField(
        source="asset.symbol", allow_null=True, default=None, help_text="Of the asset; null where it is of none."
    )
    code = serializers.CharField(help_text="For programs: missing, stale, failing, quarantined, unconfirmed …")
    detail = serializers.CharField(help_text="What is wrong, for people.")
    todo = serializers.CharField(help_text="What to do about it.")
    since = serializers.DateField(
        allow_null=True, help_text="The first day that it concerns; null where that is not known."
    )


class ProviderSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="provider", help_text="`yahoo`, `mfapi` or `amfi`.")
    state = serializers.ChoiceField(
        choices=["ok", "saving", "budget_spent", "resting", "half_open", "off"],
        help_text="`ok`; `saving`: only what is urgent is asked; `budget_spent`: nothing until more is "
        "allowed; `resting`: it failed too often; `half_open`: one request tries whether it is "
        "back; `off`: switched off by the settings.",
    )
    since = serializers.DateTimeField(allow_null=True, help_text="Of its last failure, while it rests.")
    retry_at = serializers.DateTimeField(allow_null=True, help_text="When it is asked again, while it rests.")
    last_ok_at = serializers.DateTimeField(allow_null=True, help_text="Its last good answer; null before the first.")
    error_code = serializers.CharField(
        allow_blank=True, help_text="Of its last failure, for programs; empty where there was none."
    )
    last_error = serializers.CharField(allow_blank=True, help_text="The same, for people.")
    requests_left = serializers.IntegerField(help_text="That may be sent just now.")


class QuotesSerializer(serializers.Serializer[Any]):
    watched = serializers.IntegerField(help_text="How many of your assets have a live price.")
    oldest = serializers.DateTimeField(allow_null=True, help_text="When the oldest of these was fetched.")


class StatusApi(APIView):
    """The state of the stored history as it is, without bringing it up to date."""

    @extend_schema_serializer(component_name="Status")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField(allow_null=True, help_text="The last day that is built.")
        first_day = serializers.DateField(
            allow_null=True, help_text="The first day of the history; null where there is none."
        )
        currency = serializers.CharField(help_text="That the history is in.")
        dirty_from = serializers.DateField(allow_null=True, help_text="The earliest day that is no longer true.")
        dirty_since = serializers.DateTimeField(
            allow_null=True, help_text="When that was found; null where all is true."
        )
        rebuilding = serializers.BooleanField(help_text="Whether it is being worked out just now.")
        built_at = serializers.DateTimeField(
            allow_null=True, help_text="When the history was last stored; null before."
        )
        builds = serializers.IntegerField(help_text="How often the history was stored.")
        failures = serializers.IntegerField(help_text="Rebuilds that failed since the last one that did not.")
        last_error = serializers.CharField(
            allow_blank=True, help_text="Why the last rebuild failed; empty where it did not."
        )
        stale = StaleSerializer(many=True, help_text="Held assets whose price is over a week old or missing.")
        reasons = ReasonSerializer(many=True)
        problems = ProblemSerializer(many=True, help_text="Of what you hold now, and of the rates that you need.")
        providers = ProviderSerializer(many=True, help_text="Who is asked for prices, and how that goes.")
        quotes = QuotesSerializer(help_text="The prices of now.")
        syncing = serializers.IntegerField(help_text="How many of your assets still wait for their closes.")

    @extend_schema(summary="What is being worked out, and what is wrong", responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user = person_of(request)
        today = today_for(user)
        mark = HistoryMark.objects.filter(user=user).first() or HistoryMark(user=user)
        return Response(
            {
                "fresh": mark.is_fresh(today=today, currency=user.base_currency),
                "as_of": mark.built_through,
                "currency": mark.currency or user.base_currency,
                "rebuilding": bool(mark.lease_owner and not mark.failures),
                "stale": StaleSerializer(stale_holdings(user, today, now=now_of(user)), many=True).data,
                **{name: getattr(mark, name) for name in HISTORY},
                **_data_state(user),
            }
        )


def _data_state(user: User) -> dict[str, Any]:
    watched, oldest = quotes_of(user)
    return {
        "problems": ProblemSerializer(problems_of([user]), many=True).data,
        "providers": ProviderSerializer(provider_states(), many=True).data,
        "quotes": QuotesSerializer({"watched": watched, "oldest": oldest}).data,
        "syncing": histories_awaited(user),
    }
