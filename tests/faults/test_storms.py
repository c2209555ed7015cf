"""All symbols vanish for hours, or come with nothing in them: that is the upstream's trouble, and passes with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portfolio.models import PriceSource, Quarantine
from tests.faults.conftest import Ending, ends_as
from tests.faults.looking import Sight, nothing_lost, seen_by
from tests.faults.people import LISTED, PAIR, Person
from tests.faults.rounds import COLD, END, LATER, UNKNOWN_FOR, a_round, healed, published
from tests.upstream.replica import Replica

pytestmark = pytest.mark.django_db(transaction=True)
QUARTER = timedelta(minutes=15)
YAHOOS = [symbol for symbol, (provider, *_) in LISTED.items() if provider == "yahoo"] + [PAIR]
FUND = "122639"
EARLIER = date(2021, 1, 4)
"""Before the first day on which the person had them."""


def complete(person: Person, clock: Any, faultless: Ending) -> Sight:
    clock.move_to(COLD)
    seen = a_round(person)
    assert seen.closes == published(faultless.closes, COLD)
    assert seen.is_clean, (seen.codes, seen.status["providers"], seen.status["problems"])
    return seen


def test_a_storm_of_not_found(world: Replica, clock: Any, faultless: Ending, person: Person) -> None:
    """Two hours without any symbol: an hour after it has a price again, what had vanished has its history."""
    seen = complete(person, clock, faultless)
    clock.move_to(LATER)
    world.fault(".", "404")
    for _ in range(9):
        nothing_lost(seen, seen := a_round(person))
        assert "unknown_symbol" in seen.codes or "vanished" in seen.codes
        clock.shift(QUARTER)
    assert PriceSource.objects.get(symbol=FUND).vanished_at is not None
    world.faults.reset()

    clock.shift(UNKNOWN_FOR)
    nothing_lost(seen, seen := a_round(person))
    seen = healed(person, clock, seen, within=UNKNOWN_FOR)

    assert seen.is_clean, (seen.codes, seen.status["providers"], seen.status["problems"])
    clock.move_to(END)
    a_round(person)
    ends_as(person, faultless)


def empty(world: Replica) -> None:
    """Symbols are known, and there is nothing of them: no bar, no NAV."""
    for symbol in YAHOOS:
        world.world.shorten(symbol, timezone.now().date() + timedelta(days=365))
    world.world.funds.fund(FUND).navs = {}


def full(world: Replica) -> None:
    world.world.reset()


@pytest.mark.parametrize("is_cold", [True, False], ids=["cold", "later"])
def test_answers_with_nothing_in_them(
    world: Replica, clock: Any, faultless: Ending, person: Person, *, is_cold: bool
) -> None:
    begun = COLD if is_cold else LATER
    seen = seen_by(person) if is_cold else complete(person, clock, faultless)
    clock.move_to(begun)
    empty(world)
    for _ in range(2):
        nothing_lost(seen, seen := a_round(person))
        assert not seen.is_clean
        clock.shift(90)
    assert "empty" in seen.codes
    full(world)

    seen = healed(person, clock, seen, within=UNKNOWN_FOR)

    assert seen.closes == published(faultless.closes, begun)
    assert seen.is_clean, (seen.codes, seen.status["providers"], seen.status["problems"])
    assert not Quarantine.objects.exists()


def test_nothing_where_an_earlier_day_is_needed(world: Replica, clock: Any, faultless: Ending, person: Person) -> None:
    """What is needed from an earlier day on is asked for until it comes."""
    seen = complete(person, clock, faultless)
    empty(world)
    for symbol in ("RELIANCE.NS", FUND):
        person.enter(person.main, EARLIER.isoformat(), symbol, quantity="1", price="50")
    nothing_lost(Sight(seen.closes, {}, seen.status), a_round(person))
    full(world)

    seen = healed(person, clock, seen_by(person), within=UNKNOWN_FOR)

    for symbol in ("RELIANCE.NS", FUND):
        assert min(seen.closes[symbol]) <= EARLIER
    assert seen.is_clean, seen.status
