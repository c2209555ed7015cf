"""The documented formats: which columns a file has, and its rows with days and numbers instead of text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from portfolio.imports.problems import Problems
from portfolio.imports.table import Columns, Row


class Format(StrEnum):
    TRANSACTIONS = "transactions"
    PRICES = "prices"
    CORPORATE_ACTIONS = "corporate_actions"


TRANSACTIONS = Columns(
    required=("date", "kind"),
    optional=("symbol", "quantity", "price", "fee", "tax", "amount", "currency", "account", "note", "external_id"),
)
PRICES = Columns(required=("date", "symbol", "close"), optional=("currency",))
CORPORATE_ACTIONS = Columns(
    required=("ex_date", "symbol", "kind"), optional=("ratio", "new_symbol", "cost_fraction", "cash_per_share")
)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class TransactionRow:
    line: int
    day: date
    kind: str
    symbol: str
    quantity: Decimal | None
    price: Decimal | None
    fee: Decimal | None
    tax: Decimal | None
    amount: Decimal | None
    currency: str
    account: str
    note: str
    external_id: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    line: int
    day: date
    symbol: str
    close: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    line: int
    day: date
    symbol: str
    kind: str
    ratio: Decimal | None
    new_symbol: str
    cost_fraction: Decimal | None
    cash_per_share: Decimal | None


class CellError(ValueError):
    """A cell that does not say what its column needs."""


def transactions_parse(rows: Iterable[Row], problems: Problems) -> Iterator[TransactionRow]:
    for row in rows:
        day = _cell(row, "date", _day, problems)
        numbers = {name: _cell(row, name, _number, problems) for name in ("quantity", "price", "fee", "tax", "amount")}
        if day is None:
            _require(row, "date", problems)
            continue
        yield TransactionRow(
            line=row.line,
            day=day,
            kind=_text(row, "kind").lower(),
            symbol=_text(row, "symbol").upper(),
            currency=_text(row, "currency").upper(),
            account=_text(row, "account"),
            note=_text(row, "note"),
            external_id=_text(row, "external_id"),
            **numbers,
        )


def prices_parse(rows: Iterable[Row], problems: Problems) -> Iterator[PriceRow]:
    for row in rows:
        day, close = _cell(row, "date", _day, problems), _cell(row, "close", _number, problems)
        symbol = _text(row, "symbol").upper()
        if day is None or close is None or not symbol:
            _require(row, "date", problems)
            _require(row, "close", problems)
            _require(row, "symbol", problems)
            continue
        yield PriceRow(row.line, day, symbol, close=close, currency=_text(row, "currency").upper())


def actions_parse(rows: Iterable[Row], problems: Problems) -> Iterator[ActionRow]:
    for row in rows:
        day = _cell(row, "ex_date", _day, problems)
        numbers = {name: _cell(row, name, _number, problems) for name in ("ratio", "cost_fraction", "cash_per_share")}
        symbol = _text(row, "symbol").upper()
        if day is None or not symbol:
            _require(row, "ex_date", problems)
            _require(row, "symbol", problems)
            continue
        yield ActionRow(
            line=row.line,
            day=day,
            symbol=symbol,
            kind=_text(row, "kind").lower(),
            new_symbol=_text(row, "new_symbol").upper(),
            **numbers,
        )


def _require(row: Row, column: str, problems: Problems) -> None:
    """Notes a cell that is empty; one that is unreadable was noted when it was read."""
    if not _text(row, column):
        problems.add(row.line, column, "Must not be empty.", code="required")


Value = TypeVar("Value")


def _cell(row: Row, column: str, parse: Callable[[str], Value], problems: Problems) -> Value | None:
    text = _text(row, column)
    if not text:
        return None
    try:
        return parse(text)
    except CellError as error:
        problems.add(row.line, column, str(error))
        return None


def _text(row: Row, column: str) -> str:
    return row.cells.get(column, "")


def _number(text: str) -> Decimal:
    if "," in text:
        raise CellError(f"{text[:40]!r} has a comma: numbers are written like 1234.56.")
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise CellError(f"{text[:40]!r} is not a number like 1234.56.")
    return Decimal(text)


@lru_cache(maxsize=50_000)  # a file of prices names the same days over and over
def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise CellError(f"{text[:40]!r} is not a day like 2024-01-31.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CellError(f"{text!r} is not in the calendar.") from error
