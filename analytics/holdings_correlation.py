"""The largest holdings of a window, and how their prices moved together in it."""

from dataclasses import dataclass

import numpy as np

from analytics.closes import observed, steps_of
from analytics.engine.benchmark import price_continuous
from analytics.engine.carry import IntArray
from analytics.engine.correlation import Correlations, correlations, price_observations
from analytics.engine.panel import MONEY, Panel
from analytics.panels import Window
from portfolio.prices.live_closes import Now, closes_quoted, quotes_counting

MOST = 20


@dataclass(frozen=True, slots=True)
class HoldingsCorrelation:
    """asset_ids: those of the last day that are worth most, the largest first; the rows of `between`.

    Of their prices in the currency of the window, over all its days, whether or not they were held then.
    """

    asset_ids: tuple[int, ...]
    between: Correlations


NO_CORRELATION = HoldingsCorrelation((), correlations(np.zeros((0, 0))))


def correlation_load(window: Window, now: Now) -> HoldingsCorrelation:
    """At most three queries, whatever is held: their closes, splits, and what they cost now."""
    portrait, panel = window.portrait, window.portrait.panel
    lines = largest_lines(panel)
    asset_ids = tuple(portrait.asset_ids[row] for row in panel.asset[lines].tolist())
    quotes = quotes_counting(asset_ids, now, last=window.last)
    closes = observed(closes_quoted(asset_ids, quotes, first=window.start, last=window.last))
    skipped = (window.start - panel.first).days
    rates = panel.rates[panel.currency[lines], skipped : skipped + closes.matrix.shape[1]]
    prices = price_continuous(closes, steps_of(asset_ids)) * rates
    return HoldingsCorrelation(asset_ids, correlations(price_observations(closes, prices)))


def largest_lines(panel: Panel) -> IntArray:
    """A line of each of the assets that are worth most on the last day, over all accounts; the largest first."""
    _, line, group = np.unique(panel.asset, return_index=True, return_inverse=True)
    value = np.bincount(group, panel.value[:, -1], len(line))
    held = np.flatnonzero((panel.asset[line] != MONEY) & (value > 0))
    return line[held[np.argsort(-value[held], kind="stable")][:MOST]]
