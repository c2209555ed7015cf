"""Which mapping a CSV file is read by: what the person says now, what they said before, or what the names suggest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from core.errors import FieldError, InvalidInput
from core.models import Account
from ledger.bank_files.csv_table import Table, rows_of, table_of
from ledger.bank_files.items import Refused
from ledger.bank_files.mapping import Mapping, MappingError, canonical, guessed, is_enough, mapping_of
from ledger.models import ColumnMapping

SAMPLE = 10
MOST_REMEMBERED = 50
"""Mappings of one account that are tried; the oldest ones beyond are those of banks long left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What there is to choose from. remembered: what the person said of such a file before."""

    encoding: str
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    sample: list[list[str]]
    guessed: dict[str, Any]
    remembered: dict[str, Any] | None


def columns_of(file: IO[bytes], account: Account) -> Columns:
    """For a person to map; raises Refused where the file is no table."""
    table, remembered = _remembered(file, account)
    rows = [cells for _, cells in islice(rows_of(file, table), SAMPLE)]
    return Columns(
        encoding=table.encoding,
        delimiter=table.delimiter,
        header_line=table.header_line,
        header=table.header,
        sample=rows,
        guessed={**Mapping().as_json(), **guessed(table.header), "header": table.has_header},
        remembered=None if remembered is None else remembered.as_json(),
    )


def mapping_told(document: Any, *, columns: bool) -> Mapping:
    """InvalidInput names what is wrong as `mapping.amount`."""
    try:
        return mapping_of(document, columns=columns)
    except MappingError as error:
        raise InvalidInput(str(error), attr=f"mapping.{error.part}" if error.part else "mapping") from error


def table_mapped(file: IO[bytes], account: Account, told: Mapping | None) -> tuple[Table, Mapping]:
    """The table and how to read it."""
    if told is not None:
        return table_of(file, told), told
    table, remembered = _remembered(file, account)
    if remembered is not None:
        return table, remembered
    found = guessed(table.header)
    if not table.has_header or not is_enough(found):
        names = ", ".join(table.header[:30])
        detail = f"Say which column has the day and which the amount: the columns are {names}."
        raise InvalidInput.many([FieldError("mapping", "mapping_needed", detail)])
    return table, mapping_told(found, columns=True)


def mapping_remember(account: Account, table: Table, mapping: Mapping) -> None:
    ColumnMapping.objects.update_or_create(
        account=account,
        header_digest=_digest(table.header),
        defaults={"user_id": account.user_id, "header": "|".join(table.header), "mapping": mapping.as_json()},
    )


def _remembered(file: IO[bytes], account: Account) -> tuple[Table, Mapping | None]:
    """Of a file with the same header: also of one that only the mapping finds, since its names say nothing to us."""
    likely = table_of(file)
    kept = ColumnMapping.objects.filter(account=account).order_by("-updated_at")[:MOST_REMEMBERED]
    for row in kept:
        mapping = mapping_of(row.mapping)
        if not mapping.header and likely.has_header:
            continue
        try:
            table = table_of(file, mapping, encoding=likely.encoding)
        except Refused:
            continue
        if _digest(table.header) == row.header_digest:
            return table, mapping
    return likely, None


def _digest(header: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(map(canonical, header)).encode()).hexdigest()
