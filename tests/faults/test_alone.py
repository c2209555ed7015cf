"""One upstream fails in one way, at the first start and on the day after; then it works again."""

from contextlib import nullcontext
from typing import Any

import pytest

from portfolio.sync.schedule import LONGEST_RETRY
from tests.faults.conftest import Ending, ends_as, impatience
from tests.faults.looking import Sight, seen_by
from tests.faults.people import Person
from tests.faults.rounds import (
    COLD,
    END,
    LATER,
    UNKNOWN_FOR,
    a_round,
    healed,
    published,
    rounds_under_fault,
)
from tests.upstream.replica import Replica

pytestmark = pytest.mark.django_db(transaction=True)
YAHOO, FUNDS = r"yahoo\.com", r"mfapi\.in|amfiindia\.com"
NAMED = {
    "429": "rate_limited",
    "404": "unknown_symbol",
    **dict.fromkeys(("401", "500", "502", "503", "drop", "truncate"), "unreachable"),
    **dict.fromkeys(("garbage", "html", "emptyobj", "chartnull", "empty"), "garbled"),
    **dict.fromkeys(("slow", "trickle", "hang"), "timed_out"),
}
"""By mode, as the status names it."""
SLOW = {"slow": 3.0, "trickle": 0.4, "hang": 600.0}
QUICK = {(YAHOO, mode) for mode in ("429", "404", "html", "hang")} | {(FUNDS, "503"), (FUNDS, "truncate")}
"""One of each error that a provider raises."""
CASES = [
    pytest.param(match, mode, id=f"{name} {mode}", marks=() if (match, mode) in QUICK else pytest.mark.drill)
    for name, match in (("yahoo", YAHOO), ("funds", FUNDS))
    for mode in NAMED
]


@pytest.mark.parametrize(("match", "mode"), CASES)
def test_it_changes_nothing_says_so_and_heals(
    world: Replica, clock: Any, faultless: Ending, person: Person, *, match: str, mode: str
) -> None:
    seen = seen_by(person)
    for begun in (COLD, LATER):
        clock.move_to(begun)
        seen = under(world, clock, person, seen, match=match, mode=mode, begun=begun)
        assert seen.closes == published(faultless.closes, begun)
        assert seen.is_clean, (seen.codes, seen.status["providers"], seen.status["syncing"])
    clock.move_to(END)
    a_round(person)
    ends_as(person, faultless)


def under(world: Replica, clock: Any, person: Person, before: Sight, *, match: str, mode: str, begun: Any) -> Sight:
    """The fault lasts for three rounds, and the status names it in each."""
    world.fault(match, mode, delay=SLOW.get(mode))
    with impatience() if mode in SLOW else nullcontext():
        seen = rounds_under_fault(person, clock, begun, before)
        assert person.asked("assets/?search=Wipro")["results"] == []
    assert all(NAMED[mode] in one.codes for one in seen), [one.codes for one in seen]
    world.faults.reset()
    return healed(person, clock, seen[-1], within=UNKNOWN_FOR if mode == "404" else LONGEST_RETRY)
