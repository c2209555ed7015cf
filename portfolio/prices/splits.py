"""What a ratio that a provider calls a split means, and which jumps of closes look like one that nobody named. Pure."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from portfolio.providers.base import Split

LARGEST_TERM = 11
"""11:10, a bonus of one for ten, is a share split; 41:40 and 1253:1000 are what a spin-off did to the price."""
PLACES = Decimal("1e-18")
NEVER_SPLIT = frozenset({"crypto", "fx", "index"})
SAME_EVENT = timedelta(days=7)
"""Within which two sources that name the same ratio mean the same."""
NEIGHBOURS = timedelta(days=10)
"""Closes that are further apart say nothing of what happened on one day."""

_SUSPICIOUS_MOVE = 0.30
_CLOSE_TO_RATIO = 0.03
_CLOSE_TO_ACTION = 0.10
_NEARBY = timedelta(days=4)
_LEVEL = 3
_WHOLE = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20)
_SIMPLE = (Fraction(3, 2), Fraction(5, 2), *map(Fraction, _WHOLE), *(Fraction(1, n) for n in _WHOLE))

Closes = Mapping[date, float]
Point = tuple[date, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A corporate action as the books know it. is_certain: it can be nothing else, so it needs nobody's word."""

    kind: str
    ratio: Decimal
    cost_fraction: Decimal | None = None
    is_certain: bool = False


def is_share_split(ratio: Fraction) -> bool:
    """n:1, 1:n, or terms so small that nobody computed them from prices."""
    terms = ratio.numerator, ratio.denominator
    return ratio > 0 and ratio != 1 and (min(terms) == 1 or max(terms) <= LARGEST_TERM)


def meaning_of(ratio: Fraction) -> Meaning | None:
    """None where it changes nothing. An odd ratio above 1 took value out of the share, as a spin-off does."""
    if ratio <= 0 or ratio == 1:
        return None
    if is_share_split(ratio):
        return Meaning(kind="split", ratio=as_decimal(ratio), is_certain=True)
    if ratio > 1:
        return Meaning(kind="spinoff", ratio=Decimal(1), cost_fraction=as_decimal(1 - 1 / ratio))
    return Meaning(kind="split", ratio=as_decimal(ratio))


def as_decimal(ratio: Fraction) -> Decimal:
    return (Decimal(ratio.numerator) / ratio.denominator).quantize(PLACES).normalize()


def product_between(splits: Sequence[Split], after: date, until: date) -> float:
    """Of the ratios of those whose ex-date is later than `after`, up to `until`."""
    return float(math.prod((split.ratio for split in splits if after < split.ex_date <= until), start=Fraction(1)))


def suspected_splits(closes: Closes, known: Sequence[Split], asset_class: str) -> list[Split]:
    """Moves of more than 30 % by a simple ratio that no known action within a few days explains, and that stayed.

    closes: as traded. An action without a move, as of a day that is a few off, is no suspicion.
    """
    if asset_class in NEVER_SPLIT:
        return []
    days = sorted(closes)
    series = [(day, closes[day]) for day in days]
    jumps = (_jump(series, place, known) for place in range(1, len(series)))
    return [jump for jump in jumps if jump is not None]


def _jump(series: Sequence[Point], place: int, known: Sequence[Split]) -> Split | None:
    (before, old), (day, new) = series[place - 1 : place + 1]
    if not _is_large(old / new) or day - before > NEIGHBOURS:
        return None
    factor = old / new / product_between(known, before, day)
    ratio = simple_ratio(factor)
    if ratio is None or not _stayed(series, place, old / new):
        return None
    return None if _is_explained(factor, before, day, known=known) else Split(ex_date=day, ratio=ratio)


def simple_ratio(factor: float) -> Fraction | None:
    """The ratio of shares that divides a price by `factor`, where that is a large move and near a simple ratio."""
    near = (ratio for ratio in _SIMPLE if abs(factor / ratio - 1) <= _CLOSE_TO_RATIO)
    return next(near, None) if _is_large(factor) else None


def _is_large(factor: float) -> bool:
    return abs(1 / factor - 1) > _SUSPICIOUS_MOVE


def _stayed(series: Sequence[Point], place: int, factor: float) -> bool:
    """A day that is wrong goes back; after a split the level is another one."""
    before = median(close for _, close in series[max(0, place - _LEVEL) : place])
    after = median(close for _, close in series[place : place + _LEVEL])
    return abs(before / after / factor - 1) <= _SUSPICIOUS_MOVE / 2


def _is_explained(factor: float, before: date, day: date, *, known: Sequence[Split]) -> bool:
    """By an action whose day is a few days off; those of the very day are divided out already."""
    nearby = (split for split in known if before - _NEARBY < split.ex_date <= day + _NEARBY)
    others = (split for split in nearby if not before < split.ex_date <= day)
    return any(abs(factor / split.ratio - 1) <= _CLOSE_TO_ACTION for split in others)


def unapplied_days(closes: Closes, splits: Sequence[Split]) -> Iterator[date]:
    """Ex-dates of splits for which closes were never restated, though the provider names them.

    Un-adjusting by them has then made the closes before too high by the ratio: the series jumps by its square.
    """
    days = sorted(closes)
    places = sorted({bisect_left(days, split.ex_date) for split in splits})
    for before, day in ((days[place - 1], days[place]) for place in places if 0 < place < len(days)):
        ratio = product_between(splits, before, day)
        if day - before > NEIGHBOURS or abs(math.log(ratio)) < math.log(1.25):
            continue
        residual = closes[day] * ratio / closes[before]
        if abs(math.log(residual * ratio)) < math.log(1.15):
            yield day
