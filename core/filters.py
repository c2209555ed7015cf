"""Parameters of addresses that lists of several apps take."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import Account, User
from core.selectors import accounts_of


def accounts_in(request: HttpRequest | None) -> QuerySet[Account]:
    """Of the person who asks; the schema is made without anyone asking."""
    return accounts_of(request.user) if request and isinstance(request.user, User) else Account.objects.none()


class AccountFilter(filters.ModelChoiceFilter):
    """One of the person's own accounts; another's is as unknown as one that never was."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid_choice": "There is no such account."}
        super().__init__(queryset=accounts_in, error_messages=messages, **kwargs)


class IsoDayFilter(filters.DateFilter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
