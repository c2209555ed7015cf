"""/accounts/{id}/schedule/: what an account with terms paid and earned, and will."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.amounts import amount_of
from analytics.apis.query import ReasonSerializer, validated
from analytics.engine.amortization import Line
from analytics.schedules import schedule_of
from core.authentication import person_of
from core.days import today_for
from core.errors import NotFound
from core.selectors import accounts_of
from core.serializers import DecimalField, Serializer
from ledger.selectors import terms_of

AMOUNTS = ("opening", "paid_in", "paid_out", "interest", "difference", "closing", "accrued")


class ScheduleApi(APIView):
    """By month where an installment is paid, else by period of interest; today ends a row. What is owed is negative."""

    class QuerySerializer(Serializer):
        """Nothing is asked."""

    @extend_schema_serializer(component_name="Schedule")
    class OutputSerializer(serializers.Serializer[Any]):
        class RowSerializer(serializers.Serializer[Any]):
            """closing = opening + paid_in - paid_out + interest + difference."""

            to = serializers.DateField(help_text="To the end of this day.")
            opening = DecimalField(
                allow_null=True, help_text="The balance before the first day; null where it is not known."
            )
            paid_in = DecimalField(help_text="What came in.")
            paid_out = DecimalField(help_text="What went out.")
            interest = DecimalField(allow_null=True, help_text="What was credited, or charged to a loan.")
            difference = DecimalField(allow_null=True, help_text="What statements said beyond the expected.")
            closing = DecimalField(allow_null=True, help_text="The balance at the end of the last day.")
            accrued = DecimalField(allow_null=True, help_text="Interest that is not yet credited at the end.")
            is_projected = serializers.BooleanField(
                help_text="Whether it lies ahead: what will be, if all goes on as agreed."
            )

            def get_fields(self) -> dict[str, Any]:
                return {"from": serializers.DateField(), **super().get_fields()}  # a keyword, so no attribute

        fresh = serializers.BooleanField()
        as_of = serializers.DateField()
        currency = serializers.CharField(help_text="The account's.")
        installment = DecimalField(allow_null=True, help_text="Of each month ahead; of a loan without one, worked out.")
        ends_on = serializers.DateField(allow_null=True, help_text="When it matures or is paid off.")
        interest_paid = DecimalField(allow_null=True, help_text="Credited so far; charged to a loan: negative.")
        interest_ahead = DecimalField(
            allow_null=True, help_text="All that will be credited, or charged: negative; null where it is not known."
        )
        rows = RowSerializer(many=True, help_text="The oldest first.")
        reasons = ReasonSerializer(many=True)

    @extend_schema(summary="What an account with terms paid and will pay", responses=OutputSerializer)
    def get(self, request: Request, pk: int) -> Response:
        validated(self.QuerySerializer, request)
        user = person_of(request)
        account, today = get_object_or_404(accounts_of(user), pk=pk), today_for(user)
        terms = terms_of(user).filter(account=account).first()
        if terms is None:
            raise NotFound(f"{account.name!r} has no terms.")
        found = schedule_of(user, account, terms, today=today)
        answer = {
            "fresh": True,
            "as_of": today,
            "currency": account.currency,
            "installment": None if found.installment is None else amount_of(found.installment),
            "ends_on": found.ends_on,
            "interest_paid": amount_of(found.interest(is_ahead=False)),
            "interest_ahead": amount_of(found.interest(is_ahead=True)),
            "rows": [_row(line) for line in found.lines],
            "reasons": found.reasons,
        }
        return Response(self.OutputSerializer(answer).data)


def _row(line: Line) -> dict[str, Any]:
    return {
        "from": date.fromordinal(line.first),
        "to": date.fromordinal(line.last),
        **{name: amount_of(getattr(line, name)) for name in AMOUNTS},
        "is_projected": line.is_ahead,
    }
