"""/accounts/: where a person holds things."""

from typing import cast

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.models import Account
from core.selectors import accounts_of
from core.serializers import ModelSerializer, described
from core.services import account_create, account_delete, account_update


class AccountSerializer(ModelSerializer):
    class Meta:
        model = Account
        fields = (
            "id", "name", "kind", "currency", "cost_method", "tracks_cash", "opened_on", "closed_on", "is_default",
        )  # fmt: skip
        read_only_fields = ("id", "is_default")
        extra_kwargs = described(
            name="What you call it; no two of yours have the same name.",
            kind="What it is. Brokers and demats hold securities; of the rest a balance is kept; deposits, property "
            "and others are worth what you state.",
            currency="Of its balance: an ISO 4217 code. It stays once there are transactions.",
            cost_method="Which units a sale takes: the oldest (`fifo`), or of all at their average cost (`average`).",
            tracks_cash="Whether a broker or demat account keeps money between trades; else what it pays for comes "
            "from outside.",
            opened_on="The day on which it was opened; null where that does not matter.",
            closed_on="The day on which it was closed; null while it is open.",
            is_default="Whether it is meant where no account is named.",
        )


class AccountsApi(IdempotentPostMixin, generics.ListCreateAPIView[Account]):
    """Where you hold things. Each person has a default account, meant where no account is named."""

    serializer_class = AccountSerializer
    ordering_fields = ("name",)
    filterset_fields = ("kind", "currency")

    def get_queryset(self) -> QuerySet[Account]:
        return accounts_of(person_of(self.request))

    def perform_create(self, serializer: BaseSerializer[Account]) -> None:
        serializer.instance = account_create(user=person_of(self.request), fields=serializer.validated_data)


class AccountApi(generics.RetrieveUpdateDestroyAPIView[Account]):
    """An account with transactions keeps its currency, and can be deleted only after them."""

    serializer_class = AccountSerializer

    def get_queryset(self) -> QuerySet[Account]:
        return accounts_of(person_of(self.request)).select_related("user")

    def perform_update(self, serializer: BaseSerializer[Account]) -> None:
        serializer.instance = account_update(
            account=cast(Account, serializer.instance), changes=serializer.validated_data
        )

    def perform_destroy(self, instance: Account) -> None:
        account_delete(account=instance)
