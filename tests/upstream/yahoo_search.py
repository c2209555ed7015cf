"""Yahoo's search and lookup by symbol, name or ISIN, and its news."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson

from tests.upstream.listings import TYPES, Listing
from tests.upstream.messages import Answer, Request, json_answer
from tests.upstream.series import seed_of
from tests.upstream.state import State
from tests.upstream.yahoo_quotes import quote_of

ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
HEADLINES = (
    "{} moves as investors weigh the outlook",
    "What analysts expect of {} next quarter",
    "{}: three things to watch this week",
    "Markets wrap: {} among the names in focus",
)
EVERY = 3600  # seconds between two headlines


def search(state: State, request: Request) -> Answer:
    text, now = request.query.get("q", "").strip(), state.clock.now()
    known = matches(state, text)
    found = known[: request.whole("quotesCount", 8)]
    news = headlines(text, now, request.whole("newsCount", 8)) if known and not ISIN.fullmatch(text) else []
    return json_answer(
        {
            "explains": [],
            "count": len(found) + len(news),
            "quotes": [*(_entry(listing, i) for i, listing in enumerate(found)), *_not_traded(text, bool(news))],
            "news": news,
            "nav": [],
            "lists": [],
            "researchReports": [],
        }
    )


def matches(state: State, text: str) -> list[Listing]:
    """The best first: the symbol itself, what begins with the text, what contains it."""
    if not text:
        return []
    state.world.find(text)  # one in a pattern is listed once it was asked for
    ranked = [(_rank(listing, text.upper()), listing) for listing in state.world.listings()]
    best = sorted((pair for pair in ranked if pair[0] is not None), key=lambda pair: (pair[0], -pair[1].market_cap))
    return [listing for _, listing in best]


def _rank(listing: Listing, text: str) -> int | None:
    symbol, name = listing.symbol, listing.name.upper()
    if text == symbol or (ISIN.fullmatch(text) and text == listing.isin):
        return 0
    if re.split(r"[.=-]", symbol)[0] == text:
        return 1
    if symbol.startswith(text) or name.startswith(text):
        return 2
    words = re.split(r"\W+", name)
    return 3 if all(any(word.startswith(part) for word in words) for part in text.split()) else None


def _entry(listing: Listing, i: int) -> dict[str, Any]:
    sector = {"sector": listing.sector, "industry": listing.industry} if listing.sector else {}
    return {
        "exchange": listing.exchange,
        "shortname": listing.name[:30],
        "quoteType": listing.kind,
        "symbol": listing.symbol,
        "index": "quotes",
        "score": 20_000.0 - i,
        "typeDisp": TYPES[listing.kind],
        "longname": listing.name,
        "exchDisp": listing.place.full_name,
        "isYahooFinance": True,
        **sector,
    }


def _not_traded(text: str, is_wanted: bool) -> list[dict[str, Any]]:
    """Among the results there are companies that are not traded, and have no symbol."""
    company = {"index": "78ddc07626ff4bbcae663e88514c23a0", "name": f"{text} Holdings", "isYahooFinance": False}
    return [company] if is_wanted else []


def headlines(about: str, now: float, count: int) -> list[dict[str, Any]]:
    """A new one every hour."""
    latest = int(now // EVERY)
    return [_headline(about, hour) for hour in range(latest, latest - count, -1)]


def _headline(about: str, hour: int) -> dict[str, Any]:
    seed = seed_of(f"{about} {hour}")
    return {
        "uuid": f"{seed:08x}-0000-4000-8000-{hour:012x}",
        "title": HEADLINES[seed % len(HEADLINES)].format(about),
        "publisher": "Replica Wire",
        "link": f"https://finance.yahoo.com/news/{seed:08x}.html",
        "providerPublishTime": hour * EVERY,
        "type": "STORY",
        "relatedTickers": [about],
    }


def lookup(state: State, request: Request) -> Answer:
    kind, now = request.query.get("type", "all").upper(), state.clock.now()
    found = [one for one in matches(state, request.query.get("query", "")) if kind in ("ALL", one.kind)]
    start = request.whole("start", 0)
    documents = [_document(state, one, now) for one in found[start : start + request.whole("count", 25)]]
    result = {"start": start, "count": len(documents), "total": len(found), "documents": documents}
    return json_answer({"finance": {"result": [result], "error": None}})


def _document(state: State, listing: Listing, now: float) -> dict[str, Any]:
    security = state.world.security(listing.symbol)
    trade = security.last_trade(now)
    quote = quote_of(security, trade, now) if trade else {}
    names = ("regularMarketPrice", "regularMarketChange", "regularMarketChangePercent")
    return {
        "symbol": listing.symbol,
        "shortName": listing.name[:30],
        "exchange": listing.exchange,
        "quoteType": listing.kind.lower(),
        **{name: quote.get(name) for name in names},
    }


def news(state: State, request: Request) -> Answer:
    """POST /xhr/ncp: of the symbols in the body, one advertisement among them."""
    asked = orjson.loads(request.body or b"{}").get("serviceConfig", {})
    count = int(asked.get("snippetCount", 10))
    found = headlines(",".join(asked.get("s", [])), state.clock.now(), count)
    stream = [{"id": "an advertisement", "ad": [{}]}, *(_story(one) for one in found)]
    return json_answer({"data": {"tickerStream": {"stream": stream, "pagination": {}}}, "status": "OK"})


def _story(headline: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(headline["providerPublishTime"], UTC)
    content = {
        "id": headline["uuid"],
        "contentType": "STORY",
        "title": headline["title"],
        "pubDate": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "provider": {"displayName": headline["publisher"]},
        "canonicalUrl": {"url": headline["link"]},
    }
    return {"id": headline["uuid"], "content": content}
