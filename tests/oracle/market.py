"""Prices and rates as a person with a newspaper of each day would know them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.books.events import Action
from tests.oracle.world import Pair, Series, World

WEEK = 7
ONE = Decimal(1)


@dataclass
class Quote:
    """What was last seen, and when; a corporate action rescales the one, not the other."""

    value: Decimal
    seen: date

    def is_stale(self, today: date) -> bool:
        return (today - self.seen).days > WEEK


@dataclass(frozen=True)
class Rate:
    value: Decimal
    stale: bool = False
    estimated: bool = False


class Market:
    """Turn the pages one day at a time; ask about the day that is open."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.today = date.min
        self.prices: dict[int, Quote] = {}
        self._pairs: dict[Pair, Quote] = {}
        self._actions: defaultdict[date, list[Action]] = defaultdict(list)
        for action in world.actions:
            self._actions[action.day].append(action)
        self._known: dict[str, Rate | None] = {}

    def open(self, day: date) -> None:
        self.today = day
        self._known = {}
        for action in self._actions[day]:
            if action.asset in self.prices:
                self.prices[action.asset].value *= _price_factor(action)
        _turn(self.prices, self.world.closes, day)
        _turn(self._pairs, self.world.rates, day)

    def rate(self, currency: str) -> Rate | None:
        """What one unit of `currency` is worth today; None where no way leads to the base currency."""
        if currency not in self._known:
            self._known[currency] = self._rate(currency)
        return self._known[currency]

    def _rate(self, currency: str) -> Rate | None:
        if currency == self.world.base:
            return Rate(ONE)
        direct = self._leg(currency, self.world.base)
        if direct:
            return direct
        others = {code for pair in self.world.rates for code in pair} - {currency, self.world.base}
        for other in sorted(others):  # three currencies: there is one other
            first, second = self._leg(currency, other), self._leg(other, self.world.base)
            if first and second:
                stale, estimated = first.stale or second.stale, first.estimated or second.estimated
                return Rate(first.value * second.value, stale, estimated)
        return None

    def _leg(self, source: str, target: str) -> Rate | None:
        for pair, series in self.world.rates.items():
            if pair in ((source, target), (target, source)) and series:
                rate = self._pair_rate(pair, series)
                return rate if pair[0] == source else Rate(ONE / rate.value, rate.stale, rate.estimated)
        return None

    def _pair_rate(self, pair: Pair, series: Series) -> Rate:
        quote = self._pairs.get(pair)
        if quote is None:
            return Rate(series[min(series)], estimated=True)
        return Rate(quote.value, stale=quote.is_stale(self.today))


def _turn(quotes: dict[Any, Quote], series: Mapping[Any, Series], day: date) -> None:
    for key, values in series.items():
        if day in values:
            quotes[key] = Quote(values[day], day)


def _price_factor(action: Action) -> Decimal:
    if action.kind in ("split", "bonus"):
        return ONE / action.ratio
    if action.kind == "spinoff":
        return ONE - (action.cost_fraction or 0)
    return ONE
