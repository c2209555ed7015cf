"""Days of schedules: by hand, and against a look at every day of the calendar."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules import Schedule

FREQUENCIES = ("daily", "weekly", "monthly", "yearly")


def days(text: str) -> list[date]:
    return [date.fromisoformat(each) for each in text.split()]


@pytest.mark.parametrize(
    ("frequency", "interval", "starts_on", "expected"),
    [
        ("daily", 1, "2024-02-27", "2024-02-27 2024-02-28 2024-02-29 2024-03-01"),
        ("daily", 10, "2023-12-25", "2023-12-25 2024-01-04 2024-01-14"),
        ("weekly", 2, "2023-12-22", "2023-12-22 2024-01-05 2024-01-19"),  # Fridays
        ("monthly", 1, "2024-01-31", "2024-01-31 2024-02-29 2024-03-31 2024-04-30 2024-05-31"),
        ("monthly", 1, "2023-01-31", "2023-01-31 2023-02-28 2023-03-31"),
        ("monthly", 1, "2023-12-30", "2023-12-30 2024-01-30 2024-02-29 2024-03-30"),
        ("monthly", 1, "2024-02-29", "2024-02-29 2024-03-29 2024-04-29"),  # the 29th, not the last of a month
        ("monthly", 3, "2023-11-30", "2023-11-30 2024-02-29 2024-05-30 2024-08-30"),
        ("monthly", 12, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        ("yearly", 1, "2024-02-29", "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29"),
        ("yearly", 4, "2096-02-29", "2096-02-29 2100-02-28 2104-02-29"),  # 2100 is no leap year
    ],
)
def test_by_hand(frequency, interval, starts_on, expected):
    schedule = Schedule(frequency, interval, date.fromisoformat(starts_on))
    known = days(expected)

    assert schedule.first() == known[0]
    assert list(islice(schedule.days(date.min, date.max), len(known))) == known
    assert [schedule.after(day) for day in known[:-1]] == known[1:]
    assert [schedule.before(day) for day in known] == [None, *known[:-1]]


def test_the_last_day_is_included_and_nothing_comes_after_it():
    schedule = Schedule("monthly", 1, date(2024, 1, 31), date(2024, 3, 31))

    assert schedule.after(date(2024, 3, 30)) == date(2024, 3, 31)
    assert schedule.after(date(2024, 3, 31)) is None
    assert schedule.before(date.max) == date(2024, 3, 31)
    assert list(schedule.days(date(2024, 2, 1), date(2030, 1, 1))) == days("2024-02-29 2024-03-31")


def test_one_that_ends_before_it_starts_has_no_day():
    schedule = Schedule("daily", 1, date(2024, 1, 2), date(2024, 1, 1))

    assert schedule.first() is None
    assert schedule.before(date.max) is None
    assert list(schedule.days(date.min, date.max)) == []


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_where_the_calendar_ends(frequency):
    schedule = Schedule(frequency, 32_767, date(9999, 12, 31))

    assert schedule.first() == date(9999, 12, 31)
    assert schedule.after(date(9999, 12, 31)) is None
    assert Schedule(frequency, 1, date(1900, 1, 1)).before(date.max) is not None


@pytest.mark.parametrize(("frequency", "interval"), [("hourly", 1), ("daily", 0), ("monthly", -1)])
def test_what_is_no_schedule(frequency, interval):
    with pytest.raises(ValueError, match=r"frequency|nowhere"):
        Schedule(frequency, interval, date(2024, 1, 1))


def is_day(schedule: Schedule, day: date) -> bool:
    """By the words of the rule alone, without a look at any other day of it."""
    anchor, last = schedule.starts_on, monthrange(day.year, day.month)[1]
    if day < anchor or (schedule.ends_on is not None and day > schedule.ends_on):
        return False
    if schedule.frequency == "daily":
        return (day - anchor).days % schedule.interval == 0
    if schedule.frequency == "weekly":
        return (day - anchor).days % (7 * schedule.interval) == 0
    if day.day != min(anchor.day, last):
        return False
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months % (schedule.interval * (1 if schedule.frequency == "monthly" else 12)) == 0


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(FREQUENCIES), st.integers(1, 14), st.dates(date(1999, 11, 1), date(2001, 4, 1)),
    st.none() | st.integers(0, 900), st.integers(-40, 1500),
)  # fmt: skip
def test_against_every_day(frequency, interval, starts_on, length, offset):
    ends_on = None if length is None else starts_on + timedelta(length)
    schedule = Schedule(frequency, interval, starts_on, ends_on)
    window = [starts_on + timedelta(number) for number in range(-50, 1600)]
    known = [day for day in window if is_day(schedule, day)]
    day = starts_on + timedelta(offset)

    assert list(schedule.days(window[0], window[-1])) == known
    assert list(schedule.days(day, window[-1])) == [each for each in known if each >= day]
    assert schedule.before(day) == max((each for each in known if each < day), default=None)
    later = schedule.after(day)
    assert later is None or is_day(schedule, later)
    if known and (later is None or later <= window[-1]):
        assert later == min((each for each in known if each > day), default=None)
