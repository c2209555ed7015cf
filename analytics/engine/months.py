"""Calendar months as whole numbers, so that they can be counted and compared: year × 12 + month - 1."""

from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import IntArray

YEAR = 12


def month_of(day: date) -> int:
    return day.year * YEAR + day.month - 1


def first_day(month: int) -> date:
    return date(month // YEAR, month % YEAR + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def days_in_month(month: int) -> int:
    return last_day(month).day


def month_starts(year: int) -> IntArray:
    """(12,) where the months of a year begin among its days, 1 January being 0."""
    january = date(year, 1, 1)
    return np.array([(date(year, month + 1, 1) - january).days for month in range(YEAR)], np.int64)
