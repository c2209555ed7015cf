"""Bank files in CSV: as many shapes as there are banks, read by a mapping of their columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import IO

from ledger.bank_files.amounts import AmountError, amount_of, says_side, signed
from ledger.bank_files.csv_balances import Sense, balances_checked, sense_of
from ledger.bank_files.csv_cells import Places, Reading, is_nothing, places_of, reading_of
from ledger.bank_files.csv_table import Line, Table, rows_of
from ledger.bank_files.dates import day_readings
from ledger.bank_files.items import (
    LONGEST_DESCRIPTION,
    LONGEST_PAYEE,
    BankFile,
    Format,
    Item,
    Problem,
    Row,
    Skipped,
    shortened,
)
from ledger.bank_files.mapping import Mapping

ZERO = Decimal(0)
_OUT = frozenset({"dr", "d", "debit", "debits", "withdrawal", "out", "-", "s", "soll", "dbit"})
_IN = frozenset({"cr", "c", "credit", "credits", "deposit", "in", "+", "h", "haben", "crdt"})

_TOTAL = re.compile(
    r"(?!(?:19|20)\d\d[.,])(?:\d{1,3}(?:,\d{2,3})+\.\d\d|\d{1,3}(?:\.\d{3})+,\d\d|\d{3,}[.,]\d\d|0[.,]00)", re.ASCII
)
"""An amount to two decimals that no part of a day looks like, as 30.02 and 2024.02 do."""


class CellProblem(ValueError):
    """What is wrong with a cell of a column."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column


@dataclass(frozen=True, slots=True)
class _Reader:
    table: Table
    mapping: Mapping
    places: Places
    reading: Reading

    def item(self, line: int, cells: Sequence[str]) -> Item:
        try:
            return self._width_problem(line, cells) or self._item(line, cells)
        except CellProblem as problem:
            return Problem(line, problem.column, str(problem))

    def _width_problem(self, line: int, cells: Sequence[str]) -> Problem | None:
        """A row with a day that is too short is one that was cut; in one too long, a cell has a delimiter in it."""
        width = len(self.table.header)
        short = len(cells) <= self.places.last and len(cells) < width
        if (short or any(cells[width:])) and day_readings(self.places.cell(cells, "date")):
            detail = f"Has {len(cells)} cells where the header has {width}."
            return Problem(line, None, f"{detail} Was the file cut?" if short else detail, "cells")
        return None

    def _item(self, line: int, cells: Sequence[str]) -> Item:
        text = self.places.cell(cells, "date")
        readings = day_readings(text)
        if readings is None:
            return self._without_day(line, cells, text)
        day = readings.get(self.reading.order)
        if day is None:
            raise CellProblem("date", f"{text[:40]!r} is no day that is written {self.reading.order}.")
        amount = self._amount(cells)
        if not amount:
            return Skipped(line, "Has no amount." if amount is None else "Has an amount of 0.")
        return Row(
            line=line,
            date=day,
            amount=-amount if self.mapping.invert and not self.reading.plain_is_debit else amount,
            balance=self._number(cells, "balance"),
            currency=self._currency(cells),
            payee=shortened(self.places.cell(cells, "payee"), LONGEST_PAYEE),
            description=shortened(self.places.described(cells), LONGEST_DESCRIPTION),
            external_id=self._external_id(cells),
        )

    def _without_day(self, line: int, cells: Sequence[str], text: str) -> Item:
        """A footer, as long as it says so: what looks like a broken day beside an amount is a problem."""
        has_amount = any(signed(self.places.cell(cells, column)) for column in ("amount", "debit", "credit"))
        if has_amount and any(mark.isdigit() for mark in text) and not _is_total(text):
            raise CellProblem("date", f"{text[:40]!r} is not a day.")
        return Skipped(line, f"Has {text[:40]!r} where the day should be." if text else "Has no day.")

    def _amount(self, cells: Sequence[str]) -> Decimal | None:
        if self.mapping.amount:
            amount = self._number(cells, "amount")
            if amount is not None and self.reading.plain_is_debit:
                return amount if says_side(self.places.cell(cells, "amount")) else -amount
            return amount if amount is None or not self.mapping.marker else self._marked(cells, amount)
        debit, credit = self._number(cells, "debit"), self._number(cells, "credit")
        if debit and credit:
            raise CellProblem("debit", "Has a debit and a credit: one of them is the amount.")
        if debit is None and credit is None:
            return None
        out = debit or ZERO
        return (credit or ZERO) - (-out if self.reading.debits_are_negative else out)

    def _marked(self, cells: Sequence[str], amount: Decimal) -> Decimal:
        text = self.places.cell(cells, "marker")
        mark = text.casefold().strip(" .")
        if mark not in _OUT | _IN:
            raise CellProblem("marker", f"{text[:40]!r} says neither Dr nor Cr.")
        return -amount if mark in _OUT and amount > 0 else amount

    def _number(self, cells: Sequence[str], column: str) -> Decimal | None:
        text = self.places.cell(cells, column)
        if is_nothing(text):
            return None
        try:
            return amount_of(text, mark=self.reading.mark)
        except AmountError as error:
            raise CellProblem(column, str(error)) from error

    def _currency(self, cells: Sequence[str]) -> str:
        text = self.places.cell(cells, "currency").upper()
        if text and not (len(text) == 3 and text.isascii() and text.isalpha()):
            raise CellProblem("currency", f"{text[:40]!r} is not a currency code.")
        return text

    def _external_id(self, cells: Sequence[str]) -> str:
        text = shortened(self.places.cell(cells, "external_id"), LONGEST_DESCRIPTION)
        return "" if is_nothing(text) else text


def csv_file(file: IO[bytes], table: Table, mapping: Mapping) -> BankFile:
    """The file is read up to four times, and never more than a row of it is kept."""
    places = places_of(table, mapping)
    reading = reading_of(rows_of(file, table), places, mapping)
    reader = _Reader(table, mapping, places, reading)
    sense = sense_of(_rows(file, reader), inverted=mapping.invert) if mapping.balance else None
    return BankFile(
        format=Format.CSV,
        encoding=table.encoding,
        items=_items(file, reader, sense),
        last_rows=reading.last_rows,
    )


def _items(file: IO[bytes], reader: _Reader, sense: Sense | None) -> Iterator[Item]:
    items = (reader.item(line, cells) for line, cells in _lines(file, reader))
    yield from balances_checked(items, sense) if sense else (_without_balance(item) for item in items)


def _without_balance(item: Item) -> Item:
    return replace(item, balance=None) if isinstance(item, Row) and item.balance is not None else item


def _rows(file: IO[bytes], reader: _Reader) -> Iterator[Row]:
    for line, cells in _lines(file, reader):
        item = reader.item(line, cells)
        if isinstance(item, Row):
            yield item


def _lines(file: IO[bytes], reader: _Reader) -> Iterator[Line]:
    return rows_of(file, reader.table)


def _is_total(text: str) -> bool:
    """Of a summary below the rows, which has an amount where they have the day."""
    found = signed(text)
    return found is not None and _TOTAL.fullmatch(found[1]) is not None
