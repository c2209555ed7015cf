"""Moments of a story, and what the lanes do at each of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core import background
from portfolio.live import hours
from portfolio.live.claims import REFRESH_EVERY
from portfolio.models import PriceSource, ProviderState, Quote
from portfolio.sync.schedule import LATE, LONGEST_RETRY
from tests.faults.looking import Closes, Sight, nothing_lost, seen_by
from tests.faults.people import Person

COLD, LATER, END = (datetime(2026, 11, day, 20, tzinfo=UTC) for day in (18, 19, 20))
"""Wednesday to Friday, 15:00 in New York, 01:30 of the next day in Mumbai."""
LAST_DAYS = {  # by symbol the day of the last close that there is on Wednesday evening
    "AAPL": date(2026, 11, 17),
    "RELIANCE.NS": date(2026, 11, 18),
    "BTC-USD": date(2026, 11, 17),
    "122639": date(2026, 11, 18),
    "USDINR=X": date(2026, 11, 17),
}
ROUNDS = (timedelta(0), timedelta(seconds=90), timedelta(minutes=12))
"""After a fault has begun."""
UNKNOWN_FOR = timedelta(minutes=66)
"""Until a symbol is asked for again that was unknown once."""
LATE_FOR = LATE + timedelta(minutes=10)
"""Until a close is asked for again that should be there, and is in no answer."""
A_SECOND = timedelta(seconds=1)


def a_round(person: Person) -> Sight:
    """The person looks, each lane does what is due, and the person looks again."""
    person.asked("holdings/")
    person.asked("market/")
    for lane in ("quotes", "sync", background.HISTORY):
        background.run_due(lane)
    return seen_by(person)


def rounds_under_fault(person: Person, clock: Any, begun: datetime, before: Sight) -> list[Sight]:
    seen = []
    for after in ROUNDS:
        clock.move_to(begun + after)
        seen.append(a_round(person))
        nothing_lost(before, seen[-1])
        before = seen[-1]
    return seen


def healed(person: Person, clock: Any, before: Sight, *, within: timedelta = LONGEST_RETRY) -> Sight:
    """The fault is over: one round, when all that failed is due again by itself, brings everything."""
    moment = due_again()
    assert moment - timezone.now() <= within + A_SECOND
    clock.move_to(moment)
    seen = a_round(person)
    nothing_lost(before, seen)
    return seen


def due_again() -> datetime:
    """When each of what failed, or was put off with it, is asked for again, and quotes may be."""
    now = timezone.now()
    open_until = [state.open_until for state in ProviderState.objects.filter(open_until__isnull=False)]
    rested = max((now + REFRESH_EVERY, *filter(None, open_until)))
    late = Q(pk__in=[source.pk for source in PriceSource.objects.filter(is_held=True) if is_late(source, now)])
    concerned = Q(failures__gt=0) | Q(fetched_from=None) | Q(due_at__lte=rested) | late
    sources = PriceSource.objects.filter(concerned, due_at__isnull=False).values_list("due_at", flat=True)
    quotes = Quote.objects.exclude(problem="").filter(stale_at__isnull=False).values_list("stale_at", flat=True)
    return max((rested, *filter(None, (*sources, *quotes)))) + A_SECOND


def is_late(source: PriceSource, now: datetime) -> bool:
    """The answer was a right one without the last close, as MFAPI's are by night where AMFI fails."""
    last = source.asset.prices_to
    return last is not None and last < hours.last_session_day(source, now)


def published(closes: Closes, begun: datetime) -> Closes:
    """Those that were there in the evening of that day."""
    later = begun.date() - COLD.date()
    return {
        symbol: {day: close for day, close in by_day.items() if day <= LAST_DAYS[symbol] + later}
        for symbol, by_day in closes.items()
    }
