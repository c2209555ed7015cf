"""Yahoo's answers of quotes, read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.providers.base import Garbled, LivePrice, LivePrices, ProviderError, UnknownSymbol
from portfolio.providers.yahoo_search import canonical
from portfolio.providers.yahoo_units import hint_of, unit_of


def read_quotes(entries: Iterable[Any], asked: Sequence[str]) -> LivePrices:
    """Under the symbols as they were asked for; what was not asked for is dropped."""
    found: dict[str, LivePrice] = {}
    failed: dict[str, ProviderError] = {}
    sent = by_symbol(entries)
    for symbol in asked:
        try:
            found[symbol] = read_quote(sent.get(canonical(symbol)), symbol)
        except ProviderError as error:
            failed[symbol] = error
    return LivePrices(found=found, failed=failed)


def by_symbol(entries: Iterable[Any]) -> dict[str, Any]:
    """A pair that was asked for in full may be answered under its short name."""
    return {canonical(str(entry["symbol"])): entry for entry in entries if entry.get("symbol")}


def read_quote(entry: Mapping[str, Any] | None, symbol: str) -> LivePrice:
    if entry is None:
        raise UnknownSymbol(f"Yahoo does not know {symbol}.")
    unit, hint = unit_of(entry.get("currency"), symbol), hint_of(entry)
    try:
        at = datetime.fromtimestamp(entry["regularMarketTime"], UTC)
        before = entry.get("regularMarketPreviousClose")
        return LivePrice(
            symbol=symbol,
            price=unit.whole(_finite(entry["regularMarketPrice"]), hint),
            currency=unit.currency,
            day=at.astimezone(ZoneInfo(entry["exchangeTimezoneName"])).date(),
            at=at,
            previous_close=None if before is None else unit.whole(_finite(before), hint),
        )
    except (LookupError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Garbled(f"Yahoo sent no price of {symbol} that can be read.") from error


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError(value)
    return value
