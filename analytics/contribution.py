"""What each part brought to the return of a portfolio, and what changed its worth."""

from dataclasses import dataclass

import numpy as np

from analytics.engine.allocation import allocate
from analytics.engine.attribution import Change, Effects, average_weights, changes, contributions, effects
from analytics.engine.carry import FloatArray
from analytics.engine.measure import NOTHING_HELD, Measure
from analytics.engine.returns import returns_daily, twr
from analytics.engine.worth import Worth, period_days
from analytics.panels import Window
from analytics.parts import By, Labels, Part, Parts, parts_of


@dataclass(frozen=True, slots=True)
class Contributor:
    """A part of what was held. symbol: of its asset, where it is one.

    contribution: to the time-weighted return of the whole; average_weight: its share of all that was owned, mean of
    the days. Both NaN where there is none.
    """

    part: Part
    symbol: str | None
    change: Change
    contribution: float
    average_weight: float
    twr: Measure


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who contributed most comes first; parts of which there was nothing are left out.

    twr, change: of all together; the contributions add up to the one and the changes to the other.
    """

    contributors: tuple[Contributor, ...]
    twr: Measure
    change: Change


NOTHING = Attribution((), Measure(None, NOTHING_HELD), Change(*[0.0] * 8))


def attribution_of(window: Window, by: str, labels: Labels) -> Attribution:
    """What happened on the days that were asked for, part by part."""
    parts = parts_of(window.portrait, by, labels)
    brought = effects(window.portrait.panel, window.start, window.last)
    found = _contributors(window, parts, brought, symbols=_symbols(labels) if by == By.ASSET else {})
    found.sort(key=lambda each: (-np.nan_to_num(each.contribution), each.part.name, each.part.key))
    one = brought.grouped(np.zeros_like(parts.group), 1)
    (whole,) = changes(_as_one(window.worth), one)
    return Attribution(tuple(found), twr(returns_daily(window.worth)), whole)


def _contributors(window: Window, parts: Parts, brought: Effects, *, symbols: dict[str, str]) -> list[Contributor]:
    count = len(parts.parts)
    worth = window.grouped(parts.group, count, border=parts.border)
    contribution = contributions(worth, window.worth)
    weight = average_weights(allocate(_values(window), parts.group, count))
    change = changes(worth, brought.grouped(parts.group, count))
    return [
        Contributor(
            part=part,
            symbol=symbols.get(part.key),
            change=change[i],
            contribution=float(contribution[i]),
            average_weight=float(weight[i]),
            twr=twr(returns_daily(worth.one(i))),
        )
        for i, part in enumerate(parts.parts)
        if _was_anything(worth, change[i], i)
    ]


def _was_anything(worth: Worth, change: Change, row: int) -> bool:
    """Also where it is not known what."""
    amounts = (change.start, change.inflow, change.outflow, change.income, change.costs)
    return any(amount != 0 for amount in amounts) or bool(worth.value[row].any())


def _values(window: Window) -> FloatArray:
    """(lines, days) of the window."""
    panel = window.portrait.panel
    return panel.value[:, period_days(panel.first, window.start, window.last)]


def _as_one(worth: Worth) -> Worth:
    """(1, days)"""
    return Worth(
        worth.first, worth.value[None], worth.inflow[None], worth.outflow[None], np.asarray(worth.before)[None]
    )


def _symbols(labels: Labels) -> dict[str, str]:
    return {str(pk): label.symbol for pk, label in labels.items()}
