"""The clock of the story, the investor at its beginning, and how it ends where nothing ever fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command

from portfolio import search, upstream
from portfolio.live import quotes
from portfolio.market import news
from portfolio.sync import fetching
from tests.faults.looking import Closes, stored_closes
from tests.faults.people import Person, make_investor
from tests.faults.rounds import COLD, END, LATER, a_round
from tests.upstream.replica import Replica

SHORT = 0.5
"""Seconds that a question may take where no answer comes."""
COMPARED = ("analytics/net-worth/", "dividends/", "corporate-actions/", "quarantine/", "holdings/", "market/")
NEW_EACH_TIME = ("id", "asset", "account", "created_at")
_told: list["Ending"] = []


@dataclass(frozen=True, slots=True)
class Ending:
    """closes: all that were published, as they are stored. figures: what is shown of them, by path, without ids."""

    closes: Closes
    figures: dict[str, Any]


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(COLD, tick=False) as clock:
        yield clock


@pytest.fixture
def world(transactional_db: None, replica: Replica, clock: Any) -> Iterator[Replica]:
    cache.clear()
    yield replica
    replica.faults.reset()
    for future in list(upstream._under_way.values()):  # a search that nobody waits for any more
        future.exception(timeout=30)


@pytest.fixture
def faultless(world: Replica, clock: Any) -> Ending:
    """Told once; what it leaves behind is gone."""
    if not _told:
        person = make_investor()
        for moment in (COLD, LATER, END):
            clock.move_to(moment)
            a_round(person)
        _told.append(ending(person))
        call_command("flush", interactive=False)
        cache.clear()
        world.records.reset()
        clock.move_to(COLD)
    return _told[0]


@pytest.fixture
def person(faultless: Ending) -> Person:
    return make_investor()


def ending(person: Person) -> Ending:
    return Ending(stored_closes(), {path: without_ids(person.asked(path)) for path in COMPARED})


def ends_as(person: Person, expected: Ending) -> None:
    """All that is stored and shown is what it is where nothing ever failed."""
    found = ending(person)
    assert found.closes == expected.closes
    for path, figures in expected.figures.items():
        assert found.figures[path] == figures, path


def without_ids(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: without_ids(value) for name, value in answer.items() if name not in NEW_EACH_TIME}
    return [without_ids(value) for value in answer] if isinstance(answer, list) else answer


@contextmanager
def impatience() -> Iterator[None]:
    """Nobody waits for long: for upstreams that do not answer."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (quotes, news, fetching):
            patch.setattr(module, "SECONDS", SHORT)
        for name in ("SECONDS_TO_WAIT", "SECONDS_TO_ANSWER"):
            patch.setattr(search, name, SHORT)
        yield
