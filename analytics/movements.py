"""The movements of a person's positions, from the holdings' rows to the engine's book."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.engine.book import Book
from analytics.engine.carry import BoolArray, IntArray
from core.models import Account
from core.packed import fetch_packed
from portfolio.books.movements import unpack
from portfolio.models import Holding

APPLIED = (("rate", "rate_currency"), ("basis_rate", "basis_currency"))
"""The rates that a broker may have applied, and the currencies that they lead to."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to value: everything of a person, or some accounts, or some assets (then without the money of accounts)."""

    account_ids: Collection[int] | None = None
    asset_ids: Collection[int] | None = None

    @property
    def is_whole(self) -> bool:
        return self.account_ids is None and self.asset_ids is None

    def has_account(self, account: int) -> bool:
        return self.account_ids is None or account in self.account_ids


@dataclass(frozen=True, slots=True)
class Moved:
    """The movements of one position, as far as the engine is concerned."""

    account: int
    asset: int | None
    currency: str
    tracks_cash: bool
    account_currency: str
    is_open: bool
    rows: NDArray[Any]


def movements_load(user_id: int, scope: Scope) -> list[Moved]:
    """Raw rows, because a holding's movements are most of what is read here, and the driver gives them in binary."""
    sql = (
        "SELECT h.account_id, h.asset_id, h.currency, a.tracks_cash, a.currency, h.quantity <> '0', h.movements "
        f"FROM {Holding._meta.db_table} h JOIN {Account._meta.db_table} a ON a.id = h.account_id "
        "WHERE h.user_id = %s ORDER BY h.id"
    )
    return [
        Moved(account, asset, currency, bool(tracks_cash), account_currency, bool(is_open), unpack(movements))
        for account, asset, currency, tracks_cash, account_currency, is_open, movements in fetch_packed(sql, [user_id])
        if _within(scope, account, asset)
    ]


def _within(scope: Scope, account: int, asset: int | None) -> bool:
    return scope.has_account(account) and (scope.asset_ids is None or asset in scope.asset_ids)


def asset_ids_in(positions: list[Moved]) -> tuple[int, ...]:
    return tuple(sorted({position.asset for position in positions if position.asset is not None}))


def assets_held(positions: list[Moved]) -> frozenset[int]:
    """Those of which something is left."""
    return frozenset(position.asset for position in positions if position.asset is not None and position.is_open)


def currencies_held(positions: list[Moved]) -> set[str]:
    """In which there is something left, or an account that keeps its money."""
    held = {position.currency for position in positions if position.is_open}
    return held | {position.account_currency for position in positions if position.tracks_cash}


def rows_of(positions: list[Moved]) -> NDArray[Any]:
    """All movements, one position after the other."""
    return unpack(b"".join(position.rows.tobytes() for position in positions))  # concatenate compares every field


def currencies_in(
    positions: list[Moved], rows: NDArray[Any], target: str, *, others: Collection[str] = ()
) -> tuple[str, ...]:
    """Every currency that an amount is in or that an applied rate leads to, the asked one first; and `others`."""
    found = {*others, *(position.currency for position in positions)}
    found.update(position.account_currency for position in positions if position.tracks_cash)
    for rate, currency in APPLIED:
        found.update(_names(rows[currency][~np.isnan(rows[rate])]))
    return (target, *sorted(found - {target}))


def _names(codes: NDArray[Any]) -> set[str]:
    return {code.decode() for code in np.unique(codes).tolist()}


def book_of(positions: list[Moved], rows: NDArray[Any], *, currencies: tuple[str, ...], scope: Scope) -> Book:
    """The positions as the engine takes them; assets are numbered by `asset_ids_in`, currencies as given."""
    asset_ids = asset_ids_in(positions)
    lengths = [len(position.rows) for position in positions]
    asset_index = {asset: i for i, asset in enumerate(asset_ids)}
    code_index = {code: i for i, code in enumerate(currencies)}

    def spread(values: list[int]) -> IntArray:
        return np.repeat(np.array(values, np.int64), lengths)

    return Book(
        rows=rows,
        position=spread(list(range(len(positions)))),
        account=spread([position.account for position in positions]),
        asset=spread([-1 if position.asset is None else asset_index[position.asset] for position in positions]),
        currency=spread([code_index[position.currency] for position in positions]),
        own_cash=spread([position.tracks_cash and scope.asset_ids is None for position in positions]) == 1,
        cash_currency=spread([code_index.get(position.account_currency, -1) for position in positions]),
        **{currency: _codes(rows[currency], ~np.isnan(rows[rate]), code_index) for rate, currency in APPLIED},
        moves_are_flows=not scope.is_whole,
    )


def _codes(names: NDArray[Any], is_applied: BoolArray, index: dict[str, int]) -> IntArray:
    codes = np.full(len(names), -1, np.int64)
    codes[is_applied] = [index[name.decode()] for name in names[is_applied].tolist()]
    return codes
