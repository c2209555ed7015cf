"""Positions in one currency: the exact figures of the books, converted where they are in another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.amounts import amount_of, less, rate_of, total
from analytics.engine.flows import flows_convert
from analytics.engine.rates import Rates
from analytics.movements import Moved, Scope, book_of, currencies_in, rows_of
from analytics.rates import Crossing, missing_rates, rates_load
from portfolio.holdings import HoldingAt
from portfolio.live.board import watch
from portfolio.prices.live_closes import Now

FIGURES = ("cost_basis", "invested", "realized_gain", "income", "fees", "costs")
Amounts = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Valued:
    """A position at the end of a day; amounts in the asked currency, None where one is not known.

    market_value: at the last close; before the first one, what was paid. day_change: what the units of that day
    gained since the day before, by price and by exchange rate. weight: share of the market value of all positions
    that were asked for.
    """

    holding: HoldingAt
    cost_basis: Decimal | None
    invested: Decimal | None
    realized_gain: Decimal | None
    income: Decimal | None
    fees: Decimal | None
    costs: Decimal | None
    market_value: Decimal | None
    day_change: Decimal | None
    weight: float | None = None

    @property
    def average_cost(self) -> Decimal | None:
        if not self.holding.quantity or self.cost_basis is None:
            return None
        return self.cost_basis / self.holding.quantity

    @property
    def unrealized_gain(self) -> Decimal | None:
        return less(self.market_value, self.cost_basis)

    @property
    def total_gain(self) -> Decimal | None:
        return less(total(self.unrealized_gain, self.realized_gain, self.income), self.costs)


def positions_valued(
    holdings: list[HoldingAt], *, user_id: int, currency: str, as_of: date, now: Now | None = None
) -> tuple[list[Valued], list[dict[str, str]]]:
    """The positions in `currency`, and why some amounts are not known. now: as the holdings were read with."""
    if not holdings:
        return [], []
    moved = [
        Moved(
            row.account.pk,
            row.asset.pk,
            row.asset.currency,
            row.account.tracks_cash,
            row.account.currency,
            bool(row.quantity),
            row.movements,
        )
        for row in holdings
    ]
    rows = rows_of(moved)
    currencies = currencies_in(moved, rows, currency)
    first = min(
        date.fromordinal(min(int(position.rows["basis_day"].min()) for position in moved)), as_of - timedelta(days=1)
    )
    daily = rates_load(user_id=user_id, currencies=currencies, target=currency, first=first, last=as_of, now=now)
    converted = _converted(moved, rows, currencies=currencies, rates=daily.rates)
    if now is not None and as_of == now.today:
        watch(_held(holdings, daily.crossing))
    valued = [
        _valued(row, amounts, daily.rates, index=currencies.index(row.asset.currency), as_of=as_of)
        for row, amounts in zip(holdings, converted, strict=True)
    ]
    return valued, missing_rates(daily.crossing.unknown, currency)


def _held(holdings: list[HoldingAt], crossing: Crossing) -> frozenset[int]:
    """The assets and pairs that the value of what is left rests on."""
    left = [row.asset for row in holdings if row.quantity]
    return frozenset(asset.pk for asset in left) | crossing.pairs_of({asset.currency for asset in left})


def _converted(moved: list[Moved], rows: NDArray[Any], *, currencies: tuple[str, ...], rates: Rates) -> list[Amounts]:
    """The figures of each position, each movement at its own day's rate."""
    book = book_of(moved, rows, currencies=currencies, scope=Scope())
    flows = flows_convert(book, rates, unit_values=np.full(len(rows), np.nan))
    columns = {"cost_basis": flows.cost, **{name: getattr(flows, name) for name in FIGURES[1:]}}
    sums = {name: np.bincount(book.position, values, len(moved)) for name, values in columns.items()}
    return [{name: amount_of(float(values[i])) for name, values in sums.items()} for i in range(len(moved))]


def _valued(row: HoldingAt, converted: Amounts, rates: Rates, *, index: int, as_of: date) -> Valued:
    at = as_of.toordinal() - rates.origin
    today, before = (rate_of(float(rates.values[index, day])) for day in (at, at - 1))
    is_exact = index == 0  # the asked currency comes first
    amounts = {name: getattr(row, name) for name in FIGURES} if is_exact else converted
    value, change = _market(row, today=today, before=before, as_of=as_of)
    return Valued(row, **amounts, market_value=value, day_change=change)


def _market(
    row: HoldingAt, *, today: Decimal | None, before: Decimal | None, as_of: date
) -> tuple[Decimal | None, Decimal | None]:
    """(market value, day change), at the rates of the day and of the day before."""
    if not row.quantity:
        return Decimal(0), Decimal(0)
    if today is None or before is None:
        return None, None
    if row.price is None:
        return row.cost_basis * today, row.cost_basis * (today - before)
    previous = row.price.previous if row.price.on == as_of else row.price.close
    value = row.quantity * row.price.close * today
    return value, None if previous is None else value - row.quantity * previous * before


def weighted(positions: Sequence[Valued]) -> list[Valued]:
    """With weights that add up to 1; without, where some value is not known or nothing is worth anything."""
    whole = total(*(position.market_value for position in positions))
    if not whole:
        return list(positions)
    return [replace(position, weight=float((position.market_value or 0) / whole)) for position in positions]
