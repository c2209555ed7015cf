"""The parts that a portrait falls into: by class, sector, currency, account, size or asset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analytics.engine.carry import IntArray
from analytics.engine.panel import MONEY, Border
from analytics.models import AllocationTarget
from analytics.panels import Portrait, Window
from core.models import Account
from portfolio.models import Asset

By = AllocationTarget.By
CASH, DEPOSIT, PROPERTY, OTHER = "cash", "deposit", "property", "other"
MONEY_CLASSES = (CASH, DEPOSIT, PROPERTY, OTHER)
"""What the worth of accounts counts as, where parts are classes, sectors, sizes or assets."""
_CLASSES = MappingProxyType(
    {
        Account.Kind.DEPOSIT.value: DEPOSIT,
        Account.Kind.PROPERTY.value: PROPERTY,
        Account.Kind.OTHER.value: OTHER,
        Account.Kind.LOAN.value: OTHER,
    }
)
"""By the kind of the account; in all others it is cash. A loan that is owned is what somebody else owes."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Label:
    """What is told of an asset. sector: its class where it has none."""

    id: int
    symbol: str
    name: str
    asset_class: str
    sector: str
    market_cap: str
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    """key: the id of an asset or account, else the value itself; of the worth of accounts one of `MONEY_CLASSES`."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Parts:
    """parts: in no particular order. group: (lines,) which of them each line of the panel belongs to.

    border: what counts as outside of such a part.
    """

    parts: tuple[Part, ...]
    group: IntArray
    border: Border


Labels = Mapping[int, Label]


def labels_of(portrait: Portrait) -> dict[int, Label]:
    """By id, of all assets that were ever held; one query. Of one that was deleted just now nothing is told."""
    rows = Asset.objects.filter(pk__in=portrait.asset_ids).order_by("pk")
    columns = rows.values_list("pk", "symbol", "name", "asset_class", "sector", "market_cap", "currency")
    found = {
        pk: Label(pk, symbol, name, asset_class, sector or asset_class, market_cap, currency)
        for pk, symbol, name, asset_class, sector, market_cap, currency in columns
    }
    return {pk: found.get(pk) or Label(pk, *[""] * 6) for pk in portrait.asset_ids}


def account_names(portrait: Portrait) -> dict[int, str]:
    """By id, of all accounts that ever had anything; one query."""
    rows = Account.objects.filter(pk__in=set(portrait.panel.account.tolist()))
    return dict(rows.order_by("pk").values_list("pk", "name"))


def names_told(window: Window | None, by: str) -> tuple[dict[int, Label], dict[int, str]]:
    """All names in an answer whose parts are `by`, which change unseen by the history: of assets, and of accounts."""
    if window is None:
        return {}, {}
    return labels_of(window.portrait), account_names(window.portrait) if by == By.ACCOUNT else {}


def parts_of(portrait: Portrait, by: str, labels: Labels) -> Parts:
    """How the lines fall into parts; every line is in one."""
    found: dict[Part, int] = {}
    name_part = _by_account(portrait) if by == By.ACCOUNT else _by_asset(portrait, by, labels)
    group = [found.setdefault(name_part(line), len(found)) for line in range(len(portrait.panel.account))]
    # of some assets alone the money of their accounts is no part
    border: Border = "accounts" if by == By.ACCOUNT and portrait.border != "assets" else "assets"
    return Parts(tuple(found), np.array(group, np.int64), border)


def _by_account(portrait: Portrait) -> Callable[[int], Part]:
    ids, names = portrait.panel.account.tolist(), account_names(portrait)
    return lambda line: Part(str(ids[line]), names.get(ids[line], ""))


def money_class(portrait: Portrait, account: int) -> str:
    """What the worth of that account itself counts as."""
    found = portrait.kinds.get(account)
    return _CLASSES.get(found.kind, CASH) if found else CASH


def _by_asset(portrait: Portrait, by: str, labels: Labels) -> Callable[[int], Part]:
    panel = portrait.panel
    rows, accounts, currencies = panel.asset.tolist(), panel.account.tolist(), panel.currency.tolist()

    def part(line: int) -> Part:
        if rows[line] != MONEY:
            return _asset(by, labels[portrait.asset_ids[rows[line]]])
        is_currency = by == By.CURRENCY
        name = portrait.currencies[currencies[line]] if is_currency else money_class(portrait, accounts[line])
        return Part(name, name)

    return part


def _asset(by: str, label: Label) -> Part:
    if by == By.ASSET:
        return Part(str(label.id), label.name)
    value = getattr(label, by) or UNKNOWN
    return Part(value, value)
