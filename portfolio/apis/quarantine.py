"""/quarantine/: closes that a provider sent and that were not believed."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.models import User
from core.serializers import ModelSerializer, described
from portfolio.apis.permissions import writes_allowed
from portfolio.models import Holding, Quarantine
from portfolio.services.quarantine import quarantine_accept, quarantine_reject


class QuarantineSerializer(ModelSerializer):
    symbol = serializers.CharField(source="asset.symbol", read_only=True, help_text="Of the asset.")
    closes = serializers.DictField(child=serializers.CharField(), read_only=True, help_text="By day, as sent.")

    class Meta:
        model = Quarantine
        fields = ("id", "asset", "symbol", "reason", "status", "closes", "detail", "first_seen_at", "last_seen_at")
        read_only_fields = fields
        extra_kwargs = described(
            reason="Why they were not believed: zero or below; no number; ten or a hundred times off; in another "
            "currency; changed without a cause; a split was applied to half of them.",
            status="`open` until somebody decides.",
            detail="The same for people.",
            first_seen_at="When a provider first sent them.",
            last_seen_at="When a provider last sent them.",
        )


def quarantine_visible(user: User) -> QuerySet[Quarantine]:
    """Of assets that the person holds or held, and of their own; to an administrator the whole catalogue."""
    held = Holding.objects.filter(user_id=user.pk, asset__isnull=False)
    shared = Q(asset__owner=None) if user.is_staff else Q(asset__owner=None, asset__in=held.values("asset"))
    return Quarantine.objects.filter(shared | Q(asset__owner=user.pk)).select_related("asset")


class QuarantinesApi(generics.ListAPIView[Quarantine]):
    """What is still to be decided: the stored closes stay as they are until then."""

    serializer_class = QuarantineSerializer
    ordering_fields = ("last_seen_at", "first_seen_at")
    ordering = "-last_seen_at"

    def get_queryset(self) -> QuerySet[Quarantine]:
        return quarantine_visible(person_of(self.request)).filter(status=Quarantine.Status.OPEN)


class _DecisionApi(IdempotentPostMixin, generics.GenericAPIView[Quarantine]):
    serializer_class = QuarantineSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Quarantine]:
        return quarantine_visible(person_of(self.request))

    def check_object_permissions(self, request: Request, obj: Quarantine) -> None:
        super().check_object_permissions(request, obj)
        writes_allowed(request, obj.asset)

    def answer(self, quarantine: Quarantine) -> Response:
        quarantine.refresh_from_db()
        return Response(self.get_serializer(quarantine).data)


class QuarantineAcceptApi(_DecisionApi):
    @extend_schema(summary="Believe doubted closes", request=None, responses=QuarantineSerializer)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """They are right: they are stored."""
        quarantine = self.get_object()
        quarantine_accept(quarantine=quarantine)
        return self.answer(quarantine)


class QuarantineRejectApi(_DecisionApi):
    @extend_schema(summary="Reject doubted closes", request=None, responses=QuarantineSerializer)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """They are wrong: the stored closes stay, and the same is not reported again."""
        quarantine = self.get_object()
        quarantine_reject(quarantine=quarantine)
        return self.answer(quarantine)
