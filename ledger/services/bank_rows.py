"""Takes the rows of a bank file into an account, some thousands at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.models import Account, User
from core.money import CURRENCIES
from ledger.bank_files.items import Problem, Row
from ledger.kept_rules import rules_of
from ledger.models import BankImport, Category, Entry, MatchedRow
from ledger.rules import Draft
from ledger.services.bank_known import Known, KnownRows, Looked, Looks, UsedEntries, is_same
from ledger.services.bank_likely import likely_entries, other_sides
from ledger.services.bank_taken import Matched, NewEntry, Problems, Taken, listed
from ledger.services.entries import EntryInput, entries_insert
from ledger.services.entry_rules import day_errors

MATCH, ADD = "match", "add"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Into which account the file goes, and how. today: the person's."""

    user: User
    account: Account
    bank_import: BankImport
    likely: str
    today: date


@dataclass(slots=True)
class _Chunk:
    """Rows that go together through the steps."""

    known: KnownRows
    new: list[Looked] = field(default_factory=list)
    matched: list[MatchedRow] = field(default_factory=list)


class RowTaker:
    """Finds what each row is: known, deleted, an entry that is there already, or new. Nothing of a row is kept."""

    def __init__(self, target: Target, taken: Taken, problems: Problems, last_rows: Mapping[date, int] | None) -> None:
        self._target = target
        self._taken = taken
        self._problems = problems
        self._looks = Looks(target.account, last_rows)
        self._used = UsedEntries(last_rows)
        self._rules = rules_of(target.user)
        self._accounts = {one.pk: one for one in Account.objects.filter(user=target.user)}
        self._accounts[target.account.pk] = target.account
        self._categories: dict[int, Category] = Category.objects.filter(user=target.user).in_bulk()
        self.created_days: set[date] = set()

    def take(self, rows: Sequence[Row]) -> None:
        looked = [self._looks.looked(row) for row in rows if self._is_usable(row)]
        if self._problems:  # nothing will be written: the rest is only looked at for more of them
            return
        self._taken.rows += len(looked)
        chunk = _Chunk(KnownRows(self._target.bank_import, looked))
        for one in looked:
            self._sort(chunk, one)
        self._match(chunk)
        self._write(chunk)
        if rows:
            self._used.forget_before(rows[-1].line)

    def _is_usable(self, row: Row) -> bool:
        """Whether a row can be an entry of the account at all."""
        if row.currency and row.currency not in CURRENCIES:
            detail = f"{row.currency!r} is not an ISO 4217 currency code."
            self._problems.add(Problem(row.line, "currency", detail, "invalid_currency"))
            return False
        data = EntryInput(account=self._target.account, kind="", date=row.date, amount=row.amount)
        errors = list(day_errors(data, today=self._target.today))
        for error in errors:
            self._problems.add(Problem(row.line, "date", error.detail, error.code))
        return not errors

    def _sort(self, chunk: _Chunk, looked: Looked) -> None:
        known = chunk.known.by_id(looked)
        if known is not None and not is_same(known, looked, self._target.bank_import.pk):
            detail = f"The bank gave the id {looked.row.external_id[:60]!r} to another payment too; it is left out."
            self._taken.warn(looked.row.line, "external_id", detail, code="repeated_id")
            looked, known = replace(looked, external_id=None), None
        if known is not None:
            self._note_known(looked, known)
        elif (alike := chunk.known.by_look(looked)) is not None:
            self._note_known(looked, alike)
            if looked.external_id:
                chunk.matched.append(self._matched_row(looked, alike.entry_id, number=None))
                chunk.known.add(looked, alike)
        else:
            self._note_new(chunk, looked)

    def _note_known(self, looked: Looked, known: Known) -> None:
        self._used.add(looked, known)
        if known.is_deleted:
            self._taken.deleted_by_you += 1
            listed(self._taken.deleted_entries, Matched(looked.row.line, known.entry_id))
            return
        self._taken.duplicates += 1
        if looked.external_id and known.likeness != looked.likeness and known.amount != abs(looked.row.amount):
            detail = f"Was taken before with {known.amount} as its amount; the entry is left as it is."
            self._taken.warn(looked.row.line, "amount", detail, code="changed")

    def _note_new(self, chunk: _Chunk, looked: Looked) -> None:
        """With a number of its own; the id of the entry is not known yet."""
        numbered = replace(looked, number=chunk.known.free_number(looked))
        known = Known(
            entry_id=0,
            date=looked.row.date,
            amount=abs(looked.row.amount),
            is_deleted=False,
            likeness=looked.likeness,
            number=numbered.number,
            import_id=self._target.bank_import.pk,
        )
        chunk.known.add(numbered, known)
        chunk.new.append(numbered)

    def _match(self, chunk: _Chunk) -> None:
        likely = likely_entries(
            account=self._target.account,
            user=self._target.user,
            file_format=self._target.bank_import.format,
            rows=[one.row for one in chunk.new],
            used=self._used,
        )
        adds = self._target.likely == ADD
        for index, entry_id in sorted(likely.items()):
            looked = chunk.new[index]
            found = Matched(looked.row.line, entry_id)
            if adds:
                self._taken.likely += 1
                listed(self._taken.likely_entries, found)
            else:
                self._taken.matched += 1
                listed(self._taken.matched_entries, found)
                chunk.matched.append(self._matched_row(looked, entry_id, number=looked.number))
        if not adds:
            chunk.new = [one for index, one in enumerate(chunk.new) if index not in likely]

    def _matched_row(self, looked: Looked, entry_id: int, *, number: int | None) -> MatchedRow:
        """number: None where the look is stored already, and only the id is new."""
        return MatchedRow(
            bank_import=self._target.bank_import,
            account=self._target.account,
            entry_id=entry_id,
            external_id=looked.external_id,
            likeness=None if number is None else looked.likeness,
            likeness_no=number,
        )

    def _write(self, chunk: _Chunk) -> None:
        drafts = self._ruled([one.row for one in chunk.new])
        inputs = [self._input(one, draft) for one, draft in zip(chunk.new, drafts, strict=True)]
        entries = entries_insert(user=self._target.user, rows=inputs) if inputs else []
        for looked, entry in zip(chunk.new, entries, strict=True):
            self._note_created(chunk, looked, entry)
        MatchedRow.objects.bulk_create(chunk.matched, batch_size=1000)

    def _ruled(self, rows: Sequence[Row]) -> list[Draft]:
        """After the person's rules. What they make a transfer stays as it is where the other account has its half:
        both together move as much, and one more would move it twice."""
        plain = [self._draft(row) for row in rows]
        drafts = [self._rules.applied(draft) for draft in plain] if self._rules else plain
        moves = [index for index, draft in enumerate(drafts) if draft.kind == Entry.Kind.TRANSFER]
        others = [(self._other_of(drafts[index]), rows[index]) for index in moves]
        for index, half in zip(moves, other_sides(user=self._target.user, moves=others), strict=True):
            if half is not None:
                detail = f"A rule makes it a transfer; but entry {half} of the other account is its other side."
                self._taken.warn(rows[index].line, None, detail, code="possible_transfer")
                drafts[index] = _without_transfer(drafts[index], plain[index])
        return drafts

    def _other_of(self, draft: Draft) -> int:
        here = self._target.account.pk
        return draft.account_id if draft.account_id != here else draft.to_account_id or here

    def _draft(self, row: Row) -> Draft:
        return Draft(
            kind=Entry.Kind.INCOME if row.amount > 0 else Entry.Kind.EXPENSE,
            date=row.date,
            amount=abs(row.amount),
            currency=row.currency or self._target.account.currency,
            account_id=self._target.account.pk,
            payee=row.payee,
            description=row.description,
        )

    def _input(self, looked: Looked, draft: Draft) -> EntryInput:
        """What the row looked like is stored with the entry, if that is of this account."""
        is_here = draft.account_id == self._target.account.pk
        return EntryInput(
            account=self._accounts[draft.account_id],
            kind=draft.kind,
            date=draft.date,
            amount=draft.amount,
            currency=draft.currency,
            to_account=self._accounts[draft.to_account_id] if draft.to_account_id else None,
            account_amount=draft.account_amount,
            to_amount=draft.to_amount,
            category=self._categories[draft.category_id] if draft.category_id else None,
            payee=draft.payee,
            description=draft.description,
            tags=draft.tags,
            external_id=looked.external_id if is_here else None,
            likeness=looked.likeness if is_here else None,
            likeness_no=looked.number if is_here else None,
            bank_import=self._target.bank_import,
        )

    def _note_created(self, chunk: _Chunk, looked: Looked, entry: Entry) -> None:
        self._taken.created += 1
        self.created_days.add(entry.date)
        if entry.account_id != self._target.account.pk:
            chunk.matched.append(self._matched_row(looked, entry.pk, number=looked.number))
        listed(self._taken.new_entries, _new_entry(looked.row.line, entry, is_kept=not self._taken.dry_run))


def _without_transfer(draft: Draft, plain: Draft) -> Draft:
    """With what else the rules set."""
    return replace(plain, payee=draft.payee, description=draft.description, tags=draft.tags)


def _new_entry(line: int, entry: Entry, *, is_kept: bool) -> NewEntry:
    return NewEntry(
        line=line,
        entry=entry.pk if is_kept else None,
        date=entry.date,
        kind=entry.kind,
        amount=entry.amount,
        currency=entry.currency,
        payee=entry.payee,
        description=entry.description,
        category=entry.category_id,
        to_account=entry.to_account_id,
        tags=tuple(entry.tags),
    )
