"""How much is in how little."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.concentration import concentration
from analytics.engine.measure import Measure
from tests.engine.makers import NAN, about


def test_half_a_quarter_and_two_eighths():
    """0.25 + 0.0625 + 2 × 0.015625 = 0.34375 = 11/32."""
    found = concentration(np.array([125.0, 500.0, 250.0, 125.0]))

    assert found.hhi == Measure(0.34375)
    assert found.effective_number == Measure(about(32 / 11))
    assert (found.largest, found.top_5) == (Measure(0.5), Measure(1.0))


def test_ten_equal_parts():
    found = concentration(np.full(10, 7.0))

    assert found.hhi.value == about(0.1)
    assert found.effective_number.value == about(10)
    assert found.top_5.value == about(0.5)


def test_one_part_is_everything():
    found = concentration(np.array([3.0]))
    assert {found.hhi, found.effective_number, found.largest, found.top_5} == {Measure(1.0)}


@pytest.mark.parametrize("value", [[], [0.0, 0.0]])
def test_of_nothing_there_are_no_weights(value):
    found = concentration(np.array(value))
    assert {found.hhi, found.effective_number, found.largest, found.top_5} == {Measure(None, "Nothing was held.")}


def test_what_is_not_known_leaves_no_weight_known():
    found = concentration(np.array([5.0, NAN]))
    assert found.hhi == Measure(None, "Some amounts are not known in this currency.")
    assert found.largest == found.hhi


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=30), st.sampled_from([0.001, 1.0, 1e9]))
def test_between_one_part_and_equal_parts_whatever_the_scale(values, scale):
    value = np.array(values, float)
    value.setflags(write=False)
    found: Any = concentration(value)
    scaled = concentration(value * scale)
    assert 1 / len(values) - 1e-12 <= found.hhi.value <= 1 + 1e-12
    assert found.largest.value <= found.top_5.value + 1e-12
    assert scaled.hhi.value == about(found.hhi.value)
