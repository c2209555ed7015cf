"""The panel: what each position was worth on every day, and every flow across its border.

All measures that look at parts (by asset, class, sector, account) are sums over its lines. A line is an asset in an
account, or the money of an account. Of two kinds of flow the sums are told apart, so that they cancel where they
should: what is bought from an account's own money leaves one line for another, and what is moved between accounts,
or between assets by a corporate action, leaves one line for another on the same day: units at the same worth, money
at what the banks made of it.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analytics.engine.balances import balances_of
from analytics.engine.book import Book, Market
from analytics.engine.carry import BoolArray, Carried, FloatArray, IntArray, carry_forward
from analytics.engine.events import Events, events_joined, events_of, events_of_money
from analytics.engine.flows import converted
from analytics.engine.lines import MONEY, NO_LINE, Lines, lines_of
from analytics.engine.money import Money
from analytics.engine.rates import Rates
from analytics.engine.timeline import days_of
from analytics.engine.valuation import Days, cumulated_rows, estimate_at_cost, without_dust
from analytics.engine.worth import Worth

__all__ = ["MONEY", "Border", "Events", "Panel", "panel"]

Border = Literal["whole", "accounts", "assets"]
"""What counts as coming from outside: of everything; of some accounts; of some assets."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines × days, in one currency, from the first movement on.

    account: (lines,) ids. asset: (lines,) rows of the market, MONEY for money. currency: (lines,) rows of `rates`.
    value: (lines, days) at the end of each day; money that is owed is negative; NaN where a rate is not known.
    missing: (lines,) on how many days from the first on there is no price, so that what was paid stands for it.
    rates: (currencies, days) worth of one unit of each currency.
    """

    first: date
    account: IntArray
    asset: IntArray
    currency: IntArray
    value: FloatArray
    missing: IntArray
    rates: FloatArray
    events: Events

    @property
    def days(self) -> int:
        return int(self.value.shape[1])

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def arrays(self) -> list[NDArray[Any]]:
        """All that it is made of."""
        own = [self.account, self.asset, self.currency, self.value, self.missing, self.rates]
        return own + [getattr(self.events, field.name) for field in fields(Events)]

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays)

    def freeze(self) -> None:
        """Nobody writes to it any more: readers share it."""
        for array in self.arrays:
            array.setflags(write=False)

    def until(self, last: date) -> "Panel":
        """The days up to `last`, which is not before the first."""
        count = (last - self.first).days + 1
        if count >= self.days:
            return self
        events = self.events.where(self.events.day < count)
        return replace(self, value=self.value[:, :count], rates=self.rates[:, :count], events=events)

    def begun(self) -> "Panel":
        """The days from the first one on which anything happened or was there; the same where there is none."""
        there = np.flatnonzero((self.value != 0).any(axis=0))[:1]
        skip = int(np.append(there, self.events.day).min(initial=self.days)) % self.days
        if not skip:
            return self
        return replace(
            self,
            first=self.first + timedelta(days=skip),
            value=self.value[:, skip:],
            missing=np.maximum(self.missing - skip, 0),
            rates=self.rates[:, skip:],
            events=replace(self.events, day=self.events.day - skip),
        )

    def within(self, *, accounts: Collection[int] | None = None, assets: Collection[int] | None = None) -> "Panel":
        """The lines of some accounts (ids), of some assets (rows), or of both; without any where there are none."""
        chosen = np.ones(len(self.account), bool)
        if accounts is not None:
            chosen &= np.isin(self.account, list(accounts))
        if assets is not None:
            chosen &= np.isin(self.asset, [row for row in assets if row != MONEY])
        return self.of(chosen)

    def of(self, chosen: BoolArray) -> "Panel":
        """The lines that are chosen (lines,), on all days."""
        place = np.where(chosen, np.cumsum(chosen) - 1, NO_LINE)
        events = self.events.where(chosen[self.events.line])
        other = np.where(events.other == NO_LINE, NO_LINE, place[events.other])
        return replace(
            self,
            account=self.account[chosen],
            asset=self.asset[chosen],
            currency=self.currency[chosen],
            value=self.value[chosen],
            missing=self.missing[chosen],
            events=replace(events, line=place[events.line], other=other),
        )

    def total(self, border: Border) -> Worth:
        """All lines as one: (days,)."""
        return self.grouped(np.zeros(len(self.account), np.int64), 1, border=border).one(0)

    def grouped(self, group: IntArray, count: int, *, border: Border) -> Worth:
        """(count, days): the lines summed by `group` (lines,), an index below `count`.

        border "assets" where groups are made of assets; "accounts" where they are whole accounts. What a group pays
        with money of its own, as that of its currency, is no flow of it.
        """
        events = self.events
        cell = group[events.line] * self.days + events.day
        flow = np.where(self._stays_in(group), events.external, events.flow) if border == "assets" else events.external
        inflow = self._scattered(np.maximum(flow, 0.0), cell, count)
        outflow = self._scattered(np.maximum(-flow, 0.0), cell, count)
        if border != "whole":  # there, what moves comes from inside
            _add_moved(inflow, outflow, cell, events.moved)
        for flows in (inflow, outflow):
            flows[cell] = without_dust(flows[cell])
        shape = (count, self.days)
        return Worth(
            self.first,
            self._values(group, count),
            inflow.reshape(shape),
            outflow.reshape(shape),
            before=np.zeros(count),
            unpriced=self._unpriced(group, count),
        )

    def _unpriced(self, group: IntArray, count: int) -> BoolArray | None:
        """(count, days): where there is something in a group, and nothing of it has a price."""
        reach = min(int(self.missing.max(initial=0)), self.days)
        if not reach:
            return None
        some, priced = np.zeros((2, count, self.days), bool)
        for line, row in enumerate(group.tolist()):
            held = self.value[line, :reach] != 0
            some[row, :reach] |= held
            priced[row, :reach] |= held & (np.arange(reach) >= self.missing[line])
        return np.asarray(some & ~priced)

    def _stays_in(self, group: IntArray) -> BoolArray:
        """(n,) whether both ends of an event are in the same group."""
        line, other = self.events.line, self.events.other
        stays: BoolArray = (other != NO_LINE) & (group[line] == group[other])
        return stays

    def _values(self, group: IntArray, count: int) -> FloatArray:
        """(count, days): only sums of several lines have noise."""
        value = np.zeros((count, self.days))
        for line, row in enumerate(group.tolist()):
            value[row] += self.value[line]
        for row in np.flatnonzero(np.bincount(group, minlength=count) > 1).tolist():
            value[row] = without_dust(value[row])
        return value

    def _scattered(self, amounts: FloatArray, cell: IntArray, count: int) -> FloatArray:
        """(count * days,); touches no other cells, unlike bincount."""
        sums = np.zeros(count * self.days)
        np.add.at(sums, cell, amounts)
        return sums


def panel(book: Book, market: Market, rates: Rates, money: Money | None = None) -> Panel:
    """Value each line of `book` and each account of `money` on every day of `market`, whose days begin no later than
    the first movement.

    As in `timeline`, whose net worth is the sum of the lines; `rates` must span all that is to count.
    """
    days = days_of(book, market, rates)
    prices = carry_forward(market.closes, market.steps)
    balances = balances_of(money or Money(), book, rates)
    lines = lines_of(book, balances)
    window = rates.values[:, days.window]
    missing = _without_price(lines, prices)
    value = _worth_of_assets(lines, book, prices, missing=missing, window=window, days=days)
    value[lines.of_balance] = converted(balances.worth[:, days.window], window[balances.currency])
    return Panel(
        first=market.closes.first,
        account=lines.account,
        asset=lines.asset,
        currency=lines.currency,
        value=without_dust(value),
        missing=missing,
        rates=window,
        events=events_joined(
            events_of(book, market, prices, rates=rates, lines=lines, days=days),
            events_of_money(balances, rates=rates, lines=lines, days=days),
        ),
    )


def _without_price(lines: Lines, prices: Carried) -> IntArray:
    missing = [0 if asset == MONEY else int(prices.missing[asset]) for asset in lines.asset.tolist()]
    return np.array(missing, np.int64)


def _worth_of_assets(
    lines: Lines, book: Book, prices: Carried, *, missing: IntArray, window: FloatArray, days: Days
) -> FloatArray:
    """(lines, days); the rows of money are 0. What has no price yet counts what was paid for it."""
    shape = (len(lines.asset), days.count)
    held = book.asset >= 0
    values = cumulated_rows(book.rows["quantity"][held], lines.of_row[held], days.column[held], shape)
    for line, asset in enumerate(lines.asset.tolist()):
        if asset == MONEY:
            values[line] = 0.0
        else:
            values[line] *= prices.values[asset]
    estimate_at_cost(values, book, np.where(held, lines.of_row, -1), missing=missing, days=days)
    for line, currency in enumerate(lines.currency.tolist()):
        values[line] = converted(values[line], window[currency])
    return values


def _add_moved(inflow: FloatArray, outflow: FloatArray, cell: IntArray, moved: FloatArray) -> None:
    """What moves within a group on a day is no flow of it."""
    some = np.flatnonzero(moved != 0)
    cells, place = np.unique(cell[some], return_inverse=True)
    net = np.bincount(place, moved[some], len(cells)).astype(np.float64, copy=False)
    inflow[cells] += np.maximum(net, 0.0)
    outflow[cells] += np.maximum(-net, 0.0)
