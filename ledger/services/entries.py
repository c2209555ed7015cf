"""Writes of entries; their sums follow in the same database transaction, or nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.activity import deletes_record, restores_record
from core.batches import batches
from core.errors import Conflict
from core.locks import person_lock
from core.models import User
from ledger.effects import counted_rows
from ledger.models import Entry
from ledger.selectors import deleted_entries_of, entries_of
from ledger.services.categories import CategoryTree
from ledger.services.entry_changes import changed_input
from ledger.services.entry_checks import entries_checked
from ledger.services.entry_rows import BATCH, input_of, rows_insert, rows_present, rows_replace
from ledger.services.entry_rules import EntryInput
from ledger.services.sums import SumsChange

__all__ = [
    "EntryInput",
    "entries_change",
    "entries_delete",
    "entries_insert",
    "entries_record",
    "entries_replace",
    "entries_restore",
    "entry_change",
    "entry_record",
    "entry_update",
    "input_of",
]


@transaction.atomic
def entry_record(*, user: User, data: EntryInput) -> Entry:
    person_lock(user.pk)
    checked = entries_checked(user=user, rows=[data])
    return rows_insert(user, checked)[0]


@transaction.atomic
def entries_record(*, user: User, rows: Sequence[EntryInput]) -> list[Entry]:
    """All or nothing; what is wrong is named by row and field, `3.amount`, rows counted from 0."""
    person_lock(user.pk)
    return rows_insert(user, entries_checked(user=user, rows=rows, numbered=True))


@transaction.atomic
def entries_insert(*, user: User, rows: Sequence[EntryInput]) -> list[Entry]:
    """The same for who has checked the rows: what the database refuses is an IntegrityError."""
    person_lock(user.pk)
    return rows_insert(user, rows)


@transaction.atomic
def entry_change(*, entry: Entry, data: EntryInput) -> Entry:
    """What the person states is replaced by `data`; where the entry came from stays."""
    person_lock(entry.user_id)
    (row,) = rows_present(entry.user, [entry.pk])
    checked = entries_checked(user=entry.user, rows=[data], replaces=[row])
    return rows_replace([row], checked)[0]


@transaction.atomic
def entries_replace(*, user: User, entries: Sequence[Entry], rows: Sequence[EntryInput]) -> list[Entry]:
    """The same for many, one row for each entry; all or nothing, errors as in `entries_record`."""
    person_lock(user.pk)
    present = rows_present(user, [entry.pk for entry in entries])
    return rows_replace(present, entries_checked(user=user, rows=rows, replaces=present, numbered=True))


@transaction.atomic
def entry_update(*, entry: Entry, changes: Mapping[str, Any]) -> Entry:
    """Change what is named alone: see `changed_input`."""
    person_lock(entry.user_id)
    return _updated(entry.user, [entry.pk], changes, numbered=False)[0]


@transaction.atomic
def entries_change(*, user: User, entries: Iterable[Entry], changes: Mapping[str, Any]) -> list[Entry]:
    """The same for many, errors as in `entries_record`.

    changes: fields of an EntryInput, and `add_tags`, `remove_tags`. A category may be the text of a path, which is
    found or made in the tree of each entry's kind.
    """
    person_lock(user.pk)
    return _updated(user, list(dict.fromkeys(entry.pk for entry in entries)), changes, numbered=True)


@transaction.atomic
def entries_delete(*, user: User, entries: Iterable[Entry]) -> int:
    """Delete those among them that are the person's and still there, so that they can be restored; how many."""
    person_lock(user.pk)
    change, now, count = SumsChange(), timezone.now(), 0
    for batch in batches(_ids(entries), BATCH):
        rows = entries_of(user).filter(pk__in=batch)
        change.take(counted_rows(rows))
        deletes_record(rows)
        count += rows.update(deleted_at=now, updated_at=now)
    change.write()
    return count


@transaction.atomic
def entries_restore(*, user: User, entries: Iterable[Entry]) -> int:
    """Undo a delete, for as long as that is possible; how many came back."""
    person_lock(user.pk)
    change, now, count = SumsChange(), timezone.now(), 0
    for batch in batches(_ids(entries), BATCH):
        rows = deleted_entries_of(user).filter(pk__in=batch)
        _refuse_other_days(rows)
        # locked, since the purge asks for no person: what it takes just now must not be counted
        counted = [row._replace(deleted_at=None) for row in counted_rows(rows.select_for_update())]
        restores_record(rows)
        count += rows.update(deleted_at=None, updated_at=now)
        change.add(counted)
    change.write()
    return count


def _updated(user: User, ids: Sequence[int], changes: Mapping[str, Any], *, numbered: bool) -> list[Entry]:
    present = rows_present(user, ids)
    tree = CategoryTree(user) if isinstance(changes.get("category"), str) else None
    rows = [changed_input(input_of(entry), changes, tree) for entry in present]
    return rows_replace(present, entries_checked(user=user, rows=rows, replaces=present, numbered=numbered))


def _ids(entries: Iterable[Entry]) -> list[int]:
    if isinstance(entries, QuerySet):
        return list(entries.values_list("pk", flat=True))
    return [entry.pk for entry in entries]


def _refuse_other_days(rows: QuerySet[Entry]) -> None:
    """An account may have been closed since."""
    for side in ("account", "to_account"):
        outside = Q(**{f"{side}__opened_on__gt": F("date")}) | Q(**{f"{side}__closed_on__lt": F("date")})
        row = rows.filter(outside).select_related(side).first()
        if row is not None:
            detail = f"{getattr(row, side).name!r} is not open on {row.date}, the day of a deleted entry."
            raise Conflict(detail, code="account_closed")
