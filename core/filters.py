"""Parameters of addresses that lists of several apps take."""

from collections.abc import Collection, Iterator, Mapping
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

_BOOLEANS = ("true", "false", "1", "0", "")
_OF_EVERY_LIST = ("cursor", "page_size", "ordering")


class FilterBackend(DjangoFilterBackend):
    """Refuses what a list does not know: who misspells a filter must not take all rows for those that it finds.
    A value that django-filter would pass over is refused for the same reason.

    A view names in `own_parameters` what it reads itself.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset_class(view, queryset)
        known = filterset.base_filters if filterset else {}
        errors = [*_unread(request, known)]
        if not view.kwargs:  # of one row, or of what belongs to it, nothing is left out
            errors += _unknown(request, {*_OF_EVERY_LIST, *getattr(view, "own_parameters", ()), *known})
        if errors:
            raise InvalidInput.many(errors)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def _unknown(request: Request, known: Collection[str]) -> Iterator[FieldError]:
    for name in sorted(request.query_params.keys() - known):
        yield FieldError(name, "unknown_field", "There is no such parameter.")


def _unread(request: Request, known: Mapping[str, filters.Filter]) -> Iterator[FieldError]:
    for name, value in request.query_params.dict().items():
        asked = known.get(name)
        if isinstance(asked, filters.BooleanFilter) and value.lower() not in _BOOLEANS:
            yield FieldError(name, "invalid", "Must be true or false.")


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
