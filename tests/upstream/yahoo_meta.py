"""What Yahoo's chart says about its symbol."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from tests.upstream.bars import single
from tests.upstream.security import Security, Trade

RANGES = ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"]


def meta_of(security: Security, trade: Trade, now: float) -> dict[str, Any]:
    listing, traded = security.listing, security.traded
    zone = ZoneInfo(security.market.zone)
    at = datetime.fromtimestamp(trade.at, UTC).astimezone(zone)
    year = single(security.restated(now)[max(trade.i - 251, 0) : trade.i + 1])
    return {
        "currency": listing.currency,
        "symbol": listing.answers_as or listing.symbol,
        "exchangeName": listing.exchange,
        "fullExchangeName": listing.place.full_name,
        "instrumentType": listing.kind,
        "firstTradeDate": int(traded.opens[0]),
        "regularMarketTime": trade.at,
        "hasPrePostMarketData": listing.place.currency == "USD" and listing.kind in ("EQUITY", "ETF"),
        "gmtoffset": int(at.utcoffset().total_seconds()),
        "timezone": at.tzname(),
        "exchangeTimezoneName": security.market.zone,
        "regularMarketPrice": trade.price,
        "fiftyTwoWeekHigh": float(year.max()),
        "fiftyTwoWeekLow": float(year.min()),
        "regularMarketDayHigh": round(max(trade.price, trade.previous_close or 0), listing.decimals),
        "regularMarketDayLow": round(min(trade.price, trade.previous_close or trade.price), listing.decimals),
        "regularMarketVolume": 1_000_000 + trade.at % 1_000_000,
        "longName": listing.name,
        "shortName": listing.name[:30],
        "priceHint": listing.decimals,
        "currentTradingPeriod": trading_periods(security, now),
        "validRanges": RANGES,
    }


def trading_periods(security: Security, now: float) -> dict[str, dict[str, Any]]:
    """Of the session that runs or comes next; before and after it there is none."""
    traded = security.traded
    i = min(int(np.searchsorted(traded.ends, now, side="right")), len(traded.ends) - 1)
    opens, ends = int(traded.opens[i]), int(traded.ends[i])
    spans = {"pre": (opens, opens), "regular": (opens, ends), "post": (ends, ends)}
    return {name: period_of(security, *span) for name, span in spans.items()}


def period_of(security: Security, start: int, end: int) -> dict[str, Any]:
    at = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(security.market.zone))
    return {"timezone": at.tzname(), "start": start, "end": end, "gmtoffset": int(at.utcoffset().total_seconds())}
