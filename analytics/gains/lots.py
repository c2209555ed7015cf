"""Realized gains by lot and financial year, and unrealized ones by lot, short and long term."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from analytics.amounts import total
from analytics.engine.financial_years import FinancialYear, financial_year_of
from analytics.engine.holding_rules import Instrument, Rule, RuleBook, TermKind
from analytics.engine.holding_terms import Term, Terms, term_of, terms_of
from analytics.gains.closings import Closings, Part
from analytics.gains.conversion import Amount
from portfolio.models import Asset

UNCLASSIFIED = "unclassified"
KINDS: tuple[TermKind, ...] = ("short", "long", "undivided")
NAMES = (*KINDS, UNCLASSIFIED)
Thing = TypeVar("Thing", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Lot:
    """A part that was closed or is open. year: of the day of its sale, or as of which it is open."""

    part: Part
    term: Term
    year: FinancialYear

    @property
    def name(self) -> str:
        """Under which it is counted."""
        return self.term.kind or UNCLASSIFIED


@dataclass(frozen=True, slots=True)
class Totals:
    """Of some lots; None where an amount of one of them is not known. gains, losses: of the lots with one or the other.

    value: what they brought, or are worth.
    """

    count: int
    value: Amount
    cost: Amount
    gain: Amount
    gains: Amount
    losses: Amount


@dataclass(frozen=True, slots=True)
class Group:
    """The totals of some lots, of all and by term."""

    totals: Totals
    terms: Mapping[str, Totals]


@dataclass(frozen=True, slots=True)
class Gains:
    """years, assets: newest first, by symbol. closed: of the asked year or of all, newest first. opened: by symbol."""

    years: Sequence[tuple[FinancialYear, Group]]
    whole: Group
    assets: Sequence[tuple[Asset, Group]]
    closed: Sequence[Lot]
    opened: Sequence[Lot]
    unrealized: Group


def gains_of(
    closings: Closings, book: RuleBook, *, after: date | None = None, year: FinancialYear | None = None
) -> Gains:
    """after: only sales after that day count. year: the only one that the lots and totals are of, not the years."""
    terms = _Terms(book)
    sold = [terms.lot(part) for part in closings.closed if after is None or part.day > after]
    years = {one: group_of(lots) for one, lots in _by(sold, lambda lot: lot.year).items()}
    closed = sorted((lot for lot in sold if year in (None, lot.year)), key=_newest_first)
    opened = sorted(map(terms.lot, closings.open), key=_by_symbol)
    assets = {lots[0].part.asset: group_of(lots) for lots in _by(closed, lambda lot: lot.part.asset.pk).values()}
    return Gains(
        years=sorted(years.items(), reverse=True),
        whole=group_of(closed),
        assets=sorted(assets.items(), key=lambda pair: (pair[0].symbol, pair[0].pk)),
        closed=closed,
        opened=opened,
        unrealized=group_of(opened),
    )


def group_of(lots: Sequence[Lot]) -> Group:
    by_name = _by(lots, lambda lot: lot.name)
    return Group(totals_of(lots), {name: totals_of(by_name.get(name, ())) for name in NAMES})


def totals_of(lots: Sequence[Lot]) -> Totals:
    deals = [lot.part.asked for lot in lots]
    gains = [deal.gain for deal in deals]
    known = None not in gains
    return Totals(
        count=len(lots),
        value=total(*(deal.value for deal in deals)),
        cost=total(*(deal.cost for deal in deals)),
        gain=total(*gains),
        gains=_sum(gain for gain in gains if gain is not None and gain > 0) if known else None,
        losses=_sum(gain for gain in gains if gain is not None and gain < 0) if known else None,
    )


def rules_used(gains: Gains, book: RuleBook) -> list[Rule]:
    """The rules that decided on the lots, in the order of the book."""
    names = {lot.term.rule for lots in (gains.closed, gains.opened) for lot in lots}
    return [rule for rule in book.rules if rule.name in names]


class _Terms:
    """The terms of a book, looked up once for each asset."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._by_asset: dict[int, Terms] = {}

    def lot(self, part: Part) -> Lot:
        term = term_of(self._of(part.asset), acquired=part.acquired, sold=part.day)
        return Lot(part, term, financial_year_of(part.day, self._book))

    def _of(self, asset: Asset) -> Terms:
        terms = self._by_asset.get(asset.pk)
        if terms is None:
            instrument = Instrument(asset.asset_class, asset.currency, asset.sector, asset.name)
            terms = self._by_asset[asset.pk] = terms_of(self._book, instrument)
        return terms


def _by(lots: Iterable[Lot], key: Callable[[Lot], Thing]) -> dict[Thing, list[Lot]]:
    found: dict[Thing, list[Lot]] = {}
    for lot in lots:
        found.setdefault(key(lot), []).append(lot)
    return found


def _newest_first(lot: Lot) -> tuple[int, tuple[str, int, str, date]]:
    return -lot.part.day.toordinal(), _by_symbol(lot)


def _by_symbol(lot: Lot) -> tuple[str, int, str, date]:
    part = lot.part
    return part.asset.symbol, part.asset.pk, part.account.name, part.acquired


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
