"""Splits that a provider names, beside the corporate actions that are known: which are new, and what they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from portfolio.models import Asset, CorporateAction
from portfolio.prices.splits import SAME_EVENT, as_decimal, is_share_split, meaning_of
from portfolio.providers.base import Split

JUMP = "jump"
"""The source of actions that nobody declared: the closes suggest them."""
Kind, Status = CorporateAction.Kind, CorporateAction.Status
SHARES = (Kind.SPLIT, Kind.BONUS)
SAME_RATIO = Decimal("1e-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A corporate action to record; a confirmed one takes effect at once, if nobody's books contradict it."""

    kind: str
    ex_date: date
    ratio: Decimal
    cost_fraction: Decimal | None = None
    status: str
    source: str
    note: str = ""


@dataclass(slots=True)
class Events:
    """rows: of the asset, whatever their status; listed: as the provider sent them."""

    provider: str
    rows: Sequence[CorporateAction]
    listed: Sequence[Split]
    new: list[Proposal] = field(default_factory=list)

    @property
    def unlisted(self) -> list[Split]:
        """Confirmed splits that the provider does not name."""
        own = (row for row in self.rows if row.kind in SHARES and row.status == Status.CONFIRMED)
        return [split_of(row) for row in own if not any(self._names(listed, row) for listed in self.listed)]

    @property
    def price_changes(self) -> list[Split]:
        """All that explains a step of the price: what is listed, and what people know beside it."""
        spun = (row for row in self.rows if row.kind == Kind.SPINOFF and row.status == Status.CONFIRMED)
        beside = (row for row in spun if not any(_is_near(row, split.ex_date) for split in self.listed))
        return [*self.listed, *self.unlisted, *map(split_of, beside)]

    def suspicions(self, suspected: Sequence[Split]) -> Iterator[Proposal]:
        """What somebody said once is not suspected again, also if it was rejected."""
        for split in suspected:
            if not any(_is_same(row, split) for row in self.rows):
                note = f"The closes step by {_written(split.ratio)} on that day, and nobody says why."
                yield from self._proposal(split, kind=Kind.SPLIT, status=Status.PROPOSED, source=JUMP, note=note)

    def obsolete(self, suspected: Sequence[Split], *, first: date | None) -> list[int]:
        """Guesses from `first` on that are no longer suggested, or that the provider confirms."""
        guesses = [row for row in self.rows if _is_open_guess(row) and first is not None and row.ex_date >= first]
        return [row.pk for row in guesses if not any(_is_same(row, split) for split in suspected)]

    def find_new(self) -> None:
        for split in self.listed:
            meaning = meaning_of(split.ratio)
            if meaning is None or self._is_known(split):
                continue
            others = [row for row in self.rows if _is_near(row, split.ex_date) and row.kind in SHARES and _counts(row)]
            is_clear = meaning.is_certain and not others
            self.new += self._proposal(
                split,
                kind=meaning.kind,
                status=Status.CONFIRMED if is_clear else Status.PROPOSED,
                source=self.provider,
                note="" if is_clear else _question(split, is_certain=meaning.is_certain),
                ratio=meaning.ratio,
                cost_fraction=meaning.cost_fraction,
            )

    def _is_known(self, split: Split) -> bool:
        """Also where two actions make up one ratio, or where the provider repeats itself."""
        rows = [row for row in self.rows if not _is_open_guess(row)]
        repeated = (one.ex_date for one in self.new if one.note == "" and one.ratio == as_decimal(split.ratio))
        return (
            any(_is_same(row, split) for row in rows)
            or _near_ratio(prod(self._parts(split.ex_date)), split.ratio)
            or any(abs(day - split.ex_date) <= SAME_EVENT for day in repeated)
        )

    def _names(self, listed: Split, row: CorporateAction) -> bool:
        """Whether the provider means this row: by itself, or as a part of one ratio."""
        is_part = _is_near(row, listed.ex_date) and _near_ratio(prod(self._parts(listed.ex_date)), listed.ratio)
        return is_part or _is_same(row, listed)

    def _parts(self, day: date) -> list[Decimal]:
        return [row.ratio for row in self.rows if _is_near(row, day) and row.kind in SHARES and _counts(row)]

    def _proposal(self, split: Split, *, kind: str, **fields: Any) -> Iterator[Proposal]:
        """Of a kind that is not taken on that day: a split beside a split is a bonus."""
        taken = {(row.kind, row.ex_date) for row in self.rows if _counts(row)}
        taken |= {(one.kind, one.ex_date) for one in self.new}
        kinds = [kind, Kind.BONUS] if kind == Kind.SPLIT else [kind]
        free = [each for each in kinds if (each, split.ex_date) not in taken]
        if free:
            yield Proposal(kind=str(free[0]), ex_date=split.ex_date, **{"ratio": as_decimal(split.ratio), **fields})


def events_of(asset: Asset, *, provider: str, listed: Sequence[Split]) -> Events:
    rows = list(CorporateAction.objects.filter(asset=asset))
    events = Events(provider, rows, sorted(listed, key=lambda split: split.ex_date))
    events.find_new()
    return events


def split_of(row: CorporateAction) -> Split:
    """What it does to the price."""
    ratio = Fraction(row.ratio)
    if row.kind == Kind.SPINOFF:
        ratio = 1 / (1 - Fraction(row.cost_fraction or 0))
    return Split(ex_date=row.ex_date, ratio=ratio)


def _is_same(row: CorporateAction, split: Split) -> bool:
    if not _is_near(row, split.ex_date):
        return False
    if row.kind in SHARES:
        return _near_ratio(row.ratio, split.ratio)
    return split.ratio > 1 and not is_share_split(split.ratio)  # what a spin-off did is computed differently by each


def _is_near(row: CorporateAction, day: date) -> bool:
    return abs(row.ex_date - day) <= SAME_EVENT


def _near_ratio(ratio: Decimal | int, other: Fraction) -> bool:
    return abs(ratio - as_decimal(other)) <= SAME_RATIO


def _is_open_guess(row: CorporateAction) -> bool:
    return row.source == JUMP and row.status == Status.PROPOSED


def _counts(row: CorporateAction) -> bool:
    return row.status != Status.REJECTED and not _is_open_guess(row)


def _question(split: Split, *, is_certain: bool) -> str:
    sent = f"The provider sent the ratio {_written(split.ratio)}."
    if is_certain:
        return f"{sent} Another one is known within a week of it: which is right?"
    if split.ratio > 1:
        return f"{sent} It looks like a spin-off: say which asset was received, and how many of it for each share."
    return f"{sent} That is no usual split: compare with the company's notice."


def _written(ratio: Fraction) -> str:
    return f"{ratio.numerator}:{ratio.denominator}"
