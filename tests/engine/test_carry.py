"""Carrying values forward over gaps and corporate actions, and backward before the first."""

from datetime import timedelta

import numpy as np

from analytics.engine.carry import Step, carry_backward, carry_forward
from tests.engine.makers import FIRST, NAN, observed


def step(day: int, factor: float = 0.5, row: int = 0) -> Step:
    return Step(row, FIRST + timedelta(days=day), factor)


def carried(*values: float, before: float = NAN, age: int = 1, steps: tuple[Step, ...] = ()) -> list[float]:
    found = carry_forward(observed(values, before=[before], age=age), steps).values[0].tolist()
    return [-1.0 if value != value else value for value in found]  # -1 stands for none, which equals nothing


def stale(*values: float, before: float = NAN, age: int = 1) -> list[bool]:
    return carry_forward(observed(values, before=[before], age=age)).stale[0].tolist()  # type: ignore[no-any-return]


def test_the_last_value_counts_until_the_next() -> None:
    assert carried(1, NAN, NAN, 2, NAN) == [1, 1, 1, 2, 2]


def test_before_the_first_value_there_is_none() -> None:
    found = carry_forward(observed([NAN, NAN, 3], [NAN, NAN, NAN]))
    assert found.missing.tolist() == [2, 3]
    assert np.isnan(found.values[0]).tolist() == [True, True, False]
    assert not found.stale.any()


def test_what_was_seen_before_the_window_counts_at_its_beginning() -> None:
    assert carried(NAN, NAN, 3, before=2) == [2, 2, 3]
    assert carry_forward(observed([NAN, NAN], before=[2])).missing.tolist() == [0]


def test_rows_do_not_reach_into_one_another() -> None:
    found = carry_forward(observed([1, 2, 3], [NAN, 5, NAN], [NAN, NAN, 7])).values
    assert found[0].tolist() == [1, 2, 3]
    assert found[1, 1:].tolist() == [5, 5]
    assert np.isnan(found[[1, 2, 2], [0, 0, 1]]).all()


def test_a_value_is_stale_on_the_eighth_day() -> None:
    assert stale(1, *[NAN] * 9) == [False] * 8 + [True] * 2


def test_what_was_seen_before_the_window_ages_too() -> None:
    assert stale(NAN, NAN, NAN, before=1, age=6) == [False, False, True]
    assert stale(NAN, 2, NAN, before=1, age=100) == [True, False, False]


def test_a_split_halves_what_is_carried_over_its_day() -> None:
    assert carried(10, NAN, NAN, NAN, 6, steps=(step(2),)) == [10, 10, 5, 5, 6]


def test_a_value_of_the_day_itself_is_already_as_traded_after_the_split() -> None:
    assert carried(10, NAN, 6, NAN, steps=(step(2),)) == [10, 10, 6, 6]


def test_a_split_on_the_first_day_of_the_window_halves_what_was_before() -> None:
    assert carried(NAN, NAN, 6, before=10, steps=(step(0),)) == [5, 5, 6]
    assert carried(7, NAN, 6, before=10, steps=(step(0),)) == [7, 7, 6]


def test_a_split_between_the_last_value_and_the_window_counts() -> None:
    assert carried(NAN, 6, before=10, age=5, steps=(step(-3),)) == [5, 6]


def test_a_split_up_to_the_last_value_is_already_in_it() -> None:
    assert carried(NAN, 6, before=10, age=5, steps=(step(-5),)) == [10, 6]
    assert carried(NAN, 6, before=10, age=5, steps=(step(-9),)) == [10, 6]


def test_a_split_after_the_window_does_nothing() -> None:
    assert carried(10, NAN, steps=(step(2), step(30))) == [10, 10]


def test_several_splits_multiply() -> None:
    assert carried(12, NAN, NAN, NAN, steps=(step(1), step(3, 1 / 3))) == [12, 6, 6, 2]
    assert carried(12, NAN, NAN, steps=(step(1), step(1, 0.25))) == [12, 1.5, 1.5]


def test_a_split_of_one_asset_leaves_the_others() -> None:
    found = carry_forward(observed([10, NAN], [10, NAN]), [step(1, row=1)]).values
    assert found.tolist() == [[10, 10], [10, 5]]


def test_a_split_of_what_has_no_value_does_nothing() -> None:
    assert carried(NAN, NAN, 4, steps=(step(1),)) == [-1, -1, 4]


def test_the_first_value_counts_backward() -> None:
    values, early = carry_backward(np.array([[NAN, NAN, 3, 4], [1, 2, 3, 4], [NAN] * 4]))
    assert values[:2].tolist() == [[3, 3, 3, 4], [1, 2, 3, 4]]
    assert np.isnan(values[2]).all()
    assert early.tolist() == [[True, True, False, False], [False] * 4, [False] * 4]


def test_what_was_observed_is_not_changed() -> None:
    source = observed([1, NAN, NAN], before=[9])
    source.matrix.setflags(write=False)
    carry_forward(source, [step(1)])
    assert np.isnan(source.matrix[0]).tolist() == [False, True, True]
