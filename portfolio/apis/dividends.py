"""/dividends/: declared dividends that a person was entitled to, and their answers."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.account_fields import OwnAccountField
from core.authentication import person_of
from core.idempotency import IdempotentPostMixin
from core.serializers import DayField, DecimalField, Serializer
from portfolio.apis.queries import assets_in
from portfolio.apis.transactions import TransactionSerializer
from portfolio.dividends import dividends_of, dividends_proposed
from portfolio.models import Asset, Dividend
from portfolio.services.dividend_answers import dividend_dismiss, dividend_record


class SeenAssetField(serializers.PrimaryKeyRelatedField[Asset]):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Asset.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Asset]:
        return assets_in(self.context.get("request"))


class ProposalsQuery(Serializer):
    asset = SeenAssetField(required=False, help_text="Only of this asset.")
    account = OwnAccountField(required=False, help_text="Only of this account.")


class ProposedAssetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="Of the asset.")
    symbol = serializers.CharField()
    name = serializers.CharField()


class ProposedAccountSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="Of the account.")
    name = serializers.CharField()


class ProposalSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="dividend.pk", help_text="Of the dividend: it is proposed for each account.")
    asset = ProposedAssetSerializer(help_text="Who paid.")
    account = ProposedAccountSerializer(help_text="Where the units were.")
    ex_date = serializers.DateField(source="dividend.ex_date", help_text="Who held units before this day was entitled.")
    amount_per_share = DecimalField(
        source="dividend.amount", help_text="As declared, before tax, for a unit of that day."
    )
    quantity = DecimalField(help_text="Units that were held just before the ex-date.")
    amount = DecimalField(help_text="quantity × amount_per_share, before tax.")
    currency = serializers.CharField(source="dividend.currency")


class DividendsApi(APIView):
    """What was held before an ex-date and is neither recorded (also by hand) nor dismissed, the newest first."""

    @extend_schema_serializer(component_name="DividendProposals")
    class OutputSerializer(serializers.Serializer[Any]):
        results = ProposalSerializer(many=True, help_text="All of them: there are no pages.")

    @extend_schema(
        summary="List proposed dividends",
        operation_id="dividends_list",
        parameters=[ProposalsQuery],
        responses=OutputSerializer,
    )
    def get(self, request: Request) -> Response:
        query = ProposalsQuery(data=request.query_params.dict(), context={"request": request})
        query.is_valid(raise_exception=True)
        asset, account = query.validated_data.get("asset"), query.validated_data.get("account")
        proposed = dividends_proposed(
            person_of(request),
            assets=None if asset is None else [asset.pk],
            accounts=None if account is None else [account.pk],
        )
        return Response({"results": ProposalSerializer(proposed, many=True).data})


class DividendRecordApi(IdempotentPostMixin, APIView):
    """Makes the transaction, once: a repeat answers with it. Deleting it opens the proposal again."""

    @extend_schema_serializer(component_name="DividendRecord")
    class InputSerializer(Serializer):
        account = OwnAccountField(help_text="The id of the account that was entitled.")
        date = DayField(required=False, help_text="Of the payment; else the ex-date.")
        amount = DecimalField(required=False, min_value=0, help_text="Before tax; else as declared.")
        tax = DecimalField(required=False, min_value=0, help_text="Kept back, in the same currency; else none.")

    @extend_schema(summary="Record a dividend", request=InputSerializer, responses={201: TransactionSerializer})
    def post(self, request: Request, pk: int) -> Response:
        dividend = _dividend(request, pk)
        fields = self.InputSerializer(data=request.data, context={"request": request})
        fields.is_valid(raise_exception=True)
        row = dividend_record(user=person_of(request), dividend=dividend, **fields.validated_data)
        return Response(TransactionSerializer(row).data, status.HTTP_201_CREATED)


class DividendDismissApi(IdempotentPostMixin, APIView):
    """It was none of theirs, or they do not want it in their books; it may be recorded later after all."""

    @extend_schema_serializer(component_name="DividendDismiss")
    class InputSerializer(Serializer):
        account = OwnAccountField(help_text="The id of the account that was entitled.")

    @extend_schema(summary="Dismiss a dividend", request=InputSerializer, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        dividend = _dividend(request, pk)
        fields = self.InputSerializer(data=request.data, context={"request": request})
        fields.is_valid(raise_exception=True)
        dividend_dismiss(user=person_of(request), dividend=dividend, **fields.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _dividend(request: Request, pk: int) -> Dividend:
    return get_object_or_404(dividends_of(person_of(request)), pk=pk)
