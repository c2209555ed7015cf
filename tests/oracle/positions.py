"""Lots written down one by one, in the position's currency and in the base currency."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from portfolio.books.events import Action

ZERO = Decimal(0)


@dataclass
class Lot:
    """Units bought at once. `base_…` is in the base currency, at the rate of the day on which they were acquired."""

    acquired: date
    quantity: Decimal
    cost: Decimal
    invested: Decimal
    base_cost: Decimal
    base_invested: Decimal

    def part(self, share: Decimal) -> "Lot":
        return replace(
            self,
            quantity=self.quantity * share,
            cost=self.cost * share,
            invested=self.invested * share,
            base_cost=self.base_cost * share,
            base_invested=self.base_invested * share,
        )


@dataclass
class Position:
    """Open lots, the oldest first, and the totals in the position's currency."""

    average: bool
    quantity: Decimal = ZERO
    lots: list[Lot] = field(default_factory=list)
    realized_gain: Decimal = ZERO
    income: Decimal = ZERO
    fees: Decimal = ZERO
    costs: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        return sum((lot.cost for lot in self.lots), ZERO)

    @property
    def invested(self) -> Decimal:
        return sum((lot.invested for lot in self.lots), ZERO)

    def put(self, lots: list[Lot], quantity: Decimal) -> None:
        """Lots of `quantity` units together."""
        self.lots = sorted([*self.lots, *lots], key=lambda lot: lot.acquired)
        self.quantity += quantity

    def take(self, quantity: Decimal) -> list[Lot]:
        assert ZERO < quantity <= self.quantity, "a valid portfolio sells what it has"
        if quantity == self.quantity:
            taken, self.lots = self.lots, []
        elif self.average:
            share = quantity / self.quantity
            taken, self.lots = [lot.part(share) for lot in self.lots], [lot.part(1 - share) for lot in self.lots]
        else:
            taken = self._oldest(quantity)
        self.quantity -= quantity
        return taken

    def _oldest(self, quantity: Decimal) -> list[Lot]:
        taken, rest = [], []
        for lot in self.lots:
            share = min(quantity / lot.quantity, Decimal(1))
            quantity = max(quantity - lot.quantity, ZERO)
            taken += [lot.part(share)] if share else []
            rest += [lot.part(1 - share)] if share < 1 else []
        self.lots = rest
        return taken


def become(position: Position, lots: list[Lot], *, quantity: Decimal, fraction: Decimal) -> list[Lot]:
    """What `lots` are in the new asset, of which the whole position gives `quantity` units."""
    factor = quantity / position.quantity
    return [replace(keep_cost(lot, fraction), quantity=lot.quantity * factor) for lot in lots]


def keep_cost(lot: Lot, fraction: Decimal) -> Lot:
    return replace(lot.part(fraction), quantity=lot.quantity)


def kept_fraction(action: Action, *, cash: Decimal, cost: Decimal) -> Decimal:
    """Share of the cost that goes to the new units: what was said, else what the cash did not give back."""
    if not action.ratio:
        return ZERO
    if action.cost_fraction is not None:
        return action.cost_fraction
    return max(ZERO, 1 - cash / cost) if cost else Decimal(1)
