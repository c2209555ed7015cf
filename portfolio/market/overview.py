"""What the market overview says, from the stored closes and the last quotes alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from core.packed import FloatArray
from portfolio.live.board import Board, Live, board_load
from portfolio.live.gate import provider_states
from portfolio.market.items import FORMULA, ITEMS, RATE, SYMBOLS, Item, metal_in_rupees
from portfolio.market.news import News, news_load
from portfolio.market.recent import Recent, converted
from portfolio.models import Asset, PriceSource
from portfolio.prices.store import closes_load
from portfolio.selectors import close_of

LINE_DAYS = 30
NOT_YET = "not fetched yet."
REFRESH_AFTER = 10
"""Seconds after which a client may ask again: quotes are not newer before that."""
GRACE = timedelta(seconds=30)
"""A quote is refreshed while somebody looks; if it is due for so long, that does not work, or nobody looked."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the overview is made of, and `etag`, which is another one whenever it says something else.

    lack: why prices are missing; empty where none is.
    """

    today: date
    assets: Mapping[str, int]
    stale: frozenset[str]
    board: Board
    news: News
    lack: str
    etag: str


def market_sources() -> Sources:
    now = timezone.now()
    rows = list(
        Asset.objects.filter(owner=None, symbol__in=SYMBOLS).values_list(
            "symbol", "pk", "prices_version", "quote__stale_at", "quote__problem"
        )
    )
    stale = frozenset(symbol for symbol, *_, due, problem in rows if problem or due is None or due + GRACE < now)
    board, news = board_load(), news_load()
    known = [pk for _, pk, version, *_ in rows if version or pk in board.prices]
    lack = "" if len(known) == len(SYMBOLS) else _why_missing()
    state = (now.date(), sorted(row[:3] for row in rows), sorted(stale), board.version, news.version, lack, _duty())
    return Sources(
        today=now.date(),
        assets={symbol: pk for symbol, pk, *_ in rows},
        stale=stale,
        board=board,
        news=news,
        lack=lack,
        etag=hashlib.sha256(repr(state).encode()).hexdigest()[:32],
    )


def market_overview(sources: Sources) -> dict[str, Any]:
    recent = _recent(sources)
    rows = [_row(item, recent, sources) for item in ITEMS]
    return {
        "as_of": max((row["as_of"] for row in rows if row["as_of"]), default=None),
        "refresh_after": REFRESH_AFTER,
        "items": rows,
        "duty": {**_duty(), "formula": FORMULA},
        "news": sources.news.headlines,
    }


def _duty() -> dict[str, Decimal]:
    """In per cent."""
    return {"gold": settings.GOLD_IMPORT_DUTY, "silver": settings.SILVER_IMPORT_DUTY}


def _recent(sources: Sources) -> dict[str, Recent]:
    """By symbol, the last days of all that have any price in them."""
    symbols = list(sources.assets)
    first, last = sources.today - timedelta(days=LINE_DAYS), sources.today + timedelta(days=1)  # it is tomorrow in Asia
    closes = closes_load([sources.assets[symbol] for symbol in symbols], first=first, last=last)
    found: dict[str, Recent] = {}
    for row, symbol in enumerate(symbols):
        live = sources.board.prices.get(sources.assets[symbol])
        before = None if np.isnan(closes.before[row]) else close_of(closes.before[row])
        one = _with_quote(_by_day(closes.matrix[row], first), live, before=before, first=first)
        if one is not None:
            found[symbol] = one
    return found


def _by_day(closes: FloatArray, first: date) -> dict[date, Decimal]:
    return {first + timedelta(days=int(i)): close_of(closes[i]) for i in np.flatnonzero(~np.isnan(closes))}


def _with_quote(days: dict[date, Decimal], live: Live | None, *, before: Decimal | None, first: date) -> Recent | None:
    """A quote counts for as long as no close of its day or a later one is stored.

    before: the last close before `first`.
    """
    stored = list(days.items())
    if live is not None and live.day >= first and (not stored or live.day > stored[-1][0]):
        known = stored[-1][1] if stored else before
        previous = known if live.previous_close is None else live.previous_close
        return Recent(days={**days, live.day: live.price}, previous=previous, at=live.at)
    if not stored:
        return None
    is_its_day = live is not None and live.day == stored[-1][0]
    previous = stored[-2][1] if len(stored) > 1 else before
    return Recent(days=days, previous=previous, at=live.at if live is not None and is_its_day else None)


def _row(item: Item, recent: Mapping[str, Recent], sources: Sources) -> dict[str, Any]:
    head = {"key": item.key, "name": item.name, "symbol": item.symbol, "currency": item.currency, "unit": item.unit}
    missing = [symbol for symbol in item.symbols if symbol not in recent]
    if missing:
        return {**head, **_UNKNOWN, "reason": f"{' and '.join(missing)}: {sources.lack or NOT_YET}"}
    price = _in_unit(item, recent)
    is_stale = any(symbol in sources.stale for symbol in item.symbols)
    return {**head, **_figures(price), "price_date": _oldest_day(item, recent), "is_stale": is_stale}


def _why_missing() -> str:
    """One query, and only while something is missing."""
    yahoo = next(state for state in provider_states() if state.provider == PriceSource.Provider.YAHOO)
    reasons = {
        "off": "nobody is asked while LIVE_PRICES is off.",
        "resting": f"Yahoo cannot be asked just now ({yahoo.error_code}).",
        "half_open": f"Yahoo could not be asked last time ({yahoo.error_code}).",
    }
    return reasons.get(yahoo.state, NOT_YET)


_UNKNOWN: Mapping[str, Any] = {
    **dict.fromkeys(("last", "change", "change_ratio", "as_of", "price_date")),
    "is_stale": True,
    "line": {"dates": [], "closes": []},
}


def _in_unit(item: Item, recent: Mapping[str, Recent]) -> Recent:
    price, grams = recent[item.symbol], item.grams
    if grams is None:
        return price
    duty = _duty()[item.key]
    return converted(price, recent[RATE], lambda usd, rate: metal_in_rupees(usd, rate, grams=grams, duty=duty))


def _oldest_day(item: Item, recent: Mapping[str, Recent]) -> date:
    return min(recent[symbol].day for symbol in item.symbols)


def _figures(price: Recent) -> dict[str, Any]:
    change = None if price.previous is None else price.last - price.previous
    return {
        "last": price.last,
        "change": change,
        "change_ratio": float(change / price.previous) if change is not None and price.previous else None,
        "as_of": price.at,
        "reason": None if change is not None else "The close before it is not known.",
        "line": {"dates": list(price.days), "closes": [float(close) for close in price.days.values()]},
    }
