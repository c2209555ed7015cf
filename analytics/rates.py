"""Exchange rates as a person sees them, from the closes of currency pairs and what they cost now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Max

from analytics.closes import observed
from analytics.engine.rates import Leg, Rates, rates_daily
from portfolio.models import Asset
from portfolio.prices.live_closes import Now, Quoted, Quotes, closes_quoted, quotes_counting
from portfolio.prices.pairs import pairs_visible
from portfolio.prices.rates import Route, routes
from portfolio.prices.store import Closes


@dataclass(frozen=True, slots=True)
class Crossing:
    """How some currencies become another one: the way of each over pairs, None where there is none."""

    ways: Mapping[str, Route | None]

    @property
    def pairs(self) -> list[int]:
        return sorted(self.pairs_of(self.ways))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Currencies that have no way there."""
        return tuple(code for code, way in self.ways.items() if way is None)

    def pairs_of(self, currencies: Collection[str]) -> frozenset[int]:
        return frozenset(step.pair for code in currencies for step in self.ways[code] or ())

    def legs(self, currencies: Sequence[str]) -> list[list[Leg] | None]:
        """Of each currency, its way over the rows of `pairs`."""
        row = {pair: i for i, pair in enumerate(self.pairs)}
        ways = (self.ways[code] for code in currencies)
        return [None if way is None else [(row[step.pair], step.inverse) for step in way] for way in ways]


def crossing_of(user_id: int, currencies: Collection[str], target: str) -> Crossing:
    pairs = pairs_visible(user_id) if any(code != target for code in currencies) else {}
    return Crossing(routes(pairs, currencies, target))


@dataclass(frozen=True, slots=True)
class DailyRates:
    """Rates of currencies, in their order, with the pairs that lead there and the live prices of these that count."""

    rates: Rates
    crossing: Crossing
    quotes: Mapping[int, Quoted]


def rates_load(
    *, user_id: int, currencies: Sequence[str], target: str, first: date, last: date, now: Now | None = None
) -> DailyRates:
    """Daily rates of `currencies` into `target`, at least from `first` to `last`."""
    crossing = crossing_of(user_id, currencies, target)
    quotes = quotes_counting(crossing.pairs, now, last=last)
    closes = _closes(crossing.pairs, quotes, first=first, last=last)
    return DailyRates(rates_daily(observed(closes), crossing.legs(currencies)), crossing, quotes)


def _closes(pairs: Sequence[int], quotes: Quotes, *, first: date, last: date) -> Closes:
    """Up to `last`; where a pair has no rate by then, up to its first one, which stands in for the days before it."""
    closes = closes_quoted(pairs, quotes, first=first, last=last)
    unknown = np.isnan(closes.before) & np.isnan(closes.matrix).all(axis=1)
    if not unknown.any():
        return closes
    begin = Asset.objects.filter(pk__in=pairs).aggregate(latest=Max("prices_from"))["latest"]
    return closes_quoted(pairs, quotes, first=first, last=max(last, begin))


def missing_rates(currencies: Sequence[str], target: str) -> list[dict[str, str]]:
    """Why figures are not known, where these currencies have no way to `target`."""
    return [{"code": "no_rate", "detail": f"No exchange rate from {code} to {target} is known."} for code in currencies]
