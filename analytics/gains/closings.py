"""What sales closed and what is still open, by account, asset and day of acquisition."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.amounts import less
from analytics.gains.conversion import Amount, Converted, Outcome, conversion_load, outcome_of
from analytics.movements import Scope
from core.errors import InvalidInput
from core.models import Account, User
from portfolio.books.events import TooLarge
from portfolio.books.held import Units, shares
from portfolio.books.replay import Key
from portfolio.holdings import Price, prices_at
from portfolio.models import Asset, Holding
from portfolio.prices.live_closes import Now
from portfolio.services.books import books_replay


@dataclass(frozen=True, slots=True)
class Deal:
    """value: what it brought, net of fees and taxes, or is worth; None where a rate or price is not known."""

    value: Amount
    cost: Amount

    @property
    def gain(self) -> Amount:
        return less(self.value, self.cost)


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one day of acquisition. day: of their sale, or as of which they are open.

    asked: in the asked currency, the cost at the rate of its day and the value at that of `day`. own: in the asset's.
    """

    account: Account
    asset: Asset
    acquired: date
    day: date
    quantity: Decimal
    asked: Deal
    own: Deal

    @property
    def days(self) -> int:
        return (self.day - self.acquired).days

    @property
    def reason(self) -> str | None:
        """Why an amount is not known."""
        if self.own.value is None:
            return f"No price of {self.asset.symbol} is known by {self.day}."
        if self.asked.gain is None:
            return f"No exchange rate for {self.asset.currency} is known."
        return None


@dataclass(frozen=True, slots=True)
class Closings:
    """closed: in no particular order. reasons: why some amounts are not known."""

    closed: list[Part]
    open: list[Part]
    reasons: list[dict[str, str]]


def closings_load(
    user: User,
    scope: Scope,
    *,
    currency: str,
    last: date,
    now: Now | None = None,
    cost_method: Account.CostMethod | None = None,
) -> Closings:
    """All that was closed up to `last`, and what is open then. cost_method: instead of what the accounts say."""
    held = _held(user, scope, last)
    ids = {row.asset_id for row in held.values()}
    try:
        positions = books_replay(user_id=user.pk, asset_ids=ids, until=last, cost_method=cost_method)
    except TooLarge as error:  # gains of the same sales, but of other lots
        raise InvalidInput(str(error), attr="method", code=error.code) from error
    rows = {key: outcome_of(position) for key, position in positions.items() if key in held}
    conversion = conversion_load(list(rows.values()), user_id=user.pk, currency=currency, last=last, now=now)
    prices = prices_at(sorted({asset for (_, asset, _), row in rows.items() if asset and row.blocks}), last, now)
    closed: list[Part] = []
    opened: list[Part] = []
    for (key, outcome), asked in zip(rows.items(), conversion.outcomes, strict=True):
        closed += _closed(held[key], outcome, asked)
        pricing = Pricing(last, prices.get(_asset(held[key]).pk), conversion.rates.get(outcome.currency))
        opened += _opened(held[key], outcome, asked, pricing=pricing)
    return Closings(closed, opened, [*conversion.reasons, *_unpriced(opened)])


@dataclass(frozen=True, slots=True)
class Pricing:
    """The last close of an asset up to a day, and the rate of that day; None where one is not known."""

    day: date
    price: Price | None
    rate: Amount

    def of(self, quantity: Decimal) -> Amount:
        """In the asset's own currency."""
        return None if self.price is None else quantity * self.price.close

    def converted(self, amount: Amount) -> Amount:
        return None if amount is None or self.rate is None else amount * self.rate


def _held(user: User, scope: Scope, last: date) -> dict[Key, Holding]:
    """Every position in the scope that was opened by then; without its movements, which the replay makes anew."""
    rows = Holding.objects.filter(user_id=user.pk, asset__isnull=False, first_on__lte=last)
    if scope.account_ids is not None:
        rows = rows.filter(account_id__in=scope.account_ids)
    if scope.asset_ids is not None:
        rows = rows.filter(asset_id__in=scope.asset_ids)
    found = rows.select_related("asset", "account").defer("movements").order_by("pk")
    return {(row.account_id, row.asset_id, row.currency): row for row in found}


def _closed(row: Holding, outcome: Outcome, asked: Converted) -> Iterator[Part]:
    for movement, proceeds, cost in zip(outcome.closings, asked.proceeds, asked.cost, strict=True):
        quantities = [units.quantity for units in movement.closed]
        deals = _deals(_shared(proceeds, quantities), _shared(cost, quantities))
        own = _deals(_shared(movement.proceeds, quantities), _shared(-movement.cost, quantities))
        yield from _parts(row, movement.closed, movement.day, deals=zip(deals, own, strict=True))


def _opened(row: Holding, outcome: Outcome, asked: Converted, *, pricing: Pricing) -> Iterator[Part]:
    for block, cost in zip(outcome.blocks, asked.blocks, strict=True):
        quantities = [units.quantity for units in block.units]
        values = [pricing.of(quantity) for quantity in quantities]
        deals = _deals([pricing.converted(value) for value in values], _shared(cost, quantities))
        own = _deals(values, _shared(block.cost, quantities))
        yield from _parts(row, block.units, pricing.day, deals=zip(deals, own, strict=True))


def _parts(row: Holding, units: Sequence[Units], day: date, *, deals: Iterable[tuple[Deal, Deal]]) -> Iterator[Part]:
    for one, (asked, own) in zip(units, deals, strict=True):
        yield Part(row.account, _asset(row), one.acquired, day, one.quantity, asked, own)


def _shared(amount: Amount, quantities: Sequence[Decimal]) -> Sequence[Amount]:
    return [None] * len(quantities) if amount is None else shares(amount, quantities)


def _deals(values: Sequence[Amount], costs: Sequence[Amount]) -> list[Deal]:
    return [Deal(value, cost) for value, cost in zip(values, costs, strict=True)]


def _unpriced(parts: Iterable[Part]) -> list[dict[str, str]]:
    sentences = dict.fromkeys(part.reason for part in parts if part.own.value is None)
    return [{"code": "no_price", "detail": sentence} for sentence in sentences if sentence is not None]


def _asset(row: Holding) -> Asset:
    """Only positions that have one are looked at."""
    if row.asset is None:
        raise ValueError(f"The holding {row.pk} has no asset.")
    return row.asset
