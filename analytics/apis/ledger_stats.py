"""/ledger/stats/: a month of everyday money."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.apis.ledger_stats_parts import (
    AverageSerializer,
    BudgetSerializer,
    CategorySerializer,
    CountedMonthField,
    MonthSerializer,
    PayeeSerializer,
    UnitsField,
)
from analytics.apis.measures import AmountField, MeasureSerializer
from analytics.apis.query import ReasonSerializer, validated
from analytics.apis.series import series_response
from analytics.category_tree import Tree, tree_load
from analytics.engine.months import first_day, last_day, month_of
from analytics.ledger_stats import Asked, distinct, shown_lines, stats_of
from analytics.liquidity import RUNWAY_MONTHS, liquidity_of
from analytics.payees import Payee, payees_of
from analytics.selectors import history_state
from analytics.spending import TOO_LARGE
from core.authentication import person_of
from core.errors import InvalidInput
from core.models import User
from core.serializers import CurrencyField, MonthField, Serializer
from ledger.apis.entry_fields import IdField
from portfolio.prices.live_closes import Now

MOST_MONTHS = 120
MOST_PAYEES = 100


class LedgerStatsApi(APIView):
    """Spent, earned and saved in a month, against its budgets and the months before. Months are the person's."""

    has_etag = True

    class QuerySerializer(Serializer):
        month = MonthField(required=False, help_text="As `2024-05`; else the current one.")
        months = serializers.IntegerField(
            default=12, min_value=1, max_value=MOST_MONTHS, help_text="How many are side by side, `month` the last."
        )
        currency = CurrencyField(required=False, help_text="Instead of the person's own.")
        category = IdField(required=False, help_text="Only this one, with all below it.")
        by = serializers.ChoiceField(
            choices=("category", "payee"), default="category", help_text="With `payee` also who was paid, and who paid."
        )
        limit = serializers.IntegerField(default=10, min_value=1, max_value=MOST_PAYEES, help_text="Of payees.")

    @extend_schema_serializer(component_name="LedgerStats")
    class OutputSerializer(serializers.Serializer[Any]):
        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="Of all amounts of this answer.")
        month = CountedMonthField(source="asked.month", help_text="The month that was asked for.")
        first = serializers.DateField(help_text="Its first day.")
        last = serializers.DateField(help_text="Its last day.")
        spent = UnitsField(source="stats.balance.spent", help_text="Expenses less refunds, with fees of transfers.")
        income = UnitsField(source="stats.balance.income", help_text="Incomes less what was paid back of them.")
        saved = UnitsField(source="stats.balance.saved", help_text="income - spent")
        savings_rate = MeasureSerializer(source="stats.balance.savings_rate", help_text="saved / income")
        income_to_spent = MeasureSerializer(source="stats.balance.income_to_spent", help_text="income / spent")
        pace = UnitsField(source="stats.pace", help_text="Spent by its end at this rate; null before it begins.")
        budget = UnitsField(source="stats.available", help_text="Of what was asked for, with what was carried over.")
        remaining = UnitsField(source="stats.remaining", help_text="budget - spent")
        share_used = MeasureSerializer(source="stats.share_used", help_text="spent / budget")
        budget_reason = serializers.CharField(
            source="stats.budget_reason", allow_null=True, help_text="Why budget, remaining or pace is null."
        )
        by_category = CategorySerializer(
            source="stats.categories", many=True, help_text="What is below a category follows it."
        )
        budgets = BudgetSerializer(source="stats.budgets", many=True, help_text="All that count in the month.")
        months = MonthSerializer(source="stats.months", many=True, help_text="The oldest first.")
        averages = AverageSerializer(
            source="stats.averages", many=True, help_text="A month's mean over the last 3, 6 and 12 whole ones."
        )
        liquid = AmountField(
            source="liquidity.money", help_text="Money in banks, wallets, cash, cards, and brokers that keep it."
        )
        runway = MeasureSerializer(
            source="liquidity.runway", help_text="Months that it lasts, at the mean spending of the last 6 whole ones."
        )
        payees = PayeeSerializer(many=True, allow_null=True, help_text="Of `by=payee`, those who got most first.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(summary="A month of everyday money", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        user, params = person_of(request), validated(self.QuerySerializer, request)
        state, tree = history_state(user), tree_load(user.pk)
        asked = _asked(user, params, tree, state.now)
        last = last_day(asked.month)
        as_of = min(last, state.as_of)
        stats = stats_of(user.pk, tree, asked, state.now)
        liquidity = liquidity_of(user, state, stats.average(RUNWAY_MONTHS), currency=asked.currency, last=as_of)
        answer = {
            "fresh": state.fresh,
            "as_of": as_of,
            "currency": asked.currency,
            "asked": asked,
            "first": first_day(asked.month),
            "last": last,
            "stats": stats,
            "liquidity": liquidity,
            "payees": None,
            "reasons": distinct([*stats.reasons, *liquidity.reasons]),
        }
        if params["by"] == "payee" and TOO_LARGE not in stats.reasons:  # nor would the database add them up
            answer["payees"] = _payees(user, asked, tree, state.now)[: params["limit"]]
        return series_response(request, self.OutputSerializer(answer).data)


def _asked(user: User, params: dict[str, Any], tree: Tree, now: Now) -> Asked:
    category = params.get("category")
    if category is not None and tree.row_of(category) is None:
        raise InvalidInput("There is no such category.", attr="category", code="does_not_exist")
    month = month_of(params.get("month", now.today))
    return Asked(month, params["months"], params.get("currency", user.base_currency), category)


def _payees(user: User, asked: Asked, tree: Tree, now: Now) -> list[Payee]:
    categories = None if asked.category is None else tree.categories(shown_lines(tree, asked.category))
    return payees_of(user, month=asked.month, currency=asked.currency, categories=categories, now=now)
