"""/assets/: the catalogue and a person's own assets."""

from collections.abc import Sequence
from typing import Any, cast

import django_filters as filters
from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import ModelSerializer, Serializer, described
from portfolio.apis.matches import AskedSerializer, MatchSerializer, SearchPagination, SearchSchema, new_and_known
from portfolio.apis.permissions import writes_allowed
from portfolio.isin import ISIN
from portfolio.models import Asset
from portfolio.search import ENOUGH, Found, matches_found
from portfolio.selectors import assets_found
from portfolio.services.assets import asset_change, asset_create, asset_delete

LONGEST_SEARCH = 100


class AssetSerializer(ModelSerializer):
    isin = serializers.RegexField(
        rf"^{ISIN.pattern}\Z",
        required=False,
        allow_blank=True,
        help_text="The international number of the security; empty where none is known.",
    )
    amfi_code = serializers.RegexField(
        r"^[0-9]{1,10}\Z",
        required=False,
        allow_blank=True,
        help_text="The number of an Indian fund; empty where none is known.",
    )
    is_private = serializers.SerializerMethodField(help_text="Whether it is your own, and nobody else sees it.")

    class Meta:
        model = Asset
        fields = (
            "id", "symbol", "name", "asset_class", "currency", "sector", "market_cap", "isin", "amfi_code",
            "prices_from", "prices_to", "is_private",
        )  # fmt: skip
        read_only_fields = ("id", "prices_from", "prices_to")
        extra_kwargs = described(
            symbol="By which it is named, in capitals; unique in the catalogue, and among your own. A currency pair is "
            "named like `USDINR=X`: rupees for one dollar.",
            currency="In which its prices are: an ISO 4217 code.",
            sector="Of a fund its category; empty where none is known.",
            market_cap="How large the company is; empty where that is not known.",
            prices_from="The day of its first close; null where there is none.",
            prices_to="The day of its last close; null where there is none.",
        )

    def get_is_private(self, asset: Asset) -> bool:
        return asset.owner_id is not None


class AssetListFilter(filters.FilterSet):
    isin = filters.CharFilter(label="Exactly.")
    amfi_code = filters.CharFilter(label="Exactly.")

    class Meta:
        model = Asset
        fields = ("asset_class", "currency")


class SearchSerializer(Serializer):
    search = serializers.CharField(allow_blank=True, max_length=LONGEST_SEARCH)


@extend_schema(
    methods=["GET"],
    parameters=[OpenApiParameter("search", str, description="Words of a symbol, name, ISIN or AMFI code.")],
)
class AssetsApi(IdempotentPostMixin, generics.ListCreateAPIView[Asset]):
    """A new asset is your own: nobody else sees it, and its prices are those that you give it."""

    schema = SearchSchema()
    serializer_class = AssetSerializer
    pagination_class = SearchPagination
    filterset_class = AssetListFilter
    own_parameters = ("search",)
    ordering_fields = ("rank", "symbol")
    ordering = "rank"

    def get_queryset(self) -> QuerySet[Asset]:
        return assets_found(person_of(self.request), self.search)

    @cached_property
    def search(self) -> str:
        query = SearchSerializer(data={"search": self.request.query_params.get("search", "")})
        query.is_valid(raise_exception=True)
        return cast(str, query.validated_data["search"]).strip()

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue and your own; with `search`, what is named exactly so comes first.

        Where that finds few, the providers are asked, within seconds: `matches` are assets that the catalogue does not
        have yet, and `providers` says who was asked. What they find and the catalogue has comes last in `results`.
        """
        return super().get(request, *args, **kwargs)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person, fitting = person_of(self.request), self.filter_queryset(self.get_queryset())
        page = list(self.paginate_queryset(fitting) or ())
        found = matches_found(self.search, user_id=person.pk) if self._is_worth_asking(page) else Found()
        new, known = new_and_known(found, self.filter_queryset(Asset.objects.filter(owner=None)), request)
        results = self.get_serializer([*page, *(asset for asset in known if asset not in page)], many=True).data
        response = self.get_paginated_response(results)
        beside = {"matches": MatchSerializer(new, many=True), "providers": AskedSerializer(found.asked, many=True)}
        response.data |= {name: serializer.data for name, serializer in beside.items()}
        return response

    def _is_worth_asking(self, page: Sequence[Asset]) -> bool:
        is_all = cast(SearchPagination, self.paginator).is_all
        return is_all and len(page) < ENOUGH and not any(_is_meant(asset, self.search.upper()) for asset in page)

    def perform_create(self, serializer: BaseSerializer[Asset]) -> None:
        serializer.instance = asset_create(owner=person_of(self.request), fields=serializer.validated_data)


class AssetApi(generics.RetrieveUpdateDestroyAPIView[Asset]):
    """Your own can be changed, and deleted while nothing refers to them; the catalogue is the administrators'."""

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


def _is_meant(asset: Asset, text: str) -> bool:
    """An ISIN or an AMFI code names one thing and no other."""
    return asset.owner_id is None and text in {asset.isin, asset.amfi_code} - {""}
