"""Yahoo's chart of hours and minutes: bars within the sessions, with the hours of each; none of weeks or months."""

from typing import Any

import numpy as np

from tests.upstream.bars import single
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.security import Security, Trade
from tests.upstream.yahoo_meta import meta_of, period_of

SECONDS = {"1m": 60, "2m": 120, "5m": 300, "15m": 900, "30m": 1800, "60m": 3600, "90m": 5400, "1h": 3600}
DAYS_BACK = {"1m": 8, "1h": 730, "60m": 730}
USUAL_DAYS_BACK = 60


def intraday(security: Security, trade: Trade, request: Request, *, window: tuple[float, float], now: float) -> Answer:
    interval = request.query["interval"]
    step = SECONDS.get(interval)
    back = DAYS_BACK.get(interval, USUAL_DAYS_BACK) * 86_400
    if step is None or (window[0] < now - back - 86_400 and "period1" in request.query):
        return unprocessable(f"{interval} data not available for this range")
    first = int(np.searchsorted(security.traded.ends, max(window[0], now - back), side="right"))
    shown = range(first, trade.i + 1)
    stamps = [at for i in shown for at in _stamps(security, i, step, until=min(window[1], now + 1))]
    meta = meta_of(security, trade, now) | {
        "previousClose": trade.previous_close,
        "scale": 3,
        "dataGranularity": interval,
        "range": request.query.get("range", ""),
        "tradingPeriods": _periods(security, shown, request.query.get("includePrePost", "false").lower() == "true"),
    }
    if not stamps:
        return json_answer({"chart": {"result": [{"meta": meta, "indicators": {"quote": [{}]}}], "error": None}})
    quote = _candles(security, stamps, step, now)
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return json_answer({"chart": {"result": [result], "error": None}})


def unprocessable(why: str) -> Answer:
    return json_answer({"chart": {"result": None, "error": {"code": "Unprocessable Entity", "description": why}}}, 422)


def _stamps(security: Security, i: int, step: int, *, until: float) -> list[int]:
    opens, ends = int(security.traded.opens[i]), int(security.traded.ends[i])
    return [at for at in range(opens, ends, step) if at < until]


def _candles(security: Security, stamps: list[int], step: int, now: float) -> dict[str, Any]:
    """The price at the beginning and at the end of each, and nothing beyond them."""
    closes, opens = security.restated(now), security.traded.opens
    sessions = np.searchsorted(opens, stamps, side="right") - 1
    first = [security.price_at(int(i), at, closes) for i, at in zip(sessions, stamps, strict=True)]
    last = [security.price_at(int(i), int(min(at + step, now)), closes) for i, at in zip(sessions, stamps, strict=True)]
    begun, ended = single(np.array(first)), single(np.array(last))
    return {
        "open": begun,
        "high": np.maximum(begun, ended),
        "low": np.minimum(begun, ended),
        "close": ended,
        "volume": [step * 100] * len(stamps),
    }


def _periods(security: Security, shown: range, with_pre_and_post: bool) -> Any:
    traded = security.traded
    spans = [(int(traded.opens[i]), int(traded.ends[i])) for i in shown]
    regular = [[period_of(security, *span)] for span in spans]
    if not with_pre_and_post:
        return regular
    pre = [[period_of(security, opens, opens)] for opens, _ in spans]
    post = [[period_of(security, ends, ends)] for _, ends in spans]
    return {"pre": pre, "regular": regular, "post": post}
