"""Which closes that a provider sent are believed, beside those that are stored. Pure.

What is stored is believed: it stays unless its day is recent enough to be revised, and a recent day only moves to
what fits its neighbours.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from portfolio.prices.splits import NEIGHBOURS, product_between, simple_ratio, unapplied_days
from portfolio.providers.base import Split

Closes = Mapping[date, Decimal]

UNCHANGED = 1e-4
"""Up to this share of it, another close of an old day is the same close, restated with fewer digits."""
NOISE = 1e-6
"""Up to this share of it, another close of a recent day is no revision."""
OFF = 0.01
"""From this share on, closes are not revised but in other units."""
LARGE_REVISION = 0.2
_SAME_FACTOR = 0.005
_LONE_FACTOR = 1.2
_SCALE_SLACK = 0.08  # of the decimal logarithm: a market that moves by a fifth at most
_UNIT_SCALES = (2, 3)


class Reason(StrEnum):
    """As in `portfolio.models.Quarantine`."""

    NOT_POSITIVE = "not_positive"
    NOT_A_NUMBER = "not_a_number"
    WRONG_SCALE = "wrong_scale"
    WRONG_CURRENCY = "wrong_currency"
    CHANGED = "changed"
    WRONG_UNITS = "wrong_units"


@dataclass(slots=True)
class Verdict:
    """accepted: to store, none of which is stored like that. refused: by reason. is_whole: the answer is not believed,
    with all that it says of splits and dividends."""

    accepted: dict[date, Decimal] = field(default_factory=dict)
    refused: dict[str, dict[date, Decimal]] = field(default_factory=dict)
    is_whole: bool = False

    def refuse(self, reason: Reason, closes: Closes) -> None:
        if closes:
            self.refused.setdefault(reason, {}).update(closes)


def judge(sent: Closes, *, stored: Closes, splits: Sequence[Split], revisable_from: date) -> Verdict:
    """All as traded. splits: every change of price that is known, also those that came with this answer.

    revisable_from: stored closes of this day and later ones may be overwritten.
    """
    verdict = Verdict()
    usable = _usable(sent, verdict)
    whole = _whole_refusal(usable, stored)
    if whole is not None:
        verdict.refuse(whole, {day: close for day, close in usable.items() if _off(close, stored.get(day)) > OFF})
        verdict.is_whole = True
        return verdict
    usable = _without(usable, _in_wrong_units(usable, stored, splits), Reason.WRONG_UNITS, verdict)
    usable = _without(usable, _out_of_scale(usable, stored, splits), Reason.WRONG_SCALE, verdict)
    usable = _without(usable, _changed_of_old(usable, stored, revisable_from), Reason.CHANGED, verdict)
    usable = _without(usable, _worse_revisions(usable, stored), Reason.CHANGED, verdict)
    verdict.accepted = {day: close for day, close in usable.items() if _is_news(day, close, stored, revisable_from)}
    return verdict


def refusal(sent: Closes, reason: Reason) -> Verdict:
    """Nothing of it is believed."""
    return Verdict(refused={reason: dict(sent)} if sent else {}, is_whole=True)


def _usable(sent: Closes, verdict: Verdict) -> dict[date, Decimal]:
    rest = _without(sent, {day for day, close in sent.items() if not close.is_finite()}, Reason.NOT_A_NUMBER, verdict)
    return _without(rest, {day for day, close in rest.items() if close <= 0}, Reason.NOT_POSITIVE, verdict)


def _without(closes: Closes, days: Iterable[date], reason: Reason, verdict: Verdict) -> dict[date, Decimal]:
    bad = set(days)
    verdict.refuse(reason, {day: closes[day] for day in sorted(bad)})
    return {day: close for day, close in closes.items() if day not in bad}


def _off(close: Decimal, stored: Decimal | None) -> float:
    return 0.0 if not stored or close == stored else abs(float(close) / float(stored) - 1)


def _is_news(day: date, close: Decimal, stored: Closes, revisable_from: date) -> bool:
    return day not in stored or (day >= revisable_from and _off(close, stored[day]) > NOISE)


def _changed_of_old(sent: Closes, stored: Closes, revisable_from: date) -> set[date]:
    return {day for day, close in sent.items() if day < revisable_from and _off(close, stored.get(day)) > UNCHANGED}


def _worse_revisions(sent: Closes, stored: Closes) -> set[date]:
    """Large corrections of recent days that take them further away from the days beside them."""
    days = sorted({**stored, **sent})
    large = (day for day in sent if _off(sent[day], stored.get(day)) > LARGE_REVISION)
    return {day for day in large if _is_worse(day, days, sent=sent, stored=stored)}


def _is_worse(day: date, days: Sequence[date], *, sent: Closes, stored: Closes) -> bool:
    place = bisect_left(days, day)
    beside = [sent.get(other) or stored[other] for other in days[max(0, place - 1) : place + 2] if other != day]
    away = [sum(abs(math.log(close / other)) for other in beside) for close in (sent[day], stored[day])]
    return away[0] > away[1]


def _whole_refusal(sent: Closes, stored: Closes) -> Reason | None:
    """Why an answer cannot be of these shares in these units: too much of what is known is another in it.

    Half of a split shows as one factor on all days before some day.
    """
    ratios = {day: float(sent[day]) / float(stored[day]) for day in sorted(sent.keys() & stored.keys())}
    off = {day: ratio for day, ratio in ratios.items() if abs(ratio - 1) > OFF}
    if not off:
        return None
    if _is_unit_scale(median(off.values())):
        return Reason.WRONG_SCALE if len(off) == len(ratios) else None
    if _share_a_factor(list(off.values())) and _are_first(off, ratios):
        return Reason.WRONG_UNITS
    return Reason.CHANGED if len(off) > 2 and len(off) > len(ratios) / 2 else None


def _share_a_factor(ratios: Sequence[float]) -> bool:
    factor = median(ratios)
    return all(abs(ratio / factor - 1) <= _SAME_FACTOR for ratio in ratios)


def _are_first(off: Mapping[date, float], ratios: Mapping[date, float]) -> bool:
    """Of a single day that is not all there is to compare, it is a revision; so is a small step of it."""
    if list(ratios)[: len(off)] != list(off):
        return False
    return len(off) > 1 or (len(ratios) == 1 and abs(math.log(*off.values())) > math.log(_LONE_FACTOR))


def _is_unit_scale(ratio: float) -> bool:
    """Pence for pounds, and the like: no share was ever split like that."""
    return abs(_scale(ratio)) in _UNIT_SCALES


def _scale(ratio: float) -> int:
    """The power of ten that `ratio` is about; 0 where it is about none."""
    logarithm = math.log10(ratio)
    nearest = round(logarithm)
    return nearest if abs(nearest) <= max(_UNIT_SCALES) and abs(logarithm - nearest) <= _SCALE_SLACK else 0


def _in_wrong_units(sent: Closes, stored: Closes, splits: Sequence[Split]) -> set[date]:
    """Days before a split that is named, but that the closes were not restated for."""
    floats = {day: float(close) for day, close in sent.items()}
    unapplied = [day for day in unapplied_days(floats, splits) if not (stored and min(stored) < day)]
    return {day for day in sent if unapplied and day < max(unapplied)}


def _out_of_scale(sent: Closes, stored: Closes, splits: Sequence[Split]) -> set[date]:
    """Days that are 10, 100 or 1000 times off the scale of the stored days around them, or else of most days.

    Each jump of that size between neighbours changes the scale; one between two stored days does not.
    """
    trusted = {day: close for day, close in stored.items() if _off(sent.get(day, close), close) <= UNCHANGED}
    merged = {day: float(close) for day, close in {**stored, **sent}.items()}
    days = sorted(merged)
    scales = dict.fromkeys(days[:1], 0)
    for before, day in pairwise(days):
        step = 0
        if not (before in trusted and day in trusted) and day - before <= NEIGHBOURS:
            change = merged[day] / merged[before]
            step = _scale(change * product_between(splits, before, day) if splits else change)
        scales[day] = scales[before] + step
    right = _right_scales(days, scales, trusted)
    return {day for day in sent if day not in trusted and scales[day] not in right[day]}


def _right_scales(days: Sequence[date], scales: Mapping[date, int], trusted: Closes) -> dict[date, set[int]]:
    """By day, the scales of the nearest stored days on both sides; where nothing is stored, that of most days."""
    if not trusted:
        most = Counter(scales[day] for day in reversed(days)).most_common(1)
        return {day: {scale for scale, _ in most} for day in days}
    right: dict[date, set[int]] = {day: set() for day in days}
    for order in (days, list(reversed(days))):
        nearest: set[int] = set()
        for day in order:
            nearest = {scales[day]} if day in trusted else nearest
            right[day] |= nearest
    return right


@dataclass(frozen=True, slots=True, kw_only=True)
class LastClose:
    """The last stored close, as traded, of `day`."""

    day: date
    close: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVerdict:
    """problem: why the price is not believed, empty where it is. is_sync_due: the history may say more."""

    problem: str = ""
    is_sync_due: bool = False


def judge_quote(
    *, price: Decimal, previous_close: Decimal | None, day: date, last: LastClose | None, splits: Sequence[Split] = ()
) -> QuoteVerdict:
    """A price of `day` beside the last stored close. splits: those that are known, of which later ones are counted."""
    if not price.is_finite() or price <= 0:
        return QuoteVerdict(problem=f"{price} is no price.")
    if last is None or last.day >= day:
        return QuoteVerdict()
    known = float(last.close) / product_between(splits, last.day, day)
    ratio = _split_told_by(previous_close, known)
    if ratio is not None:
        detail = f"The provider counts in other shares ({ratio}) than the close of {last.day}; its history comes first."
        return QuoteVerdict(problem=detail, is_sync_due=True)
    if _scale(float(price) / known):
        return QuoteVerdict(problem=f"{price} is out of scale beside the close of {last.day}, {known:g}.")
    return QuoteVerdict()


def _split_told_by(previous_close: Decimal | None, known: float) -> str | None:
    """The ratio, where a close that is known is stated as if there had been a split since."""
    if previous_close is None or not previous_close.is_finite() or previous_close <= 0:
        return None
    ratio = simple_ratio(known / float(previous_close))
    return None if ratio is None else f"{ratio.numerator}:{ratio.denominator}"
