"""What rules on holding periods consist of: `analytics/tax_rules` has them, `holding_terms` applies them."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

TermKind = Literal["short", "long", "undivided"]
"""undivided: the rules make no difference by how long it was held."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the rules may ask of an asset. sector: of a fund its category, such as `Debt: Liquid`."""

    asset_class: str
    currency: str
    sector: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of asset before the law; of those in a book the first that fits counts.

    is_foreign: whether in another currency than that of the country; None for both. sectors: how the sector begins;
    words: what the name says, as whole words; one of them must fit, where there are any. reason: why nothing can be
    said of such assets.
    """

    name: str
    asset_classes: tuple[str, ...]
    is_foreign: bool | None = None
    sectors: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    reason: str | None = None

    def fits(self, instrument: Instrument, home: str) -> bool:
        sector = instrument.sector.casefold()
        return (
            instrument.asset_class in self.asset_classes
            and self.is_foreign in (None, instrument.currency != home)
            and (not self.sectors or any(sector.startswith(begin.casefold()) for begin in self.sectors))
            and (not self.words or any(_says(word, instrument.name) for word in self.words))
        )


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included; None where it has no such end."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def meets(self, other: "Span") -> bool:
        """Whether they have a day in common."""
        first = max(self.first or date.min, other.first or date.min)
        return first <= min(self.last or date.max, other.last or date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds for some categories that were acquired and sold on such days.

    months: what is held for more than so many is long term; None where it is `kind` however long it is held.
    text: the source, and what it says, in words.
    """

    name: str
    categories: tuple[str, ...]
    text: str
    acquired: Span = Span()
    sold: Span = Span()
    months: int | None = None
    kind: TermKind | None = None

    def __post_init__(self) -> None:
        if (self.months is None) == (self.kind is None):
            raise ValueError(f"The rule {self.name} needs either months, or a kind where they do not matter.")

    def overlaps(self, other: "Rule") -> bool:
        """Whether both would decide on one and the same sale."""
        is_of_both = set(self.categories) & set(other.categories)
        return bool(is_of_both) and self.acquired.meets(other.acquired) and self.sold.meets(other.sold)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The rules of one country. currency: what is not foreign there. month, day: how a financial year begins.

    keeps_month_ends: what is acquired on the last day of a month is held for a month at the end of the last day of
    the next, whatever its number; else at the end of the day of the same number. reason: why there are no rules.
    """

    code: str
    title: str
    currency: str
    version: str
    month: int = 1
    day: int = 1
    keeps_month_ends: bool = False
    categories: tuple[Category, ...] = ()
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str | None = None

    def __post_init__(self) -> None:
        """No two rules decide on one sale, and each is for a category that an asset can be in."""
        named = {category.name for category in self.categories if category.reason is None}
        for rule in self.rules:
            if unknown := set(rule.categories) - named:
                raise ValueError(f"The rule {rule.name} is for {', '.join(sorted(unknown))}, which is no category.")
        if silent := named - {name for rule in self.rules for name in rule.categories}:
            raise ValueError(f"No rule is for the category {', '.join(sorted(silent))}.")
        for rule, other in combinations(self.rules, 2):
            if rule.overlaps(other):
                raise ValueError(f"The rules {rule.name} and {other.name} decide on the same sale.")


def _says(word: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", name, re.IGNORECASE) is not None
