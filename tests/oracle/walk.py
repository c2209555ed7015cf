"""Walk day by day through a portfolio and write down what it was worth and how it came about."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

from tests.oracle.books import Books, Key
from tests.oracle.everyday import Beginning
from tests.oracle.market import Market
from tests.oracle.positions import ZERO, Position
from tests.oracle.world import World

DIGITS = 100
OTHERS = ("deposit", "property", "other", "loan")
"""Kinds of accounts whose money is no cash."""


@dataclass(frozen=True)
class Day:
    """The figures at the end of one day, in the base currency; the shares are None where there is no value."""

    day: date
    holdings: Decimal
    cash: Decimal
    other_assets: Decimal
    liabilities: Decimal
    cost_basis: Decimal
    invested: Decimal
    net_contributions: Decimal
    income: Decimal
    realized_gain: Decimal
    costs: Decimal
    stale: Decimal | None
    estimated: Decimal | None

    @property
    def net_worth(self) -> Decimal:
        return self.holdings + self.cash + self.other_assets - self.liabilities

    @property
    def priced(self) -> Decimal | None:
        return None if self.stale is None or self.estimated is None else 1 - self.stale - self.estimated


@dataclass
class Walk:
    """days: those that were asked for. positions: at the end of everything, also after the last day asked for."""

    days: list[Day] = field(default_factory=list)
    positions: dict[Key, Position] = field(default_factory=dict)


def walk(world: World) -> Walk:
    with localcontext(prec=DIGITS):
        market = Market(world)
        books = Books(world, market, _beginnings(world))
        result = Walk(positions=books.positions)
        for day in _opened(world, market):
            books.live(day)
            if world.first <= day <= world.last:
                result.days.append(_day(world, market, books))
        return result


def _beginnings(world: World) -> dict[int, Beginning]:
    """What each account had when it began: nothing, or what its first statement shows to have been missing."""
    if not world.statements:
        return {}
    market = Market(world)
    books = Books(world, market)
    for day in _opened(world, market):
        books.live(day)
    return books.purses.found


def _opened(world: World, market: Market) -> Iterator[date]:
    day, end = _span(world)
    while day <= end:
        market.open(day)
        yield day
        day += timedelta(days=1)


def _span(world: World) -> tuple[date, date]:
    """From the first day on which anything is known to the last on which anything happens."""
    days = {world.first, world.last, *world.happenings} | {a.day for a in world.actions}
    for series in (*world.closes.values(), *world.rates.values()):
        days |= series.keys()
    return min(days), max(days)


@dataclass
class _Sum:
    """A value and the parts of it that are stale and estimated."""

    value: Decimal = ZERO
    stale: Decimal = ZERO
    estimated: Decimal = ZERO

    def add(self, market: Market, amount: Decimal, currency: str, *, stale: bool = False, guess: bool = False) -> None:
        rate = market.rate(currency)
        assert rate is not None, f"no way from {currency}"
        worth = amount * rate.value
        self.value += worth
        if guess or rate.estimated:
            self.estimated += worth
        elif stale or rate.stale:
            self.stale += worth

    def share(self, part: Decimal) -> Decimal | None:
        return part / self.value if self.value else None


def _day(world: World, market: Market, books: Books) -> Day:
    total = _Sum()
    for (_, asset, currency), position in books.positions.items():
        if asset is not None and position.quantity:
            quote = market.prices.get(asset)
            if quote is None:
                total.add(market, position.cost, currency, guess=True)
            else:
                total.add(market, position.quantity * quote.value, currency, stale=quote.is_stale(market.today))
    holdings, owed, others = total.value, _Sum(), _Sum()
    for number, balance in books.balances.items():
        account = world.accounts[number]
        (total if balance > 0 else owed).add(market, abs(balance), account.currency)
        if balance > 0 and account.kind in OTHERS:
            others.add(market, balance, account.currency)
    lots = [lot for position in books.positions.values() for lot in position.lots]
    return Day(
        day=market.today,
        holdings=holdings,
        cash=total.value - holdings - others.value,
        other_assets=others.value,
        liabilities=owed.value,
        cost_basis=sum((lot.base_cost for lot in lots), ZERO),
        invested=sum((lot.base_invested for lot in lots), ZERO),
        net_contributions=books.contributions + books.purses.contributions,
        income=books.income,
        realized_gain=books.realized,
        costs=books.costs,
        stale=total.share(total.stale),
        estimated=total.share(total.estimated),
    )
