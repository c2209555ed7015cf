"""All that the replica knows of: symbols and funds, and every way in which a test may alter them."""

import csv
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from tests.upstream.fund_book import FundBook
from tests.upstream.listings import Listing, by_pattern, catalogue, made_up, split_on
from tests.upstream.markets import EXCHANGES, exchange_of
from tests.upstream.security import Security
from tests.upstream.series import Payout

Ratio: TypeAlias = Fraction | int | str
"""4, or "1281:1000"."""


KINDS = {"etf": "ETF", "bond": "ETF", "gold": "ETF", "crypto": "CRYPTOCURRENCY", "index": "INDEX"}


class World:
    """Symbols are known in capitals. `listed` names more symbols that exist, with prices made up."""

    def __init__(self, listed: Mapping[str, Listing] | None = None) -> None:
        self._lock = threading.RLock()
        self._standing = {**(listed or {}), **catalogue()}
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._securities: dict[str, Security] = {}
            self._gone: set[str] = set()
            self._listed = dict(self._standing)
            self.funds = FundBook()

    def find(self, symbol: str) -> Security | None:
        symbol = symbol.upper()
        with self._lock:
            if symbol in self._gone:
                return None
            security = self._securities.get(symbol)
            if security is None:
                listing = self._listed.get(symbol) or by_pattern(symbol)
                if listing is not None:
                    security = self._securities[symbol] = Security.of(listing)
            return security

    def listings(self) -> list[Listing]:
        """All that can be searched for; of those in patterns, the ones that somebody has asked for."""
        with self._lock:
            known = {**self._listed, **{symbol: one.listing for symbol, one in self._securities.items()}}
            return [listing for symbol, listing in known.items() if symbol not in self._gone]

    # --- What tests do to it

    def security(self, symbol: str) -> Security:
        security = self.find(symbol)
        if security is None:
            raise KeyError(symbol)
        return security

    def add(
        self,
        symbol: str,
        closes: Mapping[date, float] | None = None,
        *,
        splits: Mapping[date, Ratio] | None = None,
        dividends: Mapping[date, float] | None = None,
        **facts: Any,
    ) -> Security:
        """A new symbol, or another in its place. closes: as traded, all there are; without them, prices are made up.

        splits: {ex-date: new shares for each old one}. facts: of its Listing, as currency, kind, exchange, name.
        """
        symbol = symbol.upper()
        exchange = facts.pop("exchange", None) or exchange_of(symbol)
        facts.setdefault("currency", EXCHANGES[exchange].currency)
        listing = replace(made_up(symbol), exchange=exchange, **facts)
        security = Security(listing=listing if closes is None else replace(listing, payout=0.0))
        security.explicit = None if closes is None else {day: float(close) for day, close in closes.items()}
        security.splits = [split_on(day, ratio) for day, ratio in (splits or {}).items()]
        security.payouts = [Payout(ex_date=day, amount=float(cash)) for day, cash in (dividends or {}).items()]
        with self._lock:
            self._gone.discard(symbol)
            self._securities[symbol] = security
        return security

    def add_all(self, listed: Mapping[str, Listing]) -> None:
        """More symbols, with prices made up; see `listed_in`."""
        with self._lock:
            self._listed = {**listed, **self._listed}

    def add_split(
        self, symbol: str, day: date, ratio: Ratio, *, listed: bool = True, restated_from: date = date.min
    ) -> None:
        """All closes before `day` are published anew from that day on; those before restated_from are forgotten.

        Made-up prices fall by the ratio from `day` on; explicit ones are as traded and stay what they were given as.
        """
        security = self.security(symbol)
        security.splits.append(replace(split_on(day, ratio), listed=listed, restated_from=restated_from))
        security.altered()

    def alter_split(self, symbol: str, day: date, *, listed: bool = True, restated_from: date = date.min) -> None:
        """How one that is there is published; restated_from date.max: not at all in the closes."""
        security = self.security(symbol)
        security.splits = [
            replace(split, listed=listed, restated_from=restated_from) if split.ex_date == day else split
            for split in security.splits
        ]
        security.altered()

    def add_dividend(self, symbol: str, day: date, amount: float, *, currency: str = "") -> None:
        self.security(symbol).payouts.append(Payout(ex_date=day, amount=float(amount), currency=currency))

    def set_closes(self, symbol: str, closes: Mapping[date, float]) -> None:
        """What was traded on these days is this (new days of an explicit symbol, or other prices)."""
        security = self.security(symbol)
        security.overrides.update({day: float(close) for day, close in closes.items()})
        security.altered()

    def set_price(self, symbol: str, price: float | None, *, previous_close: float | None = None) -> None:
        """The last price from now on, whatever the closes say."""
        security = self.security(symbol)
        security.price, security.previous_close = price, previous_close

    def corrupt(self, symbol: str, closes: Mapping[date, float | None]) -> None:
        """The chart says this for the closes of these days, as it is sent: 0, -1, None (null)."""
        self.security(symbol).published.update(closes)

    def scale(self, symbol: str, factor: float, *, first: date = date.min, last: date = date.max) -> None:
        """The chart's closes of these days are this many times what they should be."""
        self.security(symbol).scaled.append((first, last, factor))

    def leave_out(self, symbol: str, days: Iterable[date]) -> None:
        """The chart has no bars on these days."""
        self.security(symbol).gaps.update(days)

    def shorten(self, symbol: str, first: date) -> None:
        """The chart begins on that day."""
        self.security(symbol).published_from = first

    def change(self, symbol: str, **facts: Any) -> None:
        """Other facts of its Listing: currency, name, kind, exchange, answers_as, until ..."""
        security = self.security(symbol)
        security.listing = replace(security.listing, **facts)
        security.altered()

    def delete(self, symbol: str) -> None:
        with self._lock:
            self._gone.add(symbol.upper())

    def rename(self, old: str, new: str) -> None:
        security = self.security(old)
        seed = security.listing.seed or security.listing.symbol
        security.listing = replace(security.listing, symbol=new.upper(), seed=seed)
        with self._lock:
            self._gone.add(old.upper())
            self._gone.discard(new.upper())
            self._securities[new.upper()] = security


def listed_in(path: Path) -> dict[str, Listing]:
    """Every symbol of a file with a column `symbol`, and perhaps `name` and `sector`; all else is made up."""
    with path.open(newline="") as lines:
        rows = {row["symbol"].upper(): row for row in csv.DictReader(lines) if row.get("symbol")}
    return {symbol: _listed(symbol, row) for symbol, row in rows.items() if by_pattern(symbol) is None}


def _listed(symbol: str, row: Mapping[str, str]) -> Listing:
    kind = KINDS.get(row.get("asset_class", ""), "EQUITY")
    listing = made_up(symbol, row.get("name") or "", "FUTURE" if symbol.endswith("=F") else kind)
    return replace(listing, sector=row.get("sector") or listing.sector)
