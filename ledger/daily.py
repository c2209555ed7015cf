"""Reads the packed sums of entries, day by day, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.packed import fetch_packed
from ledger.models import AccountYear, CategoryYear

UNITS = np.dtype("<i8")
COUNTS = np.dtype("<i4")


@dataclass(frozen=True, slots=True)
class AccountDays:
    """(366,) ten-thousandths of `currency`, of 1 January first; see `AccountYear`."""

    account: int
    year: int
    currency: str
    outside: NDArray[np.int64]
    moved: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryDays:
    """(366,) ten-thousandths of `currency`, and how many entries; see `CategoryYear`."""

    kind: str
    category: int | None
    year: int
    currency: str
    amount: NDArray[np.int64]
    count: NDArray[np.int32]


def account_days(user_id: int, *, accounts: Sequence[int] | None = None) -> list[AccountDays]:
    """Of all years, or of some accounts alone."""
    sql = f"SELECT account_id, year, currency, outside, moved FROM {AccountYear._meta.db_table} WHERE user_id = %s"
    return [
        AccountDays(account, year, currency, _array(outside, UNITS), _array(moved, UNITS))
        for account, year, currency, outside, moved in fetch_packed(f"{sql} ORDER BY account_id, year", [user_id])
        if accounts is None or account in accounts
    ]


def category_days(user_id: int, *, first_year: int, last_year: int) -> list[CategoryDays]:
    sql = (
        f"SELECT kind, category_id, year, currency, amount, count FROM {CategoryYear._meta.db_table} "
        "WHERE user_id = %s AND year BETWEEN %s AND %s ORDER BY year, kind, category_id"
    )
    return [
        CategoryDays(kind, category, year, currency, _array(amount, UNITS), _array(count, COUNTS))
        for kind, category, year, currency, amount, count in fetch_packed(sql, [user_id, first_year, last_year])
    ]


def _array(packed: bytes | memoryview, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Read-only."""
    return np.frombuffer(packed, dtype)
