"""The table in a CSV file: its encoding, its delimiter, and where its header is below what a bank writes above it."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from ledger.bank_files.amounts import signed
from ledger.bank_files.dates import day_readings
from ledger.bank_files.items import Refused
from ledger.bank_files.mapping import Mapping, canonical, guessed, is_enough
from ledger.bank_files.texts import encoding_of, lines_of, opened

DELIMITERS = ",;\t|"
MOST_COLUMNS = 200
SEARCHED = 60
"""Rows in which the header must be."""
Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """header: the names of the columns, each once. header_line: 0 where there is none; rows begin after it."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int

    @property
    def has_header(self) -> bool:
        """Or else its columns are called by their numbers."""
        return self.header_line > 0

    def position(self, name: str) -> int:
        """Of a column that is there."""
        return _canonical_names(self.header).index(canonical(name))


def table_of(file: IO[bytes], mapping: Mapping | None = None, *, encoding: str = "") -> Table:
    """Where the header is: the first row that names all columns of the mapping, or that reads like one."""
    encoding = encoding or encoding_of(file)
    delimiter = _delimiter(file, encoding)
    head = [line for line, _ in zip(_lines(file, encoding, delimiter), range(SEARCHED), strict=False)]
    if not head:
        raise Refused("The file is empty.", code="empty")
    if mapping is not None and not mapping.header:
        return _numbered(head, encoding, delimiter, mapping)
    line, cells = _named(head, mapping) if mapping else _likely(head)
    return Table(encoding, delimiter, _unique(line, cells), line)


def rows_of(file: IO[bytes], table: Table) -> Iterator[Line]:
    """The rows below the header that have something in them, each with the line on which it starts."""
    for line, cells in _lines(file, table.encoding, table.delimiter):
        if line > table.header_line and not _repeats_header(cells, table.header):
            yield line, cells


def _repeats_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """As some banks do on each page."""
    return bool(header) and tuple(cells[: len(header)]) == tuple(header)


def _lines(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[Line]:
    line = 1
    with opened(file, encoding) as text:
        reader = csv.reader(lines_of(text), delimiter=delimiter, strict=True)
        try:
            for row in reader:
                cells = [cell.strip() for cell in row]
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise Refused(
                f"Cannot be read from line {line} on; is a quote not closed? ({error})", line=line, code="unreadable"
            ) from error


def _delimiter(file: IO[bytes], encoding: str) -> str:
    """The one that makes the most cells in the most rows of equal length."""
    with opened(file, encoding) as text:
        sample = [line for line, _ in zip(lines_of(text), range(SEARCHED), strict=False)]
    return max(DELIMITERS, key=lambda mark: _cells_in_step(sample, mark))


def _cells_in_step(sample: Sequence[str], delimiter: str) -> int:
    widths: Counter[int] = Counter()
    reader = csv.reader(sample, delimiter=delimiter)
    with suppress(csv.Error):  # a quote that is open at the end of the sample, or a cell beyond all limits
        widths.update(map(len, reader))
    return max((rows * (width - 1) for width, rows in widths.items()), default=0)


def _named(head: Sequence[Line], mapping: Mapping) -> Line:
    wanted = {canonical(name) for name in mapping.named}
    best: set[str] = wanted
    for line, cells in head:
        missing = wanted - set(_canonical_names(_renamed(cells)))
        if not missing:
            return line, cells
        best = min(best, missing, key=len)
    name = next(name for name in mapping.named if canonical(name) in best)
    raise Refused(f"The file has no column {name!r}.", column="mapping", code="missing_column")


def _likely(head: Sequence[Line]) -> Line:
    """The row whose names say enough; else the first of the widest ones that has neither a day nor an amount."""
    for line, cells in head:
        if is_enough(guessed(cells)):
            return line, cells
    widest = max(len(cells) for _, cells in head)
    for line, cells in head:
        if len(cells) == widest and all(day_readings(cell) is None and signed(cell) is None for cell in cells):
            return line, cells
    return 0, [""] * min(widest, MOST_COLUMNS + 1)


def _numbered(head: Sequence[Line], encoding: str, delimiter: str, mapping: Mapping) -> Table:
    """A file without header: its columns are called by their numbers."""
    header = _unique(1, [""] * max(len(cells) for _, cells in head))
    for name in mapping.named:
        if name not in header:
            raise Refused(f"The file has no column {name!r}.", column="mapping", code="missing_column")
    return Table(encoding, delimiter, header, 0)


def _unique(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    while cells and not cells[-1] and any(cells):
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise Refused(
            f"Line {line} has {len(cells)} columns; more than {MOST_COLUMNS} are none of a bank.",
            line=line,
            code="columns",
        )
    return tuple(_renamed(cells))


def _renamed(cells: Sequence[str]) -> list[str]:
    """A second column of a name gets a number, and one without a name that of its place."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = cell or str(place)
        seen[canonical(name)] += 1
        count = seen[canonical(name)]
        names.append(name if count == 1 else f"{name} ({count})")
    return names


def _canonical_names(names: Sequence[str]) -> list[str]:
    return [canonical(name) for name in names]
