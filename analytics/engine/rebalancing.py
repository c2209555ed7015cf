"""The trades that bring parts back to their target weights, in units that can be traded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

import numpy as np

from analytics.engine.allocation import SMALLEST_GROSS
from analytics.engine.carry import BoolArray, FloatArray
from analytics.engine.valuation import clean
from analytics.engine.whole_units import SLACK, Line, by_line, parts_in, units_bought, units_sold

SMALLEST_TRADE = 0.01
"""Nobody trades for less, whatever the currency."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is owned and wanted, by part; amounts in one currency.

    value: (parts,) of all that is owned there. money: (parts,) how much of that is money. target: (parts,) the
    wanted weights, at most 1 together; what no part is to have stays money. keeps_money: (parts,) where money may
    lie. lines: what can be traded, all of it.
    """

    value: FloatArray
    money: FloatArray
    target: FloatArray
    keeps_money: BoolArray
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """add: new money to be placed, negative to take some out. minimum: what a trade must be worth."""

    add: float = 0.0
    may_sell: bool = True
    minimum: float = 0.0


@dataclass(frozen=True, slots=True)
class Trade:
    """line: its place among the lines. quantity, worth: positive to buy, negative to sell."""

    line: int
    quantity: Decimal
    worth: float


@dataclass(frozen=True, slots=True)
class Rebalanced:
    """By part, (parts,): weight and drift (weight - target) as it stands; amount, what is to come in before it is
    rounded to units; weight_after, with the trades done. Weights are NaN where nothing is owned.

    cash: the money after the trades, negative where they raise too little. left_over: what of it no target wants.
    """

    weight: FloatArray
    drift: FloatArray
    amount: FloatArray
    weight_after: FloatArray
    trades: tuple[Trade, ...]
    cash: float
    left_over: float


def rebalance(standing: Standing, wish: Wish) -> Rebalanced:
    """Sell what is over its target and buy what is under it, with no more money than there is.

    Within a part the lines and its money change in proportion. Sales come first; where they and the money over its
    target do not pay for all that is missing, each part gets the same share of what it misses.
    """
    change, money_wanted = _changes(standing, wish)
    sold = np.maximum(-change, 0.0) * wish.may_sell
    sales = _sales(standing, sold, wish)
    funds = float(standing.money.sum()) + wish.add + _worth(standing.lines, sales)
    missing = np.maximum(change, 0.0)
    bought = missing * _share(funds - float(money_wanted.sum()), float(missing.sum()))
    purchases = _worthwhile(standing.lines, units_bought(standing.lines, bought), wish)
    trades = _trades(standing.lines, [buy - sell for buy, sell in zip(purchases, sales, strict=True)])
    cash = funds - _worth(standing.lines, purchases)
    amount = bought - sold + money_wanted - standing.money
    return _result(standing, wish, trades=trades, amount=amount, money_wanted=money_wanted, cash=cash)


def _changes(standing: Standing, wish: Wish) -> tuple[FloatArray, FloatArray]:
    """By part: what is missing of its assets (over it: negative), and how much money it is to have."""
    total = max(float(standing.value.sum()) + wish.add, 0.0)
    change = standing.target * total - standing.value
    held = [line.value for line in standing.lines]
    assets = np.bincount(parts_in(standing.lines), held, len(standing.value)).astype(np.float64, copy=False)
    movable = assets + standing.money
    money_share = standing.keeps_money.astype(np.float64)
    np.divide(standing.money, movable, out=money_share, where=movable > SLACK)
    money_wanted = np.maximum(standing.money + change * money_share, 0.0)
    return np.maximum(change * (1 - money_share), -assets), money_wanted


def _share(free: float, missing: float) -> float:
    """How much of what is missing the money pays for."""
    return min(max(free, 0.0) / missing, 1.0) if missing > SLACK else 0.0


def _sales(standing: Standing, sold: FloatArray, wish: Wish) -> list[Decimal]:
    """(lines,) units to sell; rounded up for some where there would be too little of what is to be taken out."""
    lines = standing.lines
    sales = _worthwhile(lines, units_sold(lines, sold), wish)
    lost = by_line(lines, sold) - [float(count) * line.unit for line, count in zip(lines, sales, strict=True)]
    short = -(float(standing.money.sum()) + wish.add + _worth(lines, sales))
    for i in np.argsort(-lost).tolist():
        more = min(sales[i] + ceil(lost[i] / lines[i].step) * lines[i].smallest, lines[i].held)
        if short > SLACK and lost[i] > SLACK and float(more) * lines[i].unit >= wish.minimum:
            short -= float(more - sales[i]) * lines[i].unit
            sales[i] = more
    return sales


def _worthwhile(lines: Sequence[Line], units: Sequence[Decimal], wish: Wish) -> list[Decimal]:
    least = max(wish.minimum, SMALLEST_TRADE)
    return [
        count if float(count) * line.unit >= least - SLACK else Decimal(0)
        for line, count in zip(lines, units, strict=True)
    ]


def _worth(lines: Sequence[Line], units: Sequence[Decimal]) -> float:
    return sum(float(count) * line.unit for line, count in zip(lines, units, strict=True))


def _trades(lines: Sequence[Line], units: Sequence[Decimal]) -> tuple[Trade, ...]:
    return tuple(Trade(i, count, float(count) * lines[i].unit) for i, count in enumerate(units) if count)


def _result(
    standing: Standing,
    wish: Wish,
    *,
    trades: tuple[Trade, ...],
    amount: FloatArray,
    money_wanted: FloatArray,
    cash: float,
) -> Rebalanced:
    gross = float(standing.value.sum())
    cash = 0.0 if abs(cash) <= SLACK * (len(standing.lines) + 1) else cash
    traded = [standing.lines[trade.line] for trade in trades]
    change = np.bincount(parts_in(traded), [trade.worth for trade in trades], len(standing.value))
    after = standing.value - standing.money + change + _money_after(standing, money_wanted, cash)
    weight = _weights(standing.value, gross)
    return Rebalanced(
        weight=weight,
        drift=weight - standing.target,
        amount=_closed(standing, amount, wish.add),
        weight_after=_weights(np.maximum(clean(after), 0.0), gross + wish.add if cash >= 0 else 0.0),
        trades=trades,
        cash=cash,
        left_over=max(cash - float(money_wanted.sum()), 0.0),
    )


def _money_after(standing: Standing, wanted: FloatArray, cash: float) -> FloatArray:
    """Where one part keeps all money, whatever there is; else as wanted, and what is left over in none of them."""
    if standing.keeps_money.sum() == 1:
        return np.where(standing.keeps_money, cash, 0.0)
    return wanted * _share(cash, float(wanted.sum()))


def _closed(standing: Standing, amount: FloatArray, add: float) -> FloatArray:
    """Where one part keeps all money, it takes what the others leave of the new money."""
    if standing.keeps_money.sum() != 1:
        return amount
    others = float(amount[~standing.keeps_money].sum())
    return np.where(standing.keeps_money, add - others, amount)


def _weights(value: FloatArray, gross: float) -> FloatArray:
    return value / gross if gross > SMALLEST_GROSS else np.full(len(value), np.nan)
