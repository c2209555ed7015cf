"""The time machine: what was owned on every day, from movements, prices, rates and the money of accounts.

Quantities are scattered on (asset, day) and summed along the days; prices are carried forward; a day's value is
their product, summed over the assets of each currency, times that day's rate.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np

from analytics.engine.balances import balances_of
from analytics.engine.book import Book, Market
from analytics.engine.carry import BoolArray, Carried, FloatArray, carry_forward
from analytics.engine.flows import flows_convert
from analytics.engine.money import Money
from analytics.engine.money_value import money_contributions, value_money
from analytics.engine.rates import Rates
from analytics.engine.valuation import Days, clean, cumulated, value_holdings


@dataclass(frozen=True, slots=True)
class Timeline:
    """One value a day from `first` on, in the currency that the rates lead to; NaN where it is not known.

    net_worth = holdings + cash + other_assets - liabilities. cost_basis and invested are of the open lots;
    net_contributions, income, realized_gain and costs are totals since the beginning, of these the last three of the
    portfolio alone. priced, stale, estimated: shares of the gross value (holdings, cash and other assets) by how it is
    known; together 1, NaN where there is no value.
    """

    first: date
    net_worth: FloatArray
    holdings: FloatArray
    cash: FloatArray
    other_assets: FloatArray
    liabilities: FloatArray
    cost_basis: FloatArray
    invested: FloatArray
    net_contributions: FloatArray
    income: FloatArray
    realized_gain: FloatArray
    costs: FloatArray
    priced: FloatArray
    stale: FloatArray
    estimated: FloatArray

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self.net_worth) - 1)

    def since(self, day: date) -> "Timeline":
        """The same from `day` on."""
        skip = (day - self.first).days
        if skip <= 0:
            return self
        series = {field.name: getattr(self, field.name)[skip:] for field in fields(self) if field.name != "first"}
        return Timeline(first=day, **series)


def timeline(book: Book, market: Market, rates: Rates, money: Money | None = None) -> Timeline:
    """Value `book` and `money` on every day of `market`, of which there is at least one.

    `rates` must span these days and everything that is to count. What is after the last day is left out, but for the
    first statement of an account, which says what it had before.
    """
    days = days_of(book, market, rates)
    prices = carry_forward(market.closes, market.steps)
    comes = (book.rows["in_kind"] != 0) | (book.rows["moved"] != 0)
    flows = flows_convert(book, rates, unit_values(book, market, prices, rates=rates, days=days, of=comes))
    value = value_holdings(book, market, prices, rates=rates, days=days)
    balances = balances_of(money or Money(), book, rates)
    held = value_money(balances, rates=rates, days=days)
    given = money_contributions(balances, rates=rates, days=days, moves_are_flows=book.moves_are_flows)
    gross = value.total + held.cash.total + held.other_assets.total
    stale = _share(value.stale + held.cash.stale + held.other_assets.stale, gross)
    estimated = _share(value.estimated + held.cash.estimated + held.other_assets.estimated, gross)
    return Timeline(
        first=market.closes.first,
        net_worth=clean(gross - held.owed),
        holdings=clean(value.total),
        cash=clean(held.cash.total),
        other_assets=clean(held.other_assets.total),
        liabilities=clean(held.owed),
        cost_basis=clean(cumulated(flows.cost, days)),
        invested=clean(cumulated(flows.invested, days)),
        net_contributions=clean(cumulated(flows.contributions, days) + given),
        income=clean(cumulated(flows.income, days)),
        realized_gain=clean(cumulated(flows.realized_gain, days)),
        costs=clean(cumulated(flows.costs, days)),
        priced=1 - stale - estimated,
        stale=stale,
        estimated=estimated,
    )


def days_of(book: Book, market: Market, rates: Rates) -> Days:
    """Where the movements fall among the days of the market."""
    first, count = market.closes.first.toordinal(), market.closes.matrix.shape[1]
    column = np.clip(book.rows["day"].astype(np.int64) - first + 1, 0, count + 1)
    return Days(count, column, slice(first - rates.origin, first - rates.origin + count))


def unit_values(book: Book, market: Market, prices: Carried, *, rates: Rates, days: Days, of: BoolArray) -> FloatArray:
    """(n,) what a unit of the asset was worth at the end of the day of the movements `of`; NaN for the others."""
    units = np.full(len(book.rows), np.nan)
    inside = (days.column > 0) & (days.column <= days.count)
    rows = np.flatnonzero(of & inside & (book.asset >= 0))
    asset, day = book.asset[rows], days.column[rows] - 1
    units[rows] = prices.values[asset, day] * rates.values[market.currency[asset], days.window.start + day]
    return units


def _share(part: FloatArray, gross: FloatArray) -> FloatArray:
    share = np.full(len(gross), np.nan)
    np.divide(part, gross, out=share, where=gross > 0)
    return share
