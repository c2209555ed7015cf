"""Imports of bank files: all of it or nothing, nothing twice, and undone as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.days import today_for
from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.selectors import account_named
from ledger.bank_files.camt import camt_file
from ledger.bank_files.csv_file import csv_file
from ledger.bank_files.detection import format_of
from ledger.bank_files.items import (
    BankFile,
    Format,
    Item,
    Problem,
    Refused,
    Row,
    Skipped,
    StatedBalance,
    Statement,
    Warned,
)
from ledger.bank_files.mapping import Mapping
from ledger.bank_files.ofx import ofx_file
from ledger.bank_files.qif import qif_file
from ledger.models import BankImport, Entry, MatchedRow
from ledger.selectors import entries_of
from ledger.services.bank_balances import balances_take, balances_withdraw
from ledger.services.bank_mappings import mapping_remember, mapping_told, table_mapped
from ledger.services.bank_rows import ADD, MATCH, RowTaker, Target
from ledger.services.bank_statements import Statements
from ledger.services.bank_taken import Problems, Taken, error_of
from ledger.services.entries import entries_delete

CHUNK = 5000
LIKELY = (MATCH, ADD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInput:
    """A bank file and what the person says of it. number: which account at the bank is meant, where it has several
    or another than before. mapping: JSON, see `ledger.bank_files.mapping`."""

    file: IO[bytes]
    name: str = ""
    format: Format | None = None
    mapping: Any = None
    account_number: str = ""


@dataclass(slots=True)
class _Reading:
    """What is read of the file while it is taken."""

    rows: list[Row] = field(default_factory=list)
    balances: list[StatedBalance] = field(default_factory=list)


@transaction.atomic
def file_take(*, user: User, account: Account, data: FileInput, dry_run: bool = False, likely: str = MATCH) -> Taken:
    """Write what a file says; a dry run does the same and takes it back, so what it answers is what will happen.

    likely: what to do with a row that an entry made by hand or of another file probably is: MATCH takes it for that
    one, ADD adds it. Raises InvalidInput with what is wrong by line and column, `17.amount`; nothing is written then.
    """
    person_lock(user.pk)
    try:
        taken = _take(user, account_named(user.pk, account.pk), data, (dry_run, likely))
    except Refused as refused:
        raise InvalidInput.many([error_of(refused.problem)]) from refused
    if dry_run:
        transaction.set_rollback(True)
    return taken


@transaction.atomic
def import_undo(*, bank_import: BankImport) -> BankImport:
    """Delete what it created, so that it can be restored for 30 days, and forget what it found to be there."""
    person_lock(bank_import.user_id)
    row = BankImport.objects.select_related("user").get(pk=bank_import.pk)
    if row.undone_at is not None:
        raise Conflict("This import was undone.", code="undone")
    row.undone_at = timezone.now()  # before that of the entries: those deleted earlier the person did not want
    row.save(update_fields=["undone_at"])
    entries_delete(user=row.user, entries=entries_of(row.user).filter(bank_import=row))
    row.matched_rows.all().delete()
    balances_withdraw(row)
    return row


def _take(user: User, account: Account, data: FileInput, how: tuple[bool, str]) -> Taken:
    dry_run, likely = how
    _free_undone(account)
    taken = Taken(format="", encoding="", dry_run=dry_run)
    opened = _opened(data, account, taken)
    taken.format, taken.encoding = opened.format, opened.encoding
    row = BankImport.objects.create(user=user, account=account, format=opened.format, file_name=data.name[:200])
    target = Target(user=user, account=account, bank_import=row, likely=likely, today=today_for(user))
    problems = Problems()
    taker = RowTaker(target, taken, problems, opened.last_rows)
    statements = Statements(account, data.account_number)
    balances = _read(opened.items, taker, statements, (taken, problems))
    problems.refuse()
    taken.account_number = statements.chosen()
    balances_take(target=target, stated=balances, created_days=taker.created_days, taken=taken)
    _warn_of_signs(account, taken)
    _note(row, taken)
    return taken


def _opened(data: FileInput, account: Account, taken: Taken) -> BankFile:
    file_format = data.format or format_of(data.file)
    if file_format is Format.CSV:
        told = None if data.mapping is None else mapping_told(data.mapping, columns=True)
        table, mapping = table_mapped(data.file, account, told)
        mapping_remember(account, table, mapping)
        taken.mapping = mapping.as_json()
        return csv_file(data.file, table, mapping)
    if file_format is Format.QIF:
        told = Mapping() if data.mapping is None else mapping_told(data.mapping, columns=False)
        return qif_file(data.file, told)
    if data.mapping is not None:
        raise InvalidInput(f"A file of {file_format.value} has no columns to map.", attr="mapping")
    return ofx_file(data.file) if file_format is Format.OFX else camt_file(data.file)


def _read(
    items: Iterable[Item], taker: RowTaker, statements: Statements, report: tuple[Taken, Problems]
) -> list[StatedBalance]:
    """Takes the rows of the statement that is meant, and returns the balances in it."""
    taken, problems = report
    reading = _Reading()
    for item in items:
        if isinstance(item, Statement):
            statements.begin(item)
        elif not statements.is_meant:
            statements.leave_out(item)
        else:
            _note_item(item, reading, taken, problems)
        if len(reading.rows) >= CHUNK:
            taker.take(reading.rows)
            reading.rows = []
        if problems.enough:
            break
    taker.take(reading.rows)
    for line, reason in statements.left_out():
        taken.skip(line, reason)
    return reading.balances


def _note_item(item: Item, reading: _Reading, taken: Taken, problems: Problems) -> None:
    if isinstance(item, Row):
        reading.rows.append(item)
    elif isinstance(item, StatedBalance):
        reading.balances.append(item)
    elif isinstance(item, Skipped):
        taken.skip(item.line, item.reason)
    elif isinstance(item, Warned):
        taken.warn(item.line, item.column, item.detail, code=item.code)
    elif isinstance(item, Problem):
        problems.add(item)


def _free_undone(account: Account) -> None:
    """What was deleted by undoing an import may come again, also in files that found its entries to be there; what
    the person deleted themselves may not."""
    undone = Entry.objects.filter(
        bank_import__undone_at__isnull=False, deleted_at__gte=F("bank_import__undone_at")
    ).order_by()
    MatchedRow.objects.filter(account=account, entry__in=undone.filter(user=account.user_id)).delete()
    undone.filter(bank_import__account=account).update(external_id=None, likeness=None, likeness_no=None)


def _warn_of_signs(account: Account, taken: Taken) -> None:
    """A card on which nearly everything is an income is more likely one whose bank writes spending as positive."""
    incomes = sum(one.kind == Entry.Kind.INCOME for one in taken.new_entries)
    if account.kind == Account.Kind.CARD and taken.mapping and incomes * 2 > len(taken.new_entries) > 2:
        detail = "Most rows are incomes of a card. Where the bank shows spending as positive, say invert."
        taken.warn(None, "mapping", detail, code="signs_unlikely")


def _note(row: BankImport, taken: Taken) -> None:
    row.rows, row.created, row.matched = taken.rows, taken.created, taken.matched
    row.duplicates = taken.duplicates + taken.deleted_by_you
    row.account_number = taken.account_number
    row.save(update_fields=["rows", "created", "matched", "duplicates", "account_number"])
    taken.bank_import = None if taken.dry_run else row.pk
