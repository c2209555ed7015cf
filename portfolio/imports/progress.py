"""How far an import is: told to nobody, or drawn as a bar on a terminal."""

import shutil
from collections.abc import Iterable, Iterator
from typing import IO, TypeVar

T = TypeVar("T")
_STEPS = 100
_WIDTH = 30


class Progress:
    """Is told how far an import is, and keeps it to itself."""

    def stage(self, name: str) -> None:
        """Something begins whose length is not known."""

    def rows(self, name: str, rows: Iterable[T], *, total: int) -> Iterator[T]:
        """`rows` as they are; `total` of them are expected."""
        yield from rows

    def done(self) -> None:
        """Nothing more comes."""


class Bar(Progress):
    """One line of a terminal, written over again. Our own, since a library for it would be one more dependency."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def stage(self, name: str) -> None:
        self._draw(f"{name} ...")

    def rows(self, name: str, rows: Iterable[T], *, total: int) -> Iterator[T]:
        every = max(1, total // _STEPS)
        for number, row in enumerate(rows):
            if number % every == 0:
                self._draw(_bar(name, number / max(total, 1)))
            yield row
        self._draw(_bar(name, 1))

    def done(self) -> None:
        self._draw("")

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r{text[:width]:<{width}}\r")
        self._stream.flush()


def progress_on(stream: IO[str]) -> Progress:
    """A bar where somebody can see it."""
    return Bar(stream) if stream.isatty() else Progress()


def _bar(name: str, share: float) -> str:
    filled = round(min(share, 1) * _WIDTH)
    return f"{name:<10} [{'#' * filled}{'.' * (_WIDTH - filled)}] {min(share, 1):4.0%}"
