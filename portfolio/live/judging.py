"""Quotes beside what is stored of their assets: which are believed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from portfolio.models import PriceSource
from portfolio.prices.quality import LastClose, QuoteVerdict, judge_quote
from portfolio.prices.rescaling import carried_factors
from portfolio.prices.runs import Run, runs_load
from portfolio.providers.base import LivePrice, Split
from portfolio.services.transaction_rules import number_problem

_DAY = timedelta(days=1)
AHEAD = timedelta(minutes=5)
"""A price of a later instant would keep out all that come before it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows the closes and the splits of some assets."""

    runs: dict[int, Run]
    splits: dict[int, list[Split]]

    def verdict(self, source: PriceSource, sent: LivePrice, now: datetime) -> QuoteVerdict:
        currency = source.asset.currency
        if sent.currency != currency:
            return QuoteVerdict(problem=f"It was sent in {sent.currency}, and {source.asset.symbol} is in {currency}.")
        if sent.at > now + AHEAD or sent.day > now.date() + _DAY:
            return QuoteVerdict(problem=f"It was sent for {sent.day}, which is still to come.")
        unusable = _unusable(sent)
        if unusable is not None:
            return QuoteVerdict(problem=unusable)
        return judge_quote(
            price=sent.price,
            previous_close=sent.previous_close,
            day=sent.day,
            last=_last_close(self.runs.get(source.asset_id), sent.day),
            splits=self.splits.get(source.asset_id, ()),
        )


def judge_of(sources: Sequence[PriceSource]) -> Judge:
    ids = [source.asset_id for source in sources]
    splits: dict[int, list[Split]] = defaultdict(list)
    for asset_id, day, factor in carried_factors(ids):
        splits[asset_id].append(Split(ex_date=day, ratio=1 / Fraction(factor)))
    return Judge(runs_load(ids), splits)


def _unusable(sent: LivePrice) -> str | None:
    """What no column takes would fail with all that came beside it."""
    numbers = (number for number in (sent.price, sent.previous_close) if number is not None)
    problems = ((number, number_problem(number)) for number in numbers)
    return next((f"{number:.6g} is no price: {problem[1]}" for number, problem in problems if problem), None)


def _last_close(run: Run | None, day: date) -> LastClose | None:
    """The one before `day`."""
    if run is None:
        return None
    known = np.flatnonzero(~np.isnan(run.closes[: max(0, day.toordinal() - run.origin)]))
    if not len(known):
        return None
    last = int(known[-1])
    return LastClose(day=date.fromordinal(run.origin + last), close=Decimal(repr(float(run.closes[last]))))
