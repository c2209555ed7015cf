"""The panel: what each position was worth on every day, and every flow across its border.

All measures that look at parts (by asset, class, sector, account) are sums over its lines. A line is an asset in an
account, or the money of an account. Of two kinds of flow the sums are told apart, so that they cancel where they
should: what is bought from an account's own money leaves one line for another, and what is moved between accounts,
or between assets by a corporate action, leaves one line for another on the same day at the same worth.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from analytics.engine.book import Book, Market
from analytics.engine.carry import BoolArray, Carried, FloatArray, IntArray, carry_forward
from analytics.engine.flows import converted, flows_convert, movement_rates, units_worth
from analytics.engine.rates import Rates
from analytics.engine.timeline import days_of, unit_values
from analytics.engine.valuation import NOISE_DECIMALS, Days, cash_balances, cumulated_rows, estimate_at_cost
from analytics.engine.worth import Worth

Border = Literal["whole", "accounts", "assets"]
"""What counts as coming from outside: of everything; of some accounts; of some assets."""

MONEY = -1
"""In the place of an asset: the money of an account."""


@dataclass(frozen=True, slots=True)
class Events:
    """What happened to the lines, `n` events; amounts in the currency of the panel, NaN where a rate is not known.

    line, day: (n,) which line, and the offset of the day. flow: into the line (out is negative): what a purchase
    cost, what a sale or dividend brought, units in kind at their worth; of money, what was paid in or out.
    moved: the same of units from other accounts, and by corporate actions from other assets. external: that part of
    `flow` which comes from outside of all that the person has. cost: change of the cost of the open lots.
    """

    line: IntArray
    day: IntArray
    flow: FloatArray
    moved: FloatArray
    external: FloatArray
    income: FloatArray
    costs: FloatArray
    realized_gain: FloatArray
    cost: FloatArray

    def where(self, chosen: BoolArray) -> "Events":
        return Events(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines × days, in one currency, from the first movement on.

    account: (lines,) ids. asset: (lines,) rows of the market, MONEY for money. currency: (lines,) rows of `rates`.
    value: (lines, days) at the end of each day; money that is owed is negative; NaN where a rate is not known.
    rates: (currencies, days) worth of one unit of each currency.
    """

    first: date
    account: IntArray
    asset: IntArray
    currency: IntArray
    value: FloatArray
    rates: FloatArray
    events: Events

    @property
    def days(self) -> int:
        return int(self.value.shape[1])

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def nbytes(self) -> int:
        arrays = [self.value, self.rates, *(getattr(self.events, field.name) for field in fields(Events))]
        return sum(array.nbytes for array in arrays)

    def until(self, last: date) -> "Panel":
        """The days up to `last`, which is not before the first."""
        count = (last - self.first).days + 1
        if count >= self.days:
            return self
        events = self.events.where(self.events.day < count)
        return replace(self, value=self.value[:, :count], rates=self.rates[:, :count], events=events)

    def within(self, *, accounts: Collection[int] | None = None, assets: Collection[int] | None = None) -> "Panel":
        """The lines of some accounts (ids), of some assets (rows), or of both; without any where there are none."""
        chosen = np.ones(len(self.account), bool)
        if accounts is not None:
            chosen &= np.isin(self.account, list(accounts))
        if assets is not None:
            chosen &= np.isin(self.asset, [row for row in assets if row != MONEY])
        place = np.cumsum(chosen) - 1
        events = self.events.where(chosen[self.events.line])
        return replace(
            self,
            account=self.account[chosen],
            asset=self.asset[chosen],
            currency=self.currency[chosen],
            value=self.value[chosen],
            events=replace(events, line=place[events.line]),
        )

    def total(self, border: Border) -> Worth:
        """All lines as one: (days,)."""
        worth = self.grouped(np.zeros(len(self.account), np.int64), 1, border=border)
        return Worth(self.first, worth.value[0], worth.inflow[0], worth.outflow[0], worth.before[0])

    def grouped(self, group: IntArray, count: int, *, border: Border) -> Worth:
        """(count, days): the lines summed by `group` (lines,), an index below `count`.

        border "assets" where groups are made of assets; "accounts" where they are whole accounts.
        """
        value = np.zeros((count, self.days))
        for line, row in enumerate(group.tolist()):
            value[row] += self.value[line]
        events = self.events
        at = (group[events.line], events.day)
        flow = events.flow if border == "assets" else events.external
        inflow = self.summed(np.maximum(flow, 0.0), at, count)
        outflow = self.summed(np.maximum(-flow, 0.0), at, count)
        if border != "whole":  # there, what moves comes from inside
            moved = self.summed(events.moved, at, count)
            inflow += np.maximum(moved, 0.0)
            outflow += np.maximum(-moved, 0.0)
        return Worth(self.first, _clean(value), _clean(inflow), _clean(outflow), np.zeros(count))

    def summed(self, amounts: FloatArray, at: tuple[IntArray, IntArray], count: int) -> FloatArray:
        """(count, days): one amount an event, summed by (group, day)."""
        group, day = at
        sums = np.bincount(group * self.days + day, amounts, count * self.days).astype(np.float64, copy=False)
        return sums.reshape(count, self.days)


def panel(book: Book, market: Market, rates: Rates) -> Panel:
    """Value each line of `book` on every day of `market`, whose days begin no later than the first movement.

    As in `timeline`, whose net worth is the sum of the lines; `rates` must span these days and every movement.
    """
    days = days_of(book, market, rates)
    prices = carry_forward(market.closes, market.steps)
    lines = _lines(book)
    window = rates.values[:, days.window]
    value = _worth_of_assets(lines, book, prices, window=window, days=days)
    _add_money(value, lines, book, rates=rates, days=days)
    return Panel(
        first=market.closes.first,
        account=lines.account,
        asset=lines.asset,
        currency=lines.currency,
        value=_clean(value),
        rates=window,
        events=_events(book, market, prices, rates=rates, lines=lines, days=days),
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """account, asset, currency: (lines,). of_row, money_of_row: (n,) the line of each movement, and of its account's
    money, -1 where the account keeps none."""

    account: IntArray
    asset: IntArray
    currency: IntArray
    of_row: IntArray
    money_of_row: IntArray


def _lines(book: Book) -> _Lines:
    """One for each asset in an account, and one for the money of each account that keeps its own or was paid some."""
    width = int(book.asset.max(initial=MONEY)) + 2
    own = book.account * width + book.asset + 1
    money = book.account * width
    keys, place = np.unique(np.concatenate((own, money[book.own_cash])), return_inverse=True)
    currency = np.zeros(len(keys), np.int64)
    currency[place[: len(own)]] = book.currency
    money_of_row = np.full(len(own), -1)
    money_of_row[book.own_cash] = place[len(own) :]
    currency[money_of_row[book.own_cash]] = book.cash_currency[book.own_cash]
    return _Lines(keys // width, keys % width - 1, currency, place[: len(own)], money_of_row)


def _worth_of_assets(lines: _Lines, book: Book, prices: Carried, *, window: FloatArray, days: Days) -> FloatArray:
    """(lines, days); the rows of money are 0. What has no price yet counts what was paid for it."""
    shape = (len(lines.asset), days.count)
    held = book.asset >= 0
    values = cumulated_rows(book.rows["quantity"][held], lines.of_row[held], days.column[held], shape)
    missing = np.zeros(len(lines.asset), np.int64)
    for line, asset in enumerate(lines.asset.tolist()):
        if asset == MONEY:
            values[line] = 0.0
        else:
            values[line] *= prices.values[asset]
            missing[line] = prices.missing[asset]
    estimate_at_cost(values, book, np.where(held, lines.of_row, -1), missing=missing, days=days)
    for line, currency in enumerate(lines.currency.tolist()):
        values[line] = converted(values[line], window[currency])
    return values


def _add_money(value: FloatArray, lines: _Lines, book: Book, *, rates: Rates, days: Days) -> None:
    accounts, home, balances = cash_balances(book, rates=rates, days=days)
    line_of = {account: i for i, account in enumerate(lines.account.tolist()) if lines.asset[i] == MONEY}
    for account, currency, balance in zip(accounts.tolist(), home.tolist(), balances, strict=True):
        value[line_of[account]] = converted(balance, rates.values[currency, days.window])


def _events(book: Book, market: Market, prices: Carried, *, rates: Rates, lines: _Lines, days: Days) -> Events:
    """One for each movement, and one on the line of the money that it moved."""
    rows = book.rows
    rate = movement_rates(book, rates)
    comes = (rows["in_kind"] != 0) | (rows["moved"] != 0) | (rows["exchanged"] != 0)
    units = unit_values(book, market, prices, rates=rates, days=days, of=comes)
    flows = flows_convert(book, rates, units)
    cash, given = converted(rows["cash"], rate), converted(rows["external"], rate)
    in_kind = units_worth(book, rows["in_kind"], rate=rate, unit_values=units)
    outside = np.where(book.own_cash, given, given - cash) + in_kind
    is_money = book.asset == MONEY
    own = Events(
        line=lines.of_row,
        day=days.column - 1,
        flow=np.where(is_money, outside, in_kind - cash),
        moved=units_worth(book, rows["moved"], rate=rate, unit_values=units) + _exchanged(book, units, rate=rate),
        external=outside,
        income=flows.income,
        costs=flows.costs,
        realized_gain=flows.realized_gain,
        cost=flows.cost,
    )
    trades = book.own_cash & ~is_money & (rows["cash"] != 0)
    paid = _money_events(lines.money_of_row[trades], days.column[trades] - 1, cash[trades])
    joined = Events(
        **{field.name: np.concatenate((getattr(own, field.name), getattr(paid, field.name))) for field in fields(own)}
    )
    return joined.where((joined.day >= 0) & (joined.day < days.count))


def _money_events(line: IntArray, day: IntArray, flow: FloatArray) -> Events:
    nothing = np.zeros(len(flow))
    return Events(line, day, flow, *[nothing] * 6)


def _exchanged(book: Book, unit_values: FloatArray, *, rate: FloatArray) -> FloatArray:
    """Worth of the units that a corporate action brings, and out of which assets it comes.

    Units without a price count their cost. What leaves shares the worth of all that arrives in the account that day
    by cost, so that over all assets it is nothing.
    """
    cost = converted(book.rows["exchanged"], rate)
    arrives, leaves = cost > 0, cost < 0
    worth = np.zeros(len(cost))
    if not arrives.any():
        return worth
    priced = book.rows["quantity"] * unit_values
    worth[arrives] = np.where(np.isnan(priced), cost, priced)[arrives]
    _, group = np.unique(np.stack((book.account, book.rows["day"])), axis=1, return_inverse=True)
    brought, moved = (np.bincount(group[arrives], part[arrives], group.max() + 1) for part in (worth, cost))
    share = np.ones(len(moved))
    np.divide(brought, moved, out=share, where=moved > 0)
    worth[leaves] = cost[leaves] * share[group[leaves]]
    return worth


def _clean(values: FloatArray) -> FloatArray:
    """Without the noise of sums of floats; also -0.0 becomes 0.0."""
    return np.round(values, NOISE_DECIMALS) + 0.0
