"""The days of a position: what changed, when, packed into an array for the time machine.

This is the one line at which the exact books become float64 (15 to 16 digits).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from portfolio.books.events import ZERO
from portfolio.books.held import Units

DTYPE = np.dtype(
    [
        ("day", "<i4"),
        ("basis_day", "<i4"),
        ("quantity", "<f8"),
        ("cost", "<f8"),
        ("invested", "<f8"),
        ("basis_rate", "<f8"),
        ("release", "<f8"),
        ("rate", "<f8"),
        ("proceeds", "<f8"),
        ("income", "<f8"),
        ("costs", "<f8"),
        ("fees", "<f8"),
        ("cash", "<f8"),
        ("external", "<f8"),
        ("in_kind", "<f8"),
        ("moved", "<f8"),
        ("exchanged", "<f8"),
        ("basis_currency", "S3"),
        ("rate_currency", "S3"),
    ]
)


@dataclass(slots=True)
class Movement:
    """One change of a position. Amounts are in its currency; `quantity` in units of that day.

    cost, invested: change of what the open lots cost, with and without fees.
    basis_day, basis_rate, basis_currency: the day at whose rate that cost is converted to another currency, or the
        rate (to `basis_currency`) that was applied then.
    release: share of the whole pool that `cost` is (average cost only): in any currency that share leaves the pool.
    rate, rate_currency: the rate that the broker applied to proceeds, income, costs and cash; else the day's.
    proceeds: what a sale brought, net of its fees; the realized gain is proceeds + cost where proceeds is not None.
    income: dividends and interest. costs: fees and taxes that are no part of a purchase or sale.
    fees: all fees and taxes that were paid, those inside cost, proceeds and costs included.
    cash: change of the account's own money. external: the part of it that came from outside (deposit, withdrawal).
    in_kind: units that came from or went outside without a price.
    moved: units that came from or went to another account of the same person.
    exchanged: cost that came from or went to another asset by a corporate action; `cost` has it too.
    closed: where proceeds is not None, the units that they are for, oldest first; not packed. In a pool the cost of
        each is the same, and since when they are held follows first in, first out.
    """

    day: date
    basis_day: date
    entry: int | None = None
    action: int | None = None
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    invested: Decimal = ZERO
    basis_rate: Decimal | None = None
    basis_currency: str = ""
    release: Decimal | None = None
    rate: Decimal | None = None
    rate_currency: str = ""
    proceeds: Decimal | None = None
    income: Decimal = ZERO
    costs: Decimal = ZERO
    fees: Decimal = ZERO
    cash: Decimal = ZERO
    external: Decimal = ZERO
    in_kind: Decimal = ZERO
    moved: Decimal = ZERO
    exchanged: Decimal = ZERO
    closed: tuple[Units, ...] = ()

    @property
    def realized_gain(self) -> Decimal:
        return ZERO if self.proceeds is None else self.proceeds + self.cost

    def row(self) -> tuple[object, ...]:
        """The values in the order of `DTYPE`; NaN stands for None. Days are proleptic ordinals."""
        return (
            self.day.toordinal(),
            self.basis_day.toordinal(),
            float(self.quantity),
            float(self.cost),
            float(self.invested),
            _float(self.basis_rate),
            _float(self.release),
            _float(self.rate),
            _float(self.proceeds),
            float(self.income),
            float(self.costs),
            float(self.fees),
            float(self.cash),
            float(self.external),
            float(self.in_kind),
            float(self.moved),
            float(self.exchanged),
            self.basis_currency.encode(),
            self.rate_currency.encode(),
        )


def _float(value: Decimal | None) -> float:
    return np.nan if value is None else float(value)


def pack(movements: list[Movement]) -> bytes:
    return np.array([movement.row() for movement in movements], dtype=DTYPE).tobytes()


def unpack(packed: bytes | memoryview) -> NDArray[np.void]:
    """The movements of one position, oldest first: a read-only array of `DTYPE`."""
    return np.frombuffer(packed, dtype=DTYPE)


def first_difference(old: bytes | memoryview, new: bytes | memoryview) -> date | None:
    """The earliest day on which two packed positions differ; None where they are the same."""
    if bytes(old) == bytes(new):
        return None
    before, after = unpack(old), unpack(new)
    common = min(len(before), len(after))
    width = DTYPE.itemsize
    pairs = zip(before[:common].view(f"V{width}"), after[:common].view(f"V{width}"), strict=True)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), common)
    days = [int(array["day"][same]) for array in (before, after) if same < len(array)]
    return date.fromordinal(min(days))
