"""Yahoo's charts, read: closes of finished sessions, splits and payouts, all as they were at the time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import isfinite, prod
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.prices.adjusting import as_traded
from portfolio.providers.base import Payout, PriceHistory, Split, WrongAnswer
from portfolio.providers.texts import one_line
from portfolio.providers.yahoo_search import canonical
from portfolio.providers.yahoo_units import hint_of, unit_of

SETTLING = timedelta(minutes=30)
"""After the bell: feeds are up to 20 minutes late, and closing auctions still change the close."""
SETTLING_AT_MIDNIGHT = timedelta(minutes=10)
"""Where trade goes on around the clock, and a day's close is the price at its end."""
AROUND_THE_CLOCK = timedelta(hours=23)
A_DAY = timedelta(days=1)
PAYOUTS = ("dividends", "capitalGains")


def read_history(
    symbol: str, chart: Mapping[str, Any], closes: Mapping[date, float], *, first: date, today: date
) -> PriceHistory:
    """closes: restated for later splits, as they are sent."""
    meta = chart["meta"]
    if canonical(str(meta["symbol"])) != canonical(symbol):
        raise WrongAnswer(f"Yahoo answered of {meta['symbol']} when asked for {symbol}.")
    unit, zone, hint = unit_of(meta.get("currency"), symbol), ZoneInfo(meta["exchangeTimezoneName"]), hint_of(meta)
    splits = read_splits(_events(chart, "splits"), zone)
    until = min(today, last_finished_day(meta, datetime.now(UTC)))
    traded = as_traded(closes, splits)
    return PriceHistory(
        symbol=symbol,
        currency=unit.currency,
        closes={day: unit.whole(close, hint) for day, close in traded.items() if first <= day <= until},
        splits=[split for split in splits if split.ex_date >= first],
        payouts=[payout for payout in read_payouts(symbol, chart, splits) if payout.ex_date >= first],
        exchange=one_line(meta.get("exchangeName")),
    )


def last_finished_day(meta: Mapping[str, Any], now: datetime) -> date:
    """The latest day at the exchange whose session, if it had one, is over.

    Yahoo names the hours of one session only, of which another day's are taken to be the same.
    """
    local = now.astimezone(ZoneInfo(meta["exchangeTimezoneName"]))
    hours = (meta.get("currentTradingPeriod") or {}).get("regular")
    if not hours:
        return local.date() - A_DAY
    starts, ends = (datetime.fromtimestamp(hours[end], local.tzinfo) for end in ("start", "end"))
    settling = SETTLING_AT_MIDNIGHT if ends - starts > AROUND_THE_CLOCK else SETTLING
    past_midnight = ends.date() - starts.date()
    days = (local.date() - A_DAY * back for back in count())
    return next(
        day for day in days if datetime.combine(day + past_midnight, ends.time(), local.tzinfo) + settling <= local
    )


def read_splits(events: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> list[Split]:
    """By ex-date, with exact ratios. Also what a spin-off did to the price: closes are restated for it, too."""
    splits = [Split(ex_date=_day(event, zone), ratio=_ratio(event)) for event in events]
    return sorted((split for split in splits if split.ratio != 1), key=lambda split: split.ex_date)


def read_payouts(symbol: str, chart: Mapping[str, Any], splits: Sequence[Split]) -> list[Payout]:
    """Dividends and distributed gains of one day together, for each share as it was held before it."""
    amounts: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    meta = chart["meta"]
    zone = ZoneInfo(meta["exchangeTimezoneName"])
    for event in _payout_events(chart):
        day, unit = _day(event, zone), unit_of(event.get("currency") or meta.get("currency"), symbol)
        later = prod((split.ratio for split in splits if split.ex_date >= day), start=Fraction(1))
        amounts[day, unit.currency] += unit.whole(event["amount"] * float(later))
    return [
        Payout(ex_date=day, amount=amount, currency=currency) for (day, currency), amount in sorted(amounts.items())
    ]


def _payout_events(chart: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for kind in PAYOUTS:
        yield from (event for event in _events(chart, kind) if isfinite(event["amount"]))


def _events(chart: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return list(((chart.get("events") or {}).get(kind) or {}).values())


def _day(event: Mapping[str, Any], zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(event["date"], zone).date()


def _ratio(event: Mapping[str, Any]) -> Fraction:
    """4.0 and 1.0 are 4; 1.1 and 1 are 11/10, as they are written."""
    ratio = Fraction(str(event["numerator"])) / Fraction(str(event["denominator"]))
    if ratio <= 0:
        raise ValueError(f"a split of {ratio}")
    return ratio
