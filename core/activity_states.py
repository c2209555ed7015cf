"""A row as it is at one moment, in the fields of which edits are recorded, and how these are written down."""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any, cast

from django.db.models import Field, ForeignKey, Model, QuerySet

from core.batches import batches
from core.money import plain

Namer = Callable[[Collection[int]], Mapping[int, str]]
"""The names of rows by id, as people know them."""


@dataclass(frozen=True, slots=True)
class State:
    """values: by name of a watched field, as its column has it. related: rows that it names and
    that are at hand. beside: what goes with it when it is deleted, as JSON has it."""

    pk: int
    owner_id: int | None
    values: Mapping[str, Any]
    related: Mapping[str, Model] = dataclasses.field(default_factory=dict)
    beside: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A model of which edits are recorded.

    kind: as the API names it. names: of the fields. label: those that say which row it is. owner: the path to the id
    of the person whose data it is; where there is none, nothing is recorded. beside: what else goes with a row.
    """

    model: type[Model]
    kind: str
    names: tuple[str, ...]
    label: tuple[str, ...]
    owner: str
    beside: Callable[[Any], Mapping[str, Any]] | None = None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self.model._meta.get_field(name) for name in self.names)  # type: ignore[misc]

    @cached_property
    def columns(self) -> frozenset[str]:
        """What `update_fields` may call them."""
        return frozenset({*self.names, *(field.attname for field in self.fields)})

    def stored(self, rows: QuerySet[Any]) -> Iterator[State]:
        """As the database has them; of a million, a thousand are in memory."""
        columns = [field.attname for field in self.fields]
        for pk, owner_id, *values in rows.order_by().values_list("pk", self.owner, *columns).iterator(1000):
            yield State(pk, owner_id, dict(zip(self.names, values, strict=True)))

    def of(self, instance: Model) -> State:
        """As the instance says."""
        values = {field.name: field.to_python(getattr(instance, field.attname)) for field in self.fields}
        related = {field.name: getattr(instance, field.name) for field in self.fields if _is_at_hand(field, instance)}
        owner_id: int | None = reduce(getattr, self.owner.split("__"), instance)  # type: ignore[assignment]
        return State(instance.pk, owner_id, values, related)

    def differing(self, before: State, after: State) -> tuple[Field, ...]:
        return tuple(
            field for field in self.fields if written(before.values[field.name]) != written(after.values[field.name])
        )


class Names:
    """What rows are called to which others point: read once for many."""

    def __init__(self, namers: Mapping[type[Model], Namer]) -> None:
        self._namers = namers
        self._known: defaultdict[type[Model], dict[int, str]] = defaultdict(dict)

    def learn(self, wanted: Iterable[tuple[State, Iterable[Field]]]) -> None:
        """Of these fields of these states; one query for each model that is not at hand."""
        missing: defaultdict[type[Model], set[int]] = defaultdict(set)
        for state, fields in wanted:
            for field in fields:
                if isinstance(field, ForeignKey) and (pk := state.values[field.name]) is not None:
                    self._note(field.related_model, pk, state.related.get(field.name), missing)
        for model, pks in missing.items():
            for batch in batches(pks - self._known[model].keys()):
                self._known[model].update(self._read(model, batch))

    def written(self, field: Field, state: State) -> Any:
        """A value as the log has it: exact, and what it points to with its name."""
        value = state.values[field.name]
        if isinstance(field, ForeignKey) and value is not None:
            return {"id": value, "name": self._known[field.related_model].get(value, "")}
        return written(value)

    def label(self, watched: Watched, state: State) -> str:
        parts = (self.written(field, state) for field in label_fields(watched))
        texts = (part["name"] if isinstance(part, dict) else part for part in parts)
        return " ".join(str(text) for text in texts if text not in (None, ""))[:200] or watched.kind

    def _note(self, model: Any, pk: int, at_hand: Model | None, missing: defaultdict[type[Model], set[int]]) -> None:
        if pk in self._known[model]:
            return
        if at_hand is not None and model not in self._namers:
            self._known[model][pk] = str(at_hand)
        else:
            missing[model].add(pk)

    def _read(self, model: type[Model], pks: list[int]) -> Mapping[int, str]:
        if model in self._namers:
            return self._namers[model](pks)
        return {pk: str(row) for pk, row in model._base_manager.in_bulk(pks).items()}


def label_fields(watched: Watched) -> list[Field]:
    return [field for field in watched.fields if field.name in watched.label]


def written(value: Any) -> Any:
    """In JSON, exactly: a decimal as text."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _is_at_hand(field: Field, instance: Model) -> bool:
    """Whether the row that a foreign key points to need not be read."""
    return (
        isinstance(field, ForeignKey)
        and field.is_cached(instance)
        and getattr(instance, field.attname) is not None
        and cast(Model, field.get_cached_value(instance)).pk == getattr(instance, field.attname)
    )
