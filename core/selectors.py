"""Reads of people's accounts and keys: always of one person."""

from django.db.models import QuerySet

from core.errors import InvalidInput
from core.models import Account, Activity, ApiToken, User


def accounts_of(user: User) -> QuerySet[Account]:
    return Account.objects.filter(user_id=user.pk)


def account_named(user_id: int, pk: int, *, attr: str = "account") -> Account:
    """One of the person's own, as it is now; another's is as unknown as one that never was."""
    account = Account.objects.filter(user_id=user_id, pk=pk).first()
    if account is None:
        raise InvalidInput("There is no such account.", attr=attr, code="does_not_exist")
    return account


def tokens_of(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user_id=user.pk)


def activities_of(user: User) -> QuerySet[Activity]:
    """What was done to their data, by whomever."""
    return Activity.objects.filter(user_id=user.pk)
