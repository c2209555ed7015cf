"""/analytics/health/: a score, and what it is made of."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.heads import HeadSerializer, head_of
from analytics.apis.measures import MeasureSerializer
from analytics.apis.query import (
    RangeSerializer,
    history_asked,
    range_of,
    validated,
    window_asked,
)
from analytics.health import CONFIDENCE, NOTHING, health_of
from analytics.selectors import history_state
from core.authentication import person_of


class HealthApi(APIView):
    """Of what is held at the end of `to`, or now; how much money and debt are in range depends on the risk appetite."""

    @extend_schema_serializer(component_name="Health")
    class OutputSerializer(HeadSerializer):
        @extend_schema_serializer(component_name="HealthRule")
        class RuleSerializer(serializers.Serializer[Any]):
            rule = serializers.CharField(source="check.rule.code", help_text="Its name, for programs.")
            passed = serializers.BooleanField(
                source="check.passed", allow_null=True, help_text="null where there was nothing to look at."
            )
            points = serializers.FloatField(source="check.points", help_text="That it takes from the score.")
            most_points = serializers.FloatField(source="check.rule.points", help_text="That it can take.")
            value = serializers.FloatField(
                source="check.value",
                allow_null=True,
                help_text="What it found; null where there was nothing to look at.",
            )
            threshold = serializers.FloatField(
                source="check.rule.threshold", help_text="Up to or from which it passes."
            )
            worst = serializers.FloatField(source="check.rule.worst", help_text="From here on it takes all its points.")
            detail = serializers.CharField(help_text="The same in a sentence.")

        risk_appetite = serializers.CharField(help_text="Of the person: how much money and debt are in range.")
        score = MeasureSerializer(help_text="From 0 to 100: 100 less the points of the deductions.")
        deductions = RuleSerializer(many=True, help_text="The rules that take points, those that take most first.")
        rules = RuleSerializer(many=True, help_text="All that was looked at.")

    @extend_schema(summary="A score, and what it is made of", parameters=[RangeSerializer], responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        user = person_of(request)
        asked = range_of(request, validated(RangeSerializer, request))
        state = history_state(user)
        window = window_asked(user, asked, state)
        history, reasons = history_asked(user, asked, state, series=CONFIDENCE)
        found = health_of(user, window.portrait, history, asked.scope) if window and history else NOTHING
        answer = {
            **head_of(asked, state, window),
            "risk_appetite": user.risk_appetite,
            "score": found.score,
            "deductions": found.deductions,
            "rules": found.findings,
            "reasons": reasons,
        }
        return Response(self.OutputSerializer(answer).data)
