"""GET, POST, DELETE /tokens/: named keys for scripts, each shown once."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.authentication import person_of
from core.errors import InvalidInput
from core.idempotency import IdempotentPostMixin
from core.models import ApiToken
from core.selectors import tokens_of
from core.serializers import ModelSerializer, described


class TokenSerializer(ModelSerializer):
    class Meta:
        model = ApiToken
        fields = ("id", "name", "access", "expires_at", "prefix", "created_at", "last_used_at")
        read_only_fields = ("id", "prefix", "created_at", "last_used_at")
        extra_kwargs = described(
            name="What you call it, so that you know it again.",
            access="`read`: only GET; `full`: everything.",
            expires_at="From this moment on it opens nothing; null: until it is deleted.",
            prefix="How the key begins, so that you know it again.",
            last_used_at="When it was last used, to the hour; null where it never was.",
        )

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("Must be in the future.", code="past")
        return value


class IssuedTokenSerializer(TokenSerializer):
    key = serializers.CharField(read_only=True, allow_null=True, help_text="Not shown again: a repeat gets null.")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "key")  # type: ignore[assignment]


def _refuse_longer_life(asked_by: object, expires_at: datetime | None) -> None:
    """A key that was given out for a while must not make itself a successor."""
    last = asked_by.expires_at if isinstance(asked_by, ApiToken) else None
    if last is not None and (expires_at is None or expires_at > last):
        detail = f"The key that asks expires at {last.isoformat()}; what it makes cannot open for longer."
        raise InvalidInput(detail, attr="expires_at", code="longer_than_own")


class TokensApi(IdempotentPostMixin, generics.ListAPIView[ApiToken]):
    """Keys for scripts, that read or do everything, for ever or until a moment. A key is in the answer to the POST that
    made it, and nowhere else."""

    serializer_class = TokenSerializer
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[ApiToken]:
        return tokens_of(person_of(self.request))

    @extend_schema(responses={201: IssuedTokenSerializer})
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        _refuse_longer_life(request.auth, serializer.validated_data.get("expires_at"))
        token, key = ApiToken.issue(person_of(request), **serializer.validated_data)
        return Response({**self.get_serializer(token).data, "key": key}, status=201)

    def kept_data(self, data: Any) -> Any:
        """Only the digest of a key is ever stored."""
        return {**data, "key": None}


class TokenApi(generics.DestroyAPIView[ApiToken]):
    """A deleted key opens nothing from that moment on."""

    serializer_class = TokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        return tokens_of(person_of(self.request))
