"""What a person has in each part and wants to have there, and the assets that can be traded for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from analytics.amounts import rate_of
from analytics.engine.allocation import allocate
from analytics.engine.carry import BoolArray, FloatArray
from analytics.engine.panel import MONEY
from analytics.movements import Scope
from analytics.panels import Portrait
from analytics.parts import CASH, DEPOSIT, By, Part, labels_of, money_class, parts_of
from analytics.rates import rates_load
from analytics.rebalancing.targets import WITHOUT_CASH, targets_invested
from core.models import User
from portfolio.holdings import Price, holdings_at, prices_at
from portfolio.models import Asset
from portfolio.prices.live_closes import Now

DECIMALS = {Asset.Class.MUTUAL_FUND: 3, Asset.Class.CRYPTO: 8}
"""Of the smallest quantity that is traded; of all others only whole units are."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose holdings are looked at, in which parts and which currency, at the end of which day."""

    user: User
    by: str
    scope: Scope
    currency: str
    last: date
    now: Now


@dataclass(frozen=True, slots=True)
class Division:
    """The parts that are worth something or have a target, (parts,), in the asked currency, largest first.

    value: of all that is owned there. money: of that, money; deposits: money that stays where it is. target: 0 where
    none is set. keeps_money: where money may lie. rows: the part of an asset in an account, by their ids.
    """

    parts: tuple[Part, ...]
    value: FloatArray
    money: FloatArray
    deposits: FloatArray
    target: FloatArray
    keeps_money: BoolArray
    rows: dict[tuple[int, int], int]
    has_targets: bool


@dataclass(frozen=True, slots=True)
class Position:
    """An asset of a part. unit: what one is worth in the asked currency. obstacle: why it cannot be traded."""

    asset: Asset
    part: int
    held: Decimal
    price: Price | None
    unit: float
    obstacle: str | None

    @property
    def decimals(self) -> int:
        return DECIMALS.get(Asset.Class(self.asset.asset_class), 0)


def division_of(sight: Sight, portrait: Portrait | None) -> Division:
    """portrait: what is in scope, up to that day; None for nothing."""
    owned = _owned(sight.by, portrait)
    wanted = _wanted(sight)
    known = {part.key for part in owned.parts}
    parts = [*owned.parts, *(part for part in wanted if part.key not in known)]
    target = {part.key: weight for part, weight in wanted.items()}
    missing = len(parts) - len(owned.parts)
    value, money, deposits = (np.pad(each, (0, missing)) for each in (owned.value, owned.money, owned.deposits))
    shown = [i for i, part in enumerate(parts) if not value[i] <= 0 or part.key in target]
    order = sorted(shown, key=lambda i: (-np.nan_to_num(value[i]), parts[i].name, parts[i].key))
    place = {i: rank for rank, i in enumerate(order)}
    return Division(
        parts=tuple(parts[i] for i in order),
        value=value[order],
        money=money[order],
        deposits=deposits[order],
        target=np.array([target.get(parts[i].key, 0.0) for i in order]),
        keeps_money=np.array([_keeps_money(sight.by, parts[i], deposits[i]) for i in order], bool),
        rows={key: place[part] for key, part in owned.rows.items() if part in place},
        has_targets=bool(target),
    )


@dataclass(frozen=True, slots=True)
class _Owned:
    """What there is of each part; `rows` as in Division."""

    parts: tuple[Part, ...]
    value: FloatArray
    money: FloatArray
    deposits: FloatArray
    rows: dict[tuple[int, int], int]


def _owned(by: str, portrait: Portrait | None) -> _Owned:
    if portrait is None:
        nothing = np.zeros(0)
        return _Owned((), nothing, nothing, nothing, {})
    panel, parts = portrait.panel, parts_of(portrait, by, labels_of(portrait))
    is_money, is_deposit = panel.asset == MONEY, _is_deposit(portrait)

    def worth(chosen: BoolArray) -> FloatArray:
        """(parts,) on the last day."""
        return allocate(panel.value[chosen, -1:], parts.group[chosen], len(parts.parts)).value[:, 0]

    lines = zip(panel.account.tolist(), panel.asset.tolist(), parts.group.tolist(), strict=True)
    return _Owned(
        parts.parts,
        value=worth(np.ones(len(panel.asset), bool)),
        money=worth(is_money & ~is_deposit),
        deposits=worth(is_deposit),
        rows={(account, portrait.asset_ids[asset]): part for account, asset, part in lines if asset != MONEY},
    )


def _is_deposit(portrait: Portrait) -> BoolArray:
    """(lines,)"""
    accounts = [pk for pk in portrait.kinds if money_class(portrait, pk) == DEPOSIT]
    found: BoolArray = (portrait.panel.asset == MONEY) & np.isin(portrait.panel.account, accounts)
    return found


def _keeps_money(by: str, part: Part, deposits: float) -> bool:
    """Whether money may lie there: in a deposit only what is there already."""
    if by == By.ACCOUNT:
        return deposits <= 0
    return by == By.CURRENCY or part.key == CASH


def _wanted(sight: Sight) -> dict[Part, float]:
    """What no part is to have is to be money, where money is a part of its own."""
    targets = targets_invested(sight.user, sight.by)
    wanted = {Part(target.key, target.name): float(target.weight) for target in targets}
    cash = Part(CASH, CASH)
    if targets and sight.by not in WITHOUT_CASH and cash not in wanted:
        wanted[cash] = float(1 - sum((target.weight for target in targets), Decimal(0)))
    return wanted


def positions_in(sight: Sight, division: Division) -> list[Position]:
    """One for each asset of a part; where parts are assets, also of those of which nothing is held yet."""
    held = _held(sight, division)
    missing = _missing(sight, division, {asset.pk for _, asset in held})
    prices = prices_at([asset.pk for _, asset in (*held, *missing)], sight.last, sight.now)
    currencies = list(dict.fromkeys([sight.currency, *(asset.currency for _, asset in (*held, *missing))]))
    rates = _rates(sight, currencies)
    return [
        _position(asset, part, units, price=prices.get(asset.pk), rate=rates[asset.currency])
        for (part, asset), units in (held | dict.fromkeys(missing, Decimal(0))).items()
    ]


def _held(sight: Sight, division: Division) -> dict[tuple[int, Asset], Decimal]:
    """By part and asset, the units of all accounts together."""
    units: dict[tuple[int, Asset], Decimal] = {}
    for row in holdings_at(sight.user, sight.last, accounts=sight.scope.account_ids, now=sight.now):
        part = division.rows.get((row.account.pk, row.asset.pk))
        if part is not None and row.quantity > 0:
            units[part, row.asset] = units.get((part, row.asset), Decimal(0)) + row.quantity
    return units


def _missing(sight: Sight, division: Division, held: set[int]) -> list[tuple[int, Asset]]:
    if sight.by != By.ASSET or sight.scope.asset_ids is not None:
        return []
    part_of = {int(part.key): i for i, part in enumerate(division.parts) if part.key.isdecimal()}
    return [(part_of[asset.pk], asset) for asset in Asset.objects.filter(pk__in=part_of.keys() - held)]


def _rates(sight: Sight, currencies: list[str]) -> dict[str, Decimal | None]:
    """What a unit of each is worth on that day."""
    daily = rates_load(
        user_id=sight.user.pk,
        currencies=currencies,
        target=sight.currency,
        first=sight.last,
        last=sight.last,
        now=sight.now,
    ).rates
    today = sight.last.toordinal() - daily.origin
    return {code: rate_of(float(daily.values[i, today])) for i, code in enumerate(currencies)}


def _position(asset: Asset, part: int, held: Decimal, *, price: Price | None, rate: Decimal | None) -> Position:
    obstacle = None
    if price is None:
        obstacle = "It has no price."
    elif price.close <= 0:
        obstacle = "Its price is 0."
    elif rate is None:
        obstacle = f"No exchange rate for {asset.currency} is known."
    unit = 0.0 if price is None or rate is None else float(price.close * rate)
    return Position(asset, part, held, price, unit, obstacle)
