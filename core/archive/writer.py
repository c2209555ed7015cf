"""Writes an archive as a stream: a zip whose beginning is on its way while the database still reads its end."""

import csv
import hashlib
import io
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from django.utils import timezone
from drf_spectacular.settings import spectacular_settings

from core.archive.columns import Column, instant_text
from core.archive.exporting import Export, Numbers
from core.archive.snapshot import snapshot
from core.archive.tables import Row, Table, sheets, tables
from core.archive.texts import readme
from core.batches import batches
from core.csv_cells import safe_cell
from core.models import User

FORMAT, VERSION = "pandaledger-archive", 1
MANIFEST = "manifest.json"
BATCH = 2000
CHUNK = 64 * 1024
IN_MEMORY = 4 * 1024**2
"""Of a CSV file that waits for its turn; the rest is on the disk."""
LEVEL = 6


class Stream(io.RawIOBase):
    """What was written and not taken yet; nobody can go back in it, as in the answer to a request."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        self.size += len(self._waiting[-1])
        return len(self._waiting[-1])

    def taken(self) -> bytes:
        data, self._waiting, self.size = b"".join(self._waiting), [], 0
        return data


def archive_stream(person: User) -> Generator[bytes, None, None]:
    """All that is the person's at one moment, in parts of some tens of kilobytes."""
    for sheet in sheets():
        sheet.prepare(person)
    with snapshot():
        stream = Stream()
        with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for _ in _written(archive, Export(person)):
                if stream.size >= CHUNK:
                    yield stream.taken()
        yield stream.taken()


def _written(archive: ZipFile, export: Export) -> Iterator[None]:
    archive.writestr(_member("README.txt"), readme())
    parts: list[dict[str, Any]] = []
    for table in tables():
        yield from _table_written(archive, table, export, parts)
    for sheet in sheets():
        yield from _csv_written(archive, f"csv/{sheet.name}.csv", chain([sheet.header], sheet.lines(export.person)))
    archive.writestr(_member(MANIFEST), orjson.dumps(_manifest(export.person, parts), option=orjson.OPT_INDENT_2))
    yield


def _manifest(person: User, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": str(spectacular_settings.VERSION),
        "made_at": instant_text(timezone.now()),
        "email": person.email,
        "tables": parts,
    }


def _member(name: str) -> ZipInfo:
    """Of no day, so that the same rows make the same bytes."""
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def _table_written(archive: ZipFile, table: Table, export: Export, parts: list[dict[str, Any]]) -> Iterator[None]:
    """The rows once for both files: the CSV waits beside until the first is whole."""
    digest, count = hashlib.sha256(), 0
    with SpooledTemporaryFile(max_size=IN_MEMORY) as beside:
        text = io.TextIOWrapper(beside, encoding="utf-8", newline="", write_through=True)
        sheet = csv.writer(text)
        sheet.writerow(_header(table))
        with archive.open(_member(table.path), "w", force_zip64=True) as member:
            for batch in batches(rows_of(table, export), BATCH):
                lines = b"".join(orjson.dumps(row) + b"\n" for row in batch)
                digest.update(lines)
                count += len(batch)
                member.write(lines)
                sheet.writerows(cells for row in batch for cells in _lines(table, export, row))
                yield
        text.flush()
        yield from _copied(archive, f"csv/{table.name}.csv", beside)
        text.detach()
    parts.append({"name": table.name, "file": table.path, "rows": count, "sha256": digest.hexdigest()})


def rows_of(table: Table, export: Export) -> Iterator[Row]:
    """The rows as the archive has them, in their order."""
    numbers = export.numbers(table.model) if tuple(table.order) == ("pk",) else Numbers()
    columns = (column.path for column in table.columns)
    found = table.rows(export).order_by(*table.order).values_list("pk", *columns)
    if table.refers_to_itself:  # a row may name one that comes after it
        rows: Iterable[tuple[Any, ...]] = list(found)
        for pk, *_ in rows:
            numbers.add(pk)
    else:
        rows = (_noted(numbers, row) for row in found.iterator(chunk_size=BATCH))
    for number, (_, *values) in enumerate(rows, start=1):
        yield _row(table, export, number, values)


def _noted(numbers: Numbers, row: tuple[Any, ...]) -> tuple[Any, ...]:
    numbers.add(row[0])
    return row


def _row(table: Table, export: Export, number: int, values: Sequence[Any]) -> Row:
    row: Row = {"id": number}
    for column, value in zip(table.columns, values, strict=True):
        if column.refers is None or value is None:
            row[column.name] = column.written(value)
        else:
            row[column.name] = export.number(column.refers, value)
    for change in (table.inside and table.inside[0], table.written):
        if change:
            change(export, row)
    return row


def _header(table: Table) -> Sequence[str]:
    return table.sheet[0] if table.sheet else ["id", *(column.name for column in table.columns)]


def _lines(table: Table, export: Export, row: Row) -> Iterator[Sequence[str]]:
    if table.sheet is not None:
        yield from table.sheet[1](export, row)
    else:
        yield [str(row["id"]), *(_cell(column, export, row[column.name]) for column in table.columns)]


def _cell(column: Column, export: Export, value: Any) -> str:
    if value is None:
        return ""
    if column.refers is not None:
        return safe_cell(export.label(column.refers, value))
    if isinstance(value, dict | list):
        return safe_cell(orjson.dumps(value).decode()) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe_cell(value) if column.is_text else str(value)


def _csv_written(archive: ZipFile, name: str, lines: Iterator[Sequence[str]]) -> Iterator[None]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as beside:
        text = io.TextIOWrapper(beside, encoding="utf-8", newline="", write_through=True)
        csv.writer(text).writerows(lines)
        text.flush()
        yield from _copied(archive, name, beside)
        text.detach()


def _copied(archive: ZipFile, name: str, beside: IO[bytes]) -> Iterator[None]:
    beside.seek(0)
    with archive.open(_member(name), "w", force_zip64=True) as member:
        while part := beside.read(CHUNK * 4):
            member.write(part)
            yield
