"""Reads of entries and categories: always of one person."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.errors import InvalidInput
from core.models import User
from ledger.models import Balance, BankImport, Budget, Category, Entry, Terms

RESTORABLE_FOR = timedelta(days=30)
SEPARATOR = ":"
"""Between the levels of a category's path."""


def entries_of(user: User) -> QuerySet[Entry]:
    """Those that count."""
    return Entry.objects.filter(user_id=user.pk, deleted_at=None)


def deleted_entries_of(user: User) -> QuerySet[Entry]:
    """Those that can still be restored."""
    return Entry.objects.filter(user_id=user.pk, deleted_at__gte=restorable_since())


def restorable_entries_of(user: User) -> QuerySet[Entry]:
    """Those that count, and those that can be made to count again."""
    return Entry.objects.filter(Q(deleted_at=None) | Q(deleted_at__gte=restorable_since()), user_id=user.pk)


def restorable_since() -> datetime:
    return timezone.now() - RESTORABLE_FOR


def categories_of(user: User) -> QuerySet[Category]:
    return Category.objects.filter(user_id=user.pk)


def category_named(user_id: int, pk: int, *, attr: str = "category_id") -> Category:
    """One of the person's own, as it is now; another's is as unknown as one that never was."""
    category = Category.objects.filter(user_id=user_id, pk=pk).first()
    if category is None:
        raise InvalidInput("There is no such category.", attr=attr, code="does_not_exist")
    return category


def category_paths(user_id: int) -> dict[int, str]:
    """By id, as `Food:Coffee`."""
    rows = Category.objects.filter(user_id=user_id).values_list("pk", "parent_id", "name")
    known = {pk: (parent, name) for pk, parent, name in rows}
    paths: dict[int, str] = {}
    for pk in known:
        names: list[str] = []
        above: int | None = pk
        while above is not None:
            above, name = known[above]
            names.append(name)
        paths[pk] = SEPARATOR.join(reversed(names))
    return paths


def descendants(user_id: int, category_id: int) -> set[int]:
    """The category itself and all below it, as far as they are the person's."""
    below: defaultdict[int | None, list[int]] = defaultdict(list)
    own: set[int] = set()
    for pk, parent in Category.objects.filter(user_id=user_id).values_list("pk", "parent_id"):
        below[parent].append(pk)
        own.add(pk)
    found: set[int] = set()
    reached = [category_id] if category_id in own else []
    while reached:
        found.update(reached)
        reached = [child for pk in reached for child in below[pk]]
    return found


def terms_of(user: User) -> QuerySet[Terms]:
    return Terms.objects.filter(user_id=user.pk).select_related("account").prefetch_related("rates")


def balances_of(user: User) -> QuerySet[Balance]:
    """What was stated."""
    return Balance.objects.filter(user_id=user.pk)


def budgets_of(user: User) -> QuerySet[Budget]:
    return Budget.objects.filter(user_id=user.pk)


def bank_imports_of(user: User) -> QuerySet[BankImport]:
    return BankImport.objects.filter(user_id=user.pk)
