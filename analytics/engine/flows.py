"""Movements in one currency: what they cost, brought and earned, and what came from outside."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.book import Book
from analytics.engine.carry import BoolArray, FloatArray, IntArray
from analytics.engine.rates import Rates


@dataclass(frozen=True, slots=True)
class Flows:
    """One value a movement, in the currency of the rates; NaN where no rate is known.

    cost, invested: change of what the open lots cost, each at the rate of the day on which it was acquired.
    realized_gain: proceeds at the rate of their day less that cost. contributions: in from outside less out.
    """

    cost: FloatArray
    invested: FloatArray
    realized_gain: FloatArray
    contributions: FloatArray
    income: FloatArray
    costs: FloatArray
    fees: FloatArray


def flows_convert(book: Book, rates: Rates, unit_values: FloatArray) -> Flows:
    """Convert each movement at its own rate, or at that of its day.

    unit_values: (n,) what one unit of the movement's asset was worth on its day; NaN where it had no price.
    """
    rows = book.rows
    rate = movement_rates(book, rates)
    basis = _rates(rates, book.currency, rows["basis_day"], applied=rows["basis_rate"], to=book.basis_currency)
    cost = _released(book, rates, converted(rows["cost"], basis))
    sold = ~np.isnan(rows["proceeds"])
    proceeds = np.where(sold, rows["proceeds"], 0.0)
    return Flows(
        cost=cost,
        invested=_released(book, rates, converted(rows["invested"], basis)),
        realized_gain=np.where(sold, converted(proceeds, rate) + cost, 0.0),
        contributions=_contributions(book, rates, unit_values, cost=cost),
        income=converted(rows["income"], rate),
        costs=converted(rows["costs"], rate),
        fees=converted(rows["fees"], rate),
    )


def movement_rates(book: Book, rates: Rates) -> FloatArray:
    """(n,) the rate at which each movement's amounts become the asked currency: the applied one, or its day's."""
    return _rates(rates, book.currency, book.rows["day"], applied=book.rows["rate"], to=book.rate_currency)


def _rates(rates: Rates, currency: IntArray, day: IntArray, *, applied: FloatArray, to: IntArray) -> FloatArray:
    column = np.clip(day - rates.origin, 0, rates.values.shape[1] - 1)
    return rates_applied(rates.values, currency, column, applied=applied, to=to)


def rates_applied(
    values: FloatArray, currency: IntArray, column: IntArray, *, applied: FloatArray, to: IntArray
) -> FloatArray:
    """(n,) the rate of the day, or the one that was applied and then the day's from the currency that it leads to.

    values: (currencies, days); `currency` and `to` (-1 where none was applied) are its rows, `column` its days.
    What is in the asked currency already needs no rate, whatever was applied to pay for it.
    """
    has = (to >= 0) & ~_constant(values)[currency]
    daily = values[np.where(has, to, currency), column]
    return np.where(has, applied * daily, daily)


def converted(amount: FloatArray, rate: FloatArray) -> FloatArray:
    """Nothing at an unknown rate is nothing."""
    return np.where(amount == 0, 0.0, amount * rate)


def _released(book: Book, rates: Rates, amounts: FloatArray) -> FloatArray:
    """Let sales at average cost take their share of the pool as it stands in this currency.

    In a currency other than the position's the pool is a sum at the rates of many days, so its share is not the
    movement's own cost at any one rate.
    """
    shares = book.rows["release"]
    converted = ~_constant(rates.values)[book.currency]
    pooled = np.intersect1d(book.position[converted], book.position[~np.isnan(shares)])
    if not len(pooled):
        return amounts
    result = amounts.copy()
    pools = dict.fromkeys(pooled.tolist(), 0.0)
    for i in np.flatnonzero(np.isin(book.position, pooled)).tolist():
        position, share = int(book.position[i]), float(shares[i])
        if share == share:  # not NaN: a sale
            result[i] = -pools[position] * share
        pools[position] += float(result[i])
    return result


def _constant(values: FloatArray) -> BoolArray:
    constant: BoolArray = (values == 1).all(axis=1)
    return constant


def _contributions(book: Book, rates: Rates, unit_values: FloatArray, *, cost: FloatArray) -> FloatArray:
    """Money from outside: what is deposited in an account that keeps its cash; what trades cost in any other.

    Units that come in kind count what they were worth on their day; without a price, what they had cost. What a
    corporate action moves between assets counts its cost, so that over both assets it is nothing.
    """
    rows, rate = book.rows, movement_rates(book, rates)
    outside = converted(np.where(book.own_cash, rows["external"], rows["external"] - rows["cash"]), rate)
    flows = outside + units_worth(book, rows["in_kind"], rate=rate, unit_values=unit_values)
    if not book.moves_are_flows:
        return flows
    flows += moved_worth(book, rates, unit_values)
    return flows + np.where(rows["exchanged"] == 0, 0.0, cost)


def units_worth(book: Book, units: FloatArray, *, rate: FloatArray, unit_values: FloatArray) -> FloatArray:
    """(n,) what units that came without a price were worth on their day; where there was no price, what they cost."""
    worth = np.where(np.isnan(unit_values), converted(book.rows["cost"], rate), units * unit_values)
    return np.where(units == 0, 0.0, worth)


def moved_worth(book: Book, rates: Rates, unit_values: FloatArray) -> FloatArray:
    """(n,) what units that moved between accounts were worth on their day; without a price, as they are valued: at
    their cost, at the day's rate, whatever was applied to either end."""
    daily = rates.on(book.currency, book.rows["day"])
    return units_worth(book, book.rows["moved"], rate=daily, unit_values=unit_values)
