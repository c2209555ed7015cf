"""QIF, the format of Quicken: a field a line, a record until ^.

The library reads records one by one. It takes days and amounts in any shape and guesses, so both are brought into one
shape before: `1.234,56` would become 1.23, and 03/04 March or April as it happens to be called.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO

from pydantic import ValidationError
from quiffen import Transaction

from ledger.bank_files.amounts import AmountError, amount_of
from ledger.bank_files.csv_cells import Places, Reading, reading_of
from ledger.bank_files.dates import day_readings
from ledger.bank_files.items import (
    LONGEST_DESCRIPTION,
    LONGEST_PAYEE,
    BankFile,
    Format,
    Item,
    Problem,
    Refused,
    Row,
    Skipped,
    StatedBalance,
    Statement,
    shortened,
)
from ledger.bank_files.mapping import Mapping
from ledger.bank_files.texts import encoding_of, lines_of, opened

MONEY = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
LONGEST_RECORD = 500
LONGEST_FIELD = 1000
_PLACES = Places({"date": 0, "amount": 1}, ())
_READ = frozenset("DTPMNLSE$")
"""Fields that say something of a row: day, amount, payee, memo, number, category, and the same of a split."""


@dataclass(slots=True)
class _Record:
    """section: as `!Type:` names it, in small letters."""

    line: int
    section: str
    fields: list[str] = field(default_factory=list)

    def value(self, code: str) -> str:
        """Of the record itself, not of a split of it."""
        for text in self.fields:
            if text[0] == "S":
                return ""
            if text[0] == code:
                return text[1:].strip()
        return ""


def qif_file(file: IO[bytes], mapping: Mapping) -> BankFile:
    """mapping: the order of days and the decimal mark, where the person told them."""
    encoding = encoding_of(file)
    records = (record for record in _records(file, encoding) if record.section in MONEY)
    lines = ((record.line, [record.value("D"), _amount_text(record)]) for record in records)
    reading = reading_of(lines, _PLACES, mapping)
    return BankFile(Format.QIF, encoding, _items(file, encoding, reading), reading.last_rows)


def _items(file: IO[bytes], encoding: str, reading: Reading) -> Iterator[Item]:
    told = ""
    for record in _records(file, encoding):
        if record.section == "account":
            yield Statement(record.line, shortened(record.value("N"), LONGEST_PAYEE))
        elif record.section in MONEY:
            yield _item(record, reading)
        elif record.section != told:
            told = record.section
            yield Skipped(record.line, f"From here on {told[:40]!r}, which is no movement of money.")


def _item(record: _Record, reading: Reading) -> Item:
    day = (day_readings(record.value("D")) or {}).get(reading.order)
    if day is None:
        return Problem(record.line, "date", f"{record.value('D')[:40]!r} is no day that is written {reading.order}.")
    try:
        amount = amount_of(_amount_text(record), mark=reading.mark)
        known = _transaction(record, day.isoformat(), amount)
    except AmountError as error:
        return Problem(record.line, "amount", str(error))
    except (ValidationError, ValueError) as error:
        return Problem(record.line, None, f"Cannot be read: {str(error).splitlines()[0][:200]}")
    payee = shortened(known.payee or "", LONGEST_PAYEE)
    if payee.casefold() == "opening balance" and known.to_account:
        return StatedBalance(record.line, day, amount)
    if not amount:
        return Skipped(record.line, "Has an amount of 0.")
    memo = shortened(known.memo or "", LONGEST_DESCRIPTION)
    return Row(line=record.line, date=day, amount=amount, payee=payee, description=memo)


def _transaction(record: _Record, day: str, amount: Decimal) -> Transaction:
    """With what is not read left out: amounts of splits are not, for an entry has one category."""
    plain = {"D": f"D{day}", "T": f"T{amount:f}"}
    fields = [plain.get(text[0], text) for text in record.fields if text[0] in _READ - {"$"}]
    return Transaction.from_list(fields, day_first=False, line_number=record.line)[0]


def _amount_text(record: _Record) -> str:
    """U is what newer Quickens write beside T."""
    return record.value("T") or record.value("U")


def _records(file: IO[bytes], encoding: str) -> Iterator[_Record]:
    section = ""
    record: _Record | None = None
    with opened(file, encoding) as text:
        for number, raw in enumerate(lines_of(text), 1):
            line = raw.strip().removeprefix("\ufeff")
            if line.startswith("!"):
                section = _section(line) or section
            elif line == "^":
                if record:
                    yield record
                record = None
            elif line:
                record = record or _Record(number, section)
                _add(record, line, number)
    if record:
        raise Refused("The last record has no end; was the file cut?", line=record.line, code="cut")


def _section(line: str) -> str:
    """Of `!Type:Bank` bank, of `!Account` account; of a switch nothing."""
    name, _, kind = line[1:].partition(":")
    if name.strip().casefold() in ("option", "clear"):
        return ""
    return (kind or name).strip().casefold()


def _add(record: _Record, line: str, number: int) -> None:
    if not record.section:
        raise Refused("Has no !Type line before its first record.", line=number, code="unreadable")
    if len(line) > LONGEST_FIELD or len(record.fields) >= LONGEST_RECORD:
        raise Refused("Is too long to be of a bank.", line=number, code="too_long")
    record.fields.append(line)
