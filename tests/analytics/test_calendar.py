"""Packed years: where each day stands."""

from datetime import date, timedelta

import pytest

from core.calendar import day_of_year, days_in, iso_days, year_parts


def test_it_works():
    parts = list(year_parts(date(2023, 12, 30), date(2024, 1, 2)))

    assert parts == [(2023, slice(363, 365), slice(0, 2)), (2024, slice(0, 2), slice(2, 4))]


@pytest.mark.parametrize(
    ("day", "position"),
    [("2023-01-01", 0), ("2023-03-01", 59), ("2024-03-01", 60), ("2023-12-31", 364), ("2024-12-31", 365)],
)
def test_the_position_of_a_day(day, position):
    assert day_of_year(date.fromisoformat(day)) == position


@pytest.mark.parametrize(("year", "days"), [(1900, 365), (2000, 366), (2023, 365), (2024, 366), (2100, 365)])
def test_the_length_of_a_year(year, days):
    assert days_in(year) == days


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2019, 5, 5), date(2025, 2, 3)),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(1999, 12, 31), date(2001, 1, 1)),
        (date(2023, 1, 1), date(2024, 12, 31)),
    ],
)
def test_every_day_stands_once_where_it_belongs(first, last):
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    seen = []
    for year, within, run in year_parts(first, last):
        for position, day in zip(range(within.start, within.stop), days[run], strict=True):
            assert day == date(year, 1, 1) + timedelta(days=position)
            seen.append(day)

    assert seen == days
    assert iso_days(first, last) == tuple(day.isoformat() for day in days)
