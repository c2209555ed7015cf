"""Units counted in those of the last day."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.units import Conversion, Units, unit_now, units_joined, units_of

OLD, NEW, OTHER = 1, 2, 3
SPLIT = Conversion(OLD, 100, 2.0, OLD)
RENAME = Conversion(OLD, 200, 0.5, NEW)


def units(*changes: tuple[int, float], conversions: tuple[Conversion, ...] = (), asset: int = OLD) -> Units:
    day, quantity = np.array(changes).T
    return units_of(asset, day.astype(np.int64), quantity, conversions)


def test_a_unit_from_before_a_split_is_two():
    assert unit_now(OLD, 99, [SPLIT]) == (OLD, 2.0)
    assert unit_now(OLD, 100, [SPLIT]) == (OLD, 2.0)  # as it was held before that day
    assert unit_now(OLD, 101, [SPLIT]) == (OLD, 1.0)
    assert unit_now(OTHER, 1, [SPLIT, RENAME]) == (OTHER, 1.0)


def test_a_new_name_is_followed():
    """2 for one by the split, and half as many under the new name; a split of that counts too."""
    later = Conversion(NEW, 300, 10.0, NEW)
    assert unit_now(OLD, 50, [SPLIT, RENAME]) == (NEW, 1.0)
    assert unit_now(OLD, 150, [SPLIT, RENAME, later]) == (NEW, 5.0)
    assert unit_now(NEW, 250, [SPLIT, RENAME, later]) == (NEW, 10.0)


def test_a_split_is_no_change():
    """10 bought, which the split makes 20; 5 of these sold."""
    held = units((10, 10), (100, 10), (150, -5), conversions=(SPLIT,))

    assert held.day.tolist() == [10, 100, 150]
    assert held.level.tolist() == [20, 20, 15]
    assert (held.now, held.since) == (15, 10)
    assert held.kept(100) == held.kept(50) == 15


def test_what_is_sold_is_what_was_there_longest():
    """10, then 4 sold and 6 bought: of the 10 six are left, of the 6 that were there on day 25 six, of 12 all."""
    held = units((10, 10), (20, -4), (30, 6))

    assert [held.kept(day) for day in (10, 11, 20, 21, 31)] == [0, 6, 6, 6, 12]
    assert held.before(10) == 0
    assert held.before(20) == 10


def test_what_was_all_sold_is_not_kept_though_some_is_there_again():
    held = units((10, 10), (20, -10), (30, 8))

    assert held.kept(15) == held.kept(25) == 0
    assert held.before(25) == 10  # the last that was held
    assert (held.now, held.since) == (8, 30)


def test_several_changes_of_a_day_are_one():
    held = units((10, 10), (10, -3), (10, 1))

    assert held.day.tolist() == [10]
    assert held.level.tolist() == [8]


def test_noise_is_nothing():
    held = units((10, 0.1), (11, 0.2), (12, -0.3))

    assert held.level.tolist() == [0.1, pytest.approx(0.3), 0]
    assert held.since is None


def test_nothing_was_ever_held():
    empty = Units(np.zeros(0, np.int64), np.zeros(0))

    assert (empty.now, empty.since, empty.before(5), empty.kept(5)) == (0, None, 0, 0)


def test_what_moves_between_two_accounts_is_kept():
    joined = units_joined([units((10, 10), (20, -10)), units((20, 10), (30, -2))])

    assert joined.day.tolist() == [10, 20, 30]
    assert joined.level.tolist() == [10, 10, 8]
    assert joined.since == 10


def test_a_new_name_is_no_sale():
    """The split made 20 of 10 and the new name 10 of 20: all are held since the first day."""
    before = units((10, 10), (100, 10), (200, -20), conversions=(SPLIT, RENAME))
    after = units((200, 10), conversions=(SPLIT, RENAME), asset=NEW)

    assert units_joined([before, after]).level.tolist() == [10, 10, 10]


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(-5, 9)), min_size=1, max_size=12),
    st.integers(1, 60),
)
@settings(max_examples=50)
def test_first_in_first_out_as_a_queue_does_it(trades, day):
    """Against a queue of single units: of those bought before `day`, how many are left."""
    queue: list[int] = []
    changes: list[tuple[int, float]] = []
    for on, wanted in sorted(trades, key=lambda trade: trade[0]):
        quantity = max(wanted, -len(queue))
        queue = queue[-quantity:] if quantity < 0 else queue + [on] * quantity
        changes.append((on, quantity))
    by_day: dict[int, float] = {}
    for on, quantity in changes:
        by_day[on] = by_day.get(on, 0) + quantity
    held = units(*sorted(by_day.items()))

    assert held.now == len(queue)
    # within a day only the sum counts, so nothing that was there before leaves for what came on the day itself
    assert held.kept(day) >= sum(bought < day for bought in queue)
    if len({on for on, _ in changes}) == len(changes):
        assert held.kept(day) == sum(bought < day for bought in queue)


def test_day_numbers_are_ordinals():
    assert units((date(2024, 1, 10).toordinal(), 1)).since == 738_895
