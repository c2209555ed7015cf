"""From validated fields of requests to what the services of rules take: ids and paths become rows."""

from collections.abc import Mapping
from typing import Any

from core.errors import InvalidInput
from core.models import User
from core.selectors import account_named
from ledger.models import Category, Rule
from ledger.selectors import category_named, category_paths
from ledger.services.categories import CategoryTree, path_names
from ledger.services.rules import RuleInput

_CATEGORY = ("category", "category_id", "category_kind")
_KEPT = ("name", "conditions", "match", "payee", "description", "stops", "is_active")


def rule_input(user: User, fields: Mapping[str, Any], *, is_kept: bool = True) -> RuleInput:
    """A category of a new path is made, or, where the rule is not kept, only thought of."""
    plain = {name: value for name, value in fields.items() if name not in (*_CATEGORY, "to_account", "add_tags")}
    other = fields.get("to_account")
    return RuleInput(
        **plain,
        add_tags=tuple(fields.get("add_tags", ())),
        to_account=None if other is None else account_named(user.pk, other, attr="to_account"),
        category=_category(user, fields, is_kept=is_kept),
    )


def kept_fields(rule: Rule, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a partial change leaves as it is."""
    kept = {name: getattr(rule, name) for name in _KEPT}
    kept |= {"add_tags": rule.add_tags, "to_account": rule.to_account_id}
    return kept if changes.keys() & {"category", "category_id"} else {**kept, "category_id": rule.category_id}


def _category(user: User, fields: Mapping[str, Any], *, is_kept: bool) -> Category | None:
    pk, path = fields.get("category_id"), fields.get("category")
    if pk is not None:
        return _category_by_id(user, pk, path)
    if not path:
        return None
    tree, kind = CategoryTree(user), fields.get("category_kind") or Category.Kind.EXPENSE
    return tree.at(kind, path) if is_kept else _thought(tree, kind, path)


def _category_by_id(user: User, pk: int, path: str | None) -> Category:
    category = category_named(user.pk, pk)
    if path and path.casefold() != category_paths(user.pk)[pk].casefold():
        raise InvalidInput("Names another category than `category_id` does.", attr="category", code="contradiction")
    return category


def _thought(tree: CategoryTree, kind: str, path: str) -> Category:
    """The category there, or one that is not saved."""
    found: Category | None = None
    for name in path_names(path):
        found = tree.child(kind, found, name)
        if found is None:
            break
    return found or Category(kind=kind, name=path)
