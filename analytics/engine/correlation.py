"""How far the prices of holdings move together."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.carry import BoolArray, FloatArray, IntArray, Observed
from analytics.engine.measure import Measure
from analytics.engine.returns import SATURDAY
from analytics.engine.sample import FEWEST, NOISE

CALM = 1e-6
"""Of its usual spread: what varies less on the days of a pair does not vary on them, but for lost digits."""

TOO_FEW_HOLDINGS = "Needs two holdings whose prices vary."


@dataclass(frozen=True, slots=True)
class Correlations:
    """Of each of m holdings with each: Pearson's on the days on which both have a return.

    matrix: (m, m); NaN where a pair has too few such days, or one of them did not vary on them. observations: (m, m)
    common days. average: mean of the pairs of different holdings that have a value; it rests on the fewest days of
    any of these.
    """

    matrix: FloatArray
    observations: IntArray
    average: Measure


def price_observations(closes: Observed, prices: FloatArray) -> FloatArray:
    """(m, n): returns of weekdays, a weekend in its Monday, from prices (m, days), carried from `closes` forward.

    From the first evening on, which may be one of a weekend. NaN where one is not known. A row with few closes has
    none: what is priced now and then stands still in between, which says nothing about what it moves with.
    """
    weekday = (closes.first.toordinal() - 1 + np.arange(prices.shape[1])) % 7  # ordinal 1 was a Monday
    weekday[:1] = 0
    evenings = prices[:, weekday < SATURDAY]
    before, after = evenings[:, :-1], evenings[:, 1:]
    rates = np.full(after.shape, np.nan)
    priced = (~np.isnan(closes.matrix)).sum(axis=1) >= FEWEST
    np.divide(after, before, out=rates, where=(before > 0) & priced[:, None])
    return rates - 1


def correlations(rates: FloatArray) -> Correlations:
    """Pairwise, of returns (m, n) with NaN where there is none."""
    known = ~np.isnan(rates)
    here, centred = known.astype(np.float64), _centred(rates, known)
    count = here @ here.T
    shared = np.maximum(count, 1.0)
    mean = centred @ here.T / shared  # of each row on the days that it shares with each column
    covariance = centred @ centred.T / shared - mean * mean.T
    spread = np.sqrt(np.maximum(centred**2 @ here.T / shared - mean**2, 0.0))
    varies = (spread > NOISE) & (spread > CALM * np.diagonal(spread)[:, None])
    matrix = np.full(count.shape, np.nan)
    np.divide(covariance, spread * spread.T, out=matrix, where=varies & varies.T & (count >= FEWEST))
    matrix = np.clip(matrix, -1.0, 1.0)
    np.fill_diagonal(matrix, np.where(np.isnan(np.diagonal(matrix)), np.nan, 1.0))
    observations = count.astype(np.int64)
    return Correlations(matrix, observations, _average(matrix, observations))


def _centred(rates: FloatArray, known: BoolArray) -> FloatArray:
    """Less the mean of the row, so that sums of squares keep their digits; 0 where there is none."""
    sums = np.nan_to_num(rates).sum(axis=1)
    centred: FloatArray = np.nan_to_num(rates - (sums / np.maximum(known.sum(axis=1), 1))[:, None])
    return centred


def _average(matrix: FloatArray, observations: IntArray) -> Measure:
    above = np.triu_indices_from(matrix, k=1)
    pairs = matrix[above]
    known = np.isfinite(pairs)
    if not known.any():
        return Measure(None, TOO_FEW_HOLDINGS)
    return Measure(float(pairs[known].mean()), None, int(observations[above][known].min()))
