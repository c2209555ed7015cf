"""Counts are exact however many count at once, and end when they say."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from core.limits import Delays, Purge, attempt_begin, attempt_fail, attempt_wait, count_up, forget, key_of
from core.models import RateCount
from tests.safety.together import at_once

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DELAYS = Delays(free=3, delays=[MINUTE, 2 * MINUTE, 4 * MINUTE], forgotten_after=timedelta(hours=1))


@pytest.mark.django_db
def test_a_window_begins_with_its_first_count_and_ends() -> None:
    key = key_of("test", "window")
    with time_machine.travel(NOON, tick=False) as clock:
        first = count_up(key, window=MINUTE)
        assert (first.count, first.ends_at, first.seconds_left) == (1, NOON + MINUTE, 60)
        clock.shift(59.5)
        later = count_up(key, window=MINUTE, by=10)
        assert (later.count, later.ends_at, later.seconds_left) == (11, NOON + MINUTE, 1)
        clock.shift(0.5)
        again = count_up(key, window=MINUTE)
        assert (again.count, again.ends_at) == (1, NOON + 2 * MINUTE)


def test_keys_tell_nothing_and_differ() -> None:
    limited = [("log-in", "asha@example.com"), ("log-in", "bob@example.com"), ("code", 1), ("code", 11)]
    keys = {key_of(*parts) for parts in limited}
    assert len(keys) == 4
    assert all(len(key) == 64 and "asha" not in key for key in keys)


@pytest.mark.django_db(transaction=True)
def test_a_count_is_exact_when_all_count_at_once() -> None:
    key = key_of("test", "race")
    counts = at_once(lambda number: count_up(key, window=MINUTE, by=2).count, times=200)

    assert sorted(counts) == list(range(2, 401, 2))
    assert RateCount.objects.get(key=key).count == 400


@pytest.mark.django_db
def test_each_failure_beyond_the_free_ones_waits_longer() -> None:
    key = key_of("test", "delays")
    with time_machine.travel(NOON, tick=False) as clock:
        assert [attempt_begin(key, DELAYS) for _ in range(4)] == [0, 0, 0, 60]
        for wait in (60, 120, 240, 240):
            assert attempt_wait(key, DELAYS) == wait
            clock.shift(wait - 1)
            assert attempt_begin(key, DELAYS) == 1
            clock.shift(1)
            assert attempt_begin(key, DELAYS) == 0
        clock.shift(3600)
        assert [attempt_begin(key, DELAYS) for _ in range(4)] == [0, 0, 0, 60]
        forget(key)
        assert attempt_begin(key, DELAYS) == 0


@pytest.mark.django_db
def test_attempts_while_one_must_wait_do_not_make_it_longer() -> None:
    key = key_of("test", "patience")
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            attempt_begin(key, DELAYS)
        for _ in range(50):
            clock.shift(1)
            attempt_begin(key, DELAYS)
        assert attempt_wait(key, DELAYS) == 10


@pytest.mark.django_db
def test_a_failure_that_is_counted_afterwards_counts_the_same() -> None:
    key = key_of("test", "afterwards")
    with time_machine.travel(NOON, tick=False) as clock:
        waits = []
        for _ in range(5):
            attempt_fail(key, DELAYS)
            waits.append(attempt_wait(key, DELAYS))
            clock.shift(10)
        assert waits == [0, 0, 60, 120, 240]


@pytest.mark.django_db(transaction=True)
def test_of_many_attempts_at_the_same_moment_the_free_ones_are_made() -> None:
    key = key_of("test", "guesses")
    waits = at_once(lambda number: attempt_begin(key, DELAYS), times=100)

    made = Counter(wait == 0 for wait in waits)
    assert made == {True: 3, False: 97}


@pytest.mark.django_db(transaction=True)
def test_after_the_wait_one_of_them_is_made() -> None:
    key = key_of("test", "next")
    for _ in range(3):
        attempt_begin(key, DELAYS)
    RateCount.objects.filter(key=key).update(ends_at=RateCount.objects.get(key=key).ends_at - MINUTE)

    waits = at_once(lambda number: attempt_begin(key, DELAYS), times=40)

    assert sum(wait == 0 for wait in waits) == 1


@pytest.mark.django_db(transaction=True)
def test_a_count_within_a_transaction_is_refused_since_it_could_be_rolled_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        count_up(key_of("test", "inside"), window=MINUTE)
    assert not RateCount.objects.exists()


@pytest.mark.django_db
def test_what_is_over_is_purged_and_nothing_else() -> None:
    with time_machine.travel(NOON, tick=False):
        over, going_on = key_of("test", "over"), key_of("test", "going on")
        count_up(over, window=MINUTE)
        count_up(going_on, window=MINUTE * 2)
    purge = Purge()
    with time_machine.travel(NOON + MINUTE, tick=False):
        assert purge() is True
        assert purge() is False
    assert [row.key for row in RateCount.objects.all()] == [going_on]
