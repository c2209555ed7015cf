"""Collects what is wrong with a file, by line and column, so that one attempt names all of it."""

from collections.abc import Mapping

from core.errors import ApplicationError, FieldError, InvalidInput

MOST = 100
"""Errors that are reported of one file: more of them say nothing new."""


class Problems:
    """Line 1 is the header; a problem of a whole row has no column, one of the whole file no line."""

    def __init__(self) -> None:
        self._found: list[tuple[int, FieldError]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int | None, column: str | None, detail: str, *, code: str = "invalid") -> None:
        self._found.append((line or 0, FieldError(address(line, column), code, detail)))

    def add_all(self, error: ApplicationError, *, line: int, columns: Mapping[str, str]) -> None:
        """What a service said of one row. columns: by field, where the format has another name for it."""
        for item in error.errors:
            self.add(line, columns.get(item.attr or "", item.attr), item.detail, code=item.code)

    @property
    def enough(self) -> bool:
        return len(self._found) >= MOST

    def error(self) -> InvalidInput:
        found = sorted(self._found, key=lambda item: item[0])
        return InvalidInput.many([error for _, error in found[:MOST]])

    def refuse(self) -> None:
        if self._found:
            raise self.error()


def address(line: int | None, column: str | None) -> str | None:
    return ".".join(str(part) for part in (line, column) if part is not None) or None
