"""Open lots of one position and the two ways of taking from them: first in first out, and average cost."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from portfolio.books.events import QUANTUM, ZERO
from portfolio.books.held import Held, Units, resized, spread

GRAIN = Decimal("1e-18")
"""Quantities are entered in multiples of this, so a part of a lot in such multiples is never more than the lot."""


@dataclass(slots=True)
class Lot:
    """What was bought at once and is still open. `cost` includes fees and taxes, `invested` does not.

    `acquired` is the day whose exchange rate the cost is converted at; `rate` (to `rate_currency`) replaces it where
    the broker applied one. `held` says since when its units are held where that is not `acquired`: in a pool the
    oldest units are sold first, while the cost of what is left is still that of all its purchases.
    """

    acquired: date
    quantity: Decimal
    cost: Decimal
    invested: Decimal
    rate: Decimal | None = None
    rate_currency: str = ""
    held: tuple[Units, ...] = ()

    @property
    def units(self) -> tuple[Units, ...]:
        """Its units by the day since which they are held, oldest first."""
        return self.held or (Units(self.acquired, self.quantity),)

    def resize(self, quantity: Decimal) -> None:
        """Become `quantity` units for the same cost, held since the same days."""
        if self.held:
            self.held = resized(self.held, quantity)
        self.quantity = quantity

    def split_off(self, quantity: Decimal) -> "Lot":
        """The part of `quantity` units, taken out of this lot with its share of the cost."""
        share = quantity / self.quantity
        part = replace(
            self,
            quantity=quantity,
            cost=(self.cost * share).quantize(QUANTUM),
            invested=(self.invested * share).quantize(QUANTUM),
            held=self._oldest(quantity),
        )
        self.quantity -= part.quantity
        self.cost -= part.cost
        self.invested -= part.invested
        return part

    def _oldest(self, quantity: Decimal) -> tuple[Units, ...]:
        """Take so many out of `held`, the oldest first."""
        if not self.held:
            return ()
        held = Held(self.held)
        taken = held.take(quantity)
        self.held = held.all()
        return taken


@dataclass(frozen=True, slots=True)
class Taken:
    """A part taken out of the lots. `release` is set where the cost is a share of the whole pool, not of one lot."""

    lot: Lot
    release: Decimal | None = None


class FifoLots:
    """Lots that are closed in the order in which they were acquired."""

    is_pool = False

    def __init__(self) -> None:
        self._lots: deque[Lot] = deque()
        self.quantity = ZERO

    def add(self, lot: Lot) -> None:
        """Insert by day of acquisition: a lot that was transferred in may be older than those that are here."""
        self.quantity += lot.quantity
        if not self._lots or self._lots[-1].acquired <= lot.acquired:
            self._lots.append(lot)
            return
        later = next(i for i, other in enumerate(self._lots) if other.acquired > lot.acquired)
        self._lots.insert(later, lot)

    def take(self, quantity: Decimal) -> list[Taken]:
        """Close `quantity` units, which must be there."""
        self.quantity -= quantity
        taken: list[Taken] = []
        while quantity > 0:
            first = self._lots[0]
            part = self._lots.popleft() if first.quantity <= quantity else first.split_off(quantity)
            quantity -= part.quantity
            taken.append(Taken(part))
        return taken

    def take_lots(self, quantity: Decimal) -> list[Lot]:
        """The same, lot by lot, for units that go elsewhere with their cost and dates."""
        return [taken.lot for taken in self.take(quantity)]

    def open(self) -> list[Lot]:
        return [replace(lot) for lot in self._lots]

    def blocks(self) -> list[Lot]:
        """What is open, in parts that cost the same per unit, each with the days since which its units are held."""
        return self.open()

    def replace(self, lots: Iterable[Lot]) -> None:
        """Put `lots` in the place of all that are open: what a corporate action makes of them."""
        self._lots = deque(lot for lot in lots if lot.quantity)
        self.quantity = sum((lot.quantity for lot in self._lots), ZERO)


class AverageLots:
    """Lots that share one cost per unit: whatever is taken takes the same part of each.

    A sale shrinks every lot alike, so lots are kept at the size that they had at factor 1, and a sale only lowers
    the factor: taking is O(1) however many lots are open. Which units are sold is another matter: the oldest.
    """

    is_pool = True

    def __init__(self) -> None:
        self._lots: list[Lot] = []
        self._factor = Decimal(1)
        self._held = Held()
        self.quantity = self._cost = self._invested = ZERO

    def add(self, lot: Lot) -> None:
        self.quantity += lot.quantity
        self._cost += lot.cost
        self._invested += lot.invested
        self._held.add(lot.units)
        self._lots.append(
            replace(
                lot,
                quantity=lot.quantity / self._factor,
                cost=lot.cost / self._factor,
                invested=lot.invested / self._factor,
                held=(),
            )
        )

    def take(self, quantity: Decimal) -> list[Taken]:
        """Take `quantity` units, which must be there, at the average cost."""
        share = quantity / self.quantity
        whole = quantity == self.quantity
        cost = self._cost if whole else (self._cost * share).quantize(QUANTUM)
        invested = self._invested if whole else (self._invested * share).quantize(QUANTUM)
        part = Lot(self._lots[0].acquired, quantity, cost, invested, held=self._held.take(quantity))
        self.quantity -= quantity
        self._cost -= cost
        self._invested -= invested
        if whole:
            self.replace([])
        else:
            self._factor *= 1 - share
        return [Taken(part, share)]

    def take_lots(self, quantity: Decimal) -> list[Lot]:
        """The same part of each lot, for units that go elsewhere with their cost and dates."""
        lots = self.open()
        share = quantity / self.quantity
        sizes = spread([lot.quantity for lot in lots], share, whole=quantity, unit=GRAIN)
        parts = [lot.split_off(size) for lot, size in zip(lots, sizes, strict=True) if size]
        self.replace(lots)
        return parts

    def open(self) -> list[Lot]:
        """The lots at their present size; what rounds to no units leaves its cost to the others."""
        sizes = spread([lot.quantity for lot in self._lots], self._factor, whole=self.quantity, unit=GRAIN)
        held = Held(self._held.all())
        lots = [
            replace(lot, quantity=size, held=held.take(size))
            for lot, size in zip(self._lots, sizes, strict=True)
            if size
        ]
        costs = spread([lot.cost for lot in lots], self._factor, whole=self._cost, unit=QUANTUM)
        invested = spread([lot.invested for lot in lots], self._factor, whole=self._invested, unit=QUANTUM)
        return [replace(lot, cost=cost, invested=gross) for lot, cost, gross in zip(lots, costs, invested, strict=True)]

    def blocks(self) -> list[Lot]:
        """What is open, as one: any of its units costs the same."""
        if not self._lots:
            return []
        return [Lot(self._lots[0].acquired, self.quantity, self._cost, self._invested, held=self._held.all())]

    def replace(self, lots: Iterable[Lot]) -> None:
        self._lots = [lot for lot in lots if lot.quantity]
        self._factor = Decimal(1)
        self._held = Held(units for lot in self._lots for units in lot.units)
        self.quantity = sum((lot.quantity for lot in self._lots), ZERO)
        self._cost = sum((lot.cost for lot in self._lots), ZERO)
        self._invested = sum((lot.invested for lot in self._lots), ZERO)


Lots = FifoLots | AverageLots
