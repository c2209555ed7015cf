"""Yahoo Finance, by way of yfinance."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from portfolio.providers.base import (
    Garbled,
    Headline,
    LivePrice,
    LivePrices,
    Match,
    PriceHistory,
    Profile,
    ProviderDown,
    ProviderError,
    Spend,
    UnknownSymbol,
    Unreachable,
)
from portfolio.providers.yahoo_history import read_history
from portfolio.providers.yahoo_profile import is_company, is_fund, read_profile
from portfolio.providers.yahoo_quotes import by_symbol, read_quotes
from portfolio.providers.yahoo_refusals import NothingInRange
from portfolio.providers.yahoo_search import canonical, read_headlines, read_matches

if TYPE_CHECKING:
    from portfolio.providers.yahoo_client import YahooClient

QUOTES = "https://query1.finance.yahoo.com/v7/finance/quote"
SEARCH = "https://query2.finance.yahoo.com/v1/finance/search"
SUMMARY = "https://query2.finance.yahoo.com/v10/finance/quoteSummary"
PLAIN = {"formatted": "false", "lang": "en-US", "region": "US"}
SYMBOLS_OF_A_REQUEST = 200
"""Their names make an address of some 3,000 characters."""
RESULTS = 10
LONGEST_TEXT = 100
SYMBOL = re.compile(r"\^?[A-Z0-9][A-Z0-9.=&_-]{0,31}")
"""What can be put into an address; Yahoo has no other symbols."""


class Yahoo:
    name = "yahoo"

    def __init__(self, spend: Spend, *, folder: str, proxy: str = "", ca: str = "") -> None:
        """folder: where yfinance keeps its cookies; the real Yahoo's and a replica's do not go together."""
        self._settings: dict[str, Any] = {"spend": spend, "folder": folder, "proxy": proxy, "ca": ca}
        self._made: YahooClient | None = None
        self._making = Lock()

    def quotes(self, symbols: Sequence[str], *, seconds: float) -> LivePrices:
        """What was had before a request failed is not lost: the rest has failed with the reason of that request."""
        asked = [symbol for symbol in dict.fromkeys(symbols) if SYMBOL.fullmatch(symbol.upper())]
        found: dict[str, LivePrice] = {}
        failed: dict[str, ProviderError] = {symbol: _unknown(symbol) for symbol in symbols if symbol not in asked}
        with self._question(seconds) as client:
            for start in range(0, len(asked), SYMBOLS_OF_A_REQUEST):
                try:
                    prices = _quotes(client, asked[start : start + SYMBOLS_OF_A_REQUEST])
                except ProviderDown as error:
                    if not found:
                        raise
                    return LivePrices(found=found, failed={**failed, **dict.fromkeys(asked[start:], error)})
                found.update(prices.found)
                failed.update(prices.failed)
        return LivePrices(found=found, failed=failed)

    def history(self, symbol: str, *, first: date, today: date, seconds: float) -> PriceHistory:
        """currency is empty where Yahoo says nothing but that it has no closes of these days."""
        _check_symbol(symbol)
        with self._question(seconds) as client:
            try:
                closes = client.closes(symbol.upper(), first)
            except NothingInRange:
                return PriceHistory(symbol=symbol, currency="", closes={})
            return read_history(symbol, client.sent_chart(), closes, first=first, today=today)

    def search(self, text: str, *, seconds: float) -> list[Match]:
        if not text.strip():
            return []
        with self._question(seconds) as client:
            answer = _found(client, SEARCH, _search(text, results=RESULTS, headlines=0))
            return read_matches(answer["quotes"], text)

    def profile(self, symbol: str, *, seconds: float) -> Profile:
        """One request; a second one for companies, for their sector, and for funds, for what they hold."""
        _check_symbol(symbol)
        with self._question(seconds) as client:
            quote = by_symbol(_entries(client, [symbol])).get(canonical(symbol))
            if quote is None:
                raise _unknown(symbol)
            return read_profile(symbol, quote, _summary(client, symbol, quote))

    def news(self, text: str, count: int, *, seconds: float) -> list[Headline]:
        """Headlines about a symbol or about words, the newest first."""
        with self._question(seconds) as client:
            answer = _found(client, SEARCH, _search(text, results=1, headlines=count))
            return read_headlines(answer["news"])[:count]

    @contextmanager
    def _question(self, seconds: float) -> Iterator["YahooClient"]:
        client = self._client()
        with client.question(seconds):
            yield client

    def _client(self) -> "YahooClient":
        with self._making:
            if self._made is None:
                from portfolio.providers.yahoo_client import YahooClient  # it takes half a second

                self._made = YahooClient(**self._settings)
            return self._made


def _quotes(client: "YahooClient", symbols: Sequence[str]) -> LivePrices:
    return read_quotes(_entries(client, symbols), symbols)


def _entries(client: "YahooClient", symbols: Sequence[str]) -> list[Any]:
    answer = _found(client, QUOTES, {"symbols": ",".join(symbols).upper(), **PLAIN})
    entries = answer["quoteResponse"]["result"]
    if not isinstance(entries, list):
        raise Garbled("Yahoo sent no list of quotes.")
    return entries


def _found(client: "YahooClient", url: str, params: Mapping[str, Any]) -> Any:
    """An answer that is of no one symbol, so that it cannot be the symbol that is not found."""
    try:
        return client.json(url, params)
    except UnknownSymbol as error:
        raise Unreachable("Yahoo does not find what lists are asked of.") from error


def _summary(client: "YahooClient", symbol: str, quote: Mapping[str, Any]) -> Mapping[str, Any]:
    modules = "assetProfile" if is_company(quote) else "fundProfile" if is_fund(quote) else ""
    if not modules:
        return {}
    try:
        answer = client.json(f"{SUMMARY}/{symbol.upper()}", {"modules": modules, **PLAIN})
    except UnknownSymbol:  # it has a price, and nothing else is known of it
        return {}
    [summary] = answer["quoteSummary"]["result"]
    return summary.get(modules) or {}


def _search(text: str, *, results: int, headlines: int) -> dict[str, Any]:
    """As yfinance asks; its own class takes an answer that cannot be read for one that is empty."""
    return {
        "q": text.strip()[:LONGEST_TEXT],
        "quotesCount": results,
        "newsCount": headlines,
        "listsCount": 0,
        "enableFuzzyQuery": "false",
        "quotesQueryId": "tss_match_phrase_query",
        "newsQueryId": "news_cie_vespa",
        "enableCb": "false",
        "enableNavLinks": "false",
        "enableResearchReports": "false",
        "enableCulturalAssets": "false",
    }


def _check_symbol(symbol: str) -> None:
    if not SYMBOL.fullmatch(symbol.upper()):
        raise _unknown(symbol)


def _unknown(symbol: str) -> UnknownSymbol:
    return UnknownSymbol(f"Yahoo does not know {symbol}.")
