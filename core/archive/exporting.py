"""What an archive that is being written knows of its rows: their numbers, and what people call them."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model

from core.archive.tables import table_of
from core.models import User

T = TypeVar("T")


class Numbers:
    """The running numbers of rows by their keys: eight bytes for each of a million."""

    def __init__(self) -> None:
        self._keys = array("q")

    def add(self, key: int) -> int:
        """Keys come in ascending order."""
        self._keys.append(key)
        return len(self._keys)

    def of(self, key: int) -> int | None:
        place = bisect_left(self._keys, key)
        return place + 1 if place < len(self._keys) and self._keys[place] == key else None

    def key(self, number: int) -> int:
        return self._keys[number - 1]


class Export:
    """Of one person."""

    def __init__(self, person: User) -> None:
        self.person = person
        self._numbers: dict[type[Model], Numbers] = {}
        self._labels: dict[type[Model], Mapping[int, str]] = {}
        self._known: dict[Callable[..., Any], Any] = {}

    def numbers(self, model: type[Model]) -> Numbers:
        return self._numbers.setdefault(model, Numbers())

    def number(self, model: type[Model], key: int) -> int:
        """Of a row that is in the archive."""
        number = self.numbers(model).of(key)
        if number is None:
            raise LookupError(f"{model._meta.label} {key} is named by a row of {self.person.pk}, and is not theirs.")
        return number

    def label(self, model: type[Model], number: int) -> str:
        """What people call a row; its number where it has no name."""
        if model not in self._labels:
            table = table_of(model)
            self._labels[model] = table.label(self) if table and table.label else {}
        return self._labels[model].get(self.numbers(model).key(number)) or str(number)

    def once(self, find: "Callable[[Export], T]") -> T:
        """What several tables ask for is looked for once."""
        if find not in self._known:
            self._known[find] = find(self)
        found: T = self._known[find]
        return found
