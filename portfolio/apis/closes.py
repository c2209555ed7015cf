"""/assets/{id}/prices/: closes as traded, by day."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.money import plain
from core.serializers import DayField, DecimalField, Serializer
from portfolio.apis.permissions import writes_allowed
from portfolio.models import Asset
from portfolio.selectors import asset_closes
from portfolio.services.prices import prices_record

_CLOSES = {"type": "object", "additionalProperties": {"type": "string", "format": "decimal"}}
_CHANGES = {"type": "object", "additionalProperties": {"type": ["string", "null"], "format": "decimal"}}
_PERIOD = [
    OpenApiParameter("from", {"type": "string", "format": "date"}, description="The first day."),
    OpenApiParameter("to", {"type": "string", "format": "date"}, description="The last day."),
]


class PeriodSerializer(Serializer):
    to = DayField(required=False, allow_future=True)

    def get_fields(self) -> dict[str, Any]:
        return {"from": DayField(required=False, allow_future=True), **super().get_fields()}


class ClosesField(serializers.DictField):
    """{"2024-01-02": "101.5", "2024-01-03": null} → closes by day, None where one goes; errors name the day."""

    day = DayField(allow_future=True)
    child = DecimalField(min_value=0, allow_null=True)

    def run_child_validation(self, data: Any) -> Any:
        closes: dict[Any, Any] = {}
        errors: dict[str, Any] = {}
        for day, close in data.items():
            try:
                closes[self.day.run_validation(day)] = self.child.run_validation(close)
            except serializers.ValidationError as error:
                errors[day] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return closes


class ClosesApi(generics.GenericAPIView[Asset]):
    pagination_class = None

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.visible_to(person_of(self.request).pk)

    def check_object_permissions(self, request: Request, obj: Asset) -> None:
        super().check_object_permissions(request, obj)
        writes_allowed(request, obj)

    @extend_schema(summary="Get the closes of an asset", parameters=_PERIOD, responses={200: _CLOSES})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The stored closes, in the asset's currency, adjusted for nothing."""
        asset = self.get_object()
        named = {name: request.query_params[name] for name in ("from", "to") if name in request.query_params}
        period = PeriodSerializer(data=named, context=self.get_serializer_context())
        period.is_valid(raise_exception=True)
        return _answer(asset, first=period.validated_data.get("from"), last=period.validated_data.get("to"))

    @extend_schema(summary="Merge closes of an asset", request={"application/json": _CHANGES}, responses={200: _CLOSES})
    def put(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Merges; `null` removes a close. Answers with what is stored between the first and the last day sent."""
        asset = self.get_object()
        closes = ClosesField().run_validation(request.data)
        prices_record(closes={asset.pk: closes})
        asset.refresh_from_db()
        return _answer(asset, first=min(closes, default=None), last=max(closes, default=None))


def _answer(asset: Asset, **period: Any) -> Response:
    return Response({day.isoformat(): plain(close) for day, close in asset_closes(asset, **period).items()})
