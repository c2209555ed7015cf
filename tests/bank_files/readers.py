"""Reads files in memory, as the service does with those on disk."""

import io
from typing import Any

from ledger.bank_files.camt import camt_file
from ledger.bank_files.csv_file import csv_file
from ledger.bank_files.csv_table import table_of
from ledger.bank_files.items import BankFile, Item, Row
from ledger.bank_files.mapping import Mapping, guessed, mapping_of
from ledger.bank_files.ofx import ofx_file
from ledger.bank_files.qif import qif_file


def raw(text: str | bytes, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding))


def read_csv(text: str | bytes, *, encoding: str = "utf-8", **told: Any) -> BankFile:
    """By what the header suggests, and what is told beside."""
    file = raw(text, encoding)
    if told.get("header") is False:
        mapping = mapping_of(told)
    else:
        mapping = mapping_of({**guessed(table_of(file).header), **told} if "date" not in told else told)
    return csv_file(file, table_of(file, mapping), mapping)


def read_ofx(text: str | bytes) -> BankFile:
    return ofx_file(raw(text, "cp1252"))


def read_qif(text: str | bytes, **told: Any) -> BankFile:
    return qif_file(raw(text), mapping_of(told, columns=False) if told else Mapping())


def read_camt(text: str | bytes) -> BankFile:
    return camt_file(raw(text))


def of_type(kind: type[Item], file: BankFile) -> list[Any]:
    return [item for item in file.items if isinstance(item, kind)]


def rows_of(file: BankFile) -> list[Row]:
    return of_type(Row, file)
