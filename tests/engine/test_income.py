"""Sums, yields and growth of dividends and interest."""

from datetime import date

import numpy as np
import pytest

from analytics.engine.income import (
    Payments,
    income_growth,
    income_yield,
    payments_summed,
    span_names,
    spans_of,
)
from analytics.engine.measure import UNKNOWN_AMOUNTS

NAN = float("nan")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def payments(*rows: tuple[str, bool, float, float, float]) -> Payments:
    """(day, whether it is a dividend, gross, fee, tax)"""
    days, is_dividend, income, fee, tax = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Payments(
        day=np.array([day(text) for text in days], np.int64),
        line=np.zeros(len(days), np.int64),
        is_dividend=np.array(is_dividend, bool),
        income=np.array(income, float),
        fee=np.array(fee, float),
        tax=np.array(tax, float),
    )


THREE = payments(("2023-12-31", True, 100, 1, 10), ("2024-01-01", False, 40, 0, 4), ("2024-02-29", True, 60, 2, 0))


def test_kinds_and_what_was_kept_back_are_told_apart():
    sums = payments_summed(THREE, np.array([0, 1, 0]), 3)

    assert sums.dividends.tolist() == [160, 0, 0]
    assert sums.interest.tolist() == [0, 40, 0]
    assert sums.income.tolist() == [160, 40, 0]
    assert sums.fees.tolist() == [3, 0, 0]
    assert sums.taxes.tolist() == [10, 4, 0]
    assert sums.net.tolist() == [147, 36, 0]


def test_an_unknown_amount_makes_its_own_group_unknown():
    sums = payments_summed(
        payments(("2024-01-01", True, NAN, 0, 0), ("2024-01-01", True, 5, 0, 0)), np.array([0, 1]), 2
    )

    np.testing.assert_array_equal(sums.net, [NAN, 5])


def test_nothing_sums_to_nothing():
    sums = payments_summed(payments(), np.zeros(0, np.int64), 2)

    assert sums.net.dtype == np.float64
    assert sums.net.tolist() == [0, 0]


def test_the_first_and_the_last_day_are_included():
    assert THREE.between(day("2023-12-31"), day("2024-01-01")).income.tolist() == [100, 40]
    assert THREE.between(day("2024-01-02"), day("2024-02-28")).income.tolist() == []


def test_spans_are_calendar_months_and_years():
    days = np.array([day("1969-12-31"), day("1970-01-01"), day("2024-02-29"), day("2024-03-01")])

    assert spans_of(days, "M").tolist() == [-1, 0, 54 * 12 + 1, 54 * 12 + 2]
    assert spans_of(days, "Y").tolist() == [-1, 0, 54, 54]
    assert span_names(-1, 1, "M") == ["1969-12", "1970-01", "1970-02"]
    assert span_names(53, 54, "Y") == ["2023", "2024"]


def test_the_yield_is_of_a_year():
    measure = income_yield(30.0, 1000.0, held_days=365, what="cost")

    assert (measure.value, measure.reason) == (0.03, None)
    assert income_yield(0.0, 1000.0, held_days=4000, what="cost").value == 0


@pytest.mark.parametrize(
    ("income", "base", "held_days", "reason"),
    [
        (30.0, 1000.0, None, "No asset is held."),
        (30.0, 1000.0, 364, "Needs 365 days; it has been held for 364."),
        (30.0, 1000.0, 0, "Needs 365 days; it has been held for 0."),
        (30.0, 0.0, 365, "Its cost is 0."),
        (NAN, 1000.0, 365, UNKNOWN_AMOUNTS),
        (30.0, NAN, 365, UNKNOWN_AMOUNTS),
    ],
)
def test_a_yield_that_is_none_says_why(income, base, held_days, reason):
    measure = income_yield(income, base, held_days=held_days, what="cost")

    assert (measure.value, measure.reason) == (None, reason)


def test_growth_is_over_the_same_days():
    assert income_growth(150.0, 100.0).value == pytest.approx(0.5)
    assert income_growth(0.0, 100.0).value == -1
    assert income_growth(5.0, 0.0).reason == "There was no income in the same days of the year before."
    assert income_growth(NAN, 5.0).reason == UNKNOWN_AMOUNTS
