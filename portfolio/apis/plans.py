"""/plans/: investments that repeat, and their instalments."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.account_fields import OwnAccountField
from core.authentication import person_of
from core.bulk import LARGEST_ID
from core.errors import InvalidInput
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from core.recurrence_fields import SCHEDULE_FIELDS, RecurrenceSerializer, SkipSerializer
from core.selectors import accounts_of
from core.serializers import DecimalField, ModelSerializer, described
from portfolio.models import Asset, Instalment, InvestmentPlan
from portfolio.plans import PlanFigures, instalments_of, plan_figures, plans_of
from portfolio.selectors import assets_by_ids, assets_by_symbol
from portfolio.services.instalments import instalment_retry
from portfolio.services.plans import PlanInput, plan_change, plan_create, plan_delete, plan_skip

_PLAIN = ("name", "amount", "fee", "tax_rate", "quantity_decimals", "note", *SCHEDULE_FIELDS)


class PlanFiguresSerializer(serializers.Serializer[Any]):
    invested = DecimalField(help_text="What has bought units so far.")
    paid = DecimalField(help_text="That with fees and taxes.")
    units = DecimalField(help_text="As bought: later splits are not applied.")
    made = serializers.IntegerField(source="instalments.made", help_text="How many instalments became purchases.")
    waiting = serializers.IntegerField(source="instalments.waiting", help_text="For the close of their day.")
    refused = serializers.IntegerField(
        source="instalments.refused", help_text="How many could not: their `reason` says why."
    )


class PlanSerializer(RecurrenceSerializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100, help_text="What you call it.")
    account = OwnAccountField(required=False, help_text="Else the default account.")
    asset = serializers.IntegerField(
        source="asset_id", required=False, min_value=1, max_value=LARGEST_ID, help_text="The id of what is bought."
    )
    symbol = serializers.CharField(
        source="asset.symbol", required=False, max_length=64,
        help_text="Instead of `asset`: your own asset of that name, or else that of the catalogue.",
    )  # fmt: skip
    currency = serializers.CharField(source="asset.currency", read_only=True, help_text="Of the asset.")
    amount = DecimalField(min_value=0, help_text="Of each instalment, with fee and tax, in the asset's currency.")
    fee = DecimalField(min_value=0, required=False, help_text="Of each instalment, in the asset's currency; else none.")
    tax_rate = DecimalField(
        min_value=0, max_value=1, required=False,
        help_text="Of the amount, as a fraction: the stamp duty on Indian funds is 0.00005.",
    )  # fmt: skip
    quantity_decimals = serializers.IntegerField(
        min_value=0, max_value=18, required=False,
        help_text="Units are rounded down to so many; else 3 of a mutual fund, 8 of crypto, 6 of the rest.",
    )  # fmt: skip
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="Of the purchases.")
    figures = serializers.SerializerMethodField(help_text="What it has come to.")

    @extend_schema_field(PlanFiguresSerializer)
    def get_figures(self, plan: InvestmentPlan) -> dict[str, Any]:
        return dict(PlanFiguresSerializer(self.context["figures"][plan.pk]).data)


class InstalmentSerializer(ModelSerializer):
    class Meta:
        model = Instalment
        fields = ("id", "due_on", "status", "amount", "transaction", "reason")
        read_only_fields = fields
        extra_kwargs = described(
            due_on="The day of the schedule.",
            status="`waiting` for the close of its day, `made` into a purchase, or `refused`.",
            amount="With fee and tax, in the asset's currency.",
            transaction="The id of the purchase; null where there is none.",
            reason="Why it waits or was refused, or what was left over; empty where there is nothing to say.",
        )


class Figures:
    """Of some plans, read when the first is asked for: after a request has changed them."""

    def __init__(self, plans: QuerySet[InvestmentPlan]) -> None:
        self._plans = plans

    def __getitem__(self, plan_id: int) -> PlanFigures:
        return self._figures[plan_id]

    @cached_property
    def _figures(self) -> Mapping[int, PlanFigures]:
        return plan_figures(self._plans)


# A comment, since a docstring would describe each endpoint of the schema that has none of its own.
# Plans come with what they have come to.
class PlanView(generics.GenericAPIView[InvestmentPlan]):
    serializer_class = PlanSerializer

    def get_queryset(self) -> QuerySet[InvestmentPlan]:
        return plans_of(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        one = {"pk": self.kwargs["pk"]} if "pk" in self.kwargs else {}
        return {**super().get_serializer_context(), "figures": Figures(plans_of(person_of(self.request)).filter(**one))}


class PlansApi(IdempotentPostMixin, PlanView, generics.ListCreateAPIView[InvestmentPlan]):
    """An instalment falls due on each day of the schedule, and becomes a purchase at the first close from then on."""

    ordering_fields = ("name", "starts_on")
    filterset_fields = ("is_paused",)

    @transaction.atomic
    def perform_create(self, serializer: BaseSerializer[InvestmentPlan]) -> None:
        person = person_of(self.request)
        serializer.instance = plan_create(user=person, data=_input_of(person, serializer.validated_data))


class PlanApi(PlanView, generics.RetrieveUpdateDestroyAPIView[InvestmentPlan]):
    """A change concerns the days to come; what was bought stays, also where the plan is deleted."""

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[InvestmentPlan]) -> None:
        person, row = person_of(self.request), cast(InvestmentPlan, serializer.instance)
        kept = _stored(row, serializer.validated_data) if serializer.partial else {}
        data = _input_of(person, {**kept, **serializer.validated_data})
        serializer.instance = plan_change(plan=row, data=data)

    def perform_destroy(self, instance: InvestmentPlan) -> None:
        plan_delete(plan=instance)


class PlanSkipApi(IdempotentPostMixin, PlanView):
    @extend_schema(summary="Leave out the next day of a plan", request=SkipSerializer, responses=PlanSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Leave the next day out."""
        row = self.get_object()
        asked = SkipSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        skipped = plan_skip(plan=row, **asked.validated_data)
        return Response(self.get_serializer(skipped).data)


@extend_schema(summary="List the instalments of a plan")
class InstalmentsApi(generics.ListAPIView[Instalment]):
    """Each day of the schedule that has come, and what became of it."""

    serializer_class = InstalmentSerializer
    ordering_fields = ("due_on",)
    ordering = "-due_on"
    filterset_fields = ("status",)
    queryset = Instalment.objects.none()  # for the schema, which is made without anyone asking

    def get_queryset(self) -> QuerySet[Instalment]:
        person = person_of(self.request)
        plan = get_object_or_404(plans_of(person), pk=self.kwargs["pk"])
        return instalments_of(person).filter(plan=plan)


class InstalmentRetryApi(IdempotentPostMixin, generics.GenericAPIView[Instalment]):
    serializer_class = InstalmentSerializer

    def get_queryset(self) -> QuerySet[Instalment]:
        person = person_of(self.request)
        plan = get_object_or_404(plans_of(person), pk=self.kwargs["plan"])
        return instalments_of(person).filter(plan=plan).select_related("plan")

    @extend_schema(summary="Try an instalment again", request=None, responses=InstalmentSerializer)
    def post(self, request: Request, plan: int, pk: int) -> Response:
        """Try one that was refused again, as the plan says now."""
        return Response(self.get_serializer(instalment_retry(instalment=self.get_object())).data)


def _stored(row: InvestmentPlan, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a partial change leaves as it is."""
    kept = {"account": row.account, **{name: getattr(row, name) for name in _PLAIN}}
    if "asset" in changes and "asset_id" not in changes:
        return kept
    return {**kept, "asset_id": row.asset_id}


def _input_of(user: User, fields: Mapping[str, Any]) -> PlanInput:
    account = fields.get("account") or accounts_of(user).get(is_default=True)
    plain = {name: fields[name] for name in _PLAIN if name in fields}
    return PlanInput(account=account, asset=_asset(user, fields), **plain)


def _asset(user: User, fields: Mapping[str, Any]) -> Asset:
    pk, symbol = fields.get("asset_id"), (fields.get("asset") or {}).get("symbol", "").strip().upper()
    if pk is None and not symbol:
        raise InvalidInput("An asset or its symbol is needed.", attr="asset", code="required")
    named = assets_by_symbol(user, [symbol]).get(symbol) if pk is None else assets_by_ids(user, [pk]).get(pk)
    if named is None:
        name = "symbol" if pk is None else "asset"
        raise InvalidInput("There is no such asset.", attr=name, code="does_not_exist")
    if symbol and pk is not None and named.symbol != symbol:
        raise InvalidInput("Names another asset than `asset` does.", attr="symbol", code="contradiction")
    return named
