"""Which currencies people keep money in and since when, as each app says of its own: they do not know each other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Used:
    """A person has or notes money in a currency, and the first of it is not before that day."""

    user_id: int
    currency: str
    first: date


FirstDays = Mapping[int, dict[str, date]]
"""By person, each currency with the first day of anything in it."""
Source = Callable[[int | None], Iterable[Used]]
"""Tells of one person, or of everybody in a few questions however many they are; repeats do no harm."""
_sources: list[Source] = []


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def currencies_used(user_id: int | None = None) -> FirstDays:
    """Of one person, or of everybody, all apps together."""
    found: defaultdict[int, dict[str, date]] = defaultdict(dict)
    for source in _sources:
        for one in source(user_id):
            days = found[one.user_id]
            days[one.currency] = min(one.first, days.get(one.currency, one.first))
    return dict(found)
