"""The cells of a CSV row by what they say, and the signs that decide how all of them are to be read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.bank_files.amounts import COMMA, MARKS, POINT, decimal_marks, says_side, signed
from ledger.bank_files.csv_table import Line, Table
from ledger.bank_files.dates import ORDERS, day_readings, day_text
from ledger.bank_files.items import Refused
from ledger.bank_files.mapping import COLUMNS, Mapping

AMOUNTS = ("amount", "debit", "credit", "balance")
_NOTHING = frozenset({"", "-", "--", "nil", "n/a"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a row each column is; only those that the mapping names."""

    by_column: dict[str, int]
    description: tuple[int, ...]

    @property
    def last(self) -> int:
        return max((*self.by_column.values(), *self.description))

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Empty where the row or the file has none."""
        place = self.by_column.get(column, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    def described(self, cells: Sequence[str]) -> str:
        return " ".join(cells[place] for place in self.description if place < len(cells) and cells[place])


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of this file are read.

    order: of day, month and year. mark: the decimal mark. debits_are_negative: the bank writes -5 as a debit of 5.
    plain_is_debit: only what came in is marked, with a Cr behind the amount.
    last_rows: by day, the line of the last row of it.
    """

    order: str
    mark: str
    debits_are_negative: bool
    plain_is_debit: bool
    last_rows: dict[date, int]


@dataclass(slots=True)
class _Signs:
    """What the rows of a file say of how they are written."""

    orders: Counter[str] = field(default_factory=Counter)
    last_rows: dict[str, int] = field(default_factory=dict)
    unclear_day: tuple[int, str] | None = None
    marks: frozenset[str] = MARKS
    unclear_amount: tuple[int, str, str] | None = None
    debits: Counter[bool] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)


def is_nothing(cell: str) -> bool:
    return cell.casefold() in _NOTHING


def places_of(table: Table, mapping: Mapping) -> Places:
    named = {column: name for column in COLUMNS if (name := getattr(mapping, column))}
    return Places(
        {column: table.position(name) for column, name in named.items()},
        tuple(table.position(name) for name in mapping.description),
    )


def reading_of(rows: Iterable[Line], places: Places, mapping: Mapping) -> Reading:
    """After a look at all rows. Refuses what can be read in two ways, and what cannot be read at all."""
    signs = _Signs()
    for line, cells in rows:
        text = day_text(places.cell(cells, "date"))
        readings = day_readings(text)
        if readings is None:
            continue
        signs.last_rows[text] = line
        signs.orders.update(readings.keys())
        if signs.unclear_day is None and len({readings.get("DMY"), readings.get("MDY")} - {None}) == 2:
            signs.unclear_day = (line, text)
        _note_amounts(signs, line, cells, places)
    order = mapping.date_format or _order(signs)
    return Reading(
        order=order,
        mark=mapping.decimal or _mark(signs),
        debits_are_negative=signs.debits[True] > 0 == signs.debits[False],
        plain_is_debit=not mapping.marker and signs.sides.keys() == {"cr", ""},
        last_rows=_last_rows(signs, order),
    )


def _last_rows(signs: _Signs, order: str) -> dict[date, int]:
    """One day may be written in two ways, as 1/5/2024 and 01/05/2024: the last row of it is that of either."""
    found: dict[date, int] = {}
    for text, line in signs.last_rows.items():
        if day := (day_readings(text) or {}).get(order):
            found[day] = max(line, found.get(day, 0))
    return found


def _note_amounts(signs: _Signs, line: int, cells: Sequence[str], places: Places) -> None:
    for column in AMOUNTS:
        cell = places.cell(cells, column)
        if is_nothing(cell) or (found := signed(cell)) is None:
            continue
        if column == "debit" and found[1].strip("0.,"):
            signs.debits[found[0]] += 1
        if column == "amount" and found[1].strip("0.,"):
            signs.sides[says_side(cell) or "-" * found[0]] += 1
        marks = decimal_marks(cell)
        if marks == MARKS and POINT in found[1]:
            signs.unclear_amount = signs.unclear_amount or (line, column, cell)
        if marks:  # of two that contradict each other one is a problem of its row
            signs.marks = signs.marks & marks or marks


def _order(signs: _Signs) -> str:
    if not signs.orders:
        raise Refused("No row has a day in this column.", column="date", code="no_days")
    most = max(signs.orders.values())
    likely = [order for order in ORDERS if signs.orders[order] == most]
    if {"DMY", "MDY"} <= set(likely) and signs.unclear_day is not None:
        line, text = signs.unclear_day
        readings = day_readings(text) or {}
        raise Refused(
            f"{text!r} may be {readings['DMY']:%d %B %Y} or {readings['MDY']:%d %B %Y}, and no other row tells which: "
            "say date_format DMY or MDY.",
            line=line,
            column="date",
            code="ambiguous_date",
        )
    return likely[0]


def _mark(signs: _Signs) -> str:
    """A comma before three digits, and never anything else, separates thousands; a point there may be either."""
    if signs.marks == {COMMA}:
        return COMMA
    if signs.marks == {POINT} or signs.unclear_amount is None:
        return POINT
    line, column, cell = signs.unclear_amount
    raise Refused(
        f"{cell!r} may have thousands or decimals after its point, and no other row tells which: "
        'say decimal "." or ",".',
        line=line,
        column=column,
        code="ambiguous_amount",
    )
