"""What the books read: the entries of a person and the corporate actions of the assets, as plain values."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, localcontext

from core.money import plain

ZERO = Decimal(0)
QUANTUM = Decimal("1e-12")
"""Products and parts are rounded to this: far below a cent, and well within what is stored."""
LARGEST_FIGURE = Decimal("1e19")
"""No figure of a position is above this: one digit less than what is stored."""
PRECISION = 50  # digits: 20 before the point and 18 after it, and room for a product


def gross_of(quantity: Decimal, price: Decimal) -> Decimal:
    """What `quantity` units cost at `price` each."""
    with localcontext(prec=PRECISION):
        return (quantity * price).quantize(QUANTUM)


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. `gross` is quantity × price, or the stated amount, before `fee` and `tax`; in `currency`.

    `rate` is what the broker applied: units of `rate_currency` (the account's) for one unit of `currency`.
    A transfer_in whose `gross` is None takes the cost of the transfer_out that it belongs to.
    """

    id: int
    account: int
    asset: int | None
    kind: str
    day: date
    currency: str
    quantity: Decimal = ZERO
    gross: Decimal | None = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    at: time | None = None
    rate: Decimal | None = None
    rate_currency: str = ""

    @property
    def order(self) -> tuple[date, time, int]:
        """As entered within a day, unless a time is given."""
        return self.day, self.at or time.min, self.id


@dataclass(frozen=True, slots=True)
class Action:
    """One confirmed corporate action; it takes effect at the start of `day`, before that day's entries."""

    id: int
    asset: int
    kind: str
    day: date
    ratio: Decimal = Decimal(1)
    new_asset: int | None = None
    cost_fraction: Decimal | None = None
    cash_per_share: Decimal = ZERO


class BooksError(Exception):
    """The entries contradict themselves; `entry` is the one at which that shows."""

    field = "quantity"
    code = "contradiction"

    def __init__(self, entry: Entry, message: str) -> None:
        super().__init__(message)
        self.entry = entry


class Oversold(BooksError):
    """More was to leave a position than was there on that day."""

    code = "oversold"

    def __init__(self, entry: Entry, available: Decimal) -> None:
        verb = "transfer" if entry.kind == "transfer_out" else "sell"
        super().__init__(
            entry, f"Cannot {verb} {plain(entry.quantity)} on {entry.day}: {plain(available)} available on that day."
        )
        self.available = available


class CostUnknown(BooksError):
    """Something came in from outside without saying what it cost."""

    field = "amount"
    code = "cost_unknown"

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            entry,
            f"The transfer_in on {entry.day} needs its price or amount (what it had cost), or a transfer_out of the "
            "same asset, quantity and day from another account.",
        )


class TooLarge(BooksError):
    """A position came to more than can be stored; `entry` is the last one before that."""

    code = "too_large"

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry, f"With the {entry.kind} on {entry.day} a figure of a position is too large to be kept.")
