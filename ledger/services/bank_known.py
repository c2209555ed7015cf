"""Rows of a bank file that were taken before: by the id that the bank gave them, or by what they look like."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.batches import batches
from core.models import Account
from ledger.bank_files.items import Row
from ledger.bank_files.likeness import likeness_of
from ledger.models import BankImport, Entry, MatchedRow
from ledger.services.bank_keys import bank_key_of

LONGEST_ID = 200
SAME_WITHIN = timedelta(days=3)
"""A bank may book a payment on another day than it first said; farther apart, it gave one id to two payments."""
FAR = timedelta(days=15)
"""A row cannot be taken for an entry that a row so many days away was: twice what bank and person may be apart."""
_FIELDS = ("likeness", "likeness_no", "external_id", "bank_import_id", "bank_import__format")
_OF_ENTRY = ("pk", "date", "amount", "deleted_at")


@dataclass(slots=True, kw_only=True)
class Known:
    """An entry that a row was. formats: of the files in which it had an id; number: which of its look it is."""

    entry_id: int
    date: date
    amount: Decimal
    is_deleted: bool
    likeness: str | None
    number: int | None
    import_id: int | None
    formats: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A row with what it is known by. number: the how manieth of its look it is in the file."""

    row: Row
    external_id: str | None
    likeness: str
    number: int


class Looks:
    """Counts how often a file had each look; of a day that is over nothing is kept."""

    def __init__(self, account: Account, last_rows: Mapping[date, int] | None) -> None:
        self._key = bank_key_of(account)
        self._last_rows = last_rows
        self._counts: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def looked(self, row: Row) -> Looked:
        likeness = likeness_of(self._key, row)
        counts = self._counts[row.date]
        counts[likeness] += 1
        if self._last_rows is not None and row.line >= self._last_rows.get(row.date, 0):
            del self._counts[row.date]
        external_id = _external_id(self._key, row.external_id) if row.external_id else None
        return Looked(row=row, external_id=external_id, likeness=likeness, number=counts[likeness])


class KnownRows:
    """What the database knows of some rows of a file, and what the file itself has added meanwhile."""

    def __init__(self, bank_import: BankImport, looked: Sequence[Looked]) -> None:
        self._import_id = bank_import.pk
        self._format = bank_import.format
        self._by_id: dict[str, Known] = {}
        self._by_look: defaultdict[str, dict[int, Known]] = defaultdict(dict)
        ids = [one.external_id for one in looked if one.external_id]
        looks = {one.likeness for one in looked}
        for source in (_entries(bank_import.account), _matched(bank_import.account)):
            self._read(source, "external_id", ids)
            self._read(source, "likeness", looks)
        if ids:
            self._read_other_ids(bank_import.account)

    def by_id(self, looked: Looked) -> Known | None:
        return self._by_id.get(looked.external_id) if looked.external_id else None

    def by_look(self, looked: Looked) -> Known | None:
        """Of rows without id the one of this number; else one of another file to which none of this format gave an
        id: it would be another id."""
        numbered = self._by_look[looked.likeness]
        if looked.external_id is None:
            return numbered.get(looked.number)
        others = (numbered[number] for number in sorted(numbered))
        return next(
            (one for one in others if one.import_id != self._import_id and self._format not in one.formats), None
        )

    def free_number(self, looked: Looked) -> int:
        """By which a new entry of this look is stored."""
        if looked.external_id is None:
            return looked.number
        return max(self._by_look[looked.likeness], default=0) + 1

    def add(self, looked: Looked, known: Known) -> None:
        """The row is this entry from now on."""
        if looked.external_id:
            self._by_id[looked.external_id] = known
            known.formats.add(self._format)
        if known.number is not None:
            self._by_look[looked.likeness].setdefault(known.number, known)

    def _read(self, source: "_Source", column: str, values: Iterable[str]) -> None:
        for batch in batches(values):
            for known, external_id in source.rows(column, batch):
                if column == "external_id" and external_id:
                    self._by_id[external_id] = known
                elif known.likeness and known.number is not None:
                    self._by_look[known.likeness].setdefault(known.number, known)

    def _read_other_ids(self, account: Account) -> None:
        """Ids that later files gave to entries which the first had none for."""
        by_entry = {known.entry_id: known for numbered in self._by_look.values() for known in numbered.values()}
        rows = MatchedRow.objects.filter(account=account, external_id__isnull=False)
        for batch in batches(by_entry):
            for entry_id, file_format in rows.filter(entry__in=batch).values_list("entry", "bank_import__format"):
                by_entry[entry_id].formats.add(file_format)


class UsedEntries:
    """Entries that rows of the file were, so that no other row is; those of days that are over are forgotten."""

    def __init__(self, last_rows: Mapping[date, int] | None) -> None:
        self._last_rows = last_rows
        self._by_day: defaultdict[date, set[int]] = defaultdict(set)

    def __contains__(self, entry_id: object) -> bool:
        return any(entry_id in ids for ids in self._by_day.values())

    def add(self, looked: Looked, known: Known) -> None:
        """By the day of the row, which those that the entry might be taken for are near."""
        self._by_day[looked.row.date].add(known.entry_id)

    def forget_before(self, line: int) -> None:
        if self._last_rows is None:
            return
        open_days = [day for day, last in self._last_rows.items() if last > line]
        for day in [day for day in self._by_day if not any(abs(day - one) <= FAR for one in open_days)]:
            del self._by_day[day]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where rows that were taken are: among the entries, or among those that were matched."""

    model: Any
    account: Account
    prefix: str

    def rows(self, column: str, values: Sequence[str]) -> Iterator[tuple[Known, str | None]]:
        fields = (*_FIELDS, *(self.prefix + name for name in _OF_ENTRY))
        for found in self.model.objects.filter(**self._scope(column), **{f"{column}__in": values}).values_list(*fields):
            look, number, external_id, import_id, file_format, entry_id, day, amount, deleted_at = found
            yield (
                Known(
                    entry_id=entry_id,
                    date=day,
                    amount=amount,
                    is_deleted=deleted_at is not None,
                    likeness=look,
                    number=number,
                    import_id=import_id,
                    formats={file_format} if external_id and file_format else set(),
                ),
                external_id,
            )

    def _scope(self, column: str) -> dict[str, Any]:
        """In the form of the index. An entry may have become a transfer from another account since it was taken; the
        account of the file is part of what its row looked like."""
        if self.prefix:
            return {"account_id": self.account.pk}
        if column == "external_id":
            return {"user_id": self.account.user_id}
        return {"account_id__in": list(Account.objects.filter(user=self.account.user_id).values_list("pk", flat=True))}


def is_same(known: Known, looked: Looked, import_id: int) -> bool:
    """Whether one id means one payment. Within a file it does only where all else is the same too; and what the person
    has changed since does not matter, as long as the bank says what it said."""
    if known.likeness == looked.likeness:
        return True
    return known.import_id != import_id and abs(known.date - looked.row.date) <= SAME_WITHIN


def _entries(account: Account) -> _Source:
    return _Source(Entry, account, "")


def _matched(account: Account) -> _Source:
    return _Source(MatchedRow, account, "entry__")


def _external_id(key: int, told: str) -> str:
    """With the account before it: two banks may call two payments the same."""
    full = f"{key}:{told}"
    if len(full) <= LONGEST_ID:
        return full
    return f"{key}:{hashlib.blake2b(told.encode(), digest_size=32).hexdigest()}"
