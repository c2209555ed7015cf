"""When a price can change, and which closes there should be, by the hours of its market.

Calendars are loaded when first asked for (a second or so) and kept in the process: for lanes and commands, not for web
requests.
"""

from bisect import bisect_right
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from portfolio.live.markets import Market, market_of
from portfolio.models import PriceSource
from portfolio.providers.schemes import INDIA

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

FRESH_FOR = timedelta(seconds=10)
"""How long a price of an open market is not asked for again."""
NAV_PUBLISHED = time(21, 15)
"""From when on the NAV of a market day can be had."""
NAV_UPDATES = (time(3, 20), time(5, 15), time(10, 15), time(14, 15), time(18, 15), NAV_PUBLISHED, time(23, 35))
"""Soon after MFAPI reads AMFI's file, and after AMFI has completed it: worth another try for a NAV that is late."""


class Session(NamedTuple):
    day: date
    opens: datetime
    closes: datetime


def is_open(source: PriceSource, now: datetime) -> bool:
    return _next_session(source, now).opens <= now


def next_close(source: PriceSource, now: datetime) -> datetime:
    """The end of the session that is on, or else of the next one."""
    return _next_session(source, now).closes


def stale_at(source: PriceSource, now: datetime, *, day: date | None = None) -> datetime:
    """When a price of `day` that was fetched now is worth asking for again."""
    market = market_of(source)
    if market.is_nav:
        return _next_nav(market, now, day)
    session = _next_session(source, now - market.delay)  # the last price of a session comes after its end
    if session.opens <= now:
        return now + FRESH_FOR
    return session.opens


def last_session_day(source: PriceSource, now: datetime) -> date:
    """The latest day whose close should be there by now."""
    market = market_of(source)
    settled = now - market.delay
    return _sessions(market, settled.year)[_closed(market, settled) - 1].day


def next_sync_at(source: PriceSource, now: datetime) -> datetime:
    """When the next close that is not there yet should be."""
    delay = market_of(source).delay
    return next_close(source, now - delay) + delay


def _next_session(source: PriceSource, now: datetime) -> Session:
    """The one that is on, or else the next."""
    market = market_of(source)
    return _sessions(market, now.year)[_closed(market, now)]


def _closed(market: Market, now: datetime) -> int:
    """How many sessions are over."""
    return bisect_right(_sessions(market, now.year), now, key=lambda session: session.closes)


def _next_nav(market: Market, now: datetime, day: date | None) -> datetime:
    """The evening of the next market day; sooner where the NAV of the last one has not come."""
    local = now.astimezone(INDIA)
    evenings = [datetime.combine(session.day, NAV_PUBLISHED, INDIA) for session in _sessions(market, now.year)]
    passed = bisect_right(evenings, local)
    if day is not None and day >= evenings[passed - 1].date():
        return evenings[passed].astimezone(UTC)
    days = (local.date(), local.date() + timedelta(days=1))
    tries = (datetime.combine(on, at, INDIA) for on in days for at in NAV_UPDATES)
    return next(at for at in tries if at > local).astimezone(UTC)


@lru_cache(maxsize=128)
def _sessions(market: Market, year: int) -> tuple[Session, ...]:
    """Of that year and those beside it, in order."""
    first, last = date(year - 1, 1, 1), date(year + 1, 12, 31)
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    if not market.calendar:
        return tuple(_whole_day(market, day) for day in days if market.weekmask[day.weekday()] == "1")
    calendar = _calendar(market.calendar, first, last)
    known = {row.Index.date(): _known(row) for row in calendar.schedule[["open", "close"]].itertuples()}
    begin, end = calendar.first_session.date(), calendar.last_session.date()
    found = (known.get(day) if begin <= day <= end else _usual(calendar, day) for day in days)
    return tuple(session for session in found if session is not None)


def _calendar(code: str, first: date, last: date) -> "ExchangeCalendar":
    """For these days, or for those that it knows of: some end with the year for which holidays are published.

    Its own end would be a year after the module was loaded, whatever day it is by now.
    """
    import exchange_calendars  # takes a second

    for year in (last.year, last.year - 1):
        with suppress(ValueError):
            return exchange_calendars.get_calendar(code, start=first, end=date(year, 12, 31))
    return exchange_calendars.get_calendar(code)


def _known(row: Any) -> Session:
    day, opens, closes = row
    return Session(day.date(), opens.to_pydatetime(), closes.to_pydatetime())


def _usual(calendar: "ExchangeCalendar", day: date) -> Session | None:
    """Beyond the calendar: weekdays, with the hours that it has now."""
    if calendar.weekmask[day.weekday()] != "1":
        return None
    hours = (calendar.open_times[-1][1], calendar.close_times[-1][1])
    opens, closes = (datetime.combine(day, at, calendar.tz).astimezone(UTC) for at in hours)
    return Session(day, opens, closes)


def _whole_day(market: Market, day: date) -> Session:
    opens, closes = (
        datetime.combine(on, time(), ZoneInfo(market.zone)).astimezone(UTC) for on in (day, day + timedelta(days=1))
    )
    return Session(day, opens, closes)
