"""Where things are traded: the zone, the hours and the days of each market, and the exchanges as Yahoo names them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tests.upstream.arrays import Days, Moments

FIRST = date(2006, 1, 2)
LAST = date(2031, 12, 31)
MIDNIGHT, LAST_SECOND = time(0), time(23, 59, 59)


@dataclass(frozen=True)
class Market:
    """calendar: the one of exchange-calendars, empty for every weekday, "daily" for every day."""

    zone: str
    calendar: str
    opens: time = MIDNIGHT
    closes: time = LAST_SECOND


@dataclass(frozen=True)
class Exchange:
    full_name: str
    market: Market
    currency: str
    suffix: str = ""


@dataclass(frozen=True, eq=False)
class Sessions:
    """Days in the zone of the market; the seconds since the epoch at which each opens and closes."""

    days: Days
    opens: Moments
    closes: Moments


US = Market("America/New_York", "XNYS", time(9, 30), time(16))
INDIA = Market("Asia/Kolkata", "XBOM", time(9, 15), time(15, 30))
LONDON = Market("Europe/London", "XLON", time(8), time(16, 30))
FRANKFURT = Market("Europe/Berlin", "XETR", time(9), time(17, 30))
SYDNEY = Market("Australia/Sydney", "XASX", time(10), time(16))
TOKYO = Market("Asia/Tokyo", "XTKS", time(9), time(15, 30))
COINS = Market("UTC", "daily")
CURRENCIES = Market("Europe/London", "")
FUTURES = Market("America/New_York", "")

EXCHANGES = {
    "NMS": Exchange("NasdaqGS", US, "USD"),
    "NYQ": Exchange("NYSE", US, "USD"),
    "PCX": Exchange("NYSEArca", US, "USD"),
    "NIM": Exchange("Nasdaq GIDS", US, "USD"),
    "SNP": Exchange("SNP", US, "USD"),
    "NSI": Exchange("NSE", INDIA, "INR", ".NS"),
    "BSE": Exchange("BSE", INDIA, "INR", ".BO"),
    "LSE": Exchange("LSE", LONDON, "GBp", ".L"),
    "GER": Exchange("XETRA", FRANKFURT, "EUR", ".DE"),
    "ASX": Exchange("ASX", SYDNEY, "AUD", ".AX"),
    "JPX": Exchange("Tokyo", TOKYO, "JPY", ".T"),
    "CCC": Exchange("CCC", COINS, "USD", "-USD"),
    "CCY": Exchange("CCY", CURRENCIES, "USD", "=X"),
    "CMX": Exchange("COMEX", FUTURES, "USD", "=F"),
}


def exchange_of(symbol: str) -> str:
    """By the end of the symbol; the American one for a symbol without an end."""
    ends = {exchange.suffix: code for code, exchange in EXCHANGES.items() if exchange.suffix}
    return next((code for end, code in ends.items() if symbol.endswith(end)), "SNP" if symbol[:1] == "^" else "NMS")


@cache
def sessions(market: Market) -> Sessions:
    """All of a market: by its calendar, and on weekdays at the usual hours where that knows no more."""
    known = _known(market) if market.calendar not in ("", "daily") else []
    first = known[-1][0] + timedelta(days=1) if known else FIRST
    is_session: Callable[[date], bool] = (lambda day: True) if market.calendar == "daily" else _is_weekday
    usual = [usual_hours(market, day) for day in _days(first) if is_session(day)]
    days, opens, closes = zip(*known, *usual, strict=True)
    return Sessions(np.array(days, "datetime64[D]"), np.array(opens, np.int64), np.array(closes, np.int64))


def usual_hours(market: Market, day: date) -> tuple[date, int, int]:
    zone = ZoneInfo(market.zone)
    opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in (market.opens, market.closes))
    return day, int(opens.timestamp()), int(closes.timestamp())


def _known(market: Market) -> list[tuple[date, int, int]]:
    """As far as the calendar goes."""
    module = import_module(f"exchange_calendars.exchange_calendar_{market.calendar.lower()}")
    calendar: Any = getattr(module, f"{market.calendar}ExchangeCalendar")
    bound = calendar.bound_max()
    last = min(pd.Timestamp(LAST), bound) if bound is not None else pd.Timestamp(LAST)
    schedule = calendar(start=pd.Timestamp(FIRST), end=last).schedule
    opens, closes = (schedule[name].dt.as_unit("s").astype("int64") for name in ("open", "close"))
    return list(zip((day.date() for day in schedule.index), opens, closes, strict=True))


def _days(first: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((LAST - first).days + 1)]


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5
