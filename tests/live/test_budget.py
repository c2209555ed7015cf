"""The budget of a provider: no hour sees more requests than its limit, whoever asks, whatever the clocks say."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portfolio.live import gate
from portfolio.models import ProviderState
from portfolio.providers.base import BudgetSpent, Resting
from tests.live.conftest import travel

HOUR = 3600.0
START = datetime(2026, 11, 20, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("live")

gaps = st.one_of(st.floats(0, 2), st.floats(0, 60), st.floats(0, 4000), st.sampled_from([0.0, HOUR / 260, HOUR]))
crowds = st.tuples(gaps, st.integers(1, 400))
"""How long nothing happens, and how many then come at once."""


def sent(state: ProviderState, crowds: list[tuple[float, int]], *, limit: int = 360) -> list[float]:
    """When requests were let through, by the arithmetic that `spend` does in its transaction."""
    times, now = [], 0.0
    for gap, people in crowds:
        now += gap
        for _ in range(people):
            moment = START + timedelta(seconds=now)
            state.allowance, state.counted_at = gate.tokens(state, moment, limit=limit)
            if state.allowance >= 1:
                state.allowance -= 1
                times.append(now)
    return times


def most_in_an_hour(times: list[float]) -> int:
    most = first = 0
    for last, time in enumerate(times):
        while times[first] < time - HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(st.lists(crowds, max_size=30))
@settings(max_examples=150, deadline=None)
def test_no_sliding_hour_has_more_requests_than_the_limit(crowds) -> None:
    assert most_in_an_hour(sent(ProviderState(), crowds)) <= 360


def test_the_budget_is_used_when_it_is_wanted() -> None:
    """100 at once and 260 in the course of the hour: asking each second, all of an hour's can be had."""
    times = sent(ProviderState(), [(1.0, 3)] * 4000)
    assert most_in_an_hour(times) in (359, 360)


@given(st.lists(st.tuples(st.floats(-1800, 1800), st.integers(0, 50)), max_size=30))
@example([(0.0, 100), (1800.0, 50), (-1800.0, 1), (0.0, 100), (1800.0, 100)])
@settings(max_examples=150, deadline=None)
def test_clocks_that_differ_mint_nothing(steps) -> None:
    """Hosts whose clocks are up to half an hour ahead or behind: never more than the furthest clock allows for."""
    state = ProviderState()
    hours = (max((offset for offset, _ in steps), default=0.0) + 1800) / HOUR
    offsets = [(START + timedelta(seconds=offset), people) for offset, people in steps]
    let_through = 0
    for moment, people in offsets:
        for _ in range(people):
            state.allowance, state.counted_at = gate.tokens(state, moment, limit=360)
            if state.allowance >= 1:
                state.allowance -= 1
                let_through += 1
    assert let_through <= 100 + 260 * min(hours, 1)


def test_a_clock_that_was_set_back_far_starts_with_nothing() -> None:
    state = ProviderState(allowance=100, counted_at=START + timedelta(days=400))
    assert gate.tokens(state, START, limit=360) == (0, START)


@pytest.mark.usefixtures("db")
class TestSpending:
    def test_a_burst_is_a_hundred_and_then_one_every_fourteen_seconds(self) -> None:
        with travel("2026-11-20 10:00"):
            for _ in range(100):
                gate.spend("yahoo")
            with pytest.raises(BudgetSpent) as refused:
                gate.spend("yahoo")
        assert refused.value.retry_after == pytest.approx(3600 / 260, abs=0.01)
        with travel("2026-11-20 10:00:13"), pytest.raises(BudgetSpent):
            gate.spend("yahoo")
        with travel("2026-11-20 10:00:14"):
            gate.spend("yahoo")

    def test_what_can_wait_leaves_the_rest_to_others(self) -> None:
        with travel("2026-11-20 10:00"):
            with gate.asking("yahoo", reserve=gate.QUOTES_RESERVE):
                for _ in range(60):
                    gate.spend("yahoo")
                with pytest.raises(BudgetSpent, match="that are left are kept for what cannot wait"):
                    gate.spend("yahoo")
            with gate.asking("yahoo"):
                for _ in range(40):
                    gate.spend("yahoo")
                with pytest.raises(BudgetSpent, match="are used up"):
                    gate.spend("yahoo")

    def test_a_small_limit_has_a_small_reserve(self, settings) -> None:
        """60 an hour: 16 at once, of which 40 % are for others."""
        settings.YAHOO_REQUESTS_PER_HOUR = 60
        with travel("2026-11-20 10:00"), gate.asking("yahoo", reserve=40):
            for _ in range(10):
                gate.spend("yahoo")
            with pytest.raises(BudgetSpent):
                gate.spend("yahoo")

    def test_each_provider_has_its_own(self) -> None:
        with travel("2026-11-20 10:00"):
            for _ in range(1000):
                gate.spend("mfapi")
            with pytest.raises(BudgetSpent):
                gate.spend("mfapi")
            gate.spend("yahoo")

    def test_fixed_prices_cost_nothing(self) -> None:
        gate.spend("fixed")
        with gate.asking("fixed"):
            pass
        assert not ProviderState.objects.exists()

    def test_nothing_is_spent_where_live_prices_are_off(self, settings) -> None:
        settings.LIVE_PRICES = False
        with pytest.raises(Resting):
            gate.spend("yahoo")
        with pytest.raises(Resting), gate.asking("yahoo"):
            raise AssertionError


@pytest.mark.django_db(transaction=True)
def test_threads_that_spend_at_once_never_spend_more() -> None:
    begin = threading.Barrier(8)

    def spend_many() -> int:
        begin.wait()
        spent = 0
        for _ in range(20):
            try:
                gate.spend("yahoo")
                spent += 1
            except BudgetSpent:
                pass
        assert connection.connection is None  # a thread of a provider's keeps no connection
        return spent

    with time_machine.travel(START, tick=False), ThreadPoolExecutor(8) as pool:
        counts = [each.result() for each in [pool.submit(spend_many) for _ in range(8)]]
    assert sum(counts) == 100
    assert ProviderState.objects.get().allowance == 0


@pytest.mark.django_db(transaction=True)
def test_it_is_not_spent_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        gate.spend("yahoo")


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_counts_even_where_nothing_is_left() -> None:
    """Of the 100, then two that curl sent by itself: it takes the refill of three before the next one may go."""
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(100):
            gate.spend("yahoo")
        gate.spend("yahoo", is_sent=True)
        gate.spend("yahoo", is_sent=True)
        clock.shift(2.9 * 3600 / 260)
        with pytest.raises(BudgetSpent):
            gate.spend("yahoo")
        clock.shift(0.2 * 3600 / 260)
        gate.spend("yahoo")
