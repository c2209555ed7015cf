"""The bars of a symbol as they can be seen now: in the units of today, with all that a test made wrong."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from tests.upstream.arrays import Days, Moments, Prices
from tests.upstream.security import Security, Trade
from tests.upstream.series import for_dividends, restating, seed_of

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)  # numpy's days need bounds


@dataclass(frozen=True, kw_only=True)
class Bars:
    """stamps: of the bars, seconds since the epoch. closes, adjusted: NaN for null."""

    days: Days
    stamps: Moments
    closes: Prices
    adjusted: Prices
    volumes: Prices


def visible_bars(security: Security, trade: Trade, now: float) -> Bars:
    """All up to the running session, whose bar bears the time of the last trade and its price for a close."""
    traded, seen = security.traded, trade.i + 1
    days, stamps = traded.days[:seen], traded.opens[:seen].copy()
    factor = restating(days, security.effective(now))
    closes = traded.closes[:seen] / factor
    if trade.is_open:
        stamps[-1], closes[-1] = trade.at, trade.price
    paid = [(payout.ex_date, amount_now(security, payout.ex_date, payout.amount, now)) for payout in security.paid(now)]
    adjusted = for_dividends(closes, days, paid)
    closes = _as_published(security, days, closes)
    seed = seed_of(security.listing.symbol) % 1000
    volumes = np.floor((1e6 + 7919 * (np.arange(seen) * 31 + seed) % 900_001) * factor)
    kept = ~np.isin(days, np.array(sorted(security.gaps), "datetime64[D]"))
    kept &= days >= np.datetime64(max(security.published_from, EARLIEST))
    return Bars(
        days=days[kept], stamps=stamps[kept], closes=closes[kept], adjusted=adjusted[kept], volumes=volumes[kept]
    )


def _as_published(security: Security, days: Days, closes: Prices) -> Prices:
    """With all that a test made wrong."""
    wrong = closes.copy()
    for first, last, factor in security.scaled:
        low, high = (np.datetime64(min(max(day, EARLIEST), LATEST)) for day in (first, last))
        wrong[(days >= low) & (days <= high)] *= factor
    for day, close in security.published.items():
        wrong[days == np.datetime64(day)] = np.nan if close is None else close
    return wrong


def amount_now(security: Security, ex_date: date, amount: float, now: float) -> float:
    """A dividend in the units of today."""
    later = (float(split.ratio) for split in security.effective(now) if split.ex_date > ex_date)
    return amount / math.prod(later)


def single(values: Prices) -> Prices:
    """Yahoo keeps prices in single precision, and sends them with all the digits of double."""
    return values.astype(np.float32).astype(np.float64)
