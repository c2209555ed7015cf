"""One symbol of the world: its prices as traded, what was altered about them, and its last trade."""

import math
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tests.upstream.arrays import Days, Moments, Prices
from tests.upstream.clock import day_of
from tests.upstream.listings import Listing, for_a_dollar
from tests.upstream.markets import Market, Sessions, sessions, usual_hours
from tests.upstream.series import Payout, Split, in_traded_units, is_before, restating, seed_of, walk

BUCKET = 3  # seconds for which a running price stands


@dataclass(frozen=True, kw_only=True)
class Traded:
    """Of each session: its day and hours, and the price at its end in money of the day."""

    days: Days
    opens: Moments
    ends: Moments
    closes: Prices


@dataclass(frozen=True, kw_only=True)
class Trade:
    """The last one: i is its session. at: the instant. is_open: the session is not over."""

    i: int
    price: float
    previous_close: float | None
    at: int
    is_open: bool


@dataclass(kw_only=True)
class Security:
    """explicit: closes that a test gave, all there are; otherwise a walk. overrides, gaps: days of its own and without.

    published: what the chart says for a close instead of the truth, as it is sent (None: null). price: the last price,
    whatever the closes say.
    """

    listing: Listing
    splits: list[Split] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
    explicit: dict[date, float] | None = None
    overrides: dict[date, float] = field(default_factory=dict)
    gaps: set[date] = field(default_factory=set)
    published: dict[date, float | None] = field(default_factory=dict)
    scaled: list[tuple[date, date, float]] = field(default_factory=list)
    published_from: date = date.min
    price: float | None = None
    previous_close: float | None = None
    _traded: Traded | None = field(default=None, repr=False)

    @classmethod
    def of(cls, listing: Listing) -> "Security":
        return cls(listing=listing, splits=list(listing.splits))

    @property
    def market(self) -> Market:
        return self.listing.place.market

    def altered(self) -> None:
        """To be called after each change: what was computed is computed anew."""
        self._traded = None

    @property
    def traded(self) -> Traded:
        traded = self._traded
        if traded is None:
            traded = self._traded = self._given() if self.explicit is not None else self._walked()
        return traded

    def _given(self) -> Traded:
        closes = {**(self.explicit or {}), **self.overrides}
        days = sorted(closes)
        hours = [_hours(self.market, day) for day in days]
        return Traded(
            days=np.array(days, "datetime64[D]"),
            opens=np.array([opens for opens, _ in hours], np.int64),
            ends=np.array([ends for _, ends in hours], np.int64),
            closes=np.array([closes[day] for day in days], np.float64),
        )

    def _walked(self) -> Traded:
        listed = sessions(self.market)
        is_listed = ~is_before(listed.days, self.listing.first)
        if self.listing.until:
            is_listed &= is_before(listed.days, self.listing.until)
        days = listed.days[is_listed]
        closes = in_traded_units(self._oldest_units()[: len(days)], days, self.splits)
        closes = np.round(closes, self.listing.decimals)
        for day, close in self.overrides.items():
            closes[days == np.datetime64(day)] = close
        return Traded(days=days, opens=listed.opens[is_listed], ends=listed.closes[is_listed], closes=closes)

    def _oldest_units(self) -> Prices:
        """A split that was not foreseen lowers the price from its day on, as it would."""
        if self.listing.pair:
            base, quote = (walk(for_a_dollar(currency)) for currency in self.listing.pair)
            return quote / base
        return walk(self.listing.recipe) * math.prod(split.ratio for split in self.listing.splits)

    def today(self, now: float) -> date:
        return day_of(now, self.market.zone)

    def effective(self, now: float) -> list[Split]:
        return [split for split in self.splits if split.ex_date <= self.today(now)]

    def restated(self, now: float) -> Prices:
        """All closes in the units of today, those of tomorrow too."""
        traded = self.traded
        return traded.closes / restating(traded.days, self.effective(now))

    def last_trade(self, now: float) -> Trade | None:
        """None before the first session."""
        traded = self.traded
        i = int(np.searchsorted(traded.opens, now, side="right")) - 1
        if i < 0:
            return None
        closes = self.restated(now)
        is_open = bool(now < traded.ends[i])
        at = max(int(now // BUCKET * BUCKET), int(traded.opens[i])) if is_open else int(traded.ends[i])
        previous = float(closes[i - 1]) if i else None
        return Trade(
            i=i,
            price=self.price if self.price is not None else self.price_at(i, at, closes),
            previous_close=self.previous_close if self.previous_close is not None else previous,
            at=at,
            is_open=is_open,
        )

    def price_at(self, i: int, at: int, closes: Prices) -> float:
        """In session i: from the close before to that of the day, restless; an explicit close stands all day."""
        opens, ends = int(self.traded.opens[i]), int(self.traded.ends[i])
        previous, close = float(closes[max(i - 1, 0)]), float(closes[i])
        if at >= ends or self.explicit is not None or previous <= 0 or close <= 0:
            return close
        along = (at - opens) / (ends - opens)
        seed = seed_of(self.listing.symbol)
        swing = math.sin(at / 4111 + seed) + 0.5 * math.sin(at / 613 + 2 * seed)
        restless = (seed_of(f"{seed} {at}") % 2001 - 1000) / 1000
        spread = 0.5 * self.listing.volatility * math.sqrt(along * (1 - along))
        price: float = previous * (close / previous) ** along * math.exp(spread * swing + 0.0004 * restless)
        return float(round(price, self.listing.decimals))

    def paid(self, now: float) -> list[Payout]:
        """All up to today: those given and, for a walk, those by the listing's yield."""
        today = self.today(now)
        return [payout for payout in [*self._regular(), *self.payouts] if payout.ex_date <= today]

    def _regular(self) -> list[Payout]:
        if self.explicit is not None or not self.listing.payout:
            return []
        traded, months = self.traded, self.listing.payout_months
        share = self.listing.payout / len(months)
        return [
            Payout(
                ex_date=traded.days[i].astype(date), amount=max(round(float(traded.closes[i - 1]) * share, 4), 0.0001)
            )
            for i in _first_from_tenth(traded.days)
            if i and traded.days[i].astype(date).month in months
        ]


def _hours(market: Market, day: date) -> tuple[int, int]:
    """As the calendar has them; the usual ones on a day that a test made a session."""
    listed: Sessions = sessions(market)
    i = int(np.searchsorted(listed.days, np.datetime64(day)))
    if i < len(listed.days) and listed.days[i] == np.datetime64(day):
        return int(listed.opens[i]), int(listed.closes[i])
    return usual_hours(market, day)[1:]


def _first_from_tenth(days: Days) -> list[int]:
    """The first session of each month on or after the tenth."""
    months = days.astype("datetime64[M]")
    tenths = np.unique(months).astype("datetime64[D]") + 9
    return [int(i) for i in np.searchsorted(days, tenths) if i < len(days)]
