"""Give up a category: what it is used by goes to another one, or stands in the way."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from core.activity import update_record
from core.errors import Conflict, InvalidInput, NotFound
from core.locks import person_lock
from ledger.models import Budget, Category, Entry, RecurringEntry, Rule
from ledger.selectors import category_named, descendants
from ledger.services.categories import levels_below, levels_check
from ledger.services.sums import category_sums_move


@transaction.atomic
def category_delete(*, category: Category, move_to: Category | None = None) -> None:
    """move_to: takes all that the category is used by, and the categories below it; without one there must be none."""
    person_lock(category.user_id)
    row = Category.objects.filter(pk=category.pk, user_id=category.user_id).first()
    if row is None:
        raise NotFound
    if move_to is None:
        _refuse_used(row)
    else:
        _move(row, category_named(row.user_id, move_to.pk, attr="move_to"))
    row.delete()


def _refuse_used(row: Category) -> None:
    uses = [_counted(users) for users in _users(row) if users.exists()]
    if uses:
        detail = f"{row.name!r} is used by {', '.join(uses)}; name the category that takes them with move_to."
        raise Conflict(detail, code="in_use")


def _users(row: Category) -> Iterator[QuerySet[Model]]:
    yield Entry.objects.filter(category=row)
    yield Budget.objects.filter(category=row)
    yield Rule.objects.filter(category=row)
    yield RecurringEntry.objects.filter(category=row)
    yield Category.objects.filter(parent=row)


def _counted(users: QuerySet[Model]) -> str:
    count, meta = users.count(), users.model._meta
    text = f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
    deleted = users.exclude(deleted_at=None).count() if users.model is Entry else 0
    return f"{text} ({deleted} of them deleted)" if deleted else text


def _move(row: Category, target: Category) -> None:
    if target.kind != row.kind:
        raise InvalidInput(f"{target.name!r} is of another kind.", attr="move_to", code="wrong_kind")
    if target.pk in descendants(row.user_id, row.pk):
        raise InvalidInput("Must be neither this category nor one below it.", attr="move_to", code="cycle")
    levels_check(row.user_id, below=target, levels=levels_below(row), attr="move_to")
    _refuse_twice(row, target)
    for model in (Entry, Budget, Rule, RecurringEntry):
        update_record(model._default_manager.filter(category=row), category=target)
    update_record(Category.objects.filter(parent=row), parent=target)
    Entry.objects.filter(category=row).update(category=target, updated_at=timezone.now())
    Budget.objects.filter(category=row).update(category=target)
    Rule.objects.filter(category=row).update(category=target)
    RecurringEntry.objects.filter(category=row).update(category=target)
    Category.objects.filter(parent=row).update(parent=target)
    category_sums_move(user_id=row.user_id, source=row.pk, target=target.pk)


def _refuse_twice(row: Category, target: Category) -> None:
    """Both have something of which there can be one alone."""
    kept = {_span(budget) for budget in Budget.objects.filter(category=target)}
    for budget in Budget.objects.filter(category=row):
        if _span(budget) in kept:
            month = budget.month or budget.starts_on
            raise Conflict(f"Both have a budget for {month:%Y-%m}; delete one of them first.", code="budget_twice")
    names = {child.name.casefold() for child in target.children.exclude(pk=row.pk)}
    for child in row.children.all():
        if child.name.casefold() in names:
            raise Conflict(f"Both have a category {child.name!r}; move one into the other first.", code="name_twice")


def _span(budget: Budget) -> tuple[object, object]:
    return budget.month, budget.starts_on
