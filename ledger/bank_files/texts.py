"""Text out of bytes: which encoding a file is in, and its lines without reading it whole."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from ledger.bank_files.items import Refused

UNUSABLE = re.compile("[\0\ud800-\udfff]")
"""What no database keeps: NUL, and halves of surrogate pairs."""
LONGEST_LINE = 1024**2
_BLOCK = 1024**2
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(file: IO[bytes]) -> str:
    """UTF-8 and UTF-16 where the whole file is in it; else Windows-1252, or Latin-1 where that has no such letter.

    No library guesses here: with these, one answer is right or the text would be broken in each.
    """
    head = _head(file)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return _checked(file, name)
    if half := _utf_16(head):
        return _checked(file, half)
    return next((name for name in ("utf-8", "cp1252") if is_in(file, name)), "latin-1")


def is_in(file: IO[bytes], encoding: str) -> bool:
    return _broken_line(file, encoding) is None


@contextmanager
def opened(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text from its beginning; the file stays open after it."""
    file.seek(0)
    text = io.TextIOWrapper(_as_buffer(file), encoding, newline="")
    try:
        yield text
    finally:
        if not text.closed:  # as the file is where a reader was left standing, and is only now forgotten
            text.detach()


def lines_of(text: io.TextIOWrapper) -> Iterator[str]:
    """With their ends. Refuses what is no text."""
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), 1):
        if "\0" in line:
            raise Refused(f"Line {number} has a NUL character: this is no text.", line=number, code="encoding")
        if len(line) >= LONGEST_LINE:
            raise Refused(f"Line {number} is too long to be one of a bank.", line=number, code="too_long")
        yield line


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(4096)


def _utf_16(head: bytes) -> str | None:
    """Of a file without a mark: most letters of a bank have a byte that is 0, all at the same side."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else None


def _checked(file: IO[bytes], encoding: str) -> str:
    if line := _broken_line(file, encoding):
        raise Refused(f"Line {line} is not in {encoding.upper()}, as the file begins.", line=line, code="encoding")
    return encoding


def _broken_line(file: IO[bytes], encoding: str) -> int | None:
    """The first line that cannot be read in this encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        block = file.read(_BLOCK)
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            return line + bytes(error.object[: error.start]).count(b"\n")
        if not block:
            return None


def _as_buffer(file: IO[bytes]) -> Any:
    """What is behind the wrappers of an upload and of a temporary file, which know nothing of text."""
    inner: Any = file
    while hasattr(inner, "file"):
        inner = inner.file
    return inner
