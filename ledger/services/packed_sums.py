"""The two tables of packed sums: rows of two arrays of 366 days each, read and written as whole numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from numpy.typing import NDArray

from core.packed import any_of, fetch_packed
from ledger.daily import COUNTS, UNITS
from ledger.models import AccountYear, CategoryYear

DAYS = 366

Key = tuple[Any, ...]
"""What names a row of a person: the values of `SumsTable.keys`."""
Sums = NDArray[np.int64]
"""(2, 366), of 1 January first."""


def no_sums() -> Sums:
    return np.zeros((2, DAYS), dtype=np.int64)


@dataclass(slots=True)
class Stored:
    """Some rows of a person as they are in the table; ids: of those that are there."""

    sums: dict[Key, Sums] = field(default_factory=dict)
    ids: dict[Key, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SumsTable:
    """keys: the columns that name a row of a person, the account or category first.

    arrays: the two packed columns, and what their elements are.
    """

    model: type[Model]
    keys: tuple[str, ...]
    arrays: tuple[tuple[str, np.dtype[Any]], ...]

    def load(self, user_id: int, keys: Collection[Key] | None = None) -> Stored:
        """All rows of the person, or those of `keys` that are there."""
        names = ", ".join(("id", *self.keys, *(name for name, _ in self.arrays)))
        where, params = ("", []) if keys is None else self._among(keys)
        sql = f"SELECT {names} FROM {self.model._meta.db_table} WHERE user_id = %s{where}"
        stored = Stored()
        for pk, *key, first, second in fetch_packed(sql, [user_id, *params]):
            if keys is None or tuple(key) in keys:
                stored.ids[tuple(key)] = pk
                stored.sums[tuple(key)] = self._unpacked(first, second)
        return stored

    def store(self, user_id: int, sums: Mapping[Key, Sums], *, ids: Mapping[Key, int]) -> None:
        """Write the rows: those of `ids` are in the table; one that is nothing but zeros is not kept there."""
        gone = [ids[key] for key, value in sums.items() if key in ids and not value.any()]
        if gone:
            self.model._base_manager.filter(pk__in=gone).delete()
        self._update({ids[key]: value for key, value in sums.items() if key in ids and value.any()})
        names = (*self.keys, *(name for name, _ in self.arrays))
        self.model._base_manager.bulk_create(
            self.model(user_id=user_id, **dict(zip(names, (*key, *self._packed(value)), strict=True)))
            for key, value in sums.items()
            if key not in ids and value.any()
        )

    def _update(self, sums: Mapping[int, Sums]) -> None:
        changes = ", ".join(f"{name} = %s" for name, _ in self.arrays)
        rows: list[Any] = [(*self._packed(value), pk) for pk, value in sums.items()]
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(f"UPDATE {self.model._meta.db_table} SET {changes} WHERE id = %s", rows)

    def _among(self, keys: Collection[Key]) -> tuple[str, list[Any]]:
        """Narrows to the rows of the accounts or categories, and years, of `keys`."""
        owner, year = self.keys[0], self.keys.index("year")
        owners = {key[0] for key in keys}
        owned, owned_params = any_of(owner, [pk for pk in owners if pk is not None])
        years, years_params = any_of("year", list({key[year] for key in keys}))
        nobody = f" OR {owner} IS NULL" if None in owners else ""
        return f" AND ({owned}{nobody}) AND {years}", [*owned_params, *years_params]

    def _unpacked(self, *packed: bytes) -> Sums:
        arrays = zip(self.arrays, packed, strict=True)
        return np.array([np.frombuffer(raw, dtype) for (_, dtype), raw in arrays], dtype=np.int64)

    def _packed(self, sums: Sums) -> tuple[bytes, ...]:
        return tuple(line.astype(dtype).tobytes() for line, (_, dtype) in zip(sums, self.arrays, strict=True))


ACCOUNTS = SumsTable(AccountYear, ("account_id", "year", "currency"), (("outside", UNITS), ("moved", UNITS)))
CATEGORIES = SumsTable(
    CategoryYear, ("category_id", "kind", "year", "currency"), (("amount", UNITS), ("count", COUNTS))
)
