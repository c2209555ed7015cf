"""What happened to the lines of a panel: what flowed into them and out of them, what they earned and cost."""

from dataclasses import dataclass, fields

import numpy as np

from analytics.engine.balances import Balances
from analytics.engine.book import Book, Market
from analytics.engine.carry import BoolArray, Carried, FloatArray, IntArray
from analytics.engine.exchanges import exchanged_worth, is_exchange
from analytics.engine.flows import converted, flows_convert, moved_worth, movement_rates, units_worth
from analytics.engine.lines import MONEY, NO_LINE, Lines
from analytics.engine.rates import Rates
from analytics.engine.timeline import unit_values
from analytics.engine.valuation import Days, without_dust


@dataclass(frozen=True, slots=True)
class Events:
    """What happened to the lines, `n` events; amounts in the currency of the panel, NaN where a rate is not known.

    line, day: (n,) which line, and the offset of the day. other: the line at the other end of it, of the account's own
    money that paid or of what it paid for; NO_LINE where there is none. flow: into the line (out is negative): what a
    purchase cost, what a sale or dividend brought, units in kind at their worth; of money, what was paid in or out.
    moved: the same of units and money from other accounts, and by corporate actions from other assets. external: that
    part of `flow` which comes from outside of all that the person has. costs: fees and taxes that are no part of a
    purchase or sale; fees: all of them. cost: change of the cost of the open lots.
    """

    line: IntArray
    day: IntArray
    other: IntArray
    flow: FloatArray
    moved: FloatArray
    external: FloatArray
    income: FloatArray
    costs: FloatArray
    fees: FloatArray
    realized_gain: FloatArray
    cost: FloatArray

    def where(self, chosen: BoolArray) -> "Events":
        return Events(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


_AMOUNTS = [field.name for field in fields(Events)][3:]


def events_of_money(balances: Balances, *, rates: Rates, lines: Lines, days: Days) -> Events:
    """One for each day on which money came to an account from outside or from another one, or went there."""
    outside, moved = balances.outside[:, days.window], balances.moved[:, days.window]
    account, day = np.nonzero((outside != 0) | (moved != 0))
    rate = rates.values[balances.currency[account], days.window.start + day]
    found = {name: np.zeros(len(day)) for name in _AMOUNTS}
    found["flow"] = found["external"] = without_dust(converted(outside[account, day], rate))
    found["moved"] = without_dust(converted(moved[account, day], rate))
    return Events(lines.of_balance[account], day, np.full(len(day), NO_LINE), **found)


def events_of(book: Book, market: Market, prices: Carried, *, rates: Rates, lines: Lines, days: Days) -> Events:
    """One for each movement, and one on the line of the money that it moved, on the days that are valued."""
    rows = book.rows
    exchange = is_exchange(book, market)
    comes = (rows["in_kind"] != 0) | (rows["moved"] != 0) | exchange
    units = unit_values(book, market, prices, rates=rates, days=days, of=comes)
    rate, daily = movement_rates(book, rates), rates.on(book.currency, rows["day"])
    flows = flows_convert(book, rates, units)
    cash, given = converted(rows["cash"], rate), converted(rows["external"], rate)
    in_kind = units_worth(book, rows["in_kind"], rate=rate, unit_values=units)
    outside = np.where(book.own_cash, given, given - cash) + in_kind
    exchanged = exchanged_worth(book, exchange, units, cost=converted(rows["exchanged"], daily))
    own = Events(
        line=lines.of_row,
        day=days.column - 1,
        other=lines.money_of_row,
        flow=without_dust(np.where(book.asset == MONEY, outside, in_kind - cash)),
        moved=without_dust(moved_worth(book, rates, units) + exchanged),
        external=without_dust(outside),
        income=flows.income,
        costs=flows.costs,
        fees=flows.fees,
        realized_gain=flows.realized_gain,
        cost=flows.cost,
    )
    joined = events_joined(own, _paid(cash, lines, days))
    return joined.where((joined.day >= 0) & (joined.day < days.count))


def _paid(cash: FloatArray, lines: Lines, days: Days) -> Events:
    """What trades and dividends took from the account's own money or brought there."""
    paid = np.flatnonzero((lines.money_of_row != NO_LINE) & (cash != 0))
    nothing = {name: np.zeros(len(paid)) for name in _AMOUNTS}
    nothing["flow"] = without_dust(cash[paid])
    return Events(lines.money_of_row[paid], days.column[paid] - 1, lines.of_row[paid], **nothing)


def events_joined(some: Events, others: Events) -> Events:
    names = [field.name for field in fields(Events)]
    return Events(**{name: np.concatenate((getattr(some, name), getattr(others, name))) for name in names})
