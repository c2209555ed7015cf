"""Writes of categories: found by their path, made when new, renamed, moved, and given up for another."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.db import transaction

from core.errors import FieldError, InvalidInput, NotFound
from core.locks import person_lock
from core.models import User
from ledger.models import Category
from ledger.selectors import SEPARATOR, category_named, category_paths, descendants

LONGEST_NAME = 100
MOST_LEVELS = 10


class CategoryTree:
    """The categories of a person, read once to find many by path; make it with the person locked."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._below: dict[tuple[str, int | None, str], Category] = {}
        self._at: dict[tuple[str, str], Category] = {}
        for category in Category.objects.filter(user_id=user.pk):
            self._below[category.kind, category.parent_id, category.name.casefold()] = category

    def at(self, kind: str, path: str) -> Category:
        """Of a path such as `Food:Coffee`, whatever its case, in the tree of a kind; made where it is new."""
        found = self._at.get((kind, path))  # thousands of rows may name the same
        if found is None:
            for name in path_names(path):
                found = self._child(kind, found, name)
            self._at[kind, path] = cast(Category, found)
        return self._at[kind, path]

    def child(self, kind: str, parent: Category | None, name: str) -> Category | None:
        return self._below.get((kind, parent.pk if parent else None, name.casefold()))

    def _child(self, kind: str, parent: Category | None, name: str) -> Category:
        found = self.child(kind, parent, name)
        if found is None:
            found = Category.objects.create(user=self._user, kind=kind, parent=parent, name=name)
            self._below[kind, found.parent_id, name.casefold()] = found
        return found


@transaction.atomic
def category_at(*, user: User, kind: str, path: str) -> Category:
    """kind: of the tree, `expense` or `income`."""
    person_lock(user.pk)
    return CategoryTree(user).at(kind, path)


def path_names(path: str, *, attr: str = "category") -> list[str]:
    """The names of the levels; raises InvalidInput where one cannot be."""
    errors = list(path_errors(path, attr=attr))
    if errors:
        raise InvalidInput.many(errors)
    return _names(path)


def path_errors(path: str, *, attr: str = "category") -> Iterator[FieldError]:
    names = _names(path)
    if not all(names):
        yield FieldError(attr, "blank", "Each level of a category needs a name.")
    if any(len(name) > LONGEST_NAME for name in names):
        yield FieldError(attr, "max_length", f"A name has at most {LONGEST_NAME} characters.")
    if len(names) > MOST_LEVELS:
        yield FieldError(attr, "max_levels", f"Categories have at most {MOST_LEVELS} levels.")


@transaction.atomic
def category_create(*, user: User, name: str, kind: str | None = None, parent: Category | None = None) -> Category:
    """Without a kind it has that of its parent, or is of expenses."""
    person_lock(user.pk)
    row = Category(user=user, name=_one_name(name), parent=parent)
    row.kind = kind or (parent.kind if parent else Category.Kind.EXPENSE)
    _check(row)
    levels_check(user.pk, below=row.parent, levels=1)
    row.save()
    return row


@transaction.atomic
def category_update(*, category: Category, changes: Mapping[str, Any]) -> Category:
    """Of another name, or below another one (`parent`)."""
    person_lock(category.user_id)
    row = Category.objects.select_related("user", "parent").filter(pk=category.pk, user_id=category.user_id).first()
    if row is None:
        raise NotFound
    if changes.get("kind", row.kind) != row.kind:
        raise InvalidInput("A category stays what it is: of expenses or of incomes.", attr="kind", code="unchangeable")
    row.name = _one_name(changes.get("name", row.name))
    above = row.parent_id
    row.parent = changes.get("parent", row.parent)
    _check(row)
    if row.parent_id != above:
        levels_check(row.user_id, below=row.parent, levels=1 + levels_below(row))
    row.save()
    return row


def levels_check(user_id: int, *, below: Category | None, levels: int, attr: str = "parent") -> None:
    """Refuse so many levels below a category: what has more could be named by no path, nor come back of an archive."""
    above = 0 if below is None else _levels_of(user_id)[below.pk]
    if levels and above + levels > MOST_LEVELS:
        raise InvalidInput(f"Categories have at most {MOST_LEVELS} levels.", attr=attr, code="max_levels")


def levels_below(row: Category) -> int:
    """How many there are below a category that is there."""
    levels = _levels_of(row.user_id)
    return max(levels[pk] for pk in descendants(row.user_id, row.pk)) - levels[row.pk]


def _levels_of(user_id: int) -> dict[int, int]:
    """By id, 1 at the top."""
    return {pk: path.count(SEPARATOR) + 1 for pk, path in category_paths(user_id).items()}


def _names(path: str) -> list[str]:
    return [" ".join(name.split()) for name in path.split(SEPARATOR)]


def _one_name(name: str) -> str:
    if SEPARATOR in name:
        raise InvalidInput(f"{SEPARATOR!r} stands between the levels of a path.", attr="name", code="separator")
    return path_names(name, attr="name")[0]


def _check(row: Category) -> None:
    tree = CategoryTree(row.user)
    if row.parent is not None:
        row.parent = category_named(row.user_id, row.parent.pk, attr="parent")
        _check_parent(row, row.parent)
    namesake = tree.child(row.kind, row.parent, row.name)
    if namesake is not None and namesake.pk != row.pk:
        raise InvalidInput(f"There is a category {namesake.name!r} there.", attr="name", code="unique")


def _check_parent(row: Category, parent: Category) -> None:
    if parent.kind != row.kind:
        raise InvalidInput(f"{parent.name!r} is of another kind.", attr="parent", code="wrong_kind")
    if row.pk and parent.pk in descendants(row.user_id, row.pk):
        raise InvalidInput("A category cannot be below itself.", attr="parent", code="cycle")
