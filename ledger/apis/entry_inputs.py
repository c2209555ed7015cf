"""From validated fields of requests to what the services of entries take: ids and paths become rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.batches import batches
from core.errors import FieldError, InvalidInput
from core.models import Account, User
from core.selectors import accounts_of
from ledger.models import Category
from ledger.selectors import categories_of, category_paths
from ledger.services.categories import CategoryTree, path_errors
from ledger.services.entries import EntryInput
from ledger.services.entry_checks import named_errors
from ledger.services.entry_rules import tree_of

Fields = Mapping[str, Any]

_NAMED = frozenset({"account_id", "to_account_id", "category", "category_id", "tags"})
"""Fields that are not taken as they come."""


def inputs_of(user: User, rows: Sequence[Fields], *, numbered: bool = False) -> list[EntryInput]:
    """Call it with the person locked: it makes categories. `numbered`: errors name row and field, `3.account`."""
    known = Known.of(user, rows)
    errors = [(index, error) for index, row in enumerate(rows) for error in known.errors(row)]
    if errors:
        raise InvalidInput.many(named_errors(errors, numbered=numbered))
    tree = CategoryTree(user) if any(_is_path(row) for row in rows) else None
    return [_input(row, known, tree) for row in rows]


def changes_of(user: User, fields: Fields, *, within: str = "") -> dict[str, Any]:
    """What `entry_update` and `entries_change` take; a path stays one. within: stands before the names of fields."""
    known = Known.of(user, [fields])
    errors = [replace(error, attr=f"{within}{error.attr}") for error in known.errors(fields)]
    if errors:
        raise InvalidInput.many(errors)
    changes = {name: value for name, value in fields.items() if name not in _NAMED}
    if "tags" in fields:
        changes["tags"] = tuple(fields["tags"])
    changes |= {name: known.account(fields, name) for name in ("account", "to_account") if f"{name}_id" in fields}
    if fields.get("category_id") is not None:
        changes["category"] = known.categories[fields["category_id"]]
    elif "category" in fields or "category_id" in fields:
        changes["category"] = fields.get("category")
    return changes


@dataclass(frozen=True, slots=True)
class Known:
    """The accounts and categories that some rows name, as far as they are the person's; paths: of these."""

    accounts: Mapping[int, Account]
    default: Account
    categories: Mapping[int, Category]
    paths: Mapping[int, str]

    @classmethod
    def of(cls, user: User, rows: Sequence[Fields]) -> "Known":
        accounts = list(accounts_of(user))
        ids = {row["category_id"] for row in rows if row.get("category_id") is not None}
        return cls(
            accounts={account.pk: account for account in accounts},
            default=next(account for account in accounts if account.is_default),
            categories={pk: row for batch in batches(ids) for pk, row in categories_of(user).in_bulk(batch).items()},
            paths=category_paths(user.pk) if ids else {},
        )

    def errors(self, row: Fields) -> Iterator[FieldError]:
        for name in ("account", "to_account"):
            pk = row.get(f"{name}_id")
            if pk is not None and pk not in self.accounts:
                yield FieldError(name, "does_not_exist", "There is no such account.")
        pk = row.get("category_id")
        if pk is not None and pk not in self.categories:
            yield FieldError("category_id", "does_not_exist", "There is no such category.")
        elif pk is not None and "category" in row and (row["category"] or "").casefold() != self.paths[pk].casefold():
            yield FieldError("category", "contradiction", "Names another category than `category_id` does.")
        elif pk is None and row.get("category") is not None:
            yield from path_errors(row["category"])

    def account(self, row: Fields, name: str) -> Account | None:
        pk = row.get(f"{name}_id")
        return None if pk is None else self.accounts[pk]


def _input(row: Fields, known: Known, tree: CategoryTree | None) -> EntryInput:
    plain = {name: value for name, value in row.items() if name not in _NAMED}
    return EntryInput(
        account=known.account(row, "account") or known.default,
        to_account=known.account(row, "to_account"),
        category=_category(row, known, tree),
        tags=tuple(row.get("tags", ())),
        **plain,
    )


def _category(row: Fields, known: Known, tree: CategoryTree | None) -> Category | None:
    if row.get("category_id") is not None:
        return known.categories[row["category_id"]]
    return tree.at(tree_of(row["kind"]), row["category"]) if tree is not None and _is_path(row) else None


def _is_path(row: Fields) -> bool:
    return row.get("category_id") is None and row.get("category") is not None
