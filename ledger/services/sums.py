"""Keep the sums of entries, `AccountYear` and `CategoryYear`, in step with the entries: by what each write changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from core.errors import InvalidInput
from core.models import Account
from ledger.effects import AMOUNT, COUNT, Counted, account_effects, category_effects
from ledger.models import Entry
from ledger.services.packed_sums import ACCOUNTS, CATEGORIES, Key, Sums, SumsTable, no_sums
from ledger.signals import ledger_changed

_MOST = 9 * 10**18
"""Just below what 64 bits hold."""


class _Currencies(dict[int, str]):
    """Of accounts by id, read when first asked for: most entries do not need it."""

    def __missing__(self, account_id: int) -> str:
        self[account_id] = Account.objects.values_list("currency", flat=True).get(pk=account_id)
        return self[account_id]


@dataclass(slots=True)
class _Deltas:
    """What is to be added to the sums of one person."""

    accounts: defaultdict[Key, Sums] = field(default_factory=lambda: defaultdict(no_sums))
    categories: defaultdict[Key, Sums] = field(default_factory=lambda: defaultdict(no_sums))
    entered: Counter[tuple[int | None, date]] = field(default_factory=Counter)

    def add(self, row: Counted, currencies: Mapping[int, str], *, sign: int) -> None:
        year, day = row.date.year, row.date.timetuple().tm_yday - 1
        self.entered.update({(account, row.date): sign for account in (row.account_id, row.to_account_id)})
        for account, currency, line, units in account_effects(row, currencies):
            _add(self.accounts[account, year, currency], line, day, sign * units)
        for kind, category, currency, units in category_effects(row, currencies):
            sums = self.categories[category, kind, year, currency]
            _add(sums, AMOUNT, day, sign * units)
            _add(sums, COUNT, day, sign)

    def first_day(self) -> date | None:
        """The earliest on which an account has another sum, or another number of entries: it begins with its first,
        also where these add up to nothing."""
        summed = [day for key, sums in self.accounts.items() for day in _first_day(key[1], sums)]
        return min([*summed, *(day for (_, day), count in self.entered.items() if count)], default=None)


class SumsChange:
    """What a write of entries does to the sums; nothing is stored before `write`.

    Use it with the people of the rows locked, in the database transaction that writes the rows.
    """

    def __init__(self) -> None:
        self._people: defaultdict[int, _Deltas] = defaultdict(_Deltas)
        self._currencies = _Currencies()

    def take(self, rows: Iterable[Counted]) -> None:
        """These were counted, and are no more what they were."""
        self._note(rows, sign=-1)

    def add(self, rows: Iterable[Counted]) -> None:
        """These are to be counted."""
        self._note(rows, sign=1)

    def write(self) -> None:
        """Store the sums, and tell of each person from which day on accounts are different."""
        for user_id, deltas in self._people.items():
            _apply(ACCOUNTS, user_id, deltas.accounts)
            _apply(CATEGORIES, user_id, deltas.categories)
            since = deltas.first_day()
            if since is not None:
                ledger_changed.send(sender=Entry, user_id=user_id, since=since)

    def _note(self, rows: Iterable[Counted], *, sign: int) -> None:
        for row in rows:
            if row.deleted_at is None:
                self._people[row.user_id].add(row, self._currencies, sign=sign)


def category_sums_move(*, user_id: int, source: int, target: int) -> None:
    """All that counted as in one category counts as in the other."""
    rows = {key: sums for key, sums in CATEGORIES.load(user_id).sums.items() if key[0] == source}
    moved = {(target, *key[1:]): sums for key, sums in rows.items()}
    _apply(CATEGORIES, user_id, {**{key: -sums for key, sums in rows.items()}, **moved})


def _apply(table: SumsTable, user_id: int, deltas: Mapping[Key, Sums]) -> None:
    deltas = {key: delta for key, delta in deltas.items() if delta.any()}
    if not deltas:
        return
    stored = table.load(user_id, deltas)
    sums = {key: _added(stored.sums.get(key), delta) for key, delta in deltas.items()}
    table.store(user_id, sums, ids=stored.ids)


def _add(sums: Sums, line: int, day: int, units: int) -> None:
    units += int(sums[line, day])
    if abs(units) > _MOST:
        raise _too_much()
    sums[line, day] = units


def _added(stored: Sums | None, delta: Sums) -> Sums:
    if stored is None:
        return delta
    if (np.abs(stored.astype(np.float64) + delta) > _MOST).any():
        raise _too_much()
    return stored + delta


def _too_much() -> InvalidInput:
    return InvalidInput("The entries of a day add up to more than can be kept.", attr="amount", code="max_value")


def _first_day(year: int, sums: Sums) -> list[date]:
    days = np.flatnonzero(sums.any(axis=0))
    return [date(year, 1, 1) + timedelta(days=int(days[0]))] if len(days) else []
