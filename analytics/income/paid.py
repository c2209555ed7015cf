"""The income of a person: sums of what came, the yield of what is held, and what is expected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.engine.carry import FloatArray, IntArray
from analytics.engine.expected import Expected
from analytics.engine.income import (
    Payments,
    Span,
    Sums,
    income_growth,
    income_yield,
    payments_summed,
    span_names,
    spans_of,
)
from analytics.engine.measure import Measure
from analytics.engine.panel import MONEY
from analytics.engine.periods import months_before
from analytics.engine.units import Units, units_joined
from analytics.engine.valuation import NOISE_DECIMALS
from analytics.income.entitlements import Entitlements, entitlements_load, expected_load, rates_on_last
from analytics.income.payments import Paid, Place, lines_by_place, payments_load, payments_of
from analytics.movements import Scope
from analytics.panels import Portrait, Window
from analytics.parts import Labels, Part, labels_of, parts_of
from core.models import User


@dataclass(frozen=True, slots=True)
class Yield:
    """What is held, and what it earned in the 12 months up to the last day."""

    is_held: bool
    trailing_income: float
    cost_basis: float
    market_value: float
    on_cost: Measure
    on_value: Measure


@dataclass(frozen=True, slots=True)
class Spans:
    """Sums by month or year, which are named."""

    names: Sequence[str]
    sums: Sums


@dataclass(frozen=True, slots=True)
class Growth:
    """This calendar year up to the last day, and the same days of the year before."""

    this_year: float
    last_year: float
    change: Measure


@dataclass(frozen=True, slots=True)
class Income:
    """Of a window up to `last`; amounts in its currency, NaN where one is not known. `sums` and `yields` go by `parts`.

    rates: on `last`, of the currencies in which dividends are expected. reasons: why one of these is not known.
    """

    total: Sums
    months: Spans
    years: Spans
    parts: Sequence[Part]
    sums: Sums
    yields: Sequence[Yield]
    overall: Yield
    growth: Growth
    expected: Sequence[Expected]
    rates: Mapping[str, float]
    without_history: Sequence[int]
    labels: Labels
    last: date
    reasons: Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """All that the figures are made of."""

    portrait: Portrait
    lines: Mapping[Place, int]
    paid: Sequence[Paid]
    payments: Payments
    entitled: Entitlements

    @property
    def last(self) -> date:
        return self.portrait.panel.last


def income_load(user: User, window: Window, scope: Scope, *, by: str) -> Income:
    """The income of the days of `window`; yields, growth and what is expected are of its last day."""
    portrait = window.portrait
    loaded = _load(user, portrait, scope)
    first = window.start if window.start <= portrait.panel.first else window.start + timedelta(days=1)
    inside = loaded.payments.between(first.toordinal(), window.last.toordinal())
    labels = labels_of(portrait)
    parts = parts_of(portrait, by, labels)
    everything = np.zeros(len(parts.group), np.int64)
    expected = expected_load(
        user.pk, loaded.entitled, loaded.paid, asset_ids=portrait.asset_ids, last=portrait.panel.last
    )
    rates, reasons = rates_on_last(user.pk, portrait, {row.currency for row in expected})
    return Income(
        total=payments_summed(inside, everything[inside.line], 1),
        months=_spans(inside, "M", first=first, last=window.last),
        years=_spans(inside, "Y", first=first, last=window.last),
        parts=parts.parts,
        sums=payments_summed(inside, parts.group[inside.line], len(parts.parts)),
        yields=_yields(loaded, parts.group, len(parts.parts)),
        overall=_yields(loaded, everything, 1)[0],
        growth=_growth(loaded.payments, loaded.last),
        expected=expected,
        rates=rates,
        without_history=_without(loaded.entitled, expected),
        labels=labels,
        last=loaded.last,
        reasons=reasons,
    )


def _load(user: User, portrait: Portrait, scope: Scope) -> _Loaded:
    lines = lines_by_place(portrait)
    paid = payments_load(user.pk, portrait, lines)
    entitled = entitlements_load(user.pk, scope, asset_ids=portrait.asset_ids, places=lines, last=portrait.panel.last)
    return _Loaded(portrait, lines, paid, payments_of(paid, portrait, lines), entitled)


def _spans(payments: Payments, span: Span, *, first: date, last: date) -> Spans:
    begin, end = spans_of(np.array([first.toordinal(), last.toordinal()]), span).tolist()
    group = spans_of(payments.day, span) - begin
    return Spans(span_names(begin, end, span), payments_summed(payments, group, end - begin + 1))


def _growth(payments: Payments, last: date) -> Growth:
    def income(first: date, until: date) -> float:
        return float(payments.between(first.toordinal(), until.toordinal()).income.sum())

    this_year = income(date(last.year, 1, 1), last)
    last_year = income(date(last.year - 1, 1, 1), months_before(last, 12))
    return Growth(this_year, last_year, income_growth(this_year, last_year))


def _without(entitled: Entitlements, expected: Sequence[Expected]) -> list[int]:
    """The assets that are held and paid nothing in the year."""
    held = {asset for (_, asset), units in entitled.held.items() if units.now}
    return sorted(held - {row.asset for row in expected})


def _yields(loaded: _Loaded, group: IntArray, count: int) -> list[Yield]:
    """Of each group of lines."""
    units = _units_by_group(loaded, group)
    income = _trailing(loaded, group, units, count=count)
    cost, value = _cost_and_value(loaded.portrait, group, count)
    held_days = _held_days(units, loaded.last.toordinal(), count)
    rows = zip(income.tolist(), cost.tolist(), value.tolist(), held_days, strict=True)
    return [
        Yield(
            is_held=days is not None,
            trailing_income=earned,
            cost_basis=paid,
            market_value=worth,
            on_cost=income_yield(earned, paid, held_days=days, what="cost"),
            on_value=income_yield(earned, worth, held_days=days, what="value"),
        )
        for earned, paid, worth, days in rows
    ]


_ByGroup = Mapping[tuple[int, int], Units]
"""By group and asset."""


def _units_by_group(loaded: _Loaded, group: IntArray) -> _ByGroup:
    found: defaultdict[tuple[int, int], list[Units]] = defaultdict(list)
    for (account, asset), units in loaded.entitled.held.items():
        found[int(group[loaded.lines[account, asset]]), asset].append(units)
    return {key: units_joined(parts) for key, parts in found.items()}


def _trailing(loaded: _Loaded, group: IntArray, units: _ByGroup, *, count: int) -> FloatArray:
    """(count,) the income of 12 months, of each payment that part which came on units that are still held."""
    first = months_before(loaded.last, 12)
    totals = np.zeros(count)
    for paid, income in zip(loaded.paid, loaded.payments.income.tolist(), strict=True):
        if paid.asset is None or paid.day <= first:
            continue
        place = (paid.account, loaded.entitled.now(paid.asset))
        if place in loaded.entitled.held:
            of = int(group[loaded.lines[place]])
            kept = _share_kept(paid, units[of, place[1]], loaded.entitled)
            totals[of] += income * kept if kept else 0.0
    return np.round(totals, NOISE_DECIMALS)


def _share_kept(paid: Paid, units: Units, entitled: Entitlements) -> float:
    """Of the units on which it came; where some were sold between its ex-date and its payment, it came on these too."""
    kept = units.kept(paid.day.toordinal())
    if not kept:
        return 0.0
    return kept / max(units.before(paid.day.toordinal()), entitled.units_paid(paid) or 0.0)


def _cost_and_value(portrait: Portrait, group: IntArray, count: int) -> tuple[FloatArray, FloatArray]:
    """(count,) each, of the assets among the lines: money in accounts has no cost."""
    panel = portrait.panel
    is_asset = panel.asset != MONEY
    events = panel.events.where(is_asset[panel.events.line])
    cost: FloatArray = np.bincount(group[events.line], events.cost, count).astype(np.float64, copy=False)
    value: FloatArray = np.bincount(group[is_asset], panel.value[is_asset, -1], count).astype(np.float64, copy=False)
    return np.round(cost, NOISE_DECIMALS) + 0.0, np.round(value, NOISE_DECIMALS) + 0.0


def _held_days(units: _ByGroup, last: int, count: int) -> list[int | None]:
    """Of what each group holds now, for how long the oldest has been held; None where it holds nothing."""
    found: list[int | None] = [None] * count
    for (of, _), held in units.items():
        if held.since is not None:
            found[of] = max(found[of] or 0, last - held.since)
    return found
