"""GET, PATCH, DELETE /me/: who you are, what your figures mean, and the end of both."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import generics, serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.erasure import person_erase
from core.erasure_wish import erasure_check
from core.errors import NotFound
from core.models import User
from core.schema import AutoSchema
from core.serializers import ModelSerializer, ObjectField, Serializer, described
from core.services import user_update

LARGEST_PREFERENCES = 64 * 1024


class UserSerializer(ModelSerializer):
    preferences = ObjectField(
        max_bytes=LARGEST_PREFERENCES, required=False, help_text="Whatever a client wants to remember; replaced whole."
    )

    class Meta:
        model = User
        fields = ("email", "name", "base_currency", "timezone", "risk_appetite", "preferences")
        read_only_fields = ("email",)
        extra_kwargs = described(
            email="By which you log in; changed at `/_allauth/`.",
            name="What you are called.",
            base_currency="Of all figures where no other is asked for: an ISO 4217 code.",
            timezone="An IANA name, such as `Asia/Kolkata`: when your day begins.",
            risk_appetite="How much risk you mean to take; the health score asks for it.",
        )


@extend_schema_serializer(component_name="Erasure")
class ErasureSerializer(Serializer):
    password = serializers.CharField(
        required=False, max_length=128, trim_whitespace=False, help_text="Yours, where you have one."
    )
    email = serializers.EmailField(
        required=False, help_text="Your address, where you have no password and log in elsewhere."
    )


class ErasureSchema(AutoSchema):
    """The generator leaves out the body of a DELETE, which this one has."""

    def _get_request_body(self, direction: Any = "request") -> Any:
        if self.method != "DELETE":
            return super()._get_request_body(direction)
        self.method = "POST"
        try:
            return super()._get_request_body(direction)
        finally:
            self.method = "DELETE"


class MeApi(generics.RetrieveUpdateAPIView[User]):
    """Who you are; your currency, your time zone and your appetite for risk decide what every figure means."""

    schema = ErasureSchema()
    serializer_class = UserSerializer
    http_method_names = ("get", "patch", "delete", "head", "options")

    def get_object(self) -> User:
        return person_of(self.request)

    def perform_update(self, serializer: BaseSerializer[User]) -> None:
        serializer.instance = user_update(user=self.get_object(), changes=serializer.validated_data)

    @extend_schema(summary="Erase yourself", request=ErasureSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erases you and all that is yours, at once and for good, and ends every session and key of yours.

        With your `password`; where you have none, with your `email` within five minutes after you logged in. Take your
        data with you before: nothing can bring them back.
        """
        wish = ErasureSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        user = User.objects.filter(pk=person_of(request).pk).first()
        if user is None:
            raise NotAuthenticated
        erasure_check(request=request, user=user, **wish.validated_data)
        try:
            person_erase(user=user)
        except NotFound as error:  # two requests at the same moment: the other one did it
            raise NotAuthenticated from error
        if hasattr(request._request, "session"):
            request._request.session.flush()
        return Response(status=204)
