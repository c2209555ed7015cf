"""Packed years: where a day stands in rows of 366 values, one row a year. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

YEAR_LENGTH = 366


def day_of_year(day: date) -> int:
    """Position of a day in its packed year, 0 on 1 January."""
    return day.timetuple().tm_yday - 1


def days_in(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def year_parts(first: date, last: date) -> Iterator[tuple[int, slice, slice]]:
    """For each year from `first` to `last`: (year, where its days stand in the row, where in the run of days)."""
    start = 0
    for year in range(first.year, last.year + 1):
        begin = day_of_year(first) if year == first.year else 0
        end = day_of_year(last) + 1 if year == last.year else days_in(year)
        yield year, slice(begin, end), slice(start, start + end - begin)
        start += end - begin


def days_between(first: date, last: date) -> NDArray[np.datetime64]:
    """Every day from `first` to `last`."""
    return np.arange(np.datetime64(first), np.datetime64(last + timedelta(days=1)))


@lru_cache(maxsize=256)
def iso_days(first: date, last: date) -> tuple[str, ...]:
    """Every day from `first` to `last` as YYYY-MM-DD."""
    return tuple(np.datetime_as_string(days_between(first, last)).tolist())
