"""Yahoo's description of an asset, read."""

from collections.abc import Mapping
from typing import Any

from portfolio.providers.base import Profile
from portfolio.providers.texts import one_line
from portfolio.providers.yahoo_classes import asset_class, market_cap_class
from portfolio.providers.yahoo_search import name_in
from portfolio.providers.yahoo_units import unit_of

OTHER = "other"


def is_company(quote: Mapping[str, Any]) -> bool:
    return quote.get("quoteType") == "EQUITY"


def is_fund(quote: Mapping[str, Any]) -> bool:
    return quote.get("quoteType") in {"ETF", "MUTUALFUND"}


def read_profile(symbol: str, quote: Mapping[str, Any], summary: Mapping[str, Any]) -> Profile:
    """quote: its entry in an answer of quotes. summary: of a company or a fund, empty where nothing is known."""
    name = name_in(quote)
    industry = one_line(summary.get("industry") or summary.get("categoryName"))
    found = asset_class(str(quote.get("quoteType") or ""), name=name, industry=industry)
    currency = unit_of(quote.get("currency"), symbol).currency
    return Profile(
        symbol=symbol.upper(),
        name=name,
        asset_class=found or OTHER,
        currency=currency,
        exchange=one_line(quote.get("exchange")),
        sector=one_line(summary.get("sector")),
        market_cap=market_cap_class(quote.get("marketCap"), currency) if found == "stock" else "",
    )
