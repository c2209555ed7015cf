"""Units by the day since which they are held: what a holding period counts from, whatever they cost."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext
from itertools import accumulate, pairwise

from portfolio.books.events import PRECISION, QUANTUM, ZERO


@dataclass(frozen=True, slots=True)
class Units:
    """So many units, held since one day."""

    acquired: date
    quantity: Decimal


class Held:
    """The units of a position, which leave it first in, first out, also where they share one cost."""

    def __init__(self, units: Iterable[Units] = ()) -> None:
        self._units: deque[Units] = deque()
        self.add(units)

    def add(self, units: Iterable[Units]) -> None:
        """Insert by day: what was transferred in may be older than what is here. Those of one day become one."""
        for new in units:
            at = len(self._units)
            while at and self._units[at - 1].acquired > new.acquired:
                at -= 1
            if at and self._units[at - 1].acquired == new.acquired:
                self._units[at - 1] = Units(new.acquired, self._units[at - 1].quantity + new.quantity)
            else:
                self._units.insert(at, new)

    def take(self, quantity: Decimal) -> tuple[Units, ...]:
        """The oldest `quantity` units, which must be there."""
        taken: list[Units] = []
        while quantity > 0:
            first = self._units.popleft()
            if first.quantity > quantity:
                self._units.appendleft(Units(first.acquired, first.quantity - quantity))
                first = Units(first.acquired, quantity)
            quantity -= first.quantity
            taken.append(first)
        return tuple(taken)

    def all(self) -> tuple[Units, ...]:
        return tuple(self._units)


def resized(units: Sequence[Units], whole: Decimal) -> tuple[Units, ...]:
    """The same days with `whole` units in all, each with its share; what rounds to nothing is left out."""
    before = sum((part.quantity for part in units), ZERO)
    sizes = spread([part.quantity for part in units], whole / before, whole=whole, unit=QUANTUM)
    return tuple(Units(part.acquired, size) for part, size in zip(units, sizes, strict=True) if size)


def spread(parts: list[Decimal], factor: Decimal, *, whole: Decimal, unit: Decimal) -> list[Decimal]:
    """Each part times `factor` in units of `unit`, none negative; the last takes what makes them `whole` together."""
    if not parts:
        return []
    sums = accumulate(part * factor for part in parts[:-1])
    reached = [min(total.quantize(unit, ROUND_DOWN), whole) for total in sums]
    return [upto - before for before, upto in pairwise([ZERO, *reached, whole])]


def shares(amount: Decimal, quantities: Sequence[Decimal]) -> list[Decimal]:
    """`amount` over parts by their quantity; the last one takes what rounding left over."""
    if len(quantities) == 1:
        return [amount]
    with localcontext(prec=PRECISION):
        whole = sum(quantities, ZERO)
        parts = [(amount * quantity / whole).quantize(QUANTUM) for quantity in quantities[:-1]]
        return [*parts, amount - sum(parts, ZERO)]
