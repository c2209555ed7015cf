"""A provider whose closes are given: for the demo's invented market, and for tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from portfolio.providers.base import LivePrice, LivePrices, Match, Payout, PriceHistory, Profile, Split, UnknownSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """closes: as traded, by day in ascending order."""

    symbol: str
    name: str
    asset_class: str
    currency: str
    closes: Mapping[date, Decimal]
    splits: Sequence[Split] = ()
    payouts: Sequence[Payout] = ()
    sector: str = ""
    market_cap: str = ""


Market = Callable[[date], Mapping[str, Listing]]
"""The listings by symbol, with their closes up to a day."""


class Fixed:
    """The close of the day that is today in UTC is the last price until that day is over."""

    name = "fixed"

    def __init__(self, market: Market) -> None:
        self._market = market

    def quotes(self, symbols: Sequence[str], *, seconds: float) -> LivePrices:
        listings = self._market(_today())
        known = [symbol for symbol in symbols if symbol in listings and listings[symbol].closes]
        return LivePrices(
            found={symbol: _last_price(listings[symbol]) for symbol in known},
            failed={symbol: _unknown(symbol) for symbol in symbols if symbol not in known},
        )

    def history(self, symbol: str, *, first: date, today: date, seconds: float) -> PriceHistory:
        listing = self._listing(symbol)
        return PriceHistory(
            symbol=symbol,
            currency=listing.currency,
            closes={day: close for day, close in listing.closes.items() if first <= day < _today()},
            splits=[split for split in listing.splits if first <= split.ex_date <= today],
            payouts=[payout for payout in listing.payouts if first <= payout.ex_date <= today],
        )

    def search(self, text: str, *, seconds: float) -> list[Match]:
        wanted = text.strip().casefold()
        listings = self._market(_today()).values() if wanted else ()
        return [_match(listing) for listing in listings if wanted in f"{listing.symbol}\n{listing.name}".casefold()]

    def profile(self, symbol: str, *, seconds: float) -> Profile:
        listing = self._listing(symbol)
        return Profile(
            symbol=symbol,
            name=listing.name,
            asset_class=listing.asset_class,
            currency=listing.currency,
            sector=listing.sector,
            market_cap=listing.market_cap,
        )

    def _listing(self, symbol: str) -> Listing:
        try:
            return self._market(_today())[symbol]
        except KeyError as error:
            raise _unknown(symbol) from error


def _last_price(listing: Listing) -> LivePrice:
    """The one before it is restated where the last day begins with a split, as providers do."""
    day, *earlier = sorted(listing.closes, reverse=True)[:2]
    previous = listing.closes[earlier[0]] if earlier else None
    for split in listing.splits:
        if split.ex_date == day and previous is not None:
            previous = previous * split.ratio.denominator / split.ratio.numerator
    return LivePrice(
        symbol=listing.symbol,
        price=listing.closes[day],
        currency=listing.currency,
        day=day,
        at=min(datetime.now(UTC), datetime.combine(day, time.max, UTC)),
        previous_close=previous,
    )


def _match(listing: Listing) -> Match:
    return Match(
        provider="fixed",
        symbol=listing.symbol,
        name=listing.name,
        asset_class=listing.asset_class,
        currency=listing.currency,
        sector=listing.sector,
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _unknown(symbol: str) -> UnknownSymbol:
    return UnknownSymbol(f"There is no {symbol} in this market.")
