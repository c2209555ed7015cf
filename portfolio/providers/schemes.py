"""The schemes of Indian mutual funds: what MFAPI and AMFI say of them, in one form."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.isin import ISIN
from portfolio.providers.base import LivePrice, Match, Profile
from portfolio.providers.texts import one_line

NAME = "mfapi"
"""Of the provider: the same whether MFAPI or AMFI gave the answer."""
CURRENCY = "INR"
ASSET_CLASS = "mutual_fund"
INDIA = ZoneInfo("Asia/Kolkata")
_MARKET_CLOSES = time(15, 30)
_PUBLISHED = time(23, 30)  # AMFI has the NAVs of a day from about nine in the evening on
_SATURDAY = 5
_LONGEST_CODE = 10
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One scheme, by its AMFI code. isin: of its growth option or else of the one that reinvests."""

    code: str
    name: str
    isin: str = ""
    sector: str = ""

    def profile(self) -> Profile:
        return Profile(
            symbol=self.code,
            name=self.name,
            asset_class=ASSET_CLASS,
            currency=CURRENCY,
            sector=self.sector,
            isin=self.isin,
            amfi_code=self.code,
        )

    def match(self) -> Match:
        return Match(
            provider=NAME,
            symbol=self.code,
            name=self.name,
            asset_class=ASSET_CLASS,
            currency=CURRENCY,
            sector=self.sector,
            isin=self.isin,
            amfi_code=self.code,
        )


@dataclass(frozen=True, slots=True)
class Nav:
    """What one unit was worth at the end of `day`."""

    day: date
    value: Decimal

    def live_price(self, code: str) -> LivePrice:
        at = datetime.combine(self.day, _MARKET_CLOSES, INDIA).astimezone(UTC)
        return LivePrice(symbol=code, price=self.value, currency=CURRENCY, day=self.day, at=at)


def today_in_india() -> date:
    return datetime.now(INDIA).date()


def newest_day_due() -> date:
    """The last weekday whose NAVs should be out by now; on holidays one asks once too often."""
    now = datetime.now(INDIA)
    day = now.date() if now.time() >= _PUBLISHED else now.date() - timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def is_code(symbol: str) -> bool:
    return symbol.isascii() and symbol.isdigit() and len(symbol) <= _LONGEST_CODE


def is_isin(text: str) -> bool:
    return bool(ISIN.fullmatch(text))


def nav_value(text: Any) -> Decimal | None:
    """A number, also an absurd one; None for `N.A.` and whatever else is none."""
    try:
        value = Decimal(str(text).strip()[:_LONGEST_NUMBER])
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def isin_of(*texts: Any) -> str:
    """The first that is one: where there is none, `-` or nothing stands."""
    return next((isin for text in texts if is_isin(isin := str(text or "").strip().upper())), "")


def sector_of(category: Any) -> str:
    """`Equity Scheme - Flexi Cap Fund` as people say it: `Equity: Flexi Cap`."""
    kind, _, name = one_line(category).partition(" - ")
    words = (kind.removesuffix(" Schemes").removesuffix(" Scheme"), name.removesuffix(" Funds").removesuffix(" Fund"))
    return ": ".join(word for word in words if word)
