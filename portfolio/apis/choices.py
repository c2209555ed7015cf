"""/assets/choose/: an asset that a provider knows, from now on in the catalogue."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import Serializer
from portfolio.apis.assets import AssetSerializer
from portfolio.models import Asset
from portfolio.providers import registry
from portfolio.services.catalogue import asset_choose, choice_profile


class ChoiceSerializer(Serializer):
    provider = serializers.ChoiceField(
        choices=registry.SEARCHED, help_text="Who knows it, as `matches` of a search says."
    )
    symbol = serializers.CharField(max_length=64, help_text="As `matches` of a search has it.")

    def validate_symbol(self, symbol: str) -> str:
        return symbol.upper()


class ChooseApi(IdempotentPostMixin, generics.GenericAPIView[Asset]):
    serializer_class = ChoiceSerializer
    queryset = Asset.objects.none()
    pagination_class = None
    asks_upstream = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Also ask the provider: here and not below, where the transaction of the key would wait for it."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            choice = self.get_serializer(data=request.data)
            choice.is_valid(raise_exception=True)
            profile = choice_profile(user_id=person_of(request).pk, **choice.validated_data)
            self.choice = {**choice.validated_data, "profile": profile}

    @extend_schema(
        summary="Take an asset into the catalogue",
        request=ChoiceSerializer,
        responses={200: AssetSerializer, 201: AssetSerializer},
    )
    def post(self, request: Request) -> Response:
        """The catalogue's asset, made where it is new (201): its prices come by themselves once somebody holds it."""
        asset, is_new = asset_choose(**self.choice)
        return Response(AssetSerializer(asset).data, status=201 if is_new else 200)
