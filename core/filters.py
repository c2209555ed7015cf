"""Parameters of addresses that lists of several apps take."""

from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters import fields
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import FieldError, InvalidInput
from core.models import Account, User
from core.selectors import accounts_of

_OF_EVERY_LIST = ("cursor", "page_size", "ordering")


class FilterBackend(DjangoFilterBackend):
    """Refuses what a list does not know: who misspells a filter must not take all rows for those that it finds.

    A view names in `own_parameters` what it reads itself.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        if not view.kwargs:  # of one row, or of what belongs to it, nothing is left out
            self._refuse_unknown(request, queryset, view)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered

    def _refuse_unknown(self, request: Request, queryset: QuerySet[Any], view: APIView) -> None:
        filterset = self.get_filterset_class(view, queryset)
        known = {*_OF_EVERY_LIST, *getattr(view, "own_parameters", ()), *(filterset.base_filters if filterset else ())}
        unknown = sorted(request.query_params.keys() - known)
        if unknown:
            errors = [FieldError(name, "unknown_field", "There is no such parameter.") for name in unknown]
            raise InvalidInput.many(errors)


def accounts_in(request: HttpRequest | Request | None) -> QuerySet[Account]:
    """Of the person who asks; the schema is made without anyone asking."""
    return accounts_of(request.user) if request and isinstance(request.user, User) else Account.objects.none()


class ObjectField(fields.ModelChoiceField):
    """What is not among the rows has the same code in an address as in a body."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(error.message, code="does_not_exist", params=error.params) from error


class ObjectFilter(filters.ModelChoiceFilter):
    """One of the rows that the person can see, by its id; another's is as unknown as one that never was."""

    field_class = ObjectField


class AccountFilter(ObjectFilter):
    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid_choice": "There is no such account."}
        super().__init__(queryset=accounts_in, error_messages=messages, **kwargs)


class IsoDayFilter(filters.DateFilter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
