"""Upstreams that never answer: no lane is held up for longer than its questions may take, and no reader at all."""

import time
from typing import Any

import pytest

from core import background
from portfolio.models import PriceSource
from tests.faults.conftest import SHORT, impatience
from tests.faults.looking import seen_by
from tests.faults.people import Person
from tests.upstream.replica import Replica

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDERS = 2
SLACK = 4.0
"""For the work itself, on a busy machine."""


def seconds_of(lane: str) -> float:
    started = time.perf_counter()
    background.run_due(lane)
    return time.perf_counter() - started


def test_a_lane_takes_one_question_of_each_provider(world: Replica, clock: Any, person: Person) -> None:
    """After the first that is not answered, a provider is left alone: the histories of all others are put off."""
    person.asked("holdings/")
    person.asked("market/")
    world.fault(".", "hang")
    with impatience():
        for lane in ("sync", "quotes"):
            assert seconds_of(lane) < PROVIDERS * SHORT + SLACK
        asked = len(world.log)
        for lane in ("quotes", "sync"):
            assert seconds_of(lane) < SLACK
    assert len(world.log) == asked
    assert not PriceSource.objects.exclude(lease_owner="").exists()


def test_readers_wait_for_nobody(world: Replica, clock: Any, person: Person) -> None:
    """Before a lane has noticed that nobody answers, and while it has not: no read asks anybody."""
    world.fault(".", "hang")
    asked = len(world.log)
    seen_by(person)
    assert len(world.log) == asked
