"""The last known prices of all assets, as readers have them: kept in the process, without a write or a request."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portfolio.live.watching import watch
from portfolio.models import ProviderState, Quote

__all__ = ["Board", "Live", "board_load", "watch"]


class Live(NamedTuple):
    """A price of `day`, of the instant `at`, in the currency of its asset."""

    price: Decimal
    day: date
    at: datetime
    previous_close: Decimal | None


@dataclass(frozen=True, slots=True)
class Board:
    """version: another number whenever a price on it is another one."""

    version: int = 0
    prices: Mapping[int, Live] = field(default_factory=dict)


_lock = threading.Lock()
_kept = Board()


def board_load() -> Board:
    """With one query where nothing has changed since this process asked last."""
    global _kept
    version = sum(ProviderState.objects.values_list("quotes_version", flat=True))
    if version != _kept.version:
        with _lock:  # one thread decodes, the others find what it made
            if version != _kept.version:
                _kept = Board(version, _prices())
    return _kept


def board_changed(provider: str) -> None:
    """What the board is made of was changed: for the transaction that did it."""
    version = random.getrandbits(60)
    ProviderState.objects.update_or_create(provider=provider, defaults={"quotes_version": version})


def _prices() -> dict[int, Live]:
    rows = Quote.objects.filter(price__isnull=False).values_list("asset_id", "price", "day", "at", "previous_close")
    return {row[0]: Live._make(row[1:]) for row in rows.iterator(2000)}
