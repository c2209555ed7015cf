"""Takes the rows of an archive in: each is checked, gets a key of this database, and is kept with its own times."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from core.archive.columns import Unfit
from core.archive.reader import Archive
from core.archive.tables import Row, Table, table_of
from core.batches import batches
from core.bulk_copy import new_ids, rows_restore
from core.errors import FieldError, InvalidInput
from core.models import User

MOST_ERRORS = 100
MOST_IN_ITSELF = 100_000
"""Rows of a table whose rows name each other, which are read together."""
LEFT_OUT = 0
"""In the place of the key of a row that is not taken."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was read. number: its id in the archive, which is its line."""

    table: Table
    number: int
    instance: Any


class Taking:
    """One archive on its way into the database. catalogue: what all share may be added to.

    notes: what happened otherwise than the archive says, for people. rows: taken, by table.
    """

    def __init__(self, person: User, *, catalogue: bool) -> None:
        self.person = person
        self.catalogue = catalogue
        self.notes: list[str] = []
        self.made: list[str] = []
        self.counts: dict[str, int] = {}
        self._keys: dict[type[Model], array[int]] = {}
        self._known: dict[Callable[..., Any], Any] = {}

    def key(self, model: type[Model], number: int) -> int | None:
        """The key of a row by its number; None where there is no such row, or it was left out."""
        keys = self._keys.get(model, ())
        return keys[number - 1] or None if 1 <= number <= len(keys) else None

    def number(self, model: type[Model], key: int) -> int | None:
        """The other way round; for the few rows that are told of."""
        keys = self._keys.get(model, array("q"))
        return keys.index(key) + 1 if key in keys else None

    def keys(self, model: type[Model]) -> list[int]:
        return [key for key in self._keys.get(model, ()) if key != LEFT_OUT]

    def note(self, row: Taken, key: int) -> None:
        """Which row of the database this one is."""
        keys = self._keys.setdefault(row.table.model, array("q"))
        if not row.table.refers_to_itself:
            keys.extend([LEFT_OUT] * (row.number - 1 - len(keys)))  # what is before it and was not taken
            keys.append(key)

    def place(self, row: Taken, name: str) -> str:
        return f"{row.table.name}.{row.number}.{name}"

    def count(self, what: str, by: int = 1) -> None:
        if by:
            self.counts[what] = self.counts.get(what, 0) + by

    def once(self, find: "Callable[[Taking], T]") -> T:
        """What many rows ask for is read once: of tables that are whole by then."""
        if find not in self._known:
            self._known[find] = find(self)
        found: T = self._known[find]
        return found

    def insert(self, rows: Sequence[Taken]) -> None:
        """New rows, as they are."""
        if not rows:
            return
        model = rows[0].table.model
        if model._meta.auto_field is not None and not rows[0].table.refers_to_itself:
            for row, key in zip(rows, new_ids(model, len(rows)), strict=True):
                row.instance.pk = key
        self._inserted(model, rows)
        for row in rows:
            self.note(row, row.instance.pk)

    def table_take(self, table: Table, archive: Archive) -> int:
        """All rows of a table; how many there are."""
        self._keys.setdefault(table.model, array("q"))
        size = table.batch
        if table.refers_to_itself:
            size = self._number_ahead(table, archive.manifest.parts[table.name].rows)
        count = 0
        for batch in batches(archive.documents(table), size):
            rows = list(self._read(table, batch))
            count += len(batch)
            if rows:
                (table.take or Taking.insert)(self, rows)
        keys = self._keys[table.model]
        keys.extend([LEFT_OUT] * (count - len(keys)))
        return count

    def _number_ahead(self, table: Table, rows: int) -> int:
        if rows > MOST_IN_ITSELF:
            raise InvalidInput(f"There can be at most {MOST_IN_ITSELF} rows.", attr=table.name)
        self._keys[table.model] = array("q", new_ids(table.model, rows))
        return max(rows, 1)

    def _read(self, table: Table, batch: Sequence[tuple[int, Any]]) -> Iterator[Taken]:
        errors: list[FieldError] = []
        for number, document in batch:
            try:
                row = self._taken(table, number, document)
            except InvalidInput as error:
                errors.extend(error.errors)
                continue
            errors.extend(self._wrong(row) if row is not None else ())
            if row is not None and not errors:
                yield row
            if len(errors) >= MOST_ERRORS:
                break
        if errors:
            raise InvalidInput.many(errors[:MOST_ERRORS])

    def _wrong(self, row: Taken) -> list[FieldError]:
        if row.table.check is None:
            return []
        try:
            wrong: Iterable[FieldError] = list(row.table.check(self, row.instance))
        except InvalidInput as refused:
            wrong = refused.errors
        return [replace(error, attr=self.place(row, error.attr or "id")) for error in wrong]

    def _taken(self, table: Table, number: int, document: Any) -> Taken | None:
        """None where it names a row that was left out, and cannot be without."""
        _check_shape(table, number, document)
        try:
            for change in (table.inside and table.inside[1], table.read):
                if change:
                    change(self, document)
        except Unfit as error:
            name, _, detail = str(error).partition(": ")
            raise InvalidInput(detail, attr=f"{table.name}.{number}.{name}") from error
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for column in table.columns:
            try:
                values[column.path] = self._value(table, column, document[column.name])
            except Unfit as error:
                errors.append(FieldError(f"{table.name}.{number}.{column.name}", "invalid", str(error)))
            except _NotTaken:
                self.count(f"{table.name} that name what was left out")
                return None
        if errors:
            raise InvalidInput.many(errors)
        return Taken(table, number, self._instance(table, number, values))

    def _value(self, table: Table, column: Any, value: Any) -> Any:
        if column.refers is None or value is None:
            return column.read_back(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unfit("Must be the id of a row.")
        key = self._keys.get(column.refers, array("q"))[value - 1] if self._has(column.refers, value) else None
        if key is None:
            target = table_of(column.refers)
            raise Unfit(f"There is no row {value} of {target.name if target else 'that table'}.")
        if key == LEFT_OUT and not column.may_be_null:
            raise _NotTaken
        return key or None

    def _has(self, model: type[Model], number: int) -> bool:
        return 1 <= number <= len(self._keys.get(model, ()))

    def _instance(self, table: Table, number: int, values: dict[str, Any]) -> Any:
        beside = {path: values.pop(path) for path in [path for path in values if "__" in path]} if table.joined else {}
        instance = table.model(**values)
        vars(instance).update(beside)
        if table.is_of_a_person:
            instance.user_id = self.person.pk  # type: ignore[attr-defined]
        if table.refers_to_itself:
            instance.pk = self._keys[table.model][number - 1]
        return instance

    def _inserted(self, model: type[Model], rows: Sequence[Taken]) -> None:
        try:
            with transaction.atomic():
                rows_restore(model, [row.instance for row in rows])
        except IntegrityError as error:
            self._name_culprit(model, rows)
            raise InvalidInput(f"These rows contradict each other: {error}", attr=rows[0].table.name) from error

    def _name_culprit(self, model: type[Model], rows: Sequence[Taken]) -> None:
        """One by one, to find the first that the database refuses."""
        for row in rows:
            try:
                with transaction.atomic():
                    rows_restore(model, [row.instance])
            except IntegrityError as error:
                detail = f"It contradicts a rule of this table, or a row before it: {str(error).splitlines()[0]}."
                raise InvalidInput(detail, attr=self.place(row, "id"), code="contradiction") from error


class _NotTaken(Exception):
    """The row names one that was left out."""


def _check_shape(table: Table, number: int, document: Any) -> None:
    place = f"{table.name}.{number}"
    if not isinstance(document, dict):
        raise InvalidInput("Must be a JSON object.", attr=place)
    lacking, odd = sorted(table.names - document.keys()), sorted(document.keys() - table.names)
    errors = [FieldError(f"{place}.{name}", "required", "It is missing.") for name in lacking]
    errors += [FieldError(f"{place}.{name[:80]}", "unknown_field", "There is no such field.") for name in odd]
    number_told = document.get("id", number)
    if isinstance(number_told, bool) or number_told != number:
        errors.append(FieldError(f"{place}.id", "invalid", f"Must be {number}: the rows are counted."))
    if errors:
        raise InvalidInput.many(errors[:MOST_ERRORS])


def read_row(row: Row, name: str, read: Callable[[Any], T]) -> T:
    """A value that `Table.read` looks at before the columns do."""
    try:
        return read(row.get(name))
    except Unfit as error:
        raise Unfit(f"{name}: {error}") from error
