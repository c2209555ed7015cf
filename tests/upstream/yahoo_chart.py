"""Yahoo's chart: GET /v8/finance/chart/{symbol}."""

import math
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from tests.upstream.arrays import Prices
from tests.upstream.bars import Bars, amount_now, single, visible_bars
from tests.upstream.faults import not_found
from tests.upstream.markets import usual_hours
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.security import Security, Trade
from tests.upstream.state import State
from tests.upstream.yahoo_intraday import intraday
from tests.upstream.yahoo_meta import meta_of

UNITS = {"d": 1, "wk": 7, "mo": 30.4375, "y": 365.25}
PERIOD = re.compile(r"(\d+)(d|wk|mo|y)")


def chart(state: State, request: Request, symbol: str) -> Answer:
    security, now = state.world.find(symbol), state.clock.now()
    trade = security.last_trade(now) if security else None
    if security is None or trade is None:
        return not_found(request)
    window = _window(request, security, now)
    if isinstance(window, Answer):
        return window
    if request.query.get("interval", "1d") != "1d":
        return intraday(security, trade, request, window=window, now=now)
    bars = visible_bars(security, trade, now)
    return json_answer(_daily(security, trade, bars, request, window=window, now=now))


def _window(request: Request, security: Security, now: float) -> tuple[float, float] | Answer:
    """The stamps from and before which bars are wanted, or why there can be none."""
    if "period1" not in request.query:
        return _start_of(request.query.get("range", "1d"), security, now), math.inf
    first, last = request.whole("period1", 0), request.whole("period2", int(now))
    if first > last:
        return bad_request(
            "Invalid input - start date cannot be after end date. startDate = {}, endDate = {}", first, last
        )
    if last <= int(security.traded.opens[0]):
        return bad_request("Data doesn't exist for startDate = {}, endDate = {}", first, last)
    return first, last


def bad_request(text: str, first: int, last: int) -> Answer:
    error = {"code": "Bad Request", "description": text.format(first, last)}
    return json_answer({"chart": {"result": None, "error": error}}, 400)


def _start_of(length: str, security: Security, now: float) -> float:
    """Days are sessions, longer spans go by the calendar."""
    opens = security.traded.opens
    seen = int(np.searchsorted(opens, now, side="right"))
    found = PERIOD.fullmatch(length)
    if length == "max" or (found is None and length != "ytd"):
        return -math.inf
    zone = ZoneInfo(security.market.zone)
    if found is None:
        return datetime(security.today(now).year, 1, 1, tzinfo=zone).timestamp()
    count, unit = int(found[1]), found[2]
    if unit == "d":
        return float(opens[max(seen - count, 0)])
    first = security.today(now) - timedelta(days=round(count * UNITS[unit]))
    return datetime(first.year, first.month, first.day, tzinfo=zone).timestamp()


def _daily(
    security: Security, trade: Trade, bars: Bars, request: Request, *, window: tuple[float, float], now: float
) -> dict[str, Any]:
    wanted = (bars.stamps >= window[0]) & (bars.stamps < window[1])
    meta = meta_of(security, trade, now) | {
        "dataGranularity": request.query.get("interval", "1d"),
        "range": request.query.get("range", ""),
        "chartPreviousClose": _close_before(bars, wanted),
    }
    if not wanted.any():
        return _result({"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}})
    closes, adjusted = single(bars.closes[wanted]), single(bars.adjusted[wanted])
    quote = _candles(closes) | {"volume": _volumes(bars.volumes[wanted])}
    result = {
        "meta": meta,
        "timestamp": bars.stamps[wanted],
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]},
    }
    events = _events(security, request, window=window, now=now)
    return _result(result | ({"events": events} if events else {}))


def _result(result: dict[str, Any]) -> dict[str, Any]:
    return {"chart": {"result": [result], "error": None}}


def _close_before(bars: Bars, wanted: np.ndarray) -> float | None:
    before = int(np.argmax(wanted)) if wanted.any() else len(wanted)
    return float(bars.closes[before - 1]) if before else None


def _candles(closes: Prices) -> dict[str, Prices]:
    opens = np.concatenate((closes[:1], closes[:-1]))
    opens = np.where(np.isnan(opens), closes, opens)
    opens = np.where(np.isnan(closes), np.nan, opens)
    high, low = np.fmax(opens, closes) * 1.004, np.fmin(opens, closes) * 0.996
    return {"open": single(opens), "high": single(high), "low": single(low), "close": closes}


def _volumes(volumes: Prices) -> list[int]:
    return [int(volume) for volume in volumes]


def _events(
    security: Security, request: Request, *, window: tuple[float, float], now: float
) -> dict[str, dict[str, dict[str, Any]]]:
    asked = request.query.get("events", "").split(",")
    events: dict[str, dict[str, dict[str, Any]]] = {}
    if "div" in asked:
        events["dividends"] = _dividends(security, now, window)
    if {"split", "splits"} & set(asked):
        events["splits"] = _splits(security, now, window)
    return {name: found for name, found in events.items() if found}


def _dividends(security: Security, now: float, window: tuple[float, float]) -> dict[str, dict[str, Any]]:
    found = {}
    for payout in security.paid(now):
        stamp = usual_hours(security.market, payout.ex_date)[1]
        if window[0] <= stamp < window[1]:
            amount = round(amount_now(security, payout.ex_date, payout.amount, now), 6)
            currency = {"currency": payout.currency} if payout.currency else {}
            found[str(stamp)] = {"amount": amount, "date": stamp, **currency}
    return found


def _splits(security: Security, now: float, window: tuple[float, float]) -> dict[str, dict[str, Any]]:
    found = {}
    for split in security.effective(now):
        stamp = usual_hours(security.market, split.ex_date)[1]
        if split.listed and window[0] <= stamp < window[1]:
            new, old = float(split.new), float(split.old)
            found[str(stamp)] = {
                "date": stamp,
                "numerator": new,
                "denominator": old,
                "splitRatio": f"{new:g}:{old:g}",
            }
    return found
