"""What was owned was worth, day by day: assets at their prices, and the money of the accounts."""

from dataclasses import dataclass, field

import numpy as np

from analytics.engine.book import Book, Market
from analytics.engine.carry import Carried, FloatArray, IntArray
from analytics.engine.rates import Rates

NOISE_SHARE = 1e-13
"""What is left of floats that add up to 0 is less than this share of all that went in and out."""
NOISE_DECIMALS = 8
"""Sums of floats that should be 0 are 1e-11 or so; below this nothing is money."""


def clean(values: FloatArray) -> FloatArray:
    """Without the noise of sums of floats; also -0.0 becomes 0.0."""
    return np.round(values, NOISE_DECIMALS) + 0.0


def without_dust(values: FloatArray) -> FloatArray:
    """What is nothing but the noise of sums of floats becomes 0.0; all else to its last digit, as returns need it."""
    return np.where(np.abs(values) < 10.0**-NOISE_DECIMALS, 0.0, values)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that are valued: how many, where each movement falls, and where they stand in the rates.

    column: (n,) 0 for what was before the first day, 1 for the first day …, `count` + 1 for what comes after.
    """

    count: int
    column: IntArray
    window: slice


@dataclass(slots=True)
class Value:
    """A sum of amounts in one currency, (days,): their worth, and how much of it is stale or estimated."""

    days: int
    total: FloatArray = field(init=False)
    stale: FloatArray = field(init=False)
    estimated: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.total, self.stale, self.estimated = (np.zeros(self.days) for _ in range(3))

    def add(
        self,
        amount: FloatArray,
        rates: Rates,
        at: tuple[int, slice],
        *,
        stale: FloatArray | float = 0.0,
        estimated: FloatArray | float = 0.0,
    ) -> None:
        """Add amounts of the currency and days `at`. Nothing at an unknown rate is nothing, not unknown."""
        rate, unknown, old = rates.values[at], rates.estimated[at], rates.stale[at]
        some = amount != 0
        worth = np.where(some, amount * rate, 0.0)
        guessed = np.where(some, np.where(unknown, worth, estimated * rate), 0.0)
        late = np.where(some & ~unknown, np.where(old, worth - guessed, stale * rate), 0.0)
        self.total += worth
        self.estimated += guessed
        self.stale += late


def cumulated(amounts: FloatArray, days: Days) -> FloatArray:
    """Running sum of one amount a movement, at the end of each day."""
    row = np.zeros(len(amounts), np.int64)
    sums: FloatArray = cumulated_rows(amounts, row, days.column, (1, days.count))[0]
    return sums


def cumulated_rows(amounts: FloatArray, row: IntArray, column: IntArray, shape: tuple[int, int]) -> FloatArray:
    """The same for several rows at once, of `shape` (rows, days)."""
    width = shape[1] + 2
    # bincount counts in integers where there is nothing to count
    scattered = np.bincount(row * width + column, amounts, shape[0] * width).astype(np.float64, copy=False)
    scattered = scattered.reshape(shape[0], width)
    sums: FloatArray = np.cumsum(scattered, axis=1, out=scattered)[:, 1:-1]
    noise = NOISE_SHARE * np.bincount(row, np.abs(amounts), shape[0])
    np.copyto(sums, 0.0, where=np.abs(sums) <= noise[:, None])
    return sums


def value_holdings(book: Book, market: Market, prices: Carried, *, rates: Rates, days: Days) -> Value:
    """Worth of the assets. What has no price yet counts what was paid for it, and as estimated."""
    shape = prices.values.shape
    held = book.asset >= 0
    values = cumulated_rows(book.rows["quantity"][held], book.asset[held], days.column[held], shape)
    values *= prices.values
    estimated = estimate_at_cost(values, book, book.asset, missing=prices.missing, days=days)
    members = (market.currency == np.arange(len(rates.values))[:, None]).astype(np.float64)
    totals = members @ values
    stales = members @ np.where(prices.stale, values, 0.0)
    result = Value(days.count)
    for currency in np.flatnonzero(members.any(axis=1)).tolist():
        guessed = np.zeros(days.count)
        for asset in np.flatnonzero(market.currency == currency).tolist():
            guessed[: prices.missing[asset]] += estimated.get(asset, 0.0)
        result.add(totals[currency], rates, (currency, days.window), stale=stales[currency], estimated=guessed)
    return result


def estimate_at_cost(
    values: FloatArray, book: Book, row: IntArray, *, missing: IntArray, days: Days
) -> dict[int, FloatArray]:
    """Put what was paid in the place of the values before the first price; by row, what was put there.

    row: (n,) which row of `values` a movement belongs to, -1 for none. missing: (rows,) days without a price.
    """
    estimated: dict[int, FloatArray] = {}
    held = np.flatnonzero(row >= 0)
    touched = np.unique(row[held][days.column[held] <= missing[row[held]]])
    for at in np.flatnonzero(missing).tolist():
        values[at, : missing[at]] = 0.0
    for at in touched[missing[touched] > 0].tolist():
        own = row == at
        cost = np.cumsum(np.bincount(days.column[own], book.rows["cost"][own], days.count + 2))
        estimated[at] = np.round(cost[1 : missing[at] + 1], NOISE_DECIMALS)
        values[at, : missing[at]] = estimated[at]
    return estimated
