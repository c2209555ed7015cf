"""Writes of people and their accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import PROTECT, RESTRICT, Value
from django.db.models.functions import Lower

from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.signals import account_deleting


def user_update(*, user: User, changes: Mapping[str, Any]) -> User:
    """Saves only what is named, so that receivers of `post_save` see in `update_fields` what may have changed."""
    for field, value in changes.items():
        setattr(user, field, value)
    if changes:
        user.save(update_fields=list(changes))
    return user


@transaction.atomic
def account_create(*, user: User, fields: Mapping[str, Any]) -> Account:
    person_lock(user.pk)  # two accounts that get the same name at the same moment come here one after the other
    account = Account(user=user, **{"currency": user.base_currency, **fields})
    _check(account)
    account.save()
    return account


@transaction.atomic
def account_update(*, account: Account, changes: Mapping[str, Any]) -> Account:
    person_lock(account.user_id)
    account = _locked(account)
    changed = {field: (getattr(account, field), value) for field, value in changes.items()}
    changed = {field: pair for field, pair in changed.items() if pair[0] != pair[1]}
    if "currency" in changed and (uses := uses_of(account)):
        raise Conflict(f"The currency of an account with {_all(uses)} cannot change.", attr="currency", code="in_use")
    for field, (_, after) in changed.items():
        setattr(account, field, after)
    _check(account)
    account.save()
    return account


@transaction.atomic
def account_delete(*, account: Account) -> None:
    person_lock(account.user_id)
    account = _locked(account)
    if account.is_default:
        raise Conflict("The default account cannot be deleted: what names no account belongs to it.", code="default")
    account_deleting.send(sender=Account, account=account)
    if uses := uses_of(account):
        raise Conflict(f"{account.name!r} has {_all(uses)}; delete or move them first.", code="in_use")
    account.delete()


def uses_of(account: Account) -> list[str]:
    """Names of the rows that must not lose their account and name it, whichever app's rows those are."""
    return sorted(
        {
            str(relation.related_model._meta.verbose_name_plural)
            for relation in Account._meta.related_objects
            if relation.on_delete in (PROTECT, RESTRICT)
            and relation.related_model._base_manager.filter(**{relation.field.name: account}).exists()
        }
    )


def _all(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _locked(account: Account) -> Account:
    return Account.objects.select_for_update().get(pk=account.pk)


def _check(account: Account) -> None:
    namesakes = account.user.accounts.exclude(pk=account.pk).alias(key=Lower("name"))
    if namesakes.filter(key=Lower(Value(account.name))).exists():
        raise InvalidInput("You have an account with this name.", attr="name", code="unique")
    if account.opened_on and account.closed_on and account.closed_on < account.opened_on:
        raise InvalidInput(f"Must not be before the account opened, {account.opened_on}.", attr="closed_on")
