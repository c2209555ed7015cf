"""The dividends of the next 12 months, if each payment of the last 12 months comes again a year later."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from analytics.engine.periods import months_before
from analytics.engine.units import Conversion, unit_now

MONTHS = 12
SAME_PAYOUT_DAYS = 15
"""Within which the first payments that two accounts book are of the same dividend."""
Basis = Literal["declared", "received"]
Place = tuple[int, int]
"""(account, asset)"""


@dataclass(frozen=True, slots=True)
class Payout:
    """What one unit of `asset` was paid, in `currency`. except_for: accounts that got nothing of it."""

    asset: int
    day: date
    per_unit: float
    currency: str
    except_for: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`amount` of `currency`, before tax, that came on `units` of `asset`, counted in those of the last day."""

    account: int
    asset: int
    day: date
    amount: float
    units: float
    currency: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What `units` of `asset` are expected to be paid, `per_unit` of `currency` each, on `day` or thereabouts."""

    asset: int
    day: date
    per_unit: float
    units: float
    currency: str
    basis: Basis

    @property
    def amount(self) -> float:
        """In `currency`."""
        return self.per_unit * self.units


def payouts_declared(facts: Iterable[Payout], conversions: Sequence[Conversion]) -> list[Payout]:
    """For one unit of the last day. facts: for one unit as it was held before its day.

    What is declared for an asset under its old and its new name on the same day is the same dividend.
    """
    found: dict[tuple[int, date], Payout] = {}
    for fact in facts:
        asset, units = unit_now(fact.asset, fact.day.toordinal(), conversions)
        if fact.asset == asset or (asset, fact.day) not in found:
            found[asset, fact.day] = replace(fact, asset=asset, per_unit=fact.per_unit / units)
    return list(found.values())


def payouts_received(receipts: Iterable[Receipt]) -> list[Payout]:
    """What one unit of each asset was paid by what came; several accounts may book one dividend on different days."""
    by_asset: defaultdict[int, list[Receipt]] = defaultdict(list)
    for receipt in _of_one_day(receipts):
        by_asset[receipt.asset].append(receipt)
    return [_payout(group) for rows in by_asset.values() for group in _same_dividends(rows)]


def _of_one_day(receipts: Iterable[Receipt]) -> list[Receipt]:
    """What one account booked of an asset on one day, together; oldest first."""
    found: dict[tuple[int, int, date], Receipt] = {}
    for receipt in sorted((row for row in receipts if row.units > 0), key=lambda row: row.day):
        key = (receipt.account, receipt.asset, receipt.day)
        before = found.get(key)
        amount = receipt.amount + (before.amount if before else 0.0)
        units = max(receipt.units, before.units if before else 0.0)
        found[key] = replace(receipt, amount=amount, units=units)
    return list(found.values())


def _same_dividends(rows: Sequence[Receipt]) -> list[list[Receipt]]:
    groups: list[list[Receipt]] = []
    for row in rows:
        group = groups[-1] if groups else []
        is_near = bool(group) and (row.day - group[0].day).days <= SAME_PAYOUT_DAYS
        if is_near and row.account not in {other.account for other in group}:
            group.append(row)
        else:
            groups.append([row])
    return groups


def _payout(group: Sequence[Receipt]) -> Payout:
    per_unit = sum(row.amount for row in group) / sum(row.units for row in group)
    return Payout(group[0].asset, group[0].day, per_unit, group[0].currency)


def dividends_expected(
    declared: Iterable[Payout], received: Iterable[Payout], *, held: Mapping[Place, float], last: date
) -> list[Expected]:
    """By day, of all that is held on `last`: `held` units by account and asset.

    What was declared of an asset counts; where nothing was, what was received. The payments of the 12 months up to
    `last` are each expected a year later.
    """
    by_declaration = _of_the_year(declared, held=held, last=last, basis="declared")
    known = {expected.asset for expected in by_declaration}
    others = [payout for payout in received if payout.asset not in known]
    found = [*by_declaration, *_of_the_year(others, held=held, last=last, basis="received")]
    return sorted(found, key=lambda expected: (expected.day, expected.asset))


def _of_the_year(payouts: Iterable[Payout], *, held: Mapping[Place, float], last: date, basis: Basis) -> list[Expected]:
    first = months_before(last, MONTHS)
    found = [
        Expected(
            asset=payout.asset,
            day=months_before(payout.day, -MONTHS),
            per_unit=payout.per_unit,
            units=_units_paid(payout, held),
            currency=payout.currency,
            basis=basis,
        )
        for payout in payouts
        if first < payout.day <= last
    ]
    return [expected for expected in found if expected.units > 0]


def _units_paid(payout: Payout, held: Mapping[Place, float]) -> float:
    return sum(
        units for (account, asset), units in held.items() if asset == payout.asset and account not in payout.except_for
    )
