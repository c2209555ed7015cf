"""Faults of all upstreams at once, other ones in each round, some of which spoil only a part of what is sent."""

import random
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from tests.faults.conftest import Ending, ends_as, impatience
from tests.faults.looking import Closes, nothing_lost, seen_by
from tests.faults.people import Person
from tests.faults.rounds import COLD, END, LATE_FOR, LATER, a_round, healed, published
from tests.faults.test_alone import NAMED, SLOW
from tests.upstream.replica import Replica

pytestmark = pytest.mark.django_db(transaction=True)
HOSTS = ("query1", "query2", "fc.yahoo", "getcrumb", "/v8/finance/chart/", "/v7/finance/quote", "mfapi", "amfiindia")
SYMBOLS = ("AAPL", "RELIANCE", "BTC", "USDINR", "122639")
ROUNDS = 4
SEEDS = [pytest.param(7), *(pytest.param(seed, marks=pytest.mark.drill) for seed in range(20, 40))]


def spoil(world: Replica, chance: random.Random) -> bool:
    """Up to four faults; whether one of them takes time."""
    world.faults.reset()
    modes = [chance.choice(tuple(NAMED)) for _ in range(chance.randint(1, 4))]
    for mode in modes:
        match = chance.choice((*HOSTS, *SYMBOLS, "."))
        world.fault(match, mode, delay=SLOW.get(mode), probability=chance.choice((0.3, 0.6, 1.0)))
    return any(mode in SLOW for mode in modes)


def moments(chance: random.Random) -> Iterator[timedelta]:
    after = timedelta(0)
    for _ in range(ROUNDS):
        yield after
        after += timedelta(seconds=chance.choice((5, 15, 70, 240, 600)))


def has_all(closes: Closes, expected: Closes) -> None:
    """And perhaps a day more, where it became late."""
    for symbol, by_day in expected.items():
        assert by_day.items() <= closes[symbol].items(), symbol


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_all_heals(
    world: Replica, clock: Any, faultless: Ending, person: Person, *, seed: int
) -> None:
    chance = random.Random(seed)
    random.seed(seed)  # by which the replica spoils some requests and not others
    seen = seen_by(person)
    for begun in (COLD, LATER):
        for after in moments(chance):
            clock.move_to(begun + after)
            with impatience() if spoil(world, chance) else nullcontext():
                nothing_lost(seen, seen := a_round(person))
        world.faults.reset()
        seen = healed(person, clock, seen, within=LATE_FOR)
        has_all(seen.closes, published(faultless.closes, begun))
        assert seen.is_clean, (seen.codes, seen.status["providers"], seen.status["syncing"])
    clock.move_to(END)
    a_round(person)
    ends_as(person, faultless)
