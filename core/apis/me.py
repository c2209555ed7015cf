"""GET, PATCH /me/: who you are, and what your figures mean."""

from rest_framework import generics
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.models import User
from core.serializers import ModelSerializer, ObjectField
from core.services import user_update

LARGEST_PREFERENCES = 64 * 1024


class UserSerializer(ModelSerializer):
    preferences = ObjectField(max_bytes=LARGEST_PREFERENCES, required=False)

    class Meta:
        model = User
        fields = ("email", "name", "base_currency", "timezone", "risk_appetite", "preferences")
        read_only_fields = ("email",)


class MeApi(generics.RetrieveUpdateAPIView[User]):
    """Who you are; your currency, your time zone and your appetite for risk decide what every figure means."""

    serializer_class = UserSerializer
    http_method_names = ("get", "patch", "head", "options")

    def get_object(self) -> User:
        return person_of(self.request)

    def perform_update(self, serializer: BaseSerializer[User]) -> None:
        serializer.instance = user_update(user=self.get_object(), changes=serializer.validated_data)
