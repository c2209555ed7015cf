"""/analytics/definitions/: what each measure means."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.apis.query import validated
from analytics.definitions import DEFINITIONS, UNITS
from core.serializers import Serializer


class DefinitionsApi(APIView):
    """One sentence for each measure, to show beside its number."""

    @extend_schema_serializer(component_name="Definition")
    class OutputSerializer(serializers.Serializer[Any]):
        name = serializers.CharField(help_text="As in the answers.")
        unit = serializers.ChoiceField(choices=UNITS, help_text="A ratio is a fraction: 0.12 is 12 %.")
        text = serializers.CharField(help_text="What it means, in one sentence or two.")

    @extend_schema(summary="What each measure means", responses=OutputSerializer(many=True))
    def get(self, request: Request) -> Response:
        validated(Serializer, request)  # there are no parameters
        return Response([asdict(definition) for definition in DEFINITIONS])
