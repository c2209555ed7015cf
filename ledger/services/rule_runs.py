"""Rules tried on the entries that are there, or applied to them: of a million, a thousand are in memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from core.errors import InvalidInput
from core.locks import person_lock
from core.models import Account, User
from ledger.models import Category, Entry
from ledger.rules import Draft, Rules
from ledger.selectors import entries_of
from ledger.services.entries import EntryInput, entries_replace, input_of

EXAMPLES = 100
BATCH = 1000

_FIELDS = (
    "kind", "date", "amount", "currency", "account_id", "account_amount", "to_account_id", "to_amount",
    "category_id", "payee", "description", "note",
)  # fmt: skip
_PLAIN = ("kind", "amount", "account_amount", "to_amount", "payee", "description", "tags")
"""What rules change, beside accounts and category."""


@dataclass(frozen=True, slots=True)
class Change:
    """What rules make of one entry."""

    entry_id: int
    before: Draft
    after: Draft


@dataclass(slots=True)
class Outcome:
    """checked, changed: how many entries. by_rule: how many each rule changed. unfit: how many it would have.

    examples: of those that change, the first by id.
    """

    checked: int = 0
    changed: int = 0
    by_rule: Counter[int] = field(default_factory=Counter)
    unfit: Counter[int] = field(default_factory=Counter)
    examples: list[Change] = field(default_factory=list)

    def note(self, changes: Sequence[Change]) -> list[Change]:
        """Those of them that change."""
        for change in changes:
            self.by_rule.update(change.after.rules)
            self.unfit.update(change.after.unfit)
        changing = [change for change in changes if change.after.rules]
        self.checked += len(changes)
        self.changed += len(changing)
        self.examples += changing[: EXAMPLES - len(self.examples)]
        return changing


def rules_try(*, rules: Rules, entries: QuerySet[Entry]) -> Outcome:
    """What would come of it; nothing is written."""
    outcome = Outcome()
    for changes in _changes(rules, entries):
        outcome.note(changes)
    return outcome


@transaction.atomic
def rules_apply(*, user: User, rules: Rules, entries: QuerySet[Entry]) -> Outcome:
    """All of it or, where one entry cannot be as the rules want it, nothing. entries: of the person."""
    person_lock(user.pk)
    outcome = Outcome()
    for changes in _changes(rules, entries):
        changing = outcome.note(changes)
        if changing:
            _write(user, changing)
    return outcome


def _changes(rules: Rules, entries: QuerySet[Entry]) -> Iterator[list[Change]]:
    """Of all entries, in the order of their ids.

    The ids are read first: a query that is still going on might meet again what was written meanwhile.
    """
    ids = np.fromiter(entries.order_by("pk").values_list("pk", flat=True).iterator(BATCH), dtype=np.int64)
    for start in range(0, len(ids), BATCH):
        rows = Entry.objects.filter(pk__in=ids[start : start + BATCH].tolist(), deleted_at=None).order_by("pk")
        yield [_change(rules, row) for row in rows.values_list("pk", *_FIELDS, "tags")]


def _change(rules: Rules, row: Sequence[Any]) -> Change:
    entry_id, *values, tags = row
    before = Draft(**dict(zip(_FIELDS, values, strict=True)), tags=tuple(tags))
    return Change(entry_id, before, rules.applied(before))


def _write(user: User, changes: Sequence[Change]) -> None:
    accounts = Account.objects.filter(user_id=user.pk).in_bulk()
    categories = Category.objects.filter(user_id=user.pk).in_bulk()
    wanted = {change.entry_id: change.after for change in changes}
    kept = entries_of(user).select_related("account", "to_account", "category")
    entries = list(kept.filter(pk__in=wanted))
    rows = [
        replace(
            input_of(entry),
            **{name: getattr(after, name) for name in _PLAIN},
            account=accounts[after.account_id],
            to_account=accounts.get(after.to_account_id or 0),
            category=categories.get(after.category_id or 0),
        )
        for entry in entries
        for after in (wanted[entry.pk],)
    ]
    _replace(user, entries, rows)


def _replace(user: User, entries: Sequence[Entry], rows: Sequence[EntryInput]) -> None:
    """An error names the entry, since the person did not ask for it by a row."""
    try:
        entries_replace(user=user, entries=entries, rows=rows)
    except InvalidInput as error:
        number, _, name = (error.attr or "").partition(".")
        entry = entries[int(number)]
        raise InvalidInput(f"The entry {entry.pk}, {entry}, cannot be changed: {name}: {error.detail}") from error
