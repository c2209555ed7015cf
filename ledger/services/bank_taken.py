"""What came of a bank file: counts of all rows, and the first of each sort by line."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import FieldError, InvalidInput
from ledger.bank_files.items import Problem

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, and why it is told."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Matched:
    line: int
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """As it is written, after the rules. entry: its id; of a dry run, None."""

    line: int
    entry: int | None
    date: date
    kind: str
    amount: Decimal
    currency: str
    payee: str
    description: str
    category: int | None
    to_account: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The file states another balance than what is there. kept: what stays."""

    line: int
    date: date
    balance: Decimal
    kept: Decimal


@dataclass(slots=True, kw_only=True)
class Taken:
    """rows: of the statement, without the skipped lines.

    rows = created + duplicates + deleted_by_you + matched. likely: rows that were added although an entry may be they.
    balances_*: days whose stated balance is new, was that of a file which did not have all of the day, or is withdrawn
    for that reason because this file does not state another.
    """

    format: str
    encoding: str
    dry_run: bool
    bank_import: int | None = None
    account_number: str = ""
    mapping: dict[str, Any] | None = None
    rows: int = 0
    created: int = 0
    duplicates: int = 0
    deleted_by_you: int = 0
    matched: int = 0
    likely: int = 0
    skipped: int = 0
    balances_created: int = 0
    balances_replaced: list[date] = field(default_factory=list)
    balances_withdrawn: list[date] = field(default_factory=list)
    balances_disagreeing: list[Disagreement] = field(default_factory=list)
    new_entries: list[NewEntry] = field(default_factory=list)
    matched_entries: list[Matched] = field(default_factory=list)
    likely_entries: list[Matched] = field(default_factory=list)
    deleted_entries: list[Matched] = field(default_factory=list)
    skipped_lines: list[Line] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)

    def skip(self, line: int, reason: str) -> None:
        self.skipped += 1
        listed(self.skipped_lines, Line(line, reason))

    def warn(self, line: int | None, column: str | None, detail: str, *, code: str) -> None:
        listed(self.warnings, FieldError(address(line, column), code, detail))


def listed(items: list[Any], item: Any) -> None:
    """Noted, unless enough of them are."""
    if len(items) < MOST_LISTED:
        items.append(item)


class Problems:
    """What is wrong with a file, by line and column, so that one attempt names all of it."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def enough(self) -> bool:
        return len(self._found) >= MOST_LISTED

    def add(self, problem: Problem) -> None:
        listed(self._found, problem)

    def refuse(self) -> None:
        if self._found:
            found = sorted(self._found, key=lambda problem: problem.line or 0)
            raise InvalidInput.many([error_of(problem) for problem in found])


def error_of(problem: Problem) -> FieldError:
    """What is wrong with the whole file is wrong with `file`, or with what was said of it."""
    return FieldError(address(problem.line, problem.column) or "file", problem.code, problem.detail)


def address(line: int | None, column: str | None) -> str | None:
    """As `17.amount`."""
    return ".".join(str(part) for part in (line, column) if part is not None) or None
