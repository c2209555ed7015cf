"""What positions cost and brought, movement by movement and for what is still open, in one currency."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.amounts import amount_of, rate_of
from analytics.engine.flows import converted, flows_convert, movement_rates
from analytics.engine.rates import Rates
from analytics.movements import Moved, Scope, book_of, currencies_in, rows_of
from analytics.rates import missing_rates, rates_load
from portfolio.books.lots import Lot
from portfolio.books.movements import Movement, pack, unpack
from portfolio.books.position import Position
from portfolio.prices.live_closes import Now

Amount = Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a position came to. closings: the movements that closed something: sales, and mergers that paid cash.

    blocks: the open lots, in parts that cost the same per unit.
    """

    position: Position
    closings: Sequence[Movement]
    blocks: Sequence[Lot]

    @property
    def currency(self) -> str:
        return self.position.currency


@dataclass(frozen=True, slots=True)
class Converted:
    """What each closing brought and had cost, and what each block cost; None where no rate is known."""

    proceeds: Sequence[Amount]
    cost: Sequence[Amount]
    blocks: Sequence[Amount]


@dataclass(frozen=True, slots=True)
class Conversion:
    """outcomes: in the order in which they were given. rates: of each currency on the last day.

    reasons: why some are not known.
    """

    outcomes: Sequence[Converted]
    rates: Mapping[str, Amount]
    reasons: list[dict[str, str]]


def outcome_of(position: Position) -> Outcome:
    closings = [movement for movement in position.movements if movement.proceeds is not None]
    return Outcome(position, closings, position.lots.blocks())


def conversion_load(
    outcomes: Sequence[Outcome], *, user_id: int, currency: str, last: date, now: Now | None
) -> Conversion:
    """Each movement at its own rate, as everywhere; what is in the asked currency already stays exact."""
    foreign = [outcome for outcome in outcomes if outcome.currency != currency]
    moved = [_moved(one, one.position.movements) for one in foreign] + [_moved(one, _openings(one)) for one in foreign]
    rows = rows_of(moved)
    currencies = currencies_in(moved, rows, currency)
    first = date.fromordinal(int(rows["basis_day"].min())) if len(rows) else last
    daily = rates_load(user_id=user_id, currencies=currencies, target=currency, first=first, last=last, now=now)
    amounts = _converted(foreign, moved, rows, currencies=currencies, rates=daily.rates)
    return Conversion(
        [_exact(outcome) if outcome.currency == currency else next(amounts) for outcome in outcomes],
        {code: rate_of(rate) for code, rate in zip(currencies, _on(daily.rates, last), strict=True)},
        missing_rates(daily.crossing.unknown, currency),
    )


def _exact(outcome: Outcome) -> Converted:
    """The same in the currency of the position, as the books have it."""
    return Converted(
        [movement.proceeds for movement in outcome.closings],
        [-movement.cost for movement in outcome.closings],
        [block.cost for block in outcome.blocks],
    )


def _moved(outcome: Outcome, movements: list[Movement]) -> Moved:
    """The cash of the account, and whether anything is left, are no concern of cost and proceeds."""
    position, rows = outcome.position, unpack(pack(movements))
    return Moved(position.account, position.asset, position.currency, False, position.currency, False, rows)


def _openings(outcome: Outcome) -> list[Movement]:
    """As if each open lot was bought by itself; a pool's cost is the sum of its own movements instead."""
    return [] if outcome.position.lots.is_pool else [_opening(lot) for lot in outcome.blocks]


def _opening(lot: Lot) -> Movement:
    opening = Movement(lot.acquired, lot.acquired, basis_rate=lot.rate, basis_currency=lot.rate_currency)
    opening.cost = lot.cost
    return opening


def _converted(
    foreign: list[Outcome], moved: list[Moved], rows: NDArray[Any], *, currencies: tuple[str, ...], rates: Rates
) -> Iterator[Converted]:
    book = book_of(moved, rows, currencies=currencies, scope=Scope())
    cost = flows_convert(book, rates, unit_values=np.full(len(rows), np.nan)).cost
    closed = ~np.isnan(rows["proceeds"])
    proceeds = converted(np.where(closed, rows["proceeds"], 0.0), movement_rates(book, rates))
    spans = [slice(*ends) for ends in pairwise(accumulate((len(part.rows) for part in moved), initial=0))]
    for outcome, own, openings in zip(foreign, spans[: len(foreign)], spans[len(foreign) :], strict=True):
        whole = cost[own].sum(keepdims=True)[: len(outcome.blocks)]
        yield Converted(
            _amounts(proceeds[own][closed[own]]),
            _amounts(-cost[own][closed[own]]),
            _amounts(whole if outcome.position.lots.is_pool else cost[openings]),
        )


def _amounts(values: NDArray[Any]) -> list[Amount]:
    return [amount_of(value) for value in values.tolist()]


def _on(rates: Rates, day: date) -> list[float]:
    values: list[float] = rates.values[:, day.toordinal() - rates.origin].tolist()
    return values
