"""What the readers of bank files say, item by item, so that no file has to be in memory as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

PLACES = 4
MOST = Decimal("1e12")
"""As `core.fields` has them: no amount has smaller parts, and none is as large."""
LONGEST_PAYEE = 200
LONGEST_DESCRIPTION = 500


class Format(StrEnum):
    CSV = "csv"
    OFX = "ofx"
    QIF = "qif"
    CAMT = "camt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One movement of money. amount: what came in is positive. balance: after it, where the file says so."""

    line: int
    date: date
    amount: Decimal
    currency: str = ""
    payee: str = ""
    description: str = ""
    external_id: str = ""
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """At the end of the day; what is owed is negative."""

    line: int
    date: date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """From here on the rows are of this account, as the bank numbers it; empty where the file does not say."""

    line: int
    number: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is no movement of money, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    line: int
    column: str | None
    detail: str
    code: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file cannot be taken. line: None of the whole file. column: as a mapping names it."""

    line: int | None
    column: str | None
    detail: str
    code: str = "invalid"


Item = Row | StatedBalance | Statement | Skipped | Warned | Problem


class Refused(Exception):
    """Nothing more can be read: the file is broken, or not what it was said to be."""

    def __init__(self, detail: str, *, line: int | None = None, column: str | None = None, code: str) -> None:
        super().__init__(detail)
        self.problem = Problem(line, column, detail, code)


@dataclass(frozen=True, slots=True)
class BankFile:
    """items: to be read once, while the file is open.

    last_rows: by day, the line of the last row of it, so that what is known of a day can be forgotten after it; None
    where the file was not surveyed.
    """

    format: Format
    encoding: str
    items: Iterator[Item]
    last_rows: Mapping[date, int] | None = None


def shortened(text: str, most: int) -> str:
    """On one line, of single spaces, and not longer."""
    return " ".join(text.split())[:most].strip()
