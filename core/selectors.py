"""Reads of people's accounts and keys: always of one person."""

from django.db.models import QuerySet

from core.models import Account, ApiToken, User


def accounts_of(user: User) -> QuerySet[Account]:
    return Account.objects.filter(user_id=user.pk)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user_id=user.pk)
