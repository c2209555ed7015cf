"""Which budget counts, what is carried over, and at what pace it is used; months are counted from JANUARY."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.budgets import NONE, Clock, Plan, Status, Term, carried_over, pace_of, plan_of, status_of
from analytics.engine.measure import Measure
from analytics.engine.months import days_in_month, first_day, last_day, month_of, month_starts

JANUARY = month_of(date(2024, 1, 1))
EVER = JANUARY + 1200


def term(first: int, last: int = EVER, *, carries: bool = True) -> Term:
    return Term(JANUARY + first, JANUARY + last if last != EVER else EVER, False, carries)


def single(month: int, *, carries: bool = True) -> Term:
    return Term(JANUARY + month, JANUARY + month, True, carries)


def plan(*terms: Term, months: int = 6) -> Plan:
    return plan_of(terms, first=JANUARY, last=JANUARY + months - 1)


def test_months_are_counted():
    assert JANUARY == 2024 * 12
    assert first_day(JANUARY + 13) == date(2025, 2, 1)
    assert last_day(JANUARY + 1) == date(2024, 2, 29)
    assert days_in_month(JANUARY + 13) == 28
    assert month_starts(2024).tolist() == [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]
    assert month_starts(2023)[11] == 334


def test_the_month_alone_counts_before_what_recurs_and_of_that_the_latest():
    """0 recurs from January to April, 1 from March on, 2 is of April alone: it is asked for in any order."""
    terms = [term(0, 3), term(2), single(3)]
    assert plan(*terms).budget.tolist() == [0, 0, 1, 2, 1, 1]
    assert plan(*terms[::-1]).budget.tolist() == [2, 2, 1, 0, 1, 1]


def test_an_earlier_budget_counts_again_when_a_later_one_has_ended():
    assert plan(term(0), term(1, 2)).budget.tolist() == [0, 1, 1, 0, 0, 0]


def test_a_month_without_a_budget_has_none():
    assert plan(term(1, 2)).budget.tolist() == [NONE, 0, 0, NONE, NONE, NONE]
    assert plan().budget.tolist() == [NONE] * 6
    assert plan(term(-3, -1), term(7, 9)).budget.tolist() == [NONE] * 6


def test_nothing_is_taken_over_from_a_month_without_a_budget_nor_where_it_does_not_carry():
    """February and March carry, April is without, May follows nothing, June does not carry."""
    found = plan(term(1, 2), term(4), single(5, carries=False))
    assert found.starts.tolist() == [True, True, False, True, True, True]
    assert [found.begin(JANUARY + month) - JANUARY for month in range(6)] == [0, 1, 1, 3, 4, 5]


def test_an_exceptional_month_is_a_link_of_the_chain():
    """December's gifts have a budget of their own; January takes over what December left."""
    found = plan(term(0), single(2))
    assert found.starts.tolist() == [True, False, False, False, False, False]


def test_left_overs_of_both_signs_are_carried():
    """100 a month: 70 spent leaves 30; 150 of 130 leave -20; 90 of 80 leave -10; a new start forgets it."""
    left = np.array([30, -50, 10, 0], np.int64)
    assert carried_over(left, np.array([True, False, False, False])).tolist() == [0, 30, -20, -10]
    assert carried_over(left, np.array([True, False, True, False])).tolist() == [0, 30, 0, 10]
    assert carried_over(left, np.ones(4, bool)).tolist() == [0, 0, 0, 0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.booleans()), min_size=1, max_size=40))
def test_the_chain_is_that_of_one_month_after_the_other(months: list[tuple[int, bool]]):
    left, starts = np.array([m for m, _ in months], np.int64), np.array([True, *(s for _, s in months[1:])])
    carried, expected = 0, []
    for month, start in zip(left.tolist(), starts.tolist(), strict=True):
        carried = 0 if start else carried
        expected.append(carried)
        carried += month
    assert carried_over(left, starts).tolist() == expected


def status(amount: int | None, spent: list[int], *, carried: int | None = 0, gone: int = 30) -> Status:
    daily = np.array(spent + [0] * (30 - len(spent)), np.int64)
    return status_of(amount=amount, carried=carried, spent=int(daily.sum()), daily=daily, clock=Clock(30, gone))


def test_half_a_month_with_half_the_money_is_on_track():
    """15 of 30 days gone, 150 of 300 spent: 300 at the end, which is all there is, and not more."""
    found = status(300, [150], gone=15)
    assert (found.available, found.remaining, found.share_used) == (300, 150, Measure(0.5))
    assert (found.pace, found.on_track, found.used_up_on) == (300, True, None)


def test_at_a_faster_rate_there_is_a_day_on_which_it_is_used_up():
    """160 in 10 days are 16 a day: 480 by the end; 300 / 16 = 18.75, so on the 19th more than 300 is spent."""
    found = status(300, [160], gone=10)
    assert (found.pace, found.on_track, found.used_up_on) == (480, False, 19)


def test_what_is_just_reached_is_used_up_the_day_after():
    """200 in 10 days are 20 a day: 300 is reached on the 15th, and passed on the 16th."""
    assert status(300, [200], gone=10).used_up_on == 16


def test_what_is_overspent_was_used_up_on_the_day_on_which_it_happened():
    found = status(100, [60, 0, 40, 1, 20], gone=30)
    assert (found.remaining, found.pace, found.on_track, found.used_up_on) == (-21, 121, False, 4)
    assert found.share_used == Measure(1.21)


def test_what_is_carried_over_is_available():
    assert status(100, [110], carried=30).remaining == 20
    owing = status(100, [50], carried=-130, gone=3)
    assert (owing.available, owing.remaining) == (-30, -80)
    assert owing.share_used == Measure(None, "Nothing is available to be spent.")
    assert (owing.pace, owing.on_track, owing.used_up_on) == (500, False, 1)


def test_a_budget_of_nothing():
    idle = status(0, [])
    assert idle.share_used == Measure(None, "Nothing is available to be spent.")
    assert (idle.remaining, idle.pace, idle.on_track, idle.used_up_on) == (0, 0, True, None)
    assert status(0, [0, 5]).used_up_on == 2


def test_refunds_above_expenses_give_back():
    found = status(100, [-50], gone=10)
    assert (found.remaining, found.pace, found.on_track, found.used_up_on) == (150, -150, True, None)
    assert found.share_used == Measure(-0.5)


def test_a_month_that_has_not_begun_has_no_pace():
    found = status(100, [], gone=0, carried=-120)
    assert (found.available, found.pace, found.on_track, found.used_up_on) == (-20, None, None, None)


@pytest.mark.parametrize(("amount", "carried"), [(None, 0), (100, None)])
def test_an_amount_that_is_not_known_leaves_what_is(amount: int | None, carried: int | None):
    found = status(amount, [50], carried=carried, gone=15)
    assert (found.spent, found.pace) == (50, 100)
    assert (found.available, found.remaining, found.on_track, found.used_up_on) == (None, None, None, None)
    assert found.share_used == Measure(None, "Some amounts are not known in this currency.")


def test_the_pace_is_rounded_to_a_unit():
    assert pace_of(100, Clock(31, 3)) == 1033  # 1033.33
    assert pace_of(100, Clock(31, 31)) == 100
    assert pace_of(None, Clock(31, 3)) is None
