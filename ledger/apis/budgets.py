"""/budgets/: what a person means to spend."""

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.authentication import person_of
from core.errors import InvalidInput
from core.idempotency import IdempotentPostMixin
from core.locks import person_lock
from core.models import User
from core.serializers import CurrencyField, MonthField, Serializer
from ledger.apis.entry_fields import IdField, PathField, Paths
from ledger.apis.money import MoneyField
from ledger.models import Budget
from ledger.selectors import budgets_of, category_named, category_paths
from ledger.services.budgets import BudgetInput, budget_change, budget_create, budget_delete

_KEPT = ("amount", "currency", "month", "starts_on", "ends_on", "carries_over")


class BudgetSerializer(Serializer):
    id = serializers.IntegerField(read_only=True)
    category = PathField(
        help_text="Its path, as `Food:Coffee`, with all below it; made when new. Without one the whole is meant."
    )
    category_id = IdField(required=False, allow_null=True, help_text="Instead of `category`.")
    month = MonthField(required=False, allow_null=True, help_text="Of this month alone, as `2024-05`.")
    starts_on = MonthField(required=False, allow_null=True, help_text="Or of every month from this one on.")
    ends_on = MonthField(required=False, allow_null=True, help_text="The last month in which it recurs.")
    amount = MoneyField(min_value=0, help_text="A month, in `currency`.")
    currency = CurrencyField(required=False, help_text="Else the person's own.")
    carries_over = serializers.BooleanField(
        required=False, help_text="What was left of the month before is added, what was overspent is taken off."
    )


class _BudgetView(generics.GenericAPIView[Budget]):
    serializer_class = BudgetSerializer

    def get_queryset(self) -> QuerySet[Budget]:
        return budgets_of(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "paths": Paths(person_of(self.request).pk)}


class BudgetsApi(IdempotentPostMixin, _BudgetView, generics.ListCreateAPIView[Budget]):
    """Of a category or of the whole, for one month or for every month; `/ledger/stats/` tells how they stand.

    Of a category and month the budget of that month alone counts before one that recurs, and of these the latest.
    """

    def perform_create(self, serializer: BaseSerializer[Budget]) -> None:
        person = person_of(self.request)
        serializer.instance = budget_create(user=person, data=_input_of(person, serializer.validated_data))


class BudgetApi(_BudgetView, generics.RetrieveUpdateDestroyAPIView[Budget]):
    """To spend another amount from a month on, end this one and make a new one: so the months before keep theirs."""

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        person_lock(person_of(request).pk)  # before the row is read: two edits of different fields both count
        return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Budget]) -> None:
        row = cast(Budget, serializer.instance)
        changes = serializer.validated_data
        kept = _kept(row, changes) if serializer.partial else {}
        data = _input_of(person_of(self.request), {**kept, **changes})
        serializer.instance = budget_change(budget=row, data=data)

    def perform_destroy(self, instance: Budget) -> None:
        budget_delete(budget=instance)


def _kept(row: Budget, changes: dict[str, Any]) -> dict[str, Any]:
    """What a partial change leaves as it is."""
    kept = {name: getattr(row, name) for name in _KEPT}
    return kept if "category" in changes else {**kept, "category_id": row.category_id}


def _input_of(user: User, fields: dict[str, Any]) -> BudgetInput:
    rest = {name: value for name, value in fields.items() if name not in {"category", "category_id"}}
    path, pk = fields.get("category"), fields.get("category_id")
    if path is not None and pk is not None and not _is_path_of(user, pk, path):
        raise InvalidInput("Names another category than `category_id` does.", attr="category", code="contradiction")
    return BudgetInput(category=path if pk is None else category_named(user.pk, pk), **rest)


def _is_path_of(user: User, pk: int, path: str) -> bool:
    return category_paths(user.pk).get(pk, "").casefold() == path.casefold()
