"""The only bridge from rows to arrays: what the engine needs of a person, read in a handful of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.closes import observed, steps_of
from analytics.engine.balances import Balances, balances_of
from analytics.engine.book import Book, Market
from analytics.engine.carry import Step
from analytics.engine.money import Money
from analytics.engine.panel import Panel, panel
from analytics.engine.rates import Rates
from analytics.engine.timeline import Timeline, timeline
from analytics.money_inputs import Ledger, ledger_load, money_of
from analytics.movements import (
    Scope,
    asset_ids_in,
    assets_held,
    book_of,
    currencies_held,
    currencies_in,
    movements_load,
    rows_of,
)
from analytics.rates import missing_rates, rates_load
from portfolio.models import Holding
from portfolio.prices.live_closes import Now, Quoted, closes_quoted, quotes_counting


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the engine needs to value the days from `first` to `last`.

    money: of the accounts that keep money, what was entered and stated. unknown: currencies that are held but have no
    way to the asked one; their days come out as NaN.
    quotes: the live prices of assets and pairs that count. held: the assets and pairs that the last day rests on.
    """

    book: Book
    money: Money
    asset_ids: tuple[int, ...]
    asset_currencies: tuple[int, ...]
    currencies: tuple[str, ...]
    steps: tuple[Step, ...]
    rates: Rates
    unknown: tuple[str, ...]
    first_day: date
    last: date
    quotes: Mapping[int, Quoted]
    held: frozenset[int]

    @property
    def reasons(self) -> list[dict[str, str]]:
        """Why some figures are not known."""
        return missing_rates(self.unknown, self.currencies[0])

    @property
    def price_at(self) -> datetime | None:
        """The instant of the newest live price in the last day."""
        counting = (quoted.at for pk, quoted in self.quotes.items() if pk in self.held and quoted.day <= self.last)
        return max(counting, default=None)

    def timeline(self, since: date | None = None) -> Timeline:
        """Every day from `since` on (at the earliest the first)."""
        since = max(since or self.first_day, self.first_day)
        start = min(since, self._first_in_kind() or since)
        return timeline(self.book, self.market(start), self.rates, self.money).since(since)

    def panel(self) -> Panel:
        """Every line on every day since the first movement, entry or statement."""
        return panel(self.book, self.market(self.first_day), self.rates, self.money)

    def balances(self) -> Balances:
        """The money of each account that has begun, in its own currency: no asset is valued for it.

        Column 0 is the day of ordinal `rates.origin`, no later than `first_day`; the last may be later than `last`.
        """
        return balances_of(self.money, self.book, self.rates)

    def market(self, first: date) -> Market:
        """The closes of the assets from `first` to `last`."""
        closes = closes_quoted(self.asset_ids, self.quotes, first=first, last=self.last)
        return Market(observed(closes), np.array(self.asset_currencies, np.int64), self.steps)

    def _first_in_kind(self) -> date | None:
        """Units that came in kind entered at the price of their day, so that day's price is needed."""
        rows = self.book.rows
        moved = (rows["in_kind"] != 0) | ((rows["moved"] != 0) & self.book.moves_are_flows)
        return date.fromordinal(int(rows["day"][moved].min())) if moved.any() else None


def inputs_load(
    *, user_id: int, currency: str, last: date, scope: Scope | None = None, now: Now | None = None
) -> Inputs | None:
    """What a person has up to `last`; None where they have nothing. now: prices that count beside the stored ones."""
    scope = scope or Scope()
    positions, ledger = movements_load(user_id, scope), ledger_load(user_id, scope)
    rows, asset_ids = rows_of(positions), asset_ids_in(positions)
    first_day = _first_day(rows, ledger)
    if first_day is None or first_day > last:
        return None
    currencies = currencies_in(positions, rows, currency, others=ledger.currencies)
    daily = rates_load(
        user_id=user_id,
        currencies=currencies,
        target=currency,
        first=date.fromordinal(int(rows["basis_day"].min(initial=first_day.toordinal()))),
        last=max(last, ledger.stated_from),
        now=now,
    )
    by_asset = {position.asset: position.currency for position in positions}
    return Inputs(
        book=book_of(positions, rows, currencies=currencies, scope=scope),
        money=money_of(ledger, currencies),
        asset_ids=asset_ids,
        asset_currencies=tuple(currencies.index(by_asset[asset]) for asset in asset_ids),
        currencies=currencies,
        steps=steps_of(asset_ids),
        rates=daily.rates,
        unknown=daily.crossing.unknown,
        first_day=first_day,
        last=last,
        quotes={**daily.quotes, **quotes_counting(asset_ids, now, last=last)},
        held=assets_held(positions) | daily.crossing.pairs_of(currencies_held(positions) | ledger.kept_currencies),
    )


def _first_day(rows: NDArray[Any], ledger: Ledger) -> date | None:
    """Of the first movement, entry or statement."""
    days = [date.fromordinal(int(rows["day"].min()))] if len(rows) else []
    return min([*days, *([ledger.first_day] if ledger.first_day else [])], default=None)


def asset_ids_of_class(user_id: int, asset_class: str) -> list[int]:
    owned = Holding.objects.filter(user_id=user_id, asset__asset_class=asset_class)
    return list(owned.values_list("asset_id", flat=True).distinct())
