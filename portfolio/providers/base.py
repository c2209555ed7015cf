"""What a provider of prices is: one protocol, our value types, our errors. No Django, no database.

ProviderError
├── UnknownSymbol   it says that there is no such thing; prices that are stored stay
├── WrongAnswer     it answers of something else: another symbol, another currency
└── ProviderDown    nothing can be had of it for any symbol, so it is left alone for a while
    ├── RateLimited     it asks for fewer requests
    ├── TimedOut        it did not answer in time
    ├── Unreachable     no connection, a cut answer, or a 5xx
    ├── Garbled         an answer that is not what it speaks
    ├── Resting         not asked: it failed just now (`retry_after` says until when)
    └── BudgetSpent     not asked: what may be asked in an hour is used up
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from portfolio.providers.texts import one_line


class Spend(Protocol):
    def __call__(self, *, is_sent: bool = False) -> None:
        """Pay for an HTTP request, before it is sent; raises BudgetSpent where none is left.

        is_sent: for one that was sent already, which counts even where none is left.
        """


class ProviderError(Exception):
    """The base: `code` for programs, the text for people; it may quote the provider, so it is made fit to be stored."""

    code = "provider_error"

    def __init__(self, detail: str) -> None:
        super().__init__(one_line(detail))


class UnknownSymbol(ProviderError):
    code = "unknown_symbol"


class WrongAnswer(ProviderError):
    code = "wrong_answer"


class ProviderDown(ProviderError):
    """retry_after: seconds after which it is worth another try, where the provider says so."""

    code = "provider_down"

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class RateLimited(ProviderDown):
    code = "rate_limited"


class TimedOut(ProviderDown):
    code = "timed_out"


class Unreachable(ProviderDown):
    code = "unreachable"


class Garbled(ProviderDown):
    code = "garbled"


class Resting(ProviderDown):
    code = "resting"


class BudgetSpent(ProviderDown):
    code = "budget_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePrice:
    """The last price of one symbol, in `currency` (a whole one: pounds, not pence).

    day: the day of the trade where it is traded. at: its instant. previous_close: of the session before, in the units
    of today, as the provider says it.
    """

    symbol: str
    price: Decimal
    currency: str
    day: date
    at: datetime
    previous_close: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """From `ex_date` on, `ratio` new shares for each old one, or what a spin-off did to the price, as it was sent."""

    ex_date: date
    ratio: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """A dividend for each share as it was held before `ex_date` (not adjusted for later splits)."""

    ex_date: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceHistory:
    """Closes as traded, of days whose session is over; empty where there are none in the range.

    Values are as the provider gave them, also absurd ones: judging them is `portfolio.prices.quality`'s. NaN is left
    out. splits: all of which the closes were un-adjusted, by ex-date.
    """

    symbol: str
    currency: str
    closes: Mapping[date, Decimal]
    splits: Sequence[Split] = ()
    payouts: Sequence[Payout] = ()
    exchange: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One result of a search. currency, sector, isin: empty where the provider does not say."""

    provider: str
    symbol: str
    name: str
    asset_class: str
    exchange: str = ""
    currency: str = ""
    sector: str = ""
    isin: str = ""
    amfi_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an asset is. market_cap: large, mid or small; empty where that is not known or does not apply."""

    symbol: str
    name: str
    asset_class: str
    currency: str
    exchange: str = ""
    sector: str = ""
    market_cap: str = ""
    isin: str = ""
    amfi_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Of the news; `link` leads to it, on the web."""

    title: str
    publisher: str
    link: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePrices:
    """Answers by symbol; what is in neither was not answered. failed: why one symbol could not be had."""

    found: Mapping[str, LivePrice] = field(default_factory=dict)
    failed: Mapping[str, ProviderError] = field(default_factory=dict)


class Provider(Protocol):
    """Every method raises ProviderError, and nothing else, within about `seconds`."""

    name: str

    def quotes(self, symbols: Sequence[str], *, seconds: float) -> LivePrices:
        """The last prices of many symbols, in as few requests as it takes."""

    def history(self, symbol: str, *, first: date, today: date, seconds: float) -> PriceHistory:
        """All closes from `first` up to now. today: the latest day that it can be anywhere."""

    def search(self, text: str, *, seconds: float) -> Sequence[Match]:
        """By name, symbol, ISIN or AMFI code; the best first."""

    def profile(self, symbol: str, *, seconds: float) -> Profile:
        """What one symbol is; UnknownSymbol where there is no such thing."""
