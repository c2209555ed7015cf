"""Opens a zip of a stranger: nothing in it is believed before it is counted, and no name in it is ever a path."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.archive.columns import Unfit

MOST_MEMBERS = 200
LARGEST_DIRECTORY = 256 * 1024
LONGEST_LINE = 16 * 1024**2
BUFFER = 1024**2
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_NAME = re.compile(r"(data/[a-z_]{1,60}\.jsonl|csv/[a-z_]{1,60}\.csv|manifest\.json|README\.txt)", re.ASCII)
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, UnicodeDecodeError, OSError)


class Zipped:
    """most: bytes that may be unpacked of it in all, whatever sizes it declares."""

    def __init__(self, file: IO[bytes], *, most: int) -> None:
        self._left = most
        self._most = most
        with _named():
            _refuse_large_directory(file)
            self._zip = ZipFile(file)
        self._members = self._checked(self._zip.infolist())

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._members)

    def read(self, name: str, *, most: int) -> bytes:
        """A short member, whole."""
        with _named(), self._opened(name) as member:
            data = member.read(most + 1)
        if len(data) > most:
            raise Unfit(f"{name} is larger than {most} bytes.")
        return data

    def lines(self, name: str) -> Iterator[bytes]:
        """Each with its end. One that is too long, or beyond what may be unpacked, is the last."""
        with _named(), self._opened(name) as member:
            while line := member.readline(LONGEST_LINE + 1):
                self._left -= len(line)
                if len(line) > LONGEST_LINE:
                    raise Unfit(f"{name} has a line of more than {LONGEST_LINE // 1024**2} MiB.")
                if self._left < 0:
                    raise Unfit(f"Unpacked, it is larger than {self._most // 1024**2} MiB.")
                yield line

    def _opened(self, name: str) -> BufferedReader:
        if name not in self._members:
            raise Unfit(f"{name} is missing.")
        return BufferedReader(self._zip.open(self._members[name]), BUFFER)  # type: ignore[arg-type]

    def _checked(self, found: list[ZipInfo]) -> dict[str, ZipInfo]:
        if len(found) > MOST_MEMBERS:
            raise Unfit(f"It has more than {MOST_MEMBERS} files in it.")
        members: dict[str, ZipInfo] = {}
        for member in found:
            name = member.orig_filename
            if not _NAME.fullmatch(name):
                raise Unfit(f"It has a file in it that is no part of an archive: {name[:80]!r}.")
            if name in members:
                raise Unfit(f"It has {name} twice.")
            if member.flag_bits & _ENCRYPTED or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Unfit(f"{name} is encrypted, or packed in another way than deflate.")
            members[name] = member
        return members


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise Unfit("It is no zip file, or it is broken.") from error


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Before the list of a million files is read into memory. Ours has two dozen, and no comment behind it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    end = _END.unpack(file.read(_END.size))
    if end[0] != b"PK\5\6":
        raise BadZipFile
    sizes = [end[5]]
    at = size - _END.size - _LOCATOR.size
    if at >= 0:
        file.seek(at)
        signature, _, offset, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
        if signature == b"PK\6\7":
            file.seek(min(offset, size))
            sizes = [_END_64.unpack(file.read(_END_64.size))[8]]
    if max(sizes) > LARGEST_DIRECTORY:
        raise Unfit(f"It has more than {MOST_MEMBERS} files in it.")
    file.seek(0)
