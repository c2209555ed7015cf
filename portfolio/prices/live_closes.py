"""Prices of now among the stored closes: each on its day, for as long as no close of that day or later is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from portfolio.live.board import Board, Live
from portfolio.prices.rescaling import carried_factors
from portfolio.prices.store import Closes, closes_load

DAY = timedelta(days=1)
SATURDAY = 5
Factor = tuple[int, date, Decimal]


@dataclass(frozen=True, slots=True)
class Now:
    """The live prices as somebody sees them whose today this is."""

    today: date
    board: Board


@dataclass(frozen=True, slots=True)
class Quoted:
    """A live price that counts. day: on which it stands for the person, never after their today.

    before: the close of the day before, as the provider says it, where the session before is not stored yet.
    """

    day: date
    price: Decimal
    at: datetime
    before: Decimal | None = None

    @property
    def since(self) -> date:
        """The first day whose value is another one with it."""
        return self.day if self.before is None else self.day - DAY


Quotes = Mapping[int, Quoted]


def quotes_counting(asset_ids: Iterable[int], now: Now | None, *, last: date) -> dict[int, Quoted]:
    """By asset, the live prices that count up to `last`: later than the last close that the person can see.

    A market that is a day ahead of the person moves their today.
    """
    if now is None:
        return {}
    today, prices = now.today, now.board.prices
    found = {pk: prices[pk] for pk in asset_ids if pk in prices and min(prices[pk].day, today) <= last}
    if not found:
        return {}
    stored = _last_closes(list(found), today)
    counting = {pk: live for pk, live in found.items() if live.day > stored.get(pk, date.min)}
    gaps = [pk for pk, live in counting.items() if live.day <= today and _lacks_session(stored.get(pk), live)]
    ahead = [pk for pk, live in counting.items() if live.day > today]
    factors = carried_factors([*gaps, *ahead]) if gaps or ahead else []
    rescaled = {(pk, day) for pk, day, _ in factors}
    return {
        pk: Quoted(
            min(live.day, today),
            _in_shares_of(today, pk, live, factors=factors),
            live.at,
            # on the day of a split it is not certain in which units the provider says it
            live.previous_close if pk in gaps and (pk, live.day) not in rescaled else None,
        )
        for pk, live in counting.items()
    }


def closes_quoted(asset_ids: Sequence[int], quotes: Quotes, *, first: date, last: date) -> Closes:
    """The closes of `asset_ids` from `first` to `last`, with these prices of now among them."""
    closes = closes_load(asset_ids, first=first, last=last)
    for row, asset_id in enumerate(asset_ids):
        if asset_id in quotes:
            quoted = quotes[asset_id]
            if quoted.before is not None:
                _put(closes, row, quoted.day - DAY, float(quoted.before))
            _put(closes, row, quoted.day, float(quoted.price))
    return closes


def _last_closes(asset_ids: Sequence[int], today: date) -> dict[int, date]:
    """The last day up to `today` that has a close, of those that have any."""
    closes = closes_load(asset_ids, first=today, last=today)
    is_today = ~np.isnan(closes.matrix[:, 0])
    days = np.where(is_today, today.toordinal(), closes.before_day).tolist()
    return {pk: date.fromordinal(day) for pk, day in zip(asset_ids, days, strict=True) if day}


def _lacks_session(stored: date | None, live: Live) -> bool:
    """Whether a weekday between its last close and its price of now has none."""
    if not live.previous_close:  # some say 0 for none
        return False
    day = live.day - DAY
    while day.weekday() >= SATURDAY:
        day -= DAY
    return stored is None or stored < day


def _in_shares_of(today: date, asset_id: int, live: Live, *, factors: Sequence[Factor]) -> Decimal:
    """A market that is a day ahead may count in shares that the person does not have before tomorrow."""
    price = live.price
    for pk, day, factor in factors:
        if pk == asset_id and today < day <= live.day:
            price /= factor
    return price


def _put(closes: Closes, row: int, day: date, price: float) -> None:
    column = (day - closes.first).days
    if column >= closes.matrix.shape[1]:
        return
    if column >= 0:
        closes.matrix[row, column] = price
    elif day.toordinal() > closes.before_day[row]:
        closes.before[row], closes.before_day[row] = price, day.toordinal()
