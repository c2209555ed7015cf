"""The rows of a CSV file with a header, each with the line on which it starts."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from portfolio.imports.problems import Problems


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header may name; an optional column that is not there is empty in every row."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: dict[str, str]


def rows_read(raw: bytes, columns: Columns, problems: Problems) -> Iterator[Row]:
    """Every row that has something in it. Refuses a file that is no such table; notes rows of the wrong length."""
    lines = _lines(_text(raw))
    header = _header(lines, columns)
    for line, cells in lines:
        if len(cells) != len(header):
            problems.add(line, None, f"Has {len(cells)} cells where the header has {len(header)}.", code="cells")
        else:
            yield Row(line, dict(zip(header, cells, strict=True)))
        if problems.enough:
            return


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(line, None, f"Line {line} is not in UTF-8.", code="encoding") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refusal(line, None, f"Line {line} has a NUL character.", code="encoding")
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which each row starts, and its cells; rows with nothing in them are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refusal(line, None, f"Cannot be read from line {line} on; is a quote not closed? ({error})") from error


def _header(lines: Iterator[tuple[int, list[str]]], columns: Columns) -> list[str]:
    line, cells = next(lines, (1, []))
    header = [cell.lower() for cell in cells]
    if not header:
        raise InvalidInput("The file is empty; its first line must name the columns.", attr="file", code="empty")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise _refusal(line, None, "The columns must be separated by commas.", code="separator")
    _check_names(line, header, columns)
    return header


def _check_names(line: int, header: Sequence[str], columns: Columns) -> None:
    problems = Problems()
    for name in columns.required:
        if name not in header:
            problems.add(line, name, f"The column {name!r} is missing.", code="missing_column")
    for position, name in enumerate(header):
        if name not in columns.names:
            what = f"There is no column {name[:100]!r}" if name else f"Column {position + 1} has no name"
            detail = f"{what}; the columns are {', '.join(columns.names)}."
            problems.add(line, name[:100] or None, detail, code="unknown_column")
        elif name in header[:position]:
            problems.add(line, name, f"The column {name!r} is there twice.", code="repeated_column")
    problems.refuse()


def _refusal(line: int, column: str | None, detail: str, *, code: str = "unreadable") -> InvalidInput:
    problems = Problems()
    problems.add(line, column, detail, code=code)
    return problems.error()
