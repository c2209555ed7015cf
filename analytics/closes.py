"""The bridge from stored closes to the engine: what was seen, and what splits do to it."""

from collections.abc import Sequence

from analytics.engine.carry import Observed, Step
from portfolio.prices.rescaling import carried_factors
from portfolio.prices.store import Closes


def observed(closes: Closes) -> Observed:
    return Observed(closes.first, closes.matrix, closes.before, closes.before_day)


def steps_of(asset_ids: Sequence[int]) -> tuple[Step, ...]:
    """What rescales the closes of these assets, whose rows are in this order."""
    return tuple(Step(asset_ids.index(asset), day, float(factor)) for asset, day, factor in carried_factors(asset_ids))
