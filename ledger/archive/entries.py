"""Entries in an archive, and what they come from: categories, schedules and files of banks."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.archive.exporting import Export
from core.archive.people import OWNER
from core.archive.tables import Table
from core.archive.taking import Taking
from core.days import latest_today
from core.errors import FieldError, InvalidInput
from core.models import Account
from ledger.bank_files.mapping import MappingError, mapping_of
from ledger.models import BankImport, BankKey, Category, ColumnMapping, Entry, MatchedRow, RecurringEntry
from ledger.search import words_of
from ledger.selectors import category_paths, restorable_since
from ledger.services.categories import MOST_LEVELS, path_names
from ledger.services.entry_rules import EntryInput, entry_errors

_MONEY = (
    "kind", "amount", "currency", "account_amount", "to_amount", "fee", "payee", "description", "note",
)  # fmt: skip
_WORDS = "made of the texts, for searches"


def entry_tables() -> tuple[Table, ...]:
    return (
        Table(
            name="categories",
            about="What money is spent on and where it comes from; `parent` is the one above.",
            model=Category,
            rows=lambda export: Category.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=lambda export: category_paths(export.person.pk),
            check=_category_check,
        ),
        Table(
            name="recurring_entries",
            about="Entries that make themselves.",
            model=RecurringEntry,
            rows=lambda export: RecurringEntry.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=_recurring_names,
            check=_recurring_check,
        ),
        Table(
            name="bank_imports",
            about="Files of banks that were taken in, and what came of their rows.",
            model=BankImport,
            rows=lambda export: BankImport.objects.filter(user=export.person),
            left_out={"user": OWNER},
            label=_file_names,
        ),
        Table(
            name="bank_keys",
            about="What rows of bank files call each account, so that they are known again.",
            model=BankKey,
            rows=lambda export: BankKey.objects.filter(user=export.person),
            left_out={"user": OWNER},
        ),
        Table(
            name="column_mappings",
            about="How CSV files with a header are read into an account.",
            model=ColumnMapping,
            rows=lambda export: ColumnMapping.objects.filter(user=export.person),
            left_out={"user": OWNER},
            check=_mapping_check,
        ),
        Table(
            name="entries",
            about="What you spent, earned and moved; also what was deleted and can still be restored (`deleted_at`).",
            model=Entry,
            rows=lambda export: _entries(export).filter(user=export.person),
            left_out={"user": OWNER, "words": _WORDS},
            check=_entry_check,
        ),
        Table(
            name="matched_rows",
            about="Rows of bank files that were an entry already.",
            model=MatchedRow,
            rows=lambda export: MatchedRow.objects.filter(
                bank_import__user=export.person, entry__in=_entries(export).filter(user=export.person)
            ),
            held=lambda person: MatchedRow.objects.filter(bank_import__user=person),
        ),
    )


def accounts_of(taking: Taking) -> dict[int, Account]:
    return {account.pk: account for account in Account.objects.filter(user=taking.person)}


def categories_of(taking: Taking) -> dict[int, Category]:
    return {category.pk: category for category in Category.objects.filter(user=taking.person)}


def today_anywhere(taking: Taking) -> date:
    """Who has flown west since has entries of tomorrow."""
    return latest_today(timezone.now())


def tree_finish(taking: Taking) -> None:
    """Each category is below others of its kind, not below itself, and not deeper than any may be."""
    rows = taking.once(categories_of)
    for category in rows.values():
        level, above = 1, category.parent_id
        while above is not None and level <= MOST_LEVELS and rows[above].kind == category.kind:
            level, above = level + 1, rows[above].parent_id
        if above is not None:
            number = taking.number(Category, category.pk)
            detail = f"Must be below at most {MOST_LEVELS - 1} categories of its own kind."
            raise InvalidInput(detail, attr=f"categories.{number}.parent")


def _entries(export: Export) -> QuerySet[Entry]:
    return Entry.objects.filter(Q(deleted_at=None) | Q(deleted_at__gte=export.once(_since)))


def _since(export: Export) -> Any:
    return restorable_since()


def _recurring_names(export: Export) -> Mapping[int, str]:
    return dict(RecurringEntry.objects.filter(user=export.person).values_list("pk", "name"))


def _file_names(export: Export) -> Mapping[int, str]:
    return dict(BankImport.objects.filter(user=export.person).values_list("pk", "file_name"))


def _category_check(taking: Taking, category: Any) -> Iterator[FieldError]:
    if path_names(category.name, attr="name") != [category.name]:
        yield FieldError("name", "invalid", "Must be one name, without spaces around and colons.")


def _recurring_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    yield from (error for error in entry_errors(_input(taking, row, day=row.starts_on), today=date.max) if
                error.attr != "date")  # fmt: skip
    yield from _schedule_errors(row)


def _schedule_errors(row: Any) -> Iterator[FieldError]:
    if row.next_on is not None and row.next_on < row.starts_on:
        yield FieldError("next_on", "before", f"Must not be before the first day, {row.starts_on}.")


def _mapping_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    try:
        mapping_of(row.mapping, columns=False)
    except MappingError as error:
        yield FieldError("mapping", "invalid", str(error))


def _entry_check(taking: Taking, row: Any) -> Iterator[FieldError]:
    """An account may have been closed since before a day of which only what was deleted is."""
    data = _input(taking, row, day=row.date)
    row.words = words_of(row.payee, row.description, row.note, tags=row.tags)
    for error in entry_errors(data, today=taking.once(today_anywhere)):
        if row.deleted_at is None or error.code not in ("account_not_open", "account_closed"):
            yield error


def _input(taking: Taking, row: Any, *, day: date) -> EntryInput:
    accounts = taking.once(accounts_of)
    if not all(isinstance(tag, str) for tag in row.tags):
        raise InvalidInput("Tags are texts.", attr="tags")
    return EntryInput(
        account=accounts[row.account_id],
        to_account=None if row.to_account_id is None else accounts[row.to_account_id],
        category=None if row.category_id is None else taking.once(categories_of)[row.category_id],
        date=day,
        tags=tuple(row.tags),
        external_id=getattr(row, "external_id", None),
        **{name: getattr(row, name) for name in _MONEY},
    )
