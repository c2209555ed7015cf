"""Which provider an asset has its prices from."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import background
from portfolio.models import Asset, PriceSource

SYNC = "sync"
"""The lane that fetches histories."""


@transaction.atomic
def source_set(*, asset: Asset, provider: str, symbol: str, exchange: str = "") -> PriceSource:
    """Have the prices of `asset` from there from now on; those that were fetched before stay."""
    fields = {"provider": provider, "symbol": symbol, "exchange": exchange}
    rows = PriceSource.objects.select_for_update()
    source, is_new = rows.get_or_create(asset=asset, defaults=fields)
    if not is_new and _is_other(source, fields):
        _begin_anew(source, fields)
    transaction.on_commit(partial(background.wake, SYNC))
    return source


def _is_other(source: PriceSource, fields: dict[str, str]) -> bool:
    """An exchange that is not said now is the one that was known."""
    fields["exchange"] = fields["exchange"] or source.exchange
    return any(getattr(source, name) != value for name, value in fields.items())


def _begin_anew(source: PriceSource, fields: dict[str, str]) -> None:
    """Whatever went wrong was said of the other symbol. Without its lease, a fetch under way stores nothing more."""
    anew: dict[str, Any] = {
        "vanished_at": None, "failures": 0, "error_code": "", "last_error": "", "due_at": timezone.now(),
        "lease_owner": "", "lease_until": None,
    }  # fmt: skip
    is_elsewhere = (source.provider, source.symbol) != (fields["provider"], fields["symbol"])
    changes = {**fields, **(anew if is_elsewhere else {})}
    for name, value in changes.items():
        setattr(source, name, value)
    source.save(update_fields=list(changes))
