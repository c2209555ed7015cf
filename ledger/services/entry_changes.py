"""What becomes of an entry where a part of it is changed: what hangs on that part goes with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.models import Category
from ledger.search import tag_word
from ledger.services.categories import CategoryTree
from ledger.services.entry_rules import TRANSFER, EntryInput, currency_of, tree_of

_DERIVED = frozenset({"category", "add_tags", "remove_tags"})


def changed_input(data: EntryInput, changes: Mapping[str, Any], tree: CategoryTree | None) -> EntryInput:
    """changes: fields of an EntryInput, and `add_tags`, `remove_tags`; a category may be the text of a path.

    tree: where paths are found; needed where there is one.
    """
    named = {name: value for name, value in changes.items() if name not in _DERIVED}
    changed = replace(data, **named)
    outdated: dict[str, Any] = {name: None for name in _outdated(data, changed) if name not in changes}
    changed = replace(changed, **outdated)
    if "category" in changes:
        changed = replace(changed, category=_category(changes["category"], changed.kind, tree))
    if "add_tags" in changes or "remove_tags" in changes:
        changed = replace(changed, tags=_tags(changed.tags, changes))
    return changed


def _outdated(before: EntryInput, after: EntryInput) -> set[str]:
    """What was said of an account in a currency says nothing of another one."""
    found: set[str] = set()
    if before.kind == TRANSFER and after.kind != TRANSFER:
        found |= {"to_account", "to_amount"}
    if (before.account.currency, currency_of(before)) != (after.account.currency, currency_of(after)):
        found.add("account_amount")
    arrives = (before.to_account and before.to_account.currency, currency_of(before))
    if arrives != (after.to_account and after.to_account.currency, currency_of(after)):
        found.add("to_amount")
    return found


def _category(wanted: Category | str | None, kind: str, tree: CategoryTree | None) -> Category | None:
    if not isinstance(wanted, str):
        return wanted
    if tree is None:
        raise ValueError("A path is found in a tree.")
    return tree.at(tree_of(kind), wanted)


def _tags(tags: tuple[str, ...], changes: Mapping[str, Any]) -> tuple[str, ...]:
    unwanted = {tag_word(tag) for tag in changes.get("remove_tags", ())}
    kept = {tag_word(tag): tag for tag in tags if tag_word(tag) not in unwanted}
    for tag in changes.get("add_tags", ()):
        kept.setdefault(tag_word(tag), tag)
    return tuple(kept.values())
