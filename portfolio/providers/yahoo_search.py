"""Yahoo's search results and headlines, read."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from portfolio.isin import ISIN
from portfolio.providers.base import Headline, Match
from portfolio.providers.texts import one_line
from portfolio.providers.yahoo_classes import asset_class

HAVE_AN_ISIN = frozenset({"stock", "etf", "gold", "bond", "reit", "mutual_fund"})
SHORT_PAIR = re.compile(r"[A-Z]{3}=X")
PAIR = re.compile(r"([A-Z]{3})([A-Z]{3})=X")
INDIAN_FUND = re.compile(r"0P[0-9A-Z]{8}\.BO")


def read_matches(entries: Iterable[Mapping[str, Any]], text: str) -> list[Match]:
    """text: what was searched for; Yahoo finds an ISIN, and does not repeat it."""
    wanted = text.strip().upper()
    isin = wanted if ISIN.fullmatch(wanted) else ""
    matches = (_match(entry, isin) for entry in entries if entry.get("symbol"))
    return list({match.symbol: match for match in matches if match is not None}.values())


def canonical(symbol: str) -> str:
    """Pairs in full: INR=X is what a dollar costs in rupees."""
    upper = symbol.strip().upper()
    return f"USD{upper}" if SHORT_PAIR.fullmatch(upper) else upper


def pair_currency(symbol: str) -> str:
    """INR of USDINR=X; empty for what is no pair."""
    pair = PAIR.fullmatch(symbol)
    return pair[2] if pair else ""


def _match(entry: Mapping[str, Any], isin: str) -> Match | None:
    """None for what is not held by units, and for Indian funds, whose prices come from their own provider."""
    symbol, name = canonical(one_line(entry["symbol"])), name_in(entry)
    found = asset_class(str(entry.get("quoteType") or ""), name=name, industry=str(entry.get("industry") or ""))
    if not found or INDIAN_FUND.fullmatch(symbol):
        return None
    return Match(
        provider="yahoo",
        symbol=symbol,
        name=name,
        asset_class=found,
        exchange=one_line(entry.get("exchange")),
        currency=pair_currency(symbol),
        sector=one_line(entry.get("sector")),
        isin=isin if found in HAVE_AN_ISIN else "",
    )


def name_in(entry: Mapping[str, Any]) -> str:
    """Search spells the keys in small letters, quotes do not."""
    keys = ("longname", "longName", "shortname", "shortName")
    return next((name for key in keys if (name := one_line(entry.get(key)))), one_line(entry["symbol"]))


def read_headlines(entries: Iterable[Mapping[str, Any]]) -> list[Headline]:
    return [
        Headline(
            title=one_line(entry["title"]),
            publisher=one_line(entry.get("publisher")),
            link=str(entry["link"]),
            published_at=datetime.fromtimestamp(entry["providerPublishTime"], UTC),
        )
        for entry in entries
        if entry.get("title") and _is_web(entry.get("link")) and entry.get("providerPublishTime")
    ]


def _is_web(link: Any) -> bool:
    return isinstance(link, str) and link.startswith(("https://", "http://"))
