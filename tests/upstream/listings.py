"""What is listed: the standing facts of each symbol, from catalogue.csv or, for symbols in patterns, made up."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from tests.upstream.markets import CURRENCIES, EXCHANGES, FIRST, Exchange, exchange_of
from tests.upstream.series import Recipe, Split, seed_of

CATALOGUE = Path(__file__).with_name("catalogue.csv")
GENERIC = re.compile(r"SYM\d+(\.[A-Z]{1,2})?")
PAIR = re.compile(r"([A-Z]{3})?([A-Z]{3})=X")
DAILY_MOVE = {"CURRENCY": 0.004, "CRYPTOCURRENCY": 0.03, "INDEX": 0.01, "ETF": 0.01}
TYPES = {
    "EQUITY": "Equity",
    "ETF": "ETF",
    "INDEX": "Index",
    "CURRENCY": "Currency",
    "CRYPTOCURRENCY": "Cryptocurrency",
    "FUTURE": "Futures",
    "MUTUALFUND": "Fund",
}
UNITS_FOR_A_DOLLAR = {  # then, now
    "AED": (3.6725, 3.6725),
    "AUD": (1.364, 1.532),
    "BRL": (2.34, 5.35),
    "CAD": (1.163, 1.402),
    "CHF": (1.315, 0.804),
    "CNY": (8.07, 7.11),
    "DKK": (6.3, 6.44),
    "EUR": (0.8445, 0.8612),
    "GBP": (0.5811, 0.7579),
    "HKD": (7.753, 7.781),
    "IDR": (9830.0, 16680.0),
    "INR": (45.07, 89.12),
    "JPY": (117.8, 155.6),
    "KRW": (1010.0, 1468.0),
    "MYR": (3.78, 4.14),
    "NOK": (6.77, 10.18),
    "NZD": (1.465, 1.766),
    "PHP": (53.1, 58.9),
    "SEK": (7.94, 9.47),
    "SGD": (1.663, 1.303),
    "THB": (41.0, 32.4),
    "TWD": (32.8, 31.2),
    "USD": (1.0, 1.0),
    "ZAR": (6.33, 17.2),
}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """then, now: prices in the units of series.ANCHOR. payout: the yield in a year; payout_months: when it is paid.

    pair: (base, quote) of a pair of currencies. answers_as: the symbol that answers carry. seed: what its prices are
    made up from, where that is not the symbol.
    """

    symbol: str
    name: str
    kind: str = "EQUITY"
    exchange: str = "NMS"
    currency: str | None = "USD"
    then: float = 10.0
    now: float = 100.0
    volatility: float = 0.015
    first: date = FIRST
    until: date | None = None
    sector: str = ""
    industry: str = ""
    isin: str = ""
    market_cap: float = 0.0
    payout: float = 0.0
    payout_months: tuple[int, ...] = ()
    splits: tuple[Split, ...] = field(default=())
    pair: tuple[str, str] | None = None
    answers_as: str = ""
    seed: str = ""

    @property
    def place(self) -> Exchange:
        return EXCHANGES[self.exchange]

    @property
    def decimals(self) -> int:
        if self.kind == "CURRENCY":
            return 4 if self.now >= 10 else 6
        return 2 if self.now >= 1 else 6

    @property
    def recipe(self) -> Recipe:
        return Recipe(self.seed or self.symbol, self.place.market, self.then, self.now, self.volatility, self.first)


@cache
def catalogue() -> Mapping[str, Listing]:
    with CATALOGUE.open(newline="") as lines:
        listings = [_from_row(row) for row in csv.DictReader(lines)]
    return {listing.symbol: listing for listing in listings}


def _from_row(row: Mapping[str, str]) -> Listing:
    kind, exchange = row["kind"], row["exchange"]
    return Listing(
        symbol=row["symbol"],
        name=row["name"],
        kind=kind,
        exchange=exchange,
        currency=row["currency"] or EXCHANGES[exchange].currency,
        then=float(row["then"]),
        now=float(row["now"]),
        volatility=float(row["volatility"] or DAILY_MOVE.get(kind, 0.015)),
        first=date.fromisoformat(row["first"]) if row["first"] else FIRST,
        sector=row["sector"],
        industry=row["industry"],
        isin=row["isin"],
        market_cap=float(row["market_cap_billions"] or 0) * 1e9,
        payout=float(row["payout_percent"] or 0) / 100,
        payout_months=tuple(int(month) for month in row["payout_months"].split()),
        splits=tuple(read_split(text) for text in row["splits"].split()),
        seed=row["seed"],
    )


def read_split(text: str) -> Split:
    """2014-06-09=7:1"""
    day, _, ratio = text.partition("=")
    return split_on(date.fromisoformat(day), ratio)


def split_on(day: date, ratio: str | Fraction | int) -> Split:
    """7:1, or 7"""
    text = f"{ratio.numerator}:{ratio.denominator}" if isinstance(ratio, Fraction) else str(ratio)
    new, _, old = text.partition(":")
    return Split(ex_date=day, new=Fraction(new), old=Fraction(old or "1"))


def made_up(symbol: str, name: str = "", kind: str = "EQUITY") -> Listing:
    """A plausible one, the same whenever it is asked for."""
    exchange, seed = exchange_of(symbol), seed_of(symbol)
    now = 20 + seed % 48_000 / 100
    return Listing(
        symbol=symbol,
        name=name or f"{symbol} Company Ltd",
        kind=kind,
        exchange=exchange,
        currency=EXCHANGES[exchange].currency,
        then=round(now / (2 + seed % 19), 2),
        now=now,
        volatility=DAILY_MOVE.get(kind, 0.015),
        sector="Industrials" if kind == "EQUITY" else "",
        industry="Conglomerates" if kind == "EQUITY" else "",
        market_cap=now * 1e7 * (1 + seed % 1000),
        payout=0.01 * (seed % 3),
        payout_months=(2, 5, 8, 11),
    )


def by_pattern(symbol: str) -> Listing | None:
    """SYM and digits, or a pair of two currencies."""
    if GENERIC.fullmatch(symbol):
        return made_up(symbol)
    found = PAIR.fullmatch(symbol)
    base, quote = (found[1] or "USD", found[2]) if found else ("", "")
    if base == quote or not {base, quote} <= set(UNITS_FOR_A_DOLLAR):
        return None
    return pair_listing(symbol, base, quote)


def pair_listing(symbol: str, base: str, quote: str) -> Listing:
    (base_then, base_now), (quote_then, quote_now) = UNITS_FOR_A_DOLLAR[base], UNITS_FOR_A_DOLLAR[quote]
    return Listing(
        symbol=symbol,
        name=f"{base}/{quote}",
        kind="CURRENCY",
        exchange="CCY",
        currency=quote,
        then=quote_then / base_then,
        now=quote_now / base_now,
        volatility=DAILY_MOVE["CURRENCY"],
        pair=(base, quote),
    )


def for_a_dollar(currency: str) -> Recipe:
    then, now = UNITS_FOR_A_DOLLAR[currency]
    return Recipe(f"for a dollar: {currency}", CURRENCIES, then, now, DAILY_MOVE["CURRENCY"])
