"""Exchange rates as a person sees them, from the stored closes of currency pairs."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import Max

from analytics.engine.carry import Observed
from analytics.engine.rates import Leg, Rates, rates_daily
from portfolio.models import Asset
from portfolio.prices.pairs import pairs_visible
from portfolio.prices.rates import routes
from portfolio.prices.store import Closes, closes_load


def rates_load(
    *, user_id: int, currencies: Sequence[str], target: str, first: date, last: date
) -> tuple[Rates, tuple[str, ...]]:
    """Daily rates of `currencies` into `target`, at least from `first` to `last`; and those that have no way there."""
    pairs = pairs_visible(user_id) if any(code != target for code in currencies) else {}
    ways = routes(pairs, currencies, target)
    used = sorted({step.pair for way in ways.values() for step in way or ()})
    legs: list[list[Leg] | None] = [
        None if (way := ways[code]) is None else [(used.index(step.pair), step.inverse) for step in way]
        for code in currencies
    ]
    rates = rates_daily(observed(_closes(used, first=first, last=last)), legs)
    return rates, tuple(code for code in currencies if ways[code] is None)


def _closes(pairs: Sequence[int], *, first: date, last: date) -> Closes:
    """Up to `last`; where a pair has no rate by then, up to its first one, which stands in for the days before it."""
    closes = closes_load(pairs, first=first, last=last)
    unknown = np.isnan(closes.before) & np.isnan(closes.matrix).all(axis=1)
    if not unknown.any():
        return closes
    begin = Asset.objects.filter(pk__in=pairs).aggregate(latest=Max("prices_from"))["latest"]
    return closes_load(pairs, first=first, last=max(last, begin))


def observed(closes: Closes) -> Observed:
    return Observed(closes.first, closes.matrix, closes.before, closes.before_day)


def missing_rates(currencies: Sequence[str], target: str) -> list[dict[str, str]]:
    """Why figures are not known, where these currencies have no way to `target`."""
    return [{"code": "no_rate", "detail": f"No exchange rate from {code} to {target} is known."} for code in currencies]
