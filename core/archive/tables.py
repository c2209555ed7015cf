"""The registry of what is in an archive: each app declares its tables when it is ready, in the order of import."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Field, Model, QuerySet

from core.archive.columns import Column, column_of
from core.errors import FieldError
from core.models import User

if TYPE_CHECKING:
    from core.archive.exporting import Export
    from core.archive.taking import Taken, Taking

Row = dict[str, Any]
"""A row as the archive has it, by name of the column."""
Cells = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One file of an archive.

    rows: those that are the person's, or that these need. left_out: the fields of the model that are not in it, and
    why. own: columns beside or in the place of those that the fields make. joined: models whose one row beside each
    row is among `own`, with the reasons for what is left out of them.
    order: of the rows, whose numbers follow it. label: what a row is called in the CSV files of others.
    held: what a person has of it themselves; where there is any, nothing is imported.
    written: change a row before it is written; read: back, before its columns are read. inside: the same for ids that
    are inside of values, also of those values that the log of edits has.
    check: what is wrong with a row beside its columns. take: how rows come in, else as they are.
    sheet: the header and the lines of its CSV, where that is no line for each row.
    """

    name: str
    about: str
    model: type[Model]
    rows: "Callable[[Export], QuerySet[Any]]"
    left_out: Mapping[str, str] = field(default_factory=dict)
    own: Sequence[Column] = ()
    joined: Mapping[type[Model], Mapping[str, str]] = field(default_factory=dict)
    order: Sequence[str] = ("pk",)
    label: "Callable[[Export], Mapping[int, str]] | None" = None
    held: Callable[[User], QuerySet[Any]] | None = None
    written: "Callable[[Export, Row], None] | None" = None
    read: "Callable[[Taking, Row], None] | None" = None
    inside: "tuple[Callable[[Export, Row], None], Callable[[Taking, Row], None]] | None" = None
    check: "Callable[[Taking, Any], Iterable[FieldError]] | None" = None
    take: "Callable[[Taking, Sequence[Taken]], None] | None" = None
    sheet: "tuple[Cells, Callable[[Export, Row], Iterator[Cells]]] | None" = None
    batch: int = 1000
    is_last: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        own = {column.name: column for column in self.own}
        names = [one.name for one in self.fields]
        made = [own.get(one.name) or column_of(one) for one in self.fields if one.name not in self.left_out]
        return (*made, *(column for column in self.own if column.name not in names))

    @cached_property
    def names(self) -> frozenset[str]:
        """What each row has."""
        return frozenset({"id", *(column.name for column in self.columns)})

    @cached_property
    def is_of_a_person(self) -> bool:
        return any(one.name == "user" for one in self.fields)

    @property
    def fields(self) -> list[Field]:
        """Of the model, without its key."""
        return [one for one in self.model._meta.concrete_fields if not one.primary_key]

    @cached_property
    def refers_to_itself(self) -> bool:
        return any(column.refers is self.model for column in self.columns)

    @property
    def path(self) -> str:
        return f"data/{self.name}.jsonl"

    def held_by(self, person: User) -> QuerySet[Any]:
        return self.model._base_manager.filter(user=person) if self.held is None else self.held(person)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A CSV file for people that no import reads. prepare: done before the archive is begun."""

    name: str
    about: str
    header: Cells
    lines: Callable[[User], Iterator[Cells]]
    prepare: Callable[[User], object] = lambda person: None


_tables: dict[type[Model], Table] = {}
_sheets: dict[str, Sheet] = {}
_finishes: "list[Callable[[Taking], None]]" = []
_left_out: dict[type[Model], str] = {}


def register(*tables: Table) -> None:
    for table in tables:
        _tables[table.model] = table


def register_sheet(sheet: Sheet) -> None:
    _sheets[sheet.name] = sheet


def register_finish(finish: "Callable[[Taking], None]") -> None:
    """What follows from the rows once all of them are there: it may still refuse them."""
    if finish not in _finishes:
        _finishes.append(finish)


def leave_out(reasons: Mapping[type[Model], str]) -> None:
    """Models with rows of a person that are in no archive, and why."""
    _left_out.update(reasons)


def tables() -> list[Table]:
    return sorted(_tables.values(), key=lambda table: table.is_last)


def table_of(model: type[Model]) -> Table | None:
    return _tables.get(model)


def sheets() -> list[Sheet]:
    return list(_sheets.values())


def finishes() -> "list[Callable[[Taking], None]]":
    return list(_finishes)


def models_left_out() -> Mapping[type[Model], str]:
    return _left_out
