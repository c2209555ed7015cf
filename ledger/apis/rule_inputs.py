"""From validated fields of requests to what the services of rules take: ids and paths become rows."""

from collections.abc import Mapping
from typing import Any

from core.errors import InvalidInput
from core.models import Account, User
from core.selectors import accounts_of
from ledger.models import Category, Rule
from ledger.selectors import categories_of, category_paths
from ledger.services.categories import CategoryTree, path_names
from ledger.services.rules import RuleInput

_CATEGORY = ("category", "category_id", "category_kind")
_KEPT = ("name", "conditions", "match", "payee", "description", "stops", "is_active")


def rule_input(user: User, fields: Mapping[str, Any], *, is_kept: bool = True) -> RuleInput:
    """A category of a new path is made, or, where the rule is not kept, only thought of."""
    plain = {name: value for name, value in fields.items() if name not in (*_CATEGORY, "to_account", "add_tags")}
    return RuleInput(
        **plain,
        add_tags=tuple(fields.get("add_tags", ())),
        to_account=_account(user, fields.get("to_account")),
        category=_category(user, fields, is_kept=is_kept),
    )


def kept_fields(rule: Rule, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a partial change leaves as it is."""
    kept = {name: getattr(rule, name) for name in _KEPT}
    kept |= {"add_tags": rule.add_tags, "to_account": rule.to_account_id}
    return kept if changes.keys() & {"category", "category_id"} else {**kept, "category_id": rule.category_id}


def _account(user: User, pk: int | None) -> Account | None:
    if pk is None:
        return None
    account = accounts_of(user).filter(pk=pk).first()
    if account is None:
        raise InvalidInput("There is no such account.", attr="to_account", code="does_not_exist")
    return account


def _category(user: User, fields: Mapping[str, Any], *, is_kept: bool) -> Category | None:
    pk, path = fields.get("category_id"), fields.get("category")
    if pk is not None:
        return _category_by_id(user, pk, path)
    if not path:
        return None
    tree, kind = CategoryTree(user), fields.get("category_kind", Category.Kind.EXPENSE)
    return tree.at(kind, path) if is_kept else _thought(tree, kind, path)


def _category_by_id(user: User, pk: int, path: str | None) -> Category:
    category = categories_of(user).filter(pk=pk).first()
    if category is None:
        raise InvalidInput("There is no such category.", attr="category_id", code="does_not_exist")
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
