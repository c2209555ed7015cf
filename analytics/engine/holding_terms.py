"""Whether a gain is a short or a long-term one: how long something was held, by the rules of the day of its sale.

The day of purchase does not count: what is bought on 10 January is held for a year at the end of the next 10 January,
and for more than a year from 11 January on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.engine.holding_rules import Instrument, Rule, RuleBook, TermKind
from analytics.engine.periods import months_before

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """kind: None exactly where `reason` says why. rule: the name of the one that decided.

    since: the first day, by the rules from the day of sale on, on which it is long term; None where there is none.
    """

    kind: TermKind | None
    rule: str | None = None
    reason: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a book that are for one asset; reason: why there are none."""

    rules: tuple[Rule, ...] = ()
    keeps_month_ends: bool = False
    reason: str | None = None

    def since(self, acquired: date, *, sold: date) -> date | None:
        days = [day for rule in self.rules if (day := self._since(rule, acquired, sold=sold)) is not None]
        return min(days, default=None)

    def held_for(self, rule: Rule, acquired: date) -> date | None:
        """The first day on which it is held for longer than the rule says; None where that does not matter."""
        if rule.months is None:
            return None
        return held_longer(acquired, rule.months, keeps_month_ends=self.keeps_month_ends)

    def _since(self, rule: Rule, acquired: date, *, sold: date) -> date | None:
        is_over = rule.sold.last is not None and rule.sold.last < sold
        held = None if is_over or acquired not in rule.acquired else self.held_for(rule, acquired)
        if held is None:
            return None
        day = max(held, rule.sold.first or held)
        return day if day in rule.sold else None


def terms_of(book: RuleBook, instrument: Instrument) -> Terms:
    """What the book says of one asset, to be asked for many sales."""
    if book.reason is not None:
        return Terms(reason=book.reason)
    category = next((one for one in book.categories if one.fits(instrument, book.currency)), None)
    if category is None:
        return Terms(reason=f"The rules of {book.title} say nothing of the class {instrument.asset_class}.")
    if category.reason is not None:
        return Terms(reason=category.reason)
    return Terms(tuple(rule for rule in book.rules if category.name in rule.categories), book.keeps_month_ends)


def term_of(terms: Terms, *, acquired: date, sold: date) -> Term:
    """Of a sale on `sold` of what was acquired on `acquired`."""
    rule = next((one for one in terms.rules if acquired in one.acquired and sold in one.sold), None)
    if rule is None:
        return Term(None, reason=terms.reason or f"No rule is known for sales on {sold}.")
    held = terms.held_for(rule, acquired)
    kind = rule.kind if held is None else "long" if sold >= held else "short"
    return Term(kind, rule.name, since=terms.since(acquired, sold=sold))


def held_longer(acquired: date, months: int, *, keeps_month_ends: bool) -> date:
    """The first day on which something is held for more than so many months.

    keeps_month_ends: by months that begin with the day after the purchase; the two ways differ at the end of
    February alone. What was bought on 28 February 2023 is held for more than a year from 1 March 2024 on with it,
    from 29 February 2024 on without.
    """
    if not keeps_month_ends:
        return months_before(acquired, -months) + DAY
    start = acquired + DAY
    reached = months_before(start, -months)
    return reached if reached.day == start.day else reached + DAY
