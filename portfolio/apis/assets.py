"""/assets/: the catalogue and a person's own assets."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import ModelSerializer, Serializer
from portfolio.apis.permissions import writes_allowed
from portfolio.models import Asset
from portfolio.selectors import assets_found
from portfolio.services.assets import asset_change, asset_create, asset_delete

LONGEST_SEARCH = 100


class AssetSerializer(ModelSerializer):
    isin = serializers.RegexField(r"^[A-Z]{2}[A-Z0-9]{9}[0-9]\Z", required=False, allow_blank=True)
    amfi_code = serializers.RegexField(r"^[0-9]{1,10}\Z", required=False, allow_blank=True)
    is_private = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields = (
            "id", "symbol", "name", "asset_class", "currency", "sector", "market_cap", "isin", "amfi_code",
            "prices_from", "prices_to", "is_private",
        )  # fmt: skip
        read_only_fields = ("id", "prices_from", "prices_to")

    def get_is_private(self, asset: Asset) -> bool:
        return asset.owner_id is not None


class SearchSerializer(Serializer):
    search = serializers.CharField(allow_blank=True, max_length=LONGEST_SEARCH)


class AssetsApi(IdempotentPostMixin, generics.ListCreateAPIView[Asset]):
    serializer_class = AssetSerializer
    filterset_fields = ("asset_class", "currency", "isin", "amfi_code")
    ordering_fields = ("rank", "symbol")
    ordering = "rank"

    def get_queryset(self) -> QuerySet[Asset]:
        query = SearchSerializer(data={"search": self.request.query_params.get("search", "")})
        query.is_valid(raise_exception=True)
        return assets_found(person_of(self.request), query.validated_data["search"])

    @extend_schema(
        parameters=[OpenApiParameter("search", str, description="Part of a symbol, name, ISIN or AMFI code.")]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue and your own; with `search`, what is named exactly so comes first."""
        return super().get(request, *args, **kwargs)

    def perform_create(self, serializer: BaseSerializer[Asset]) -> None:
        serializer.instance = asset_create(owner=person_of(self.request), fields=serializer.validated_data)


class AssetApi(generics.RetrieveUpdateDestroyAPIView[Asset]):
    serializer_class = AssetSerializer

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.visible_to(person_of(self.request).pk)

    def check_object_permissions(self, request: Request, obj: Asset) -> None:
        super().check_object_permissions(request, obj)
        writes_allowed(request, obj)

    def perform_update(self, serializer: BaseSerializer[Asset]) -> None:
        serializer.instance = asset_change(asset=cast(Asset, serializer.instance), changes=serializer.validated_data)

    def perform_destroy(self, instance: Asset) -> None:
        asset_delete(asset=instance)
