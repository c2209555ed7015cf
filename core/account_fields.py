"""The field by which requests of several apps name an account."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from core.filters import accounts_in
from core.models import Account


class OwnAccountField(serializers.PrimaryKeyRelatedField[Account]):
    """The id of one of the person's accounts."""

    default_error_messages = {  # noqa: RUF012
        "does_not_exist": "There is no such account.",
        "incorrect_type": "Must be the id of an account.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Account.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[Account]:
        return accounts_in(self.context.get("request"))
