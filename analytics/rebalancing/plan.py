"""What a person would trade to have their targets again, at the prices that their holdings are shown at."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from analytics.amounts import number_of
from analytics.engine.allocation import SMALLEST_GROSS
from analytics.engine.measure import NOTHING_HELD, UNKNOWN_AMOUNTS
from analytics.engine.rebalancing import SMALLEST_TRADE, Rebalanced, Standing, Wish, rebalance
from analytics.engine.whole_units import Line
from analytics.panels import Portrait
from analytics.parts import DEPOSIT, Part
from analytics.rebalancing.tradable import Division, Position, Sight, division_of, positions_in
from core.errors import InvalidInput
from portfolio.holdings import Price
from portfolio.models import Asset

NO_TARGETS = "No targets are set."
TOO_LITTLE = "The trades raise less money than is to be taken out."
NO_ASSET = "No asset is held here: choose one to buy."
NO_PRICES = "None of its assets has a price."
ONLY_DEPOSITS = "Deposits are not traded."
ONLY_MONEY = "Only money is held here: move or exchange it."


@dataclass(frozen=True, slots=True)
class PartPlan:
    """Amounts in the asked currency. amount: what is to come in, before it is rounded to units. target: None where
    none is set at all. Weights are None where there is none. reason: why nothing of it can be traded."""

    part: Part
    value: float
    weight: float | None
    target: float | None
    drift: float | None
    amount: float | None
    weight_after: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AssetTrade:
    """quantity: never negative. price: of a unit in the asset's currency; worth: of all in the asked one."""

    asset: Asset
    part: Part
    is_sale: bool
    quantity: Decimal
    price: Price
    worth: float


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """gross: what is owned. cash: the money after the trades, left_over: what of it no target wants; None where there
    is no plan, and `reason` says why."""

    parts: tuple[PartPlan, ...]
    trades: tuple[AssetTrade, ...]
    untraded: tuple[Position, ...]
    gross: float
    cash: float | None
    left_over: float | None
    reason: str | None


def rebalancing_of(sight: Sight, portrait: Portrait | None, wish: Wish) -> Rebalancing:
    """portrait: what the person has in scope, up to the day of `sight`; None for nothing."""
    division = division_of(sight, portrait)
    gross = float(division.value.sum())
    if gross + wish.add < -SMALLEST_TRADE:
        raise InvalidInput("There is not that much to take out.", attr="add")
    reason = _obstacle(division, gross + wish.add)
    if reason is not None:
        return Rebalancing(_unplanned(division, gross), (), (), gross, None, None, reason)
    positions = positions_in(sight, division)
    traded = [position for position in positions if position.obstacle is None]
    lines = tuple(Line(row.part, row.held, row.unit, row.decimals) for row in traded)
    standing = Standing(division.value, division.money, division.target, division.keeps_money, lines)
    found = rebalance(standing, wish)
    return Rebalancing(
        parts=tuple(_plans(division, found, positions, total=gross + wish.add)),
        trades=_trades(division, found, traded),
        untraded=tuple(position for position in positions if position.obstacle is not None),
        gross=gross,
        cash=found.cash,
        left_over=found.left_over,
        reason=TOO_LITTLE if found.cash < 0 else None,
    )


def _obstacle(division: Division, total: float) -> str | None:
    """Why there is nothing to be planned."""
    if not division.has_targets:
        return NO_TARGETS
    if np.isnan(total):
        return UNKNOWN_AMOUNTS
    return None if division.value.sum() > SMALLEST_GROSS or total > SMALLEST_GROSS else NOTHING_HELD


def _unplanned(division: Division, gross: float) -> tuple[PartPlan, ...]:
    rows = zip(division.parts, division.value.tolist(), division.target.tolist(), strict=True)
    plans = []
    for part, value, wanted in rows:
        weight = value / gross if gross > SMALLEST_GROSS else None
        target = wanted if division.has_targets else None
        drift = None if weight is None or target is None else weight - target
        plans.append(PartPlan(part, value, weight, target, drift, None, None))
    return tuple(plans)


def _plans(division: Division, found: Rebalanced, positions: Sequence[Position], *, total: float) -> list[PartPlan]:
    missing = division.target * total - division.value
    return [
        PartPlan(
            part,
            value=float(division.value[i]),
            weight=number_of(float(found.weight[i])),
            target=float(division.target[i]),
            drift=number_of(float(found.drift[i])),
            amount=float(found.amount[i]),
            weight_after=number_of(float(found.weight_after[i])),
            reason=_why_untraded(division, i, positions) if abs(missing[i]) > SMALLEST_TRADE else None,
        )
        for i, part in enumerate(division.parts)
    ]


def _why_untraded(division: Division, part: int, positions: Sequence[Position]) -> str | None:
    """Why a part that is not at its target has nothing to trade."""
    here = [position.obstacle for position in positions if position.part == part]
    if None in here:
        return None
    if not here and (division.deposits[part] > 0 or division.parts[part].key == DEPOSIT):
        return ONLY_DEPOSITS
    if division.keeps_money[part]:
        return None if division.keeps_money.sum() == 1 else ONLY_MONEY
    return NO_PRICES if here else NO_ASSET


def _trades(division: Division, found: Rebalanced, traded: Sequence[Position]) -> tuple[AssetTrade, ...]:
    """Sales first, since they pay for the rest; the largest first."""
    trades = [
        AssetTrade(
            asset=position.asset,
            part=division.parts[position.part],
            is_sale=trade.quantity < 0,
            quantity=abs(trade.quantity),
            price=position.price,
            worth=abs(trade.worth),
        )
        for trade in found.trades
        if (position := traded[trade.line]).price is not None
    ]
    return tuple(sorted(trades, key=lambda trade: (not trade.is_sale, -trade.worth, trade.asset.symbol)))
