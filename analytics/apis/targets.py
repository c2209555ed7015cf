"""/analytics/targets/: the weights that the person wants."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.query import validated
from analytics.parts import By
from analytics.rebalancing.targets import targets_of
from analytics.services.targets import TargetInput, targets_replace
from core.authentication import person_of
from core.models import User
from core.serializers import DecimalField, Serializer

MOST = 500


class TargetsApi(APIView):
    """The targets of one way to divide. What they leave of 1 is to be money."""

    class QuerySerializer(Serializer):
        by = serializers.ChoiceField(choices=By.choices, default=By.ASSET_CLASS, help_text="What the parts are.")

    @extend_schema_serializer(component_name="TargetsChange")
    class InputSerializer(Serializer):
        @extend_schema_serializer(component_name="TargetChange")
        class RowSerializer(Serializer):
            key = serializers.CharField(max_length=100, help_text="As in the allocation.")
            weight = DecimalField(
                min_value=0, max_value=1, help_text="Of all that is owned, as a fraction; all together at most 1."
            )

        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        targets = serializers.ListField(
            child=RowSerializer(), max_length=MOST, help_text="All of this kind; none takes them away."
        )

    @extend_schema_serializer(component_name="Targets")
    class OutputSerializer(serializers.Serializer[Any]):
        @extend_schema_serializer(component_name="Target")
        class RowSerializer(serializers.Serializer[Any]):
            key = serializers.CharField(help_text="As in the allocation.")
            name = serializers.CharField(help_text="Of the part, for people.")
            weight = DecimalField(help_text="Of all that is owned, as a fraction; all together at most 1.")

        by = serializers.ChoiceField(choices=By.choices, help_text="What the parts are.")
        targets = RowSerializer(many=True, help_text="Empty where you set none.")

    @extend_schema(summary="Get your targets", parameters=[QuerySerializer], responses=OutputSerializer)
    def get(self, request: Request) -> Response:
        return self.answer(person_of(request), validated(self.QuerySerializer, request)["by"])

    @extend_schema(summary="Replace your targets", request=InputSerializer, responses=OutputSerializer)
    def put(self, request: Request) -> Response:
        """Replaces all targets of this kind."""
        wanted = self.InputSerializer(data=request.data, context={"request": request})
        wanted.is_valid(raise_exception=True)
        by = By(wanted.validated_data["by"])
        rows = [TargetInput(**row) for row in wanted.validated_data["targets"]]
        targets_replace(user=person_of(request), by=by, targets=rows)
        return self.answer(person_of(request), by)

    def answer(self, user: User, by: str) -> Response:
        return Response(self.OutputSerializer({"by": by, "targets": targets_of(user, by)}).data)
