"""The only bridge from rows to arrays: what the engine needs of a person, read in a handful of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.book import Book, Market
from analytics.engine.carry import IntArray, Observed, Step
from analytics.engine.rates import Leg, Rates, rates_daily
from analytics.engine.timeline import Timeline, timeline
from core.models import Account
from core.packed import fetch_packed
from portfolio.books.movements import unpack
from portfolio.models import Asset, CorporateAction, Holding
from portfolio.prices.rates import routes
from portfolio.prices.store import Closes, closes_load
from portfolio.prices.pairs import pairs_visible


@dataclass(frozen=True, slots=True)
class Scope:
    """What to value: everything of a person, or some accounts, or some assets (then without the money of accounts)."""

    account_ids: Collection[int] | None = None
    asset_ids: Collection[int] | None = None

    @property
    def is_whole(self) -> bool:
        return self.account_ids is None and self.asset_ids is None


@dataclass(frozen=True, slots=True)
class _Position:
    """One holding row as far as the engine is concerned."""

    account: int
    asset: int | None
    currency: str
    tracks_cash: bool
    rows: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the engine needs to value the days from `first` to `last`.

    unknown: currencies that are held but have no way to the asked one; their days come out as NaN.
    """

    book: Book
    asset_ids: tuple[int, ...]
    asset_currencies: tuple[int, ...]
    currencies: tuple[str, ...]
    steps: tuple[Step, ...]
    rates: Rates
    unknown: tuple[str, ...]
    first_day: date
    last: date

    @property
    def reasons(self) -> list[dict[str, str]]:
        """Why some figures are not known."""
        target = self.currencies[0]
        return [
            {"code": "no_rate", "detail": f"No exchange rate from {code} to {target} is known."}
            for code in self.unknown
        ]

    def timeline(self, since: date | None = None) -> Timeline:
        """Every day from `since` on (at the earliest the day of the first movement)."""
        since = max(since or self.first_day, self.first_day)
        start = min(since, self._first_in_kind() or since)
        closes = closes_load(self.asset_ids, first=start, last=self.last)
        market = Market(_observed(closes), np.array(self.asset_currencies, np.int64), self.steps)
        return timeline(self.book, market, self.rates).since(since)

    def _first_in_kind(self) -> date | None:
        """Units that came in kind entered at the price of their day, so that day's price is needed."""
        rows = self.book.rows
        moved = (rows["in_kind"] != 0) | ((rows["moved"] != 0) & self.book.moves_are_flows)
        return date.fromordinal(int(rows["day"][moved].min())) if moved.any() else None


def inputs_load(*, user_id: int, currency: str, last: date, scope: Scope | None = None) -> Inputs | None:
    """What a person has up to `last`; None where they have nothing."""
    scope = scope or Scope()
    positions = _positions(user_id, scope)
    if not positions:
        return None
    rows = np.concatenate([position.rows for position in positions])
    first_day = date.fromordinal(int(rows["day"].min()))
    if first_day > last:
        return None
    currencies = _currencies(positions, rows, currency)
    asset_ids = tuple(sorted({position.asset for position in positions if position.asset is not None}))
    by_asset = {position.asset: position.currency for position in positions}
    origin = date.fromordinal(int(rows["basis_day"].min()))
    rates, unknown = rates_load(
        user_id=user_id, currencies=currencies, target=currency, first=min(origin, first_day), last=last
    )
    return Inputs(
        book=_book(positions, rows, asset_ids, currencies, scope),
        asset_ids=asset_ids,
        asset_currencies=tuple(currencies.index(by_asset[asset]) for asset in asset_ids),
        currencies=currencies,
        steps=_steps(asset_ids),
        rates=rates,
        unknown=unknown,
        first_day=first_day,
        last=last,
    )


def rates_load(
    *, user_id: int, currencies: Sequence[str], target: str, first: date, last: date
) -> tuple[Rates, tuple[str, ...]]:
    """Daily rates of `currencies` into `target`, and those of them that have no way there."""
    pairs = pairs_visible(user_id) if any(code != target for code in currencies) else {}
    ways = routes(pairs, currencies, target)
    used = sorted({step.pair for way in ways.values() for step in way or ()})
    legs: list[list[Leg] | None] = [
        None if (way := ways[code]) is None else [(used.index(step.pair), step.inverse) for step in way]
        for code in currencies
    ]
    rates = rates_daily(_observed(closes_load(used, first=first, last=last)), legs)
    return rates, tuple(code for code in currencies if ways[code] is None)


def _positions(user_id: int, scope: Scope) -> list[_Position]:
    """Raw rows, because a holding's movements are most of what is read here, and the driver gives them in binary."""
    sql = (
        "SELECT h.account_id, h.asset_id, h.currency, a.tracks_cash, h.movements "
        f"FROM {Holding._meta.db_table} h JOIN {Account._meta.db_table} a ON a.id = h.account_id "
        "WHERE h.user_id = %s ORDER BY h.id"
    )
    return [
        _Position(account, asset, currency, bool(tracks_cash), unpack(movements))
        for account, asset, currency, tracks_cash, movements in fetch_packed(sql, [user_id])
        if _within(scope, account, asset)
    ]


def _within(scope: Scope, account: int, asset: int | None) -> bool:
    if scope.account_ids is not None and account not in scope.account_ids:
        return False
    return scope.asset_ids is None or asset in scope.asset_ids


def _currencies(positions: list[_Position], rows: NDArray[Any], target: str) -> tuple[str, ...]:
    """Every currency that an amount is in or that an applied rate leads to, the asked one first."""
    found = {position.currency for position in positions}
    found.update(_names(rows["rate_currency"]), _names(rows["basis_currency"]))
    return (target, *sorted(found - {target}))


def _names(codes: NDArray[Any]) -> set[str]:
    return {code.decode() for code in np.unique(codes[codes != b""]).tolist()}


def _book(
    positions: list[_Position],
    rows: NDArray[Any],
    asset_ids: tuple[int, ...],
    currencies: tuple[str, ...],
    scope: Scope,
) -> Book:
    lengths = [len(position.rows) for position in positions]
    asset_index = {asset: i for i, asset in enumerate(asset_ids)}
    code_index = {code: i for i, code in enumerate(currencies)}

    def spread(values: list[int]) -> IntArray:
        return np.repeat(np.array(values, np.int64), lengths)

    return Book(
        rows=rows,
        position=spread(list(range(len(positions)))),
        account=spread([position.account for position in positions]),
        asset=spread([-1 if position.asset is None else asset_index[position.asset] for position in positions]),
        currency=spread([code_index[position.currency] for position in positions]),
        own_cash=spread([position.tracks_cash and scope.asset_ids is None for position in positions]) == 1,
        rate_currency=_codes(rows["rate_currency"], code_index),
        basis_currency=_codes(rows["basis_currency"], code_index),
        moves_are_flows=not scope.is_whole,
    )


def _codes(names: NDArray[Any], index: dict[str, int]) -> IntArray:
    codes = np.full(len(names), -1, np.int64)
    for code in _names(names):
        codes[names == code.encode()] = index[code]
    return codes


def _steps(asset_ids: tuple[int, ...]) -> tuple[Step, ...]:
    """What actions do to a close that is carried across them: a 2:1 split halves it, a spin-off takes its share."""
    index = {asset: i for i, asset in enumerate(asset_ids)}
    actions = CorporateAction.objects.filter(
        asset__in=asset_ids, status=CorporateAction.Status.CONFIRMED, kind__in=("split", "bonus", "spinoff")
    ).values_list("asset_id", "kind", "ex_date", "ratio", "cost_fraction")
    return tuple(
        Step(index[asset], day, float(1 - (fraction or 0)) if kind == "spinoff" else 1 / float(ratio))
        for asset, kind, day, ratio, fraction in actions.order_by("ex_date", "id")
    )


def _observed(closes: Closes) -> Observed:
    return Observed(closes.first, closes.matrix, closes.before, closes.before_day)


def asset_ids_of_class(user_id: int, asset_class: str) -> list[int]:
    owned = Holding.objects.filter(user_id=user_id, asset__asset_class=asset_class)
    return list(owned.values_list("asset_id", flat=True).distinct())
