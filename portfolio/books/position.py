"""One position: its open lots, its totals, and the movements that led there."""

from datetime import date
from decimal import Decimal

from portfolio.books.events import ZERO, Entry
from portfolio.books.lots import AverageLots, FifoLots, Lot, Lots
from portfolio.books.movements import Movement


class Position:
    """An asset in an account, or (without an asset) the money that moved in one currency of an account.

    `cost_basis` is what the open lots cost with fees and taxes, `invested` without; `fees` are all fees and taxes
    paid, `costs` those that are no part of a purchase or sale. All amounts are in `currency`.
    """

    def __init__(self, account: int, asset: int | None, currency: str, *, average: bool = False) -> None:
        self.account, self.asset, self.currency = account, asset, currency
        self.lots: Lots = AverageLots() if average else FifoLots()
        self.cost_basis = self.invested = self.realized_gain = self.income = self.fees = self.costs = ZERO
        self.movements: list[Movement] = []

    @property
    def quantity(self) -> Decimal:
        return self.lots.quantity

    @property
    def largest(self) -> Decimal:
        """The size of the largest of all its figures."""
        totals = (self.cost_basis, self.invested, self.realized_gain, self.income, self.fees, self.costs)
        return max(self.quantity, *map(abs, totals))

    @property
    def first_on(self) -> date:
        return self.movements[0].day

    @property
    def last_on(self) -> date:
        return self.movements[-1].day

    def record(self, movement: Movement) -> None:
        """Add a movement to the totals; the lots are the caller's."""
        self.movements.append(movement)
        self.cost_basis += movement.cost
        self.invested += movement.invested
        self.realized_gain += movement.realized_gain
        self.income += movement.income
        self.costs += movement.costs
        self.fees += movement.fees

    def put(self, lot: Lot, movement: Movement) -> None:
        """Open a lot; `movement` says when and why."""
        movement.basis_day, movement.basis_rate = lot.acquired, lot.rate
        movement.basis_currency = lot.rate_currency
        movement.quantity, movement.cost, movement.invested = lot.quantity, lot.cost, lot.invested
        self.lots.add(lot)
        self.record(movement)


def movement_of(entry: Entry) -> Movement:
    """A movement on the day of an entry, at the rate that the broker applied to it."""
    return Movement(entry.day, entry.day, entry=entry.id, rate=entry.rate, rate_currency=entry.rate_currency)


def removal_of(lot: Lot, movement: Movement) -> Movement:
    """Turn `movement` into the one that takes `lot` away."""
    movement.basis_day, movement.basis_rate = lot.acquired, lot.rate
    movement.basis_currency = lot.rate_currency
    movement.quantity, movement.cost, movement.invested = -lot.quantity, -lot.cost, -lot.invested
    return movement
