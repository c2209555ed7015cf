"""Paths made of the past: by hand where the returns are constant, and by their properties where they are not."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.projection import FEWEST, Draw, Plan, compounded, month_growths, project, why_none

FLAT = np.zeros(300)
RISING = np.full(300, 2.0 ** (1 / 21) - 1)
"""Doubles in each month of 21 weekdays."""
WILD = np.random.default_rng(7).normal(0.0004, 0.012, 900)
FEW = Draw(simulations=200)


def plan(**fields: float) -> Plan:
    return Plan(**{"value": 1000.0, "months": 24, **fields})  # type: ignore[arg-type]


class TestConstantReturns:
    def test_growth_and_contributions_by_hand(self) -> None:
        """100 doubles and 10 come in: 210, 430, 870."""
        made = project(RISING, plan(value=100, months=3, contribution=10), FEW)
        for level in made.value:
            assert level == pytest.approx([100, 210, 430, 870])
        assert made.put_in.tolist() == [100, 110, 120, 130]
        assert (made.loss_chance.value, made.ruin_chance.value) == (0, 0)

    def test_contributions_grow_from_year_to_year(self) -> None:
        """Twelve of 10, twelve of 15, and one of 22.5 on top of 1,000: 1,120 after a year, 1,300 after two."""
        made = project(FLAT, plan(months=25, contribution=10, growth=0.5), FEW)
        assert made.put_in[[12, 24, 25]].tolist() == [1120, 1300, 1322.5]
        assert made.value[2] == pytest.approx(made.put_in)
        assert made.loss_chance.value == 0

    def test_inflation_takes_it_into_todays_money(self) -> None:
        """1,000 that lie still while prices double each year: 500 and 250; what was put in is 1,000 still."""
        made = project(FLAT, plan(inflation=1.0, goal=400), FEW)
        assert made.value[0][[0, 12, 24]] == pytest.approx([1000, 500, 250])
        assert made.put_in[-1] == 1000
        assert made.loss_chance.value == 1
        assert made.goal_chance.value == 0
        assert made.goal_months.value == 0  # they were there at the start

    def test_contributions_are_in_the_money_of_their_time(self) -> None:
        """12 at the end of the only year, when prices have quadrupled in it, are 3 of today."""
        made = project(FLAT, plan(value=0, months=12, contribution=12, inflation=3.0), FEW)
        monthly = [12 / 4 ** (month / 12) for month in range(1, 13)]
        assert monthly[-1] == 3
        assert made.put_in[-1] == pytest.approx(sum(monthly))
        assert made.value[2][-1] == pytest.approx(12 * 12 / 4)

    def test_a_total_loss_stays_lost(self) -> None:
        made = project(np.full(300, -1.0), plan(), FEW)
        assert made.value[:, 1:].max() == 0
        assert made.loss_chance.value == 1


class TestWithdrawals:
    def test_what_lasts_exactly_is_no_ruin(self) -> None:
        made = project(FLAT, plan(value=1200, months=12, contribution=-100), FEW)
        assert made.value[2].tolist() == [1200 - 100 * month for month in range(13)]
        assert (made.ruin_chance.value, made.loss_chance.value) == (0, 0)

    def test_ruin_stays_at_nothing(self) -> None:
        """1,150: eleven withdrawals of 100, 50 of the twelfth, none after it."""
        made = project(FLAT, plan(value=1150, months=14, contribution=-100), FEW)
        assert made.value[2][[11, 12, 13, 14]].tolist() == [50, 0, 0, 0]
        assert made.ruin_chance.value == 1
        assert made.loss_chance.value == 0  # all 1,150 were paid out

    def test_withdrawing_more_makes_ruin_likelier(self) -> None:
        plans = [plan(months=120, contribution=-amount) for amount in (0.1, 2, 9, 14, 40)]
        chances = [project(WILD, one, Draw()).ruin_chance.value or 0.0 for one in plans]
        assert chances == sorted(chances)
        assert (chances[0], chances[-1]) == (0, 1)
        assert 0 < chances[1] < 1


class TestGoal:
    def test_chance_and_time_at_the_extremes(self) -> None:
        sure = project(RISING, plan(goal=7999), FEW)
        assert (sure.goal_chance.value, sure.goal_months.value) == (1, 3)  # 2,000, 4,000, 8,000
        never = project(FLAT, plan(goal=1001), FEW)
        assert never.goal_chance.value == 0
        assert (never.goal_months.value, never.goal_months.reason) == (
            None,
            "Fewer than half of the paths reach it in this time.",
        )

    def test_none_was_given(self) -> None:
        made = project(FLAT, plan(), FEW)
        assert (made.goal_chance.value, made.goal_chance.reason) == (None, "No goal was given.")

    def test_the_chance_is_the_share_above_it(self) -> None:
        """At the middle of all ends, half of the paths are above."""
        middle = project(WILD, plan(), Draw()).value[2][-1]
        assert project(WILD, plan(goal=float(middle)), Draw()).goal_chance.value == 0.5


class TestBlocks:
    def test_a_month_is_21_observations_from_any_day_around_the_end(self) -> None:
        """Of 1 + r = 1, 2, 1, 1, …: every month that has the second day in it is doubled."""
        rate = np.zeros(300)
        rate[1] = 1.0
        grown = compounded(rate)
        assert len(grown) == 300
        assert np.flatnonzero(grown == 2).tolist() == [0, 1, *range(281, 300)]
        assert np.flatnonzero(grown == 1).tolist() == list(range(2, 281))

    def test_a_past_shorter_than_a_month_goes_round_more_than_once(self) -> None:
        assert compounded(np.array([1.0, 0.0])).tolist() == [2.0**11, 2.0**10]

    @pytest.mark.parametrize("block", [1, 3, 5])
    def test_they_are_consecutive_months(self, block: int) -> None:
        """Each growth says at which observation its month begins."""
        draw = Draw(simulations=500, block_months=block)
        begins = np.array(list(month_growths(np.arange(400.0), 13, draw)))
        assert begins.shape == (13, 500)
        goes_on = (begins[1:] - begins[:-1]) % 400 == 21
        for month in range(1, 13):
            if month % block:
                assert goes_on[month - 1].all()
            else:
                assert goes_on[month - 1].mean() < 0.05  # by chance, once in 400
        assert len(np.unique(begins)) > 390  # all of the past is drawn from

    def test_every_day_of_the_past_is_as_likely(self) -> None:
        """5,000 paths of 4 blocks over 250 days: 80 of each, give or take five standard deviations of 9."""
        draw = Draw(simulations=5000, block_months=1)
        counts = np.bincount(np.array(list(month_growths(np.arange(250.0), 4, draw))).astype(int).ravel())
        assert len(counts) == 250
        assert np.abs(counts - 80).max() < 45

    @pytest.mark.parametrize("block", [1, 3])
    def test_the_mean_of_all_paths_is_what_the_past_says(self, block: int) -> None:
        """Of three months: the cube of the mean month where months are drawn one by one, else the mean of all
        stretches of three that the past has. Within five standard errors."""
        month = compounded(WILD)
        ahead = [np.roll(month, -21 * step) for step in range(3)]
        expected = np.prod(ahead, axis=0).mean() if block == 3 else month.mean() ** 3
        ends = np.prod(list(month_growths(month, 3, Draw(simulations=10_000, block_months=block))), axis=0)
        assert abs(ends.mean() - expected) < 5 * ends.std() / 100

    def test_months_after_months_lose_no_return(self) -> None:
        """A block that is as long as the past, all of it: every path is the past itself, begun somewhere."""
        past = np.random.default_rng(3).normal(0, 0.01, 21 * 12)
        made = project(past, plan(months=12), Draw(simulations=300, block_months=12))
        assert made.value[:, -1] == pytest.approx(np.full(5, 1000 * np.prod(1 + past)))


class TestSeed:
    def test_the_same_again_and_another_one_otherwise(self) -> None:
        one, again, other = (project(WILD, plan(), Draw(seed=seed)).value for seed in (1, 1, 2))
        assert (one == again).all()
        assert (one[:, 1:] != other[:, 1:]).all()

    def test_a_longer_look_begins_like_a_shorter_one(self) -> None:
        short, long = (project(WILD, plan(months=months), FEW).value for months in (24, 60))
        assert (long[:, :25] == short).all()


class TestWhyNone:
    @pytest.mark.parametrize(
        ("days", "fields", "reason"),
        [
            (FEWEST, {}, None),
            (FEWEST - 1, {}, "Needs 250 weekdays with a return; there are 249."),
            (0, {}, "Needs 250 weekdays with a return; there are 0."),
            (300, {"value": np.nan}, "Some amounts are not known in this currency."),
            (300, {"contribution": np.nan}, "Some amounts are not known in this currency."),
            (300, {"value": -1.0}, "More is owed than owned."),
            (300, {"value": 0.0}, "Nothing is held, and nothing is paid in."),
            (300, {"value": 0.0, "contribution": -5.0}, "Nothing is held, and nothing is paid in."),
            (300, {"value": 0.0, "contribution": 5.0}, None),
        ],
    )
    def test_in_words(self, days: int, fields: dict[str, float], reason: str | None) -> None:
        assert why_none(np.zeros(days), plan(**fields)) == reason


rates = st.lists(st.floats(-0.2, 0.2), min_size=FEWEST, max_size=FEWEST + 60).map(np.array)
plans = st.builds(
    Plan,
    value=st.floats(1, 1e9),
    months=st.integers(1, 40),
    contribution=st.floats(-1e6, 1e6),
    growth=st.floats(-0.5, 1),
    inflation=st.floats(-0.5, 1),
    goal=st.floats(1, 1e9),
)


@settings(max_examples=40, deadline=None)
@given(rates, plans, st.integers(1, 14))
def test_properties(rate: np.ndarray, drawn: Plan, block: int) -> None:
    draw = Draw(simulations=100, block_months=block)
    made = project(rate, drawn, draw)
    assert np.isfinite(made.value).all()
    assert made.value.min() >= 0
    assert (np.diff(made.value, axis=0) >= 0).all()  # each percentile is above the one before
    assert made.value.shape == (5, drawn.months + 1)
    assert (made.value[:, 0] == drawn.value).all()
    for chance in (made.goal_chance, made.loss_chance, made.ruin_chance):
        assert chance.value is not None
        assert 0 <= chance.value <= 1
    if drawn.contribution >= 0:
        assert made.ruin_chance.value == 0
    higher = project(rate, replace(drawn, goal=2 * drawn.goal), draw)  # type: ignore[operator]
    assert higher.goal_chance.value <= made.goal_chance.value  # type: ignore[operator]


@settings(max_examples=20, deadline=None)
@given(rates, plans)
def test_twice_the_money_is_twice_the_result(rate: np.ndarray, drawn: Plan) -> None:
    doubled = replace(drawn, value=2 * drawn.value, contribution=2 * drawn.contribution, goal=2 * (drawn.goal or 0))
    one, two = project(rate, drawn, FEW), project(rate, doubled, FEW)
    assert two.value == pytest.approx(2 * one.value)
    assert (two.goal_chance, two.loss_chance, two.ruin_chance) == (one.goal_chance, one.loss_chance, one.ruin_chance)


def test_memory_does_not_grow_with_the_years() -> None:
    """10,000 paths of 50 years are 48 MB; a year of them is 1, and the values of one month 0.1."""
    tracemalloc.start()
    try:
        project(WILD, plan(months=600, goal=5000), Draw(simulations=10_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20


def test_absurd_returns_stop_somewhere() -> None:
    made = project(np.full(300, 9.0), plan(months=600), FEW)
    assert made.value.max() == 1e100
