"""/corporate-actions/: splits, bonuses, spin-offs, mergers and renames."""

from typing import Any, cast

import django_filters as filters
from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import DayField, DecimalField, ModelSerializer, described
from portfolio.apis.permissions import writes_allowed
from portfolio.apis.queries import AssetFilter, assets_in
from portfolio.models import Asset, CorporateAction
from portfolio.selectors import actions_visible
from portfolio.services.actions import action_change, action_delete, action_record


class VisibleAssetField(serializers.PrimaryKeyRelatedField[Asset]):
    """The id of an asset of the catalogue or of the person's own."""

    def get_queryset(self) -> QuerySet[Asset]:
        return assets_in(self.context.get("request"))


class ActionSerializer(ModelSerializer):
    asset = VisibleAssetField(queryset=Asset.objects.none(), help_text="The id of the asset that it happens to.")
    new_asset = VisibleAssetField(
        queryset=Asset.objects.none(),
        required=False,
        allow_null=True,
        help_text="The id of what comes of it: of a spin-off or merger, or the new name; null of the others.",
    )
    ex_date = DayField(allow_future=True, help_text="The first day on which the asset trades without what it gives.")
    ratio = DecimalField(
        required=False, min_value=0, help_text="New shares for each old one in all: 2 for a 2:1 split or a 1:1 bonus."
    )
    cost_fraction = DecimalField(
        required=False, allow_null=True, min_value=0, help_text="Share of the cost that moves to the new asset."
    )
    cash_per_share = DecimalField(
        required=False, min_value=0, help_text="Cash for each old share, in the asset's currency."
    )

    class Meta:
        model = CorporateAction
        fields = (
            "id", "asset", "kind", "ex_date", "ratio", "new_asset", "cost_fraction", "cash_per_share", "status",
            "created_at",
        )  # fmt: skip
        read_only_fields = ("id", "created_at")
        extra_kwargs = described(
            kind="What happens.",
            status="`confirmed` ones count; a `proposed` one waits for you, a `rejected` one stays away.",
        )
        validators: tuple[Any, ...] = ()  # the service says it in our words, within its lock


class ActionFilter(filters.FilterSet):
    asset = AssetFilter()
    status = filters.ChoiceFilter(choices=CorporateAction.Status.choices)
    kind = filters.ChoiceFilter(choices=CorporateAction.Kind.choices)

    class Meta:
        model = CorporateAction
        fields: tuple[str, ...] = ()


class ActionsApi(IdempotentPostMixin, generics.ListCreateAPIView[CorporateAction]):
    """What happens to an asset and to all who hold it. Those of the shared catalogue are the administrators'."""

    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    ordering_fields = ("ex_date",)
    ordering = "-ex_date"

    def get_queryset(self) -> QuerySet[CorporateAction]:
        return actions_visible(person_of(self.request))

    def perform_create(self, serializer: BaseSerializer[CorporateAction]) -> None:
        writes_allowed(self.request, serializer.validated_data["asset"])
        serializer.instance = action_record(user=person_of(self.request), fields=serializer.validated_data)


class ActionApi(generics.RetrieveUpdateDestroyAPIView[CorporateAction]):
    """A change or a delete works its way through the books of everybody who holds the asset."""

    serializer_class = ActionSerializer

    def get_queryset(self) -> QuerySet[CorporateAction]:
        return actions_visible(person_of(self.request))

    def check_object_permissions(self, request: Request, obj: CorporateAction) -> None:
        super().check_object_permissions(request, obj)
        writes_allowed(request, obj.asset)

    def perform_update(self, serializer: BaseSerializer[CorporateAction]) -> None:
        writes_allowed(self.request, serializer.validated_data.get("asset", cast(Any, serializer.instance).asset))
        serializer.instance = action_change(
            action=cast(CorporateAction, serializer.instance), changes=serializer.validated_data
        )

    def perform_destroy(self, instance: CorporateAction) -> None:
        action_delete(action=instance)
