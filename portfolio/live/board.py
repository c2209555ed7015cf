"""The last known prices of all assets, as readers have them: kept in the process, without a write or a request."""

import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from core.money import shortest
from core.packed import fetch_packed
from portfolio.live.watching import watch
from portfolio.models import ProviderState

__all__ = ["Board", "Live", "board_changed", "board_load", "watch"]

VERSION = "(SELECT CAST(COALESCE(SUM(quotes_version), 0) AS bigint) FROM portfolio_providerstate)"
"""The version of the board, as a column for readers that ask the database anyway."""
Row = tuple[int, str, str, str, str | None]
"""In the texts of the database: of ten thousand prices, a reader looks at a few."""


class Live(NamedTuple):
    """A price of `day`, of the instant `at`, in the currency of its asset."""

    price: Decimal
    day: date
    at: datetime
    previous_close: Decimal | None


class Prices(Mapping[int, Live]):
    """By asset; each is decoded when it is first asked for."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row[0]: row for row in rows}
        self._decoded: dict[int, Live] = {}

    def __getitem__(self, asset_id: int) -> Live:
        live = self._decoded.get(asset_id)
        if live is None:
            live = self._decoded[asset_id] = _decoded(self._rows[asset_id])
        return live

    def __contains__(self, asset_id: object) -> bool:
        return asset_id in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True)
class Board:
    """version: another number whenever a price on it is another one."""

    version: int
    prices: Mapping[int, Live]


_reading = threading.Lock()
_kept = Board(0, Prices())


def board_load(version: int | None = None) -> Board:
    """With one query where nothing has changed since this process asked last; with none for who brings the version.

    Where something has, one thread reads it; those that come meanwhile get what was there before, rather than wait.
    """
    global _kept
    if version is None:
        ((version,),) = fetch_packed(f"SELECT {VERSION}", [])
    if version != _kept.version and _reading.acquire(blocking=not _kept.version):
        try:
            if version != _kept.version:
                _kept = Board(version, Prices(_rows()))
        finally:
            _reading.release()
    return _kept


def board_changed(provider: str) -> None:
    """What the board is made of was changed: for the transaction that did it."""
    version = random.getrandbits(60)
    ProviderState.objects.update_or_create(provider=provider, defaults={"quotes_version": version})


def _rows() -> list[Row]:
    columns = ", ".join(f"CAST({name} AS text)" for name in ("price", "day", "at", "previous_close"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT asset_id, {columns} FROM portfolio_quote WHERE price IS NOT NULL")
        rows: list[Row] = cursor.fetchall()
    return rows


def _decoded(row: Row) -> Live:
    _, price, day, at, before = row
    instant = datetime.fromisoformat(at)
    return Live(
        shortest(Decimal(price)),
        date.fromisoformat(day),
        instant if instant.tzinfo else instant.replace(tzinfo=UTC),  # SQLite has no zones
        None if before is None else shortest(Decimal(before)),
    )
