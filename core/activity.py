"""The log of edits and deletes of money data: who did what, with the old values, in the transaction of the edit itself.

An app says in its `ready` which models are watched: whoever saves or deletes one of their rows is recorded. Services
that write in bulk, of which no signal tells, record it by the functions below, before they write. Creations are not
recorded, nor what the program derives from the data, nor the end of a person with all that is theirs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Field, Model, QuerySet
from django.utils import timezone

from core.activity_states import Namer, Names, State, Watched, label_fields
from core.actor import current_actor
from core.batches import batches
from core.bulk_copy import rows_create
from core.models import Activity

BATCH = 1000
_watched: dict[type[Model], Watched] = {}
_namers: dict[type[Model], Namer] = {}
_kinds: dict[str, None] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One row of the log, but for who did it and when. user_id: whose data."""

    user_id: int
    kind: str
    object_id: int
    label: str
    action: str = Activity.Action.CHANGED
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def register(watched: Watched) -> None:
    """Of an app, by `core.activity_signals.watch`."""
    _watched[watched.model] = watched
    add_kind(watched.kind)


def add_kind(kind: str) -> None:
    """Of what is recorded by hand alone."""
    _kinds[kind] = None


def name_by(model: type[Model], namer: Namer) -> None:
    """Call rows of a model otherwise than `str` does."""
    _namers[model] = namer


def kinds() -> list[str]:
    return sorted(_kinds)


def watched_models() -> Mapping[type[Model], Watched]:
    return _watched


def activities_record(edits: Iterable[Edit]) -> None:
    """Note that whoever acts just now does this; a thousand rows at a time."""
    actor = current_actor()
    who = {
        "actor_id": actor.user_id, "via": actor.via, "key_name": actor.key_name, "request_id": actor.request_id,
    }  # fmt: skip
    for batch in batches(edits, BATCH):
        now = timezone.now()
        rows_create(Activity, [_activity(edit, who, now) for edit in batch], batch_size=BATCH)


def edit_record(row: Model, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """What a service did to a watched row beside its fields, in values as JSON has them."""
    watched = _watched[type(row)]
    state = watched.of(row)
    names = Names(_namers)
    names.learn([(state, label_fields(watched))])
    activities_record(_edits(watched, [(state, before, after)], Activity.Action.CHANGED, names))


def states_of(rows: Sequence[Model]) -> list[State]:
    """Of rows of one model, before they are changed: `changes_record` compares."""
    return [_watched[type(row)].of(row) for row in rows]


def changes_record(before: Sequence[State], rows: Sequence[Model]) -> None:
    """Of rows of one model that were as `before` says, in the same order."""
    if rows:
        watched = _watched[type(rows[0])]
        pairs_record(watched, [(old, watched.of(row)) for old, row in zip(before, rows, strict=True)])


def update_record(rows: QuerySet[Any], **values: Any) -> None:
    """Before `rows.update(**values)`."""
    watched = _watched[rows.model]
    wanted = {name: value.pk if isinstance(value, Model) else value for name, value in values.items()}
    for batch in batches(watched.stored(rows), BATCH):
        pairs_record(watched, [(old, replace(old, values={**old.values, **wanted})) for old in batch])


def deletes_record(rows: QuerySet[Any]) -> None:
    """Before they are deleted, in a way of which no signal tells."""
    watched = _watched[rows.model]
    for batch in batches(watched.stored(rows), BATCH):
        leaving_record([(watched, state) for state in batch])


def restores_record(rows: QuerySet[Any]) -> None:
    """Before what was deleted comes back."""
    watched = _watched[rows.model]
    for batch in batches(watched.stored(rows), BATCH):
        names = _learned([(state, label_fields(watched)) for state in batch])
        activities_record(_edits(watched, ((state, {}, {}) for state in batch), Activity.Action.RESTORED, names))


def pairs_record(watched: Watched, pairs: Sequence[tuple[State, State]]) -> None:
    """Of rows that are one and will be, or are already, the other."""
    changed = [(old, new, fields) for old, new in pairs if (fields := watched.differing(old, new))]
    if not changed:
        return
    names = _learned(
        [(state, (*fields, *label_fields(watched))) for old, new, fields in changed for state in (old, new)]
    )
    parts = ((old, _told(old, fields, names), _told(new, fields, names)) for old, new, fields in changed)
    activities_record(_edits(watched, parts, Activity.Action.CHANGED, names))


def leaving_record(leaving: Sequence[tuple[Watched, State]]) -> None:
    """Of rows that go together."""
    names = _learned([(state, watched.fields) for watched, state in leaving])
    edits = (
        edit
        for watched, state in leaving
        for edit in _edits(watched, [(state, _kept(watched, state, names), {})], Activity.Action.DELETED, names)
    )
    activities_record(edits)


def _told(state: State, fields: Iterable[Field], names: Names) -> dict[str, Any]:
    return {one.name: names.written(one, state) for one in fields}


def _kept(watched: Watched, state: State, names: Names) -> dict[str, Any]:
    """All that it said; what was empty is left out."""
    values = _told(state, watched.fields, names)
    return {name: value for name, value in values.items() if value not in (None, "", [], {})} | dict(state.beside)


def _edits(
    watched: Watched,
    parts: Iterable[tuple[State, Mapping[str, Any], Mapping[str, Any]]],
    action: str,
    names: Names,
) -> Iterator[Edit]:
    for state, before, after in parts:
        if state.owner_id is not None:
            yield Edit(
                user_id=state.owner_id,
                kind=watched.kind,
                object_id=state.pk,
                label=names.label(watched, state),
                action=action,
                before=before,
                after=after,
            )


def _learned(wanted: Iterable[tuple[State, Iterable[Any]]]) -> Names:
    names = Names(_namers)
    names.learn(wanted)
    return names


def _activity(edit: Edit, who: Mapping[str, Any], now: Any) -> Activity:
    return Activity(
        user_id=edit.user_id,
        at=now,
        kind=edit.kind,
        object_id=edit.object_id,
        label=edit.label,
        action=edit.action,
        before=dict(edit.before),
        after=dict(edit.after),
        **who,
    )
