"""Make the sums of entries again from the entries, and say where the stored ones were different."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import transaction

from core.locks import person_lock
from core.models import Account
from ledger.grouped import Part, account_parts, category_parts
from ledger.models import Entry
from ledger.selectors import category_paths
from ledger.services.packed_sums import ACCOUNTS, CATEGORIES, Key, Sums, SumsTable, no_sums
from ledger.signals import ledger_changed


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of sums that is not what the entries say, from the day `since` on.

    fields: the arrays that differ, or "missing" or "superfluous".
    """

    row: str
    fields: tuple[str, ...]
    since: date


@transaction.atomic
def ledger_rebuild(*, user_id: int, write: bool = True) -> list[Difference]:
    """Compare all sums of a person with their entries, and (with `write`) put right what differs."""
    person_lock(user_id)
    entries = Entry.objects.filter(user_id=user_id, deleted_at=None)
    accounts = _rebuild(ACCOUNTS, user_id, account_parts(entries), write=write, name=_account_namer(user_id))
    categories = _rebuild(CATEGORIES, user_id, category_parts(entries), write=write, name=_category_namer(user_id))
    if write and accounts:
        ledger_changed.send(sender=Entry, user_id=user_id, since=min(one.since for one in accounts))
    return [*accounts, *categories]


def _rebuild(
    table: SumsTable, user_id: int, parts: Iterable[Part], *, write: bool, name: Callable[[Key], str]
) -> list[Difference]:
    made = _added_up(parts)
    stored = table.load(user_id)
    keys = {**made, **stored.sums}
    wrong = {key: made[key] for key in keys if not np.array_equal(made[key], stored.sums.get(key, no_sums()))}
    if write and wrong:
        table.store(user_id, wrong, ids=stored.ids)
    return [_difference(table, key, stored.sums.get(key), sums, name=name(key)) for key, sums in wrong.items()]


def _added_up(parts: Iterable[Part]) -> defaultdict[Key, Sums]:
    made: defaultdict[Key, Sums] = defaultdict(no_sums)
    for key, day, line, units in parts:
        made[key][line, day.timetuple().tm_yday - 1] += units
    return made


def _difference(table: SumsTable, key: Key, stored: Sums | None, made: Sums, *, name: str) -> Difference:
    differs = made != (no_sums() if stored is None else stored)
    fields = tuple(column for (column, _), line in zip(table.arrays, differs, strict=True) if line.any())
    if stored is None:
        fields = ("missing",)
    elif not made.any():
        fields = ("superfluous",)
    year = date(key[table.keys.index("year")], 1, 1)
    return Difference(name, fields, year + timedelta(days=int(np.flatnonzero(differs.any(axis=0))[0])))


def _account_namer(user_id: int) -> Callable[[Key], str]:
    names = dict(Account.objects.filter(user_id=user_id).values_list("pk", "name"))
    return lambda key: f"{names.get(key[0], key[0])} {key[1]} {key[2]}"


def _category_namer(user_id: int) -> Callable[[Key], str]:
    paths = category_paths(user_id)
    return lambda key: f"{paths.get(key[0], 'without category')} {' '.join(map(str, key[1:]))}"
