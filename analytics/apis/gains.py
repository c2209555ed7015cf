"""/analytics/gains/: what sales brought and what is still open, lot by lot."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.gains_parts import (
    OpenLotSerializer,
    RealizedGroupSerializer,
    RealizedLotSerializer,
    RealizedSumsSerializer,
    RealizedTermsSerializer,
    UnrealizedSumsSerializer,
    UnrealizedTermsSerializer,
)
from analytics.apis.holdings import HeldAssetSerializer
from analytics.apis.query import Range, RangeSerializer, ReasonSerializer, range_of, validated, window_asked
from analytics.apis.series import kept_response
from analytics.engine.financial_years import FinancialYear, financial_year_named, financial_year_of
from analytics.engine.holding_rules import RuleBook
from analytics.gains.closings import closings_load
from analytics.gains.lots import Gains, gains_of, rules_used
from analytics.parts import By, names_told
from analytics.selectors import State, history_state
from analytics.tax_rules.books import CODES, rule_book_of
from core.authentication import person_of
from core.errors import InvalidInput
from core.models import Account, User

BY_ACCOUNT = "account"
METHODS = (BY_ACCOUNT, *Account.CostMethod.values)
PAGE, LARGEST_PAGE = 100, 1000


class GainsApi(APIView):
    """Gains of the sales after `first` (and of it, where it is the first day of all) up to `last`, by lot and year.

    Of the asked financial year, or of all of them; `years` has all in any case. `limit` and `offset` are of both
    lists of lots; the totals are of all lots, whatever page is shown.
    """

    has_etag = True

    class QuerySerializer(RangeSerializer):
        year = serializers.CharField(required=False, max_length=7, help_text="A financial year, as `years` names it.")
        method = serializers.ChoiceField(
            choices=METHODS, default=BY_ACCOUNT, help_text="How lots are closed; by default as each account says."
        )
        rules = serializers.ChoiceField(
            choices=CODES, required=False, help_text="Whose rules apply; by default those of the person's currency."
        )
        limit = serializers.IntegerField(
            default=PAGE, min_value=1, max_value=LARGEST_PAGE, help_text="How many lots of each list are shown."
        )
        offset = serializers.IntegerField(
            default=0, min_value=0, max_value=2**31, help_text="How many lots of each list are left out before them."
        )

    @extend_schema_serializer(component_name="Gains")
    class OutputSerializer(serializers.Serializer[Any]):
        @extend_schema_serializer(component_name="HoldingRules")
        class RulesSerializer(serializers.Serializer[Any]):
            @extend_schema_serializer(component_name="HoldingRule")
            class RuleSerializer(serializers.Serializer[Any]):
                name = serializers.CharField(help_text="As `rule` of a lot names it.")
                text = serializers.CharField(help_text="What it says.")

            code = serializers.CharField(allow_null=True, help_text="Null where no rules are known.")
            title = serializers.CharField(help_text="Whose rules they are.")
            version = serializers.CharField(help_text="Which text of the law they follow.")
            notes = serializers.ListField(child=serializers.CharField(), help_text="What they leave out.")
            used = RuleSerializer(many=True, help_text="Those that decided on a lot.")

        @extend_schema_serializer(component_name="GainsOfYear")
        class YearSerializer(RealizedGroupSerializer):
            year = serializers.CharField(help_text="The financial year, such as `2024-25`.")
            first = serializers.DateField(help_text="Its first day.")
            last = serializers.DateField(help_text="Its last day.")

        @extend_schema_serializer(component_name="GainsOfAsset")
        class AssetSerializer(RealizedGroupSerializer):
            asset = HeldAssetSerializer(help_text="Whose lots were sold.")

        @extend_schema_serializer(component_name="UnrealizedGains")
        class UnrealizedSerializer(serializers.Serializer[Any]):
            totals = UnrealizedSumsSerializer(help_text="Of all open lots.")
            terms = UnrealizedTermsSerializer(help_text="The same, apart by how long they are held.")
            lots = OpenLotSerializer(many=True, help_text="The open lots of this page, by symbol.")

        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField()
        first = serializers.DateField(
            allow_null=True, help_text="Sales after this day count; null where nothing was held by `last`."
        )
        last = serializers.DateField(help_text="The last day whose sales count.")
        method = serializers.ChoiceField(
            choices=METHODS,
            help_text="How lots were closed: as each account says, first in first out, or at average cost.",
        )
        rules = RulesSerializer(help_text="On how long a lot must be held.")
        year = serializers.CharField(allow_null=True, help_text="The financial year that was asked for; null for all.")
        years = YearSerializer(many=True, help_text="Each financial year with sales, the newest first.")
        totals = RealizedSumsSerializer(help_text="Of all sales that were asked for.")
        terms = RealizedTermsSerializer(help_text="The same, apart by how long the lots were held.")
        assets = AssetSerializer(many=True, help_text="The same, by asset.")
        lots = RealizedLotSerializer(many=True, help_text="The closed lots of this page, the newest sales first.")
        unrealized = UnrealizedSerializer(help_text="As if all were sold on `last`.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(
        summary="Realized and unrealized gains, lot by lot", parameters=[QuerySerializer], responses=OutputSerializer
    )
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        asked, book = range_of(request, params), rule_book_of(user.base_currency, params.get("rules"))
        state, year = history_state(user), _year(params.get("year"), book)
        window = window_asked(user, asked, state)
        labels, accounts = names_told(window, By.ACCOUNT)

        def answer() -> Any:
            return self.OutputSerializer(_answer(user, asked, state, params, book=book, year=year)).data

        return kept_response(request, (asked.name(state), labels, accounts), answer)


def _answer(
    user: User, asked: Range, state: State, params: dict[str, Any], *, book: RuleBook, year: FinancialYear | None
) -> dict[str, Any]:
    last = asked.last(state.as_of)
    start = None if state.first is None else asked.first(last=last, first_day=state.first)
    closings = closings_load(
        user, asked.scope, currency=asked.currency, last=last, now=state.now, cost_method=_method(params["method"])
    )
    after = None if start == state.first else start
    return {
        "fresh": state.fresh,
        "as_of": last,
        "currency": asked.currency,
        "first": start if start is not None and start <= last else None,
        "last": last,
        "method": params["method"],
        "year": year and year.label,
        "reasons": closings.reasons,
        **_figures(gains_of(closings, book, after=after, year=year), book, params),
    }


def _method(name: str) -> Account.CostMethod | None:
    return None if name == BY_ACCOUNT else Account.CostMethod(name)


def _year(label: str | None, book: RuleBook) -> FinancialYear | None:
    if label is None:
        return None
    year = financial_year_named(label, book)
    if year is None:
        example = financial_year_of(date(2024, 12, 31), book).label
        raise InvalidInput(f"Must be a financial year such as {example}.", attr="year")
    return year


def _figures(gains: Gains, book: RuleBook, params: dict[str, Any]) -> dict[str, Any]:
    page = slice(params["offset"], params["offset"] + params["limit"])
    rules = {"code": book.code or None, "title": book.title, "version": book.version, "notes": book.notes}
    return {
        "rules": {**rules, "used": rules_used(gains, book)},
        "years": [
            {"year": year.label, "first": year.first, "last": year.last, "totals": group.totals, "terms": group.terms}
            for year, group in gains.years
        ],
        "totals": gains.whole.totals,
        "terms": gains.whole.terms,
        "assets": [{"asset": asset, "totals": group.totals, "terms": group.terms} for asset, group in gains.assets],
        "lots": gains.closed[page],
        "unrealized": {
            "totals": gains.unrealized.totals,
            "terms": gains.unrealized.terms,
            "lots": gains.opened[page],
        },
    }
