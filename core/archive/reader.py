"""Reads an archive: what it says of itself first, then its rows, which are as many and as whole as it said."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import orjson

from core.archive.columns import Unfit
from core.archive.tables import Table, tables
from core.archive.writer import FORMAT, MANIFEST, VERSION
from core.archive.zipped import Zipped
from core.errors import InvalidInput

LARGEST_MANIFEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One file: how many rows it says it has, and of what digest."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    version: int
    program: str
    made_at: str
    email: str
    parts: dict[str, Part]


class Archive:
    """Raises InvalidInput at whatever is not as it should be; `file` names the whole, `entries.17` a line."""

    def __init__(self, file: IO[bytes], *, most: int) -> None:
        try:
            self._zip = Zipped(file, most=most)
            self.manifest = _manifest(self._zip.read(MANIFEST, most=LARGEST_MANIFEST))
            self._check_files()
        except Unfit as error:
            raise InvalidInput(str(error), attr="file") from error

    def documents(self, table: Table) -> Iterator[tuple[int, Any]]:
        """Number of the line and what is in it."""
        part, digest, number = self.manifest.parts[table.name], hashlib.sha256(), 0
        try:
            for line in self._zip.lines(table.path):
                digest.update(line)
                if number == part.rows:
                    number += 1
                    break
                document = _document(line)
                number += 1
                yield number, document
        except Unfit as error:
            raise InvalidInput(str(error), attr=f"{table.name}.{number + 1}") from error
        if number != part.rows:
            detail = f"{table.path} has other rows than the {part.rows} of the manifest."
            raise InvalidInput(detail, attr=table.name, code="rows")
        if digest.hexdigest() != part.sha256:
            detail = f"{table.path} is not what the manifest says: it was changed."
            raise InvalidInput(detail, attr=table.name, code="sha256")

    def _check_files(self) -> None:
        known = {table.name: table.path for table in tables()}
        if self.manifest.parts.keys() != known.keys():
            odd = sorted(self.manifest.parts.keys() ^ known.keys())
            raise Unfit(f"The manifest must name each table of this version once; look at {', '.join(odd)[:200]}.")
        present = {name for name in self._zip.names if name.startswith("data/")}
        if present != set(known.values()):
            odd = sorted(present ^ set(known.values()))
            raise Unfit(f"It must have a file for each table; look at {', '.join(odd)[:200]}.")


def _document(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unfit(f"Malformed JSON: {error}") from error


def _manifest(raw: bytes) -> Manifest:
    document = _document(raw)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Unfit("It is no archive of PandaLedger.")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Unfit("The manifest does not say which version of the format this is.")
    if version > VERSION:
        raise Unfit(f"It has version {version} of the format, and this program reads up to {VERSION}: update it first.")
    texts = {name: _text(document.get(name), name) for name in ("program", "made_at", "email")}
    _instant(texts["made_at"])
    parts = document.get("tables")
    if not isinstance(parts, list):
        raise Unfit("The manifest has no list of tables.")
    named = dict(_part(part) for part in parts)
    if len(named) != len(parts):
        raise Unfit("The manifest names a table twice.")
    return Manifest(version=version, parts=named, **texts)


def _part(part: Any) -> tuple[str, Part]:
    if not isinstance(part, dict):
        raise Unfit("Each table of the manifest must be an object.")
    rows = part.get("rows")
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
        raise Unfit("Each table of the manifest must say how many rows it has.")
    return _text(part.get("name"), "name"), Part(rows, _text(part.get("sha256"), "sha256"))


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or len(value) > 500 or "\0" in value:
        raise Unfit(f"{name} of the manifest must be a text.")
    return value


def _instant(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit("made_at of the manifest must be an instant.") from error
