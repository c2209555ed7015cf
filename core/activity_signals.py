"""Whoever saves or deletes a row of a watched model is recorded, whichever way they come."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from core.activity import leaving_record, pairs_record, register, watched_models
from core.activity_states import State, Watched
from core.models import User

_BEFORE = "_activity_before"
"""Where an instance keeps, between the signals around its saving, what the database had of it."""
_LEAVING = "_activity_leaving"
"""Where what is being deleted keeps what goes with it, by model and id: one INSERT records all of it."""


def watch(
    model: type[Model],
    *,
    kind: str,
    fields: Sequence[str],
    label: Sequence[str],
    owner: str = "user_id",
    beside: Callable[[Any], Mapping[str, Any]] | None = None,
) -> None:
    """Record from now on whoever changes or deletes a row; see `Watched`."""
    register(Watched(model=model, kind=kind, names=tuple(fields), label=tuple(label), owner=owner, beside=beside))
    for signal, receiver in _RECEIVERS:
        signal.connect(receiver, sender=model)


def _remember(
    sender: type[Model], instance: Model, *, raw: bool, update_fields: Collection[str] | None, **_: Any
) -> None:
    """Read what is about to be overwritten; of a new row, or of columns that nobody watches, nothing."""
    vars(instance).pop(_BEFORE, None)
    watched = watched_models()[sender]
    is_watched = update_fields is None or not watched.columns.isdisjoint(update_fields)
    if not raw and is_watched and instance.pk is not None:
        vars(instance)[_BEFORE] = next(watched.stored(sender._base_manager.filter(pk=instance.pk)), None)


def _saved(sender: type[Model], instance: Model, *, update_fields: Collection[str] | None, **_: Any) -> None:
    before: State | None = vars(instance).pop(_BEFORE, None)
    if before is not None:
        after = watched_models()[sender].of(instance)
        if update_fields is not None:
            after = replace(after, values={**before.values, **_written(watched_models()[sender], after, update_fields)})
        pairs_record(watched_models()[sender], [(before, after)])


def _written(watched: Watched, after: State, update_fields: Collection[str]) -> dict[str, Any]:
    return {
        one.name: after.values[one.name]
        for one in watched.fields
        if one.name in update_fields or one.attname in update_fields
    }


def _leaving(sender: type[Model], instance: Model, *, origin: Any, **_: Any) -> None:
    if not _is_erasure(origin):
        watched = watched_models()[sender]
        state = watched.of(instance)
        if watched.beside is not None:
            state = replace(state, beside=watched.beside(instance))
        vars(origin).setdefault(_LEAVING, {})[sender, instance.pk] = (watched, state)


def _left(*, origin: Any, **_: Any) -> None:
    """Once for all that goes together; what these rows point to is still there at the first of them."""
    leaving = vars(origin).pop(_LEAVING, None)
    if leaving:
        leaving_record(list(leaving.values()))


def _is_erasure(origin: Any) -> bool:
    """Whether a person goes with all that is theirs, and this log too."""
    return isinstance(origin, User) or (isinstance(origin, QuerySet) and origin.model is User)


_RECEIVERS = ((pre_save, _remember), (post_save, _saved), (pre_delete, _leaving), (post_delete, _left))
