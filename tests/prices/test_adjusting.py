"""As traded and as restated: by hand, and for any series with any splits."""

import struct
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.prices.adjusting import adjusted, as_traded, rounded
from portfolio.providers.base import Split

FIRST = date(2020, 8, 24)
RATIOS = [Fraction(2), Fraction(4), Fraction(10), Fraction(3, 2), Fraction(1, 8), Fraction(1253, 1000)]


def split(day: date, ratio: str) -> Split:
    return Split(ex_date=day, ratio=Fraction(ratio))


def single(value: float) -> float:
    """As Yahoo keeps it."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def test_days_before_a_split_are_multiplied_and_its_own_day_is_not() -> None:
    sent = {date(2020, 8, 28): 124.8075, date(2020, 8, 31): 129.04}

    assert as_traded(sent, [split(date(2020, 8, 31), "4")]) == {date(2020, 8, 28): 499.23, date(2020, 8, 31): 129.04}


def test_ratios_of_several_splits_multiply_in_any_order() -> None:
    splits = [split(date(2020, 8, 31), "4"), split(date(2014, 6, 9), "7")]

    traded = as_traded({date(2014, 6, 6): 1.0, date(2014, 6, 9): 1.0, date(2020, 8, 31): 1.0}, splits)

    assert list(traded.values()) == [28, 4, 1]


def test_a_reverse_split_divides() -> None:
    assert as_traded({FIRST: 40.0}, [split(FIRST + timedelta(1), "1/8")]) == {FIRST: 5}


@pytest.mark.parametrize(
    ("value", "hint", "expected"),
    [
        (37.06999969482422, 2, "37.07"),
        (235.46875, 2, "235.4688"),  # four decimals are more than the market has, and still exact
        (64219.98046875, 2, "64219.98"),
        (123456.7890625, 2, "123456.79"),
        (0.00001234567890, 2, "0.00001234568"),
        (0.07419999688863754, 4, "0.0742"),
        (0.0, 2, "0"),
        (-1.5, 2, "-1.5"),
    ],
)
def test_noise_of_single_precision_goes(value: float, hint: int, expected: str) -> None:
    assert rounded(value, hint) == Decimal(expected)


def test_what_is_no_number_stays_none() -> None:
    assert rounded(float("inf"), 2).is_infinite()
    assert rounded(float("nan"), 2).is_nan()


days = st.integers(0, 400).map(lambda n: FIRST + timedelta(n))
prices = st.integers(100, 500_000).map(lambda cents: cents / 100)
series = st.dictionaries(days, prices, min_size=1, max_size=30)
splits_of_life = st.lists(st.builds(Split, ex_date=days, ratio=st.sampled_from(RATIOS)), max_size=4)


@given(series, splits_of_life)
def test_unadjusting_and_readjusting_gives_what_was_sent(sent: dict[date, float], splits: list[Split]) -> None:
    again = adjusted(as_traded(sent, splits), splits)

    assert {day: rounded(close, 2) for day, close in again.items()} == {day: rounded(c, 2) for day, c in sent.items()}


@given(series, splits_of_life, st.sampled_from(RATIOS))
def test_as_traded_is_the_same_before_and_after_a_later_split(
    traded: dict[date, float], splits: list[Split], ratio: Fraction
) -> None:
    later = Split(ex_date=max(traded) + timedelta(1), ratio=ratio)
    published = {day: single(close) for day, close in adjusted(traded, splits).items()}
    restated = {day: single(close) for day, close in adjusted(traded, [*splits, later]).items()}

    before = {day: rounded(close, 2) for day, close in as_traded(published, splits).items()}
    after = {day: rounded(close, 2) for day, close in as_traded(restated, [*splits, later]).items()}

    assert all(abs(after[day] / before[day] - 1) < Decimal("1e-6") for day in traded)
    assert all(abs(Decimal(repr(traded[day])) - close) < Decimal("0.0051") for day, close in after.items())
