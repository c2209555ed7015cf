"""Days as banks write them, and which of day and month comes first."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

ORDERS = ("DMY", "MDY", "YMD")
_TIME = re.compile(r"(?:[T,\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?.*)$")
_NUMBERS = re.compile(r"(\d{1,4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ']\s?(\d{1,4})\.?", re.ASCII)
_COMPACT = re.compile(r"\d{8}", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/., ]*([A-Za-z]{3,9})[-/., ']*(\d{4}|\d{2})", re.ASCII)
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[-/. ]?([A-Za-z]{3,9})[-/. ]?(\d{1,2})", re.ASCII)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_FULL = "january february march april may june july august september october november december sept".split()
LONGEST = 40
_SHORT_YEAR = re.compile(r"'\s?(\d)$", re.ASCII)
"""As old Quickens write 2004: 1/15' 4."""
_PIVOT = 69
"""Two digits below it are of this century, as POSIX has it."""
_EARLIEST_COMPACT = 1900


def day_text(text: str) -> str:
    """Without the time of day."""
    return _TIME.sub("", text[:LONGEST].strip())


def day_readings(text: str) -> Mapping[str, date] | None:
    """By order, the day that the text says; empty where the calendar has no such day, None where it is no day."""
    return _readings(day_text(text)) if len(text) <= 2 * LONGEST else None


@lru_cache(maxsize=20_000)  # a file names the same days over and over
def _readings(text: str) -> Mapping[str, date] | None:
    if match := _NUMBERS.fullmatch(_SHORT_YEAR.sub(r"'0\1", text)):
        return _numbered(*match.groups())
    if _COMPACT.fullmatch(text):
        return _compact(text)
    for shape, (year, month, day) in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_MONTH, (1, 2, 3))):
        if (match := shape.fullmatch(text)) and (number := _month(match.group(month))):
            found = _day(match.group(year), number, match.group(day))
            return {} if found is None else dict.fromkeys(ORDERS, found)
    return None


def _numbered(first: str, second: str, third: str) -> Mapping[str, date]:
    if len(first) > 2:
        return _known(YMD=_day(first, second, third))
    return _known(DMY=_day(third, second, first), MDY=_day(third, first, second))


def _compact(text: str) -> Mapping[str, date]:
    """No bank is so old that 20121015 could be of the year 1015."""
    found = _known(
        DMY=_day(text[4:], text[2:4], text[:2]),
        MDY=_day(text[4:], text[:2], text[2:4]),
        YMD=_day(text[:4], text[4:6], text[6:]),
    )
    return {order: day for order, day in found.items() if day.year >= _EARLIEST_COMPACT}


def _known(**days: date | None) -> Mapping[str, date]:
    return {order: day for order, day in days.items() if day is not None}


def _day(year: str, month: str | int, day: str) -> date | None:
    if len(year) not in (2, 4):
        return None
    century = 0 if len(year) == 4 else 2000 if int(year) < _PIVOT else 1900
    if not century + int(year) >= 1000:
        return None
    try:
        return date(century + int(year), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int | None:
    known = name.lower()
    if known not in _FULL and known not in _MONTHS:
        return None
    return _MONTHS.index(known[:3]) + 1
