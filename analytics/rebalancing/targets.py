"""The weights that a person wants the parts of what they own to have."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from analytics.models import AllocationTarget
from analytics.panels import INVESTED
from analytics.parts import MONEY_CLASSES, OTHER, PROPERTY, UNKNOWN, By
from core.bulk import LARGEST_ID
from core.models import User
from core.money import CURRENCIES
from portfolio.models import Asset
from portfolio.services.transaction_rules import NOT_HELD

WITHOUT_CASH = frozenset({By.ACCOUNT, By.CURRENCY})
"""There money belongs to the part of its account or currency: none of the parts is money alone."""
WITH_OTHER_ASSETS = frozenset({By.ASSET_CLASS, By.SECTOR})
"""There `other` is the class of some assets, too."""


@dataclass(frozen=True, slots=True)
class Target:
    key: str
    name: str
    weight: Decimal


def targets_of(user: User, by: str) -> list[Target]:
    """As they were entered. One whose account, asset or sector is gone is no target any more."""
    stored = list(AllocationTarget.objects.filter(user=user, by=by).order_by("pk").values_list("key", "weight"))
    names = part_names(user, by, [key for key, _ in stored])
    return [Target(key, names[key], weight) for key, weight in stored if key in names]


def targets_invested(user: User, by: str) -> list[Target]:
    """The targets of investments, 1 together where all targets are: what a person wants of their investments alone.

    A target for property, a bank account or the like is left out, and the others keep their proportions.
    """
    targets = targets_of(user, by)
    everyday = _everyday(user, by)
    kept = [target for target in targets if target.key not in everyday]
    whole = 1 - sum((target.weight for target in targets if target.key in everyday), Decimal(0))
    if whole == 1:
        return kept
    return [replace(target, weight=target.weight / whole) for target in kept] if whole else []


def _everyday(user: User, by: str) -> set[str]:
    """The keys of parts that are no investment, whatever is in them."""
    if by == By.CURRENCY:
        return set()
    if by == By.ACCOUNT:
        rows = user.accounts.exclude(kind__in=INVESTED).exclude(tracks_cash=True)
        return {str(pk) for pk in rows.exclude(holdings__asset__isnull=False).values_list("pk", flat=True)}
    return {PROPERTY} if by in WITH_OTHER_ASSETS else {PROPERTY, OTHER}


def part_names(user: User, by: str, keys: Collection[str]) -> dict[str, str]:
    """By key, the names of those parts that this person may have; the others are not there."""
    if not keys:
        return {}
    found = _FINDERS[By(by)](user, keys)
    known = found if by in WITHOUT_CASH else {**{name: name for name in MONEY_CLASSES}, **found}
    return {key: known[key] for key in keys if key in known}


def _classes(user: User, keys: Collection[str]) -> dict[str, str]:
    return {name: name for name in Asset.Class.values if name not in NOT_HELD}


def _sectors(user: User, keys: Collection[str]) -> dict[str, str]:
    """Of all assets that the person sees; what has no sector counts by its class."""
    visible = Asset.objects.visible_to(user.pk).filter(sector__in=keys).exclude(sector="")
    return _classes(user, keys) | {name: name for name in visible.values_list("sector", flat=True).distinct()}


def _currencies(user: User, keys: Collection[str]) -> dict[str, str]:
    return {code: code for code in CURRENCIES}


def _accounts(user: User, keys: Collection[str]) -> dict[str, str]:
    return {str(pk): name for pk, name in user.accounts.values_list("pk", "name")}


def _market_caps(user: User, keys: Collection[str]) -> dict[str, str]:
    return {name: name for name in (*Asset.MarketCap.values, UNKNOWN)}


def _assets(user: User, keys: Collection[str]) -> dict[str, str]:
    ids = [int(key) for key in keys if key.isdecimal() and int(key) <= LARGEST_ID]
    rows = Asset.objects.visible_to(user.pk).filter(pk__in=ids).exclude(asset_class__in=NOT_HELD)
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


_FINDERS = {
    By.ASSET_CLASS: _classes,
    By.SECTOR: _sectors,
    By.CURRENCY: _currencies,
    By.ACCOUNT: _accounts,
    By.MARKET_CAP: _market_caps,
    By.ASSET: _assets,
}
