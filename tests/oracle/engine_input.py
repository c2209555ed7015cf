"""The same world as the engine wants it: through the books, packed and unpacked, into arrays."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from analytics.engine.book import Book, Market
from analytics.engine.carry import FloatArray, IntArray, Observed, Step
from analytics.engine.money import Money
from analytics.engine.rates import Rates, rates_daily
from analytics.engine.timeline import Timeline, timeline
from portfolio.books.movements import pack, unpack
from portfolio.books.position import Position
from portfolio.books.replay import Key, replay
from portfolio.prices.rates import routes
from tests.oracle.engine_money import engine_money
from tests.oracle.world import Series, World


def engine_timeline(world: World, first: date | None = None, *, reverse: bool = False) -> Timeline:
    """The days from `first` (or the world's own) on, as the engine values them.

    What came in kind entered at the price of its day, so the window must begin by then; the days before are cut off.
    """
    first = first or world.first
    kinds = [entry.day for entry in world.entries if entry.kind.startswith("transfer")]
    return timeline(*engine_inputs(replace(world, first=min([first, *kinds])), reverse=reverse)).since(first)


def world_from_the_start(world: World) -> World:
    """The same, from its first entry on."""
    return replace(world, first=min([world.first, *world.happenings]))


def engine_inputs(world: World, *, reverse: bool = False) -> tuple[Book, Market, Rates, Money]:
    """`reverse` lists positions and assets the other way round, which must change nothing."""
    positions = replay(world.entries, world.actions, average_accounts=world.average_accounts)
    keys = sorted(positions, key=str, reverse=reverse)
    assets = sorted(world.assets, reverse=reverse)
    currencies = sorted({world.base, *world.assets.values(), *_currencies(world)})
    book = _book(world, [(key, positions[key]) for key in keys], assets=assets, currencies=currencies)
    origin = min([world.first, *world.happenings, *(date.fromordinal(int(day)) for day in book.rows["basis_day"])])
    rates = _rates(world, currencies, origin=origin)
    return book, _market(world, assets, currencies), rates, engine_money(world, currencies)


def _currencies(world: World) -> set[str]:
    accounts = {account.currency for account in world.accounts.values()}
    traded = {code for entry in world.entries for code in (entry.currency, entry.rate_currency) if code}
    return accounts | traded | {entry.currency for entry in world.everyday}


def _book(world: World, positions: list[tuple[Key, Position]], *, assets: list[int], currencies: list[str]) -> Book:
    rows = [unpack(pack(position.movements)) for _, position in positions]
    lengths = [len(part) for part in rows]
    joined = np.concatenate(rows) if rows else unpack(b"")
    tracks = [world.accounts[account].tracks_cash for (account, _, _), _ in positions]
    return Book(
        rows=joined,
        position=np.repeat(np.arange(len(positions)), lengths),
        account=np.repeat(_ints([account for (account, _, _), _ in positions]), lengths),
        asset=np.repeat(
            _ints([-1 if asset is None else assets.index(asset) for (_, asset, _), _ in positions]), lengths
        ),
        currency=np.repeat(_ints([currencies.index(code) for (_, _, code), _ in positions]), lengths),
        own_cash=np.repeat(np.array(tracks, bool), lengths),
        cash_currency=np.repeat(
            _ints([currencies.index(world.accounts[account].currency) for (account, _, _), _ in positions]), lengths
        ),
        rate_currency=_codes(joined["rate_currency"].tolist(), currencies),
        basis_currency=_codes(joined["basis_currency"].tolist(), currencies),
    )


def _ints(values: list[int]) -> IntArray:
    return np.array(values, np.int64)


def _codes(names: list[bytes], currencies: list[str]) -> IntArray:
    return _ints([currencies.index(name.decode()) if name else -1 for name in names])


def _market(world: World, assets: list[int], currencies: list[str]) -> Market:
    series = [world.closes.get(asset, {}) for asset in assets]
    steps = tuple(
        Step(assets.index(action.asset), action.day, _factor(action.ratio, action.cost_fraction, kind=action.kind))
        for action in sorted(world.actions, key=lambda action: (action.day, action.id))
        if action.kind in ("split", "bonus", "spinoff")
    )
    currency = _ints([currencies.index(world.assets[asset]) for asset in assets])
    return Market(_observed(series, world.first, world.last), currency, steps)


def _factor(ratio: Decimal, fraction: Decimal | None, *, kind: str) -> float:
    return 1 - float(fraction or 0) if kind == "spinoff" else 1 / float(ratio)


def _rates(world: World, currencies: list[str], *, origin: date) -> Rates:
    pairs, last = dict(enumerate(world.rates)), max([world.last, *(day for _, day in world.statements)])
    ways = routes(pairs, currencies, world.base)
    legs = [None if (way := ways[code]) is None else [(leg.pair, leg.inverse) for leg in way] for code in currencies]
    return rates_daily(_observed(list(world.rates.values()), origin, last), legs)


def _observed(series: list[Series], first: date, last: date) -> Observed:
    """Split each series into what is seen in the window and the last that was seen before it."""
    matrix: FloatArray = np.full((len(series), (last - first).days + 1), np.nan)
    before, before_day = np.full(len(series), np.nan), np.zeros(len(series), np.int64)
    for row, values in enumerate(series):
        for day in sorted(values):
            if first <= day <= last:
                matrix[row, (day - first).days] = float(values[day])
            elif day < first:
                before[row], before_day[row] = float(values[day]), day.toordinal()
    return Observed(first, matrix, before, before_day)
