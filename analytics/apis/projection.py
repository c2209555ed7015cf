"""/analytics/projection/: what the coming years may bring."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.amounts import amount_of
from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer, measure_json
from analytics.apis.query import Range, RangeSerializer, investments_asked, range_of, validated
from analytics.apis.series import named_response, series_response
from analytics.engine.measure import Measure
from analytics.engine.projection import LEVELS, SEED, Draw, Projection
from analytics.panels import Window
from analytics.projection import Outlook, Wish, month_ends, outlook_of
from analytics.selectors import State, history_state
from core.authentication import person_of
from core.serializers import DecimalField

NAMES = tuple(f"p{level}" for level in LEVELS)
CHANCES = ("goal_chance", "goal_months", "loss_chance", "ruin_chance")


def _rate_field(text: str) -> DecimalField:
    return DecimalField(default=Decimal(0), min_value=Decimal("-0.5"), max_value=Decimal(1), help_text=text)


class ProjectionApi(APIView):
    """Paths made of the past returns of your investments, from what you have and pay in; a seed gives one answer.

    `from`, `to` and `period` say which past: all of it, where nothing is asked. It knows nothing else of the future.
    """

    has_etag = True

    class QuerySerializer(RangeSerializer):
        years = serializers.IntegerField(default=10, min_value=1, max_value=50, help_text="How many years ahead.")
        goal = DecimalField(required=False, min_value=0, help_text="An amount, in today's money where inflation is.")
        monthly = DecimalField(
            required=False,
            help_text="Paid in at the end of each month, below 0 taken out; without it, your average of the last year.",
        )
        contribution_growth = _rate_field("Of `monthly` from one year to the next; 0.05 is 5 %.")
        inflation = _rate_field("A year; with it, all results are in today's money.")
        simulations = serializers.IntegerField(
            default=2000,
            min_value=100,
            max_value=10_000,
            help_text="How many paths are drawn: more are smoother and take longer.",
        )
        block_months = serializers.IntegerField(
            default=3, min_value=1, max_value=24, help_text="Months of the past that stay together."
        )
        seed = serializers.IntegerField(
            default=SEED, min_value=0, max_value=2**32 - 1, help_text="The same seed gives the same paths."
        )

    @extend_schema_serializer(component_name="Projection")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="ProjectionMonthly")
        class MonthlySerializer(serializers.Serializer[Any]):
            amount = DecimalField(
                allow_null=True,
                help_text="Paid in at the end of each month; below 0 taken out; null where nothing is held.",
            )
            is_own = serializers.BooleanField(help_text="Whether it is your average, from `first` to `last`.")
            first = serializers.DateField(
                allow_null=True, help_text="Of the days that the average is of; null where it was asked for."
            )
            last = serializers.DateField(
                allow_null=True, help_text="Of the days that the average is of; null where it was asked for."
            )

        first = serializers.DateField(allow_null=True, help_text="Of the past that it is made of.")
        last = serializers.DateField(allow_null=True, help_text="Of that past, and the day on which the years begin.")
        observations = serializers.IntegerField(help_text="Returns of weekdays that it rests on.")
        years = serializers.IntegerField(help_text="As asked.")
        simulations = serializers.IntegerField(help_text="As asked.")
        block_months = serializers.IntegerField(help_text="As asked.")
        seed = serializers.IntegerField(help_text="As asked.")
        contribution_growth = DecimalField(help_text="As asked, as a fraction.")
        inflation = DecimalField(help_text="As asked, as a fraction.")
        value = DecimalField(allow_null=True, help_text="What there is on `last`.")
        monthly = MonthlySerializer(help_text="What is paid in.")
        contributed = DecimalField(allow_null=True, help_text="All that is planned to be paid in, less withdrawals.")
        final = serializers.DictField(child=DecimalField(), help_text="At the end: " + ", ".join(NAMES))
        goal = DecimalField(allow_null=True, help_text="As asked; null where none was.")
        goal_chance = MeasureSerializer(help_text="Share of the paths that end there or above.")
        goal_months = MeasureSerializer(help_text="After so many months, half of the paths have reached it.")
        loss_chance = MeasureSerializer(help_text="Share that ends below what there is and is paid in.")
        ruin_chance = MeasureSerializer(help_text="Share on which a withdrawal cannot be paid.")
        reason = serializers.CharField(allow_null=True, help_text="Why there is no projection.")
        dates = serializers.ListField(child=serializers.DateField(), help_text="`last`, and each month after it.")
        series = serializers.DictField(
            child=serializers.ListField(child=serializers.FloatField()),
            help_text=", ".join(NAMES) + ": percentiles of the paths; put_in: what there is and is paid in.",
        )

    @extend_schema(summary="What the coming years may bring", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> HttpResponse:
        params = validated(self.QuerySerializer, request)
        asked, state = range_of(request, params), history_state(person_of(request))

        def answer() -> dict[str, Any]:
            window = investments_asked(person_of(request), asked, state)
            found = outlook_of(window, _wish(params), _draw(params)) if window else Outlook()
            return _head(params, asked, state, window) | _outlook_json(found, window)

        if not asked.is_stored:
            return series_response(request, answer())
        return named_response(request, state.etag_of(asked.last(state.as_of)), answer)


def _wish(params: dict[str, Any]) -> Wish:
    return Wish(
        years=params["years"],
        monthly=_number(params.get("monthly")),
        growth=float(params["contribution_growth"]),
        inflation=float(params["inflation"]),
        goal=_number(params.get("goal")),
    )


def _draw(params: dict[str, Any]) -> Draw:
    return Draw(**{name: params[name] for name in ("simulations", "block_months", "seed")})


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _head(params: dict[str, Any], asked: Range, state: State, window: Window | None) -> dict[str, Any]:
    taken = ("years", "simulations", "block_months", "seed", "contribution_growth", "inflation")
    return {
        **head_of(asked, state, window),
        **{name: params[name] for name in taken},
        "goal": params.get("goal"),
    }


def _outlook_json(found: Outlook, window: Window | None) -> dict[str, Any]:
    plan, habit, made = found.plan, found.habit, found.made
    return {
        "observations": found.observations,
        "value": plan and amount_of(plan.value),
        "monthly": {
            "amount": plan and amount_of(plan.contribution),
            "is_own": habit is not None,
            "first": habit and habit.first,
            "last": habit and habit.last,
        },
        "contributed": plan and amount_of(plan.contributed),
        "reason": found.reason,
        "dates": month_ends(window.last, plan.months) if window and plan and made else [],
        **_made_json(made, found.reason),
    }


def _made_json(made: Projection | None, reason: str | None) -> dict[str, Any]:
    if made is None:
        none = measure_json(Measure(None, reason))
        return {"final": {}, "series": {}} | dict.fromkeys(CHANCES, none)
    final = zip(NAMES, made.value[:, -1].tolist(), strict=True)
    return {
        "final": {name: amount_of(value) for name, value in final},
        "series": {**dict(zip(NAMES, made.value, strict=True)), "put_in": made.put_in},
        **{name: measure_json(getattr(made, name)) for name in CHANCES},
    }
