"""Named periods, and the days that stand for a week or a month."""

from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Period = Literal["1d", "1w", "mtd", "1m", "3m", "6m", "ytd", "1y", "3y", "5y", "10y", "max"]
Interval = Literal["day", "week", "month"]

PERIODS: tuple[Period, ...] = ("1d", "1w", "mtd", "1m", "3m", "6m", "ytd", "1y", "3y", "5y", "10y", "max")
INTERVALS: tuple[Interval, ...] = ("day", "week", "month")
_MONTHS = {"1m": 1, "3m": 3, "6m": 6, "1y": 12, "3y": 36, "5y": 60, "10y": 120}


def period_start(period: Period, *, last: date, first_day: date) -> date:
    """The day at whose end a period that ends on `last` begins: its value is the base of the period's change.

    So `1d` begins yesterday, `mtd` on the last day of the month before, and nothing before `first_day`.
    """
    if period == "max":
        return first_day
    starts = {
        "1d": last - timedelta(days=1),
        "1w": last - timedelta(days=7),
        "mtd": last.replace(day=1) - timedelta(days=1),
        "ytd": date(last.year - 1, 12, 31),
    }
    start = starts[period] if period in starts else months_before(last, _MONTHS[period])
    return max(start, first_day)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    next_month = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (next_month - timedelta(days=1)).day))


def interval_ends(first: date, last: date, interval: Interval) -> NDArray[np.int64]:
    """Offsets from `first` of the last day of each week (Sunday) or month, and of `last`."""
    days = np.arange(np.datetime64(first), np.datetime64(last + timedelta(days=1)))
    group = {
        "day": days.astype(np.int64),
        "week": (days.astype(np.int64) + 3) // 7,  # day 0 was a Thursday; weeks begin on Monday
        "month": days.astype("datetime64[M]").astype(np.int64),
    }[interval]
    return np.append(np.flatnonzero(np.diff(group)), len(days) - 1)
