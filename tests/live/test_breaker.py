"""The circuit breaker: which failures open it, for how long, and the one probe that closes it."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from portfolio.live import breaker, gate
from portfolio.models import ProviderState
from portfolio.providers.base import (
    BudgetSpent,
    Garbled,
    ProviderDown,
    RateLimited,
    Resting,
    TimedOut,
    UnknownSymbol,
    Unreachable,
    WrongAnswer,
)
from tests.live.conftest import at, travel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live")]


def ask(error: Exception | None = None) -> None:
    with gate.asking("yahoo"):
        if error is not None:
            raise error


def fail(error: ProviderDown) -> None:
    with pytest.raises(type(error)):
        ask(error)


def rest() -> float:
    """For how many seconds it is left alone from now on; 0 where it is not."""
    until = ProviderState.objects.get().open_until
    return 0.0 if until is None else (until - timezone.now()).total_seconds()


@pytest.mark.parametrize("error", [RateLimited("429"), TimedOut("10 s")])
def test_some_failures_open_it_at_once(error) -> None:
    with travel("2026-11-20 10:00"):
        fail(error)
        assert 4 <= rest() <= 5
        with pytest.raises(Resting):
            ask()


@pytest.mark.parametrize("error", [Unreachable("refused"), Garbled("html"), ProviderDown("what?")])
def test_others_open_it_when_they_are_three_in_a_row(error) -> None:
    with travel("2026-11-20 10:00"):
        fail(error)
        fail(error)
        ask()
        fail(error)
        fail(error)
        assert rest() == 0
        fail(error)
        assert 4 <= rest() <= 5


@pytest.mark.parametrize("error", [UnknownSymbol("no such thing"), WrongAnswer("of something else")])
def test_an_answer_about_one_symbol_is_an_answer(error) -> None:
    fail(Unreachable("refused"))
    with pytest.raises(type(error)):
        ask(error)
    state = ProviderState.objects.get()
    assert (state.failures, state.error_code) == (0, "")
    assert state.last_ok_at is not None


@pytest.mark.parametrize("error", [BudgetSpent("no more"), Resting("not now")])
def test_what_was_not_asked_says_nothing_of_the_provider(error) -> None:
    fail(Unreachable("refused"))
    before = ProviderState.objects.values().get()
    fail(error)
    assert ProviderState.objects.values().get() == before


def test_the_rest_doubles_up_to_a_minute() -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock:
        for wait in (5, 10, 20, 40, 60, 60):
            fail(RateLimited("429"))
            assert 0.8 * wait <= rest() <= wait
            clock.shift(wait)


def test_a_rest_that_was_asked_for_is_kept_up_to_a_quarter_of_an_hour() -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock:
        fail(RateLimited("429", retry_after=120))
        assert rest() == 120
        clock.shift(120)
        fail(RateLimited("429", retry_after=86_400))
        assert rest() == 900


def test_failures_of_those_who_asked_together_count_once() -> None:
    with travel("2026-11-20 10:00"):
        with gate.asking("yahoo"):
            fail(RateLimited("429"))
            breaker.note_failure("yahoo", RateLimited("429"), is_probe=False)  # as of another thread
        assert 4 <= rest() <= 5


def test_a_success_that_was_under_way_does_not_close_it() -> None:
    with travel("2026-11-20 10:00"):
        with gate.asking("yahoo"):
            fail(RateLimited("429"))
        assert rest() > 0


def test_a_probe_that_succeeds_closes_it() -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock:
        fail(RateLimited("429"))
        clock.shift(5)
        with gate.asking("yahoo"), pytest.raises(Resting):
            ask()  # while the probe is under way
        ask()
        assert ProviderState.objects.get().failures == 0


def test_a_probe_that_asked_nothing_leaves_it_to_the_next() -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock:
        fail(RateLimited("429"))
        clock.shift(5)
        fail(BudgetSpent("no more"))
        ask()
        assert rest() == 0


def test_a_probe_whose_process_died_is_followed_by_another() -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock:
        fail(RateLimited("429"))
        clock.shift(5)
        breaker.enter("yahoo")
        clock.shift(59)
        with pytest.raises(Resting):
            ask()
        clock.shift(1)
        ask()
        assert rest() == 0


def test_a_clock_that_was_put_back_does_not_prolong_the_rest() -> None:
    with travel("2026-11-21 10:00"):
        fail(RateLimited("429"))
    with travel("2026-11-20 10:00"):
        ask()
        assert rest() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_one_probes() -> None:
    begin, answered = threading.Barrier(8), threading.Event()
    probes: list[int] = []

    def come(number: int) -> str:
        begin.wait()
        try:
            with gate.asking("yahoo"):
                probes.append(number)
                answered.wait(10)
                return "asked"
        except Resting:
            return "rests"
        finally:
            connection.close()

    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock, ThreadPoolExecutor(8) as pool:
        fail(TimedOut("10 s"))
        clock.shift(5)
        coming = [pool.submit(come, number) for number in range(8)]
        while sum(each.done() for each in coming) < 7:
            threading.Event().wait(0.01)
        answered.set()
        assert sorted(each.result() for each in coming) == ["asked"] + ["rests"] * 7
    assert len(probes) == 1
    assert ProviderState.objects.get().open_until is None


def test_a_change_is_logged_once(caplog) -> None:
    with time_machine.travel(at("2026-11-20 10:00"), tick=False) as clock, caplog.at_level(logging.INFO):
        for _ in range(4):
            fail(RateLimited("too many"))
            clock.shift(60)
        ask()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "too many" in caplog.text


def test_the_status_names_what_is_the_matter(settings) -> None:
    def states() -> dict[str, gate.State]:
        return {state.provider: state for state in gate.provider_states()}

    with travel("2026-11-20 10:00") as clock:
        assert {name: (state.state, state.requests_left) for name, state in states().items()} == {
            "yahoo": ("ok", 100),
            "mfapi": ("ok", 1000),
        }
        ask()
        fail(RateLimited("too many"))
        yahoo = states()["yahoo"]
        assert (yahoo.state, yahoo.error_code, yahoo.last_error) == ("resting", "rate_limited", "too many")
        assert yahoo.since == yahoo.last_ok_at == at("2026-11-20 10:00")
        assert yahoo.since
        assert yahoo.retry_at
        assert timedelta(seconds=4) <= yahoo.retry_at - yahoo.since <= timedelta(seconds=5)
        clock.shift(6)
        assert (states()["yahoo"].state, states()["yahoo"].retry_at) == ("half_open", None)
        clock.shift(-6)
        for _ in range(1000):
            gate.spend("mfapi")
        assert (states()["mfapi"].state, states()["mfapi"].requests_left) == ("budget_spent", 0)
        settings.LIVE_PRICES = False
        assert {state.state for state in gate.provider_states()} == {"off"}
