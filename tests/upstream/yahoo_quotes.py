"""Yahoo's quotes of many symbols, GET /v7/finance/quote, and what it says about one, GET /v10/finance/quoteSummary."""

from typing import Any

from tests.upstream.listings import TYPES
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.security import Security, Trade
from tests.upstream.state import State
from tests.upstream.yahoo_meta import meta_of

MODULES = ("summaryDetail", "quoteType", "assetProfile", "financialData", "defaultKeyStatistics", "price")


def quotes(state: State, request: Request) -> Answer:
    """Symbols that are not known are left out."""
    refusal = state.access.refusal(request)
    if refusal is not None:
        return refusal
    now = state.clock.now()
    found = (_quote(state, symbol, now) for symbol in request.query.get("symbols", "").split(","))
    return json_answer({"quoteResponse": {"result": [quote for quote in found if quote], "error": None}})


def _quote(state: State, symbol: str, now: float) -> dict[str, Any] | None:
    security = state.world.find(symbol.strip())
    trade = security.last_trade(now) if security else None
    return quote_of(security, trade, now) if security and trade else None


def quote_of(security: Security, trade: Trade, now: float) -> dict[str, Any]:
    listing, meta = security.listing, meta_of(security, trade, now)
    before = trade.previous_close or trade.price
    return {
        "language": "en-US",
        "region": "US",
        "quoteType": listing.kind,
        "typeDisp": TYPES[listing.kind],
        "symbol": meta["symbol"],
        "currency": listing.currency,
        "exchange": listing.exchange,
        "fullExchangeName": listing.place.full_name,
        "shortName": meta["shortName"],
        "longName": listing.name,
        "marketState": "REGULAR" if trade.is_open else "CLOSED",
        "market": "us_market",
        "regularMarketPrice": trade.price,
        "regularMarketTime": trade.at,
        "regularMarketPreviousClose": trade.previous_close,
        "regularMarketChange": trade.price - before,
        "regularMarketChangePercent": (trade.price / before - 1) * 100 if before else 0.0,
        "regularMarketOpen": before,
        "regularMarketDayHigh": meta["regularMarketDayHigh"],
        "regularMarketDayLow": meta["regularMarketDayLow"],
        "regularMarketVolume": meta["regularMarketVolume"],
        "fiftyTwoWeekLow": meta["fiftyTwoWeekLow"],
        "fiftyTwoWeekHigh": meta["fiftyTwoWeekHigh"],
        "exchangeTimezoneName": security.market.zone,
        "exchangeTimezoneShortName": meta["timezone"],
        "gmtOffSetMilliseconds": meta["gmtoffset"] * 1000,
        "firstTradeDateMilliseconds": meta["firstTradeDate"] * 1000,
        "priceHint": listing.decimals,
        "sourceInterval": 15,
        "exchangeDataDelayedBy": 0,
        "tradeable": False,
        "triggerable": True,
        **_size(security, trade),
    }


def _size(security: Security, trade: Trade) -> dict[str, Any]:
    """Only of what has one; it goes with the price."""
    listing = security.listing
    if not listing.market_cap:
        return {}
    cap = listing.market_cap * trade.price / listing.now
    return {"marketCap": round(cap), "sharesOutstanding": round(listing.market_cap / listing.now)}


def summary(state: State, request: Request, symbol: str) -> Answer:
    refusal = state.access.refusal(request)
    if refusal is not None:
        return refusal
    security, now = state.world.find(symbol), state.clock.now()
    trade = security.last_trade(now) if security else None
    if security is None or trade is None:
        error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
        return json_answer({"quoteSummary": {"result": None, "error": error}}, 404)
    known = _modules(security, quote_of(security, trade, now))
    asked = [module for module in request.query.get("modules", "").split(",") if module in MODULES]
    result = {module: known[module] for module in asked if module in known}
    if request.query.get("formatted", "").lower() == "true":
        result = {module: _formatted(values) for module, values in result.items()}
    return json_answer({"quoteSummary": {"result": [result], "error": None}})


def _modules(security: Security, quote: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Of funds, indices, pairs and coins there is no profile of a company."""
    listing = security.listing
    identity = ("symbol", "quoteType", "exchange", "shortName", "longName")
    detail = ("currency", "marketCap", "regularMarketPreviousClose", "fiftyTwoWeekLow", "fiftyTwoWeekHigh", "priceHint")
    modules = {
        "summaryDetail": {name: quote[name] for name in detail if name in quote},
        "quoteType": {name: quote[name] for name in identity} | {"timeZoneFullName": security.market.zone},
        "price": quote,
        "defaultKeyStatistics": {name: quote[name] for name in ("sharesOutstanding",) if name in quote},
        "financialData": {"currentPrice": quote["regularMarketPrice"], "financialCurrency": listing.currency},
    }
    if listing.kind == "EQUITY":
        modules["assetProfile"] = {"sector": listing.sector, "industry": listing.industry, "country": ""}
    return modules


def _formatted(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"raw": value, "fmt": f"{value:,}"}
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in values.items()
    }


def timeseries(state: State, request: Request, symbol: str) -> Answer:
    """Shares outstanding where no type is asked for; of ratios, nothing is reported."""
    security, now = state.world.find(symbol), state.clock.now()
    trade = security.last_trade(now) if security else None
    asked = request.query.get("type", "")
    if asked or security is None or trade is None or not security.listing.market_cap:
        result: dict[str, Any] = {"meta": {"symbol": [symbol], "type": [asked]}}
    else:
        stamps = list(range(request.whole("period1", 0), request.whole("period2", 0), 86_400 * 30))[-12:]
        shares = _size(security, trade)["sharesOutstanding"]
        result = {"meta": {"symbol": [symbol]}, "timestamp": stamps, "shares_out": [shares] * len(stamps)}
    return json_answer({"timeseries": {"result": [result], "error": None}})
