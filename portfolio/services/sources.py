"""Which provider an asset has its prices from."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core import background
from core.errors import InvalidInput
from portfolio.lanes import SYNC
from portfolio.live.board import board_changed
from portfolio.models import Asset, PriceSource, Quote

NO_QUOTE = dict.fromkeys(("price", "previous_close", "day", "at", "fetched_at", "stale_at")) | {"problem": ""}
"""The price of another thing is none of this one."""


@transaction.atomic
def source_set(*, asset: Asset, provider: str, symbol: str, exchange: str = "") -> PriceSource:
    """Have the prices of `asset` from there from now on; those that were fetched before stay."""
    if asset.owner_id is not None and provider != PriceSource.Provider.FIXED:
        raise InvalidInput("A private asset has the prices that its owner enters.", attr="asset", code="private")
    fields = {"provider": provider, "symbol": symbol, "exchange": exchange}
    rows = PriceSource.objects.select_for_update()
    source, is_new = rows.get_or_create(asset=asset, defaults=fields)
    if not is_new and _is_other(source, fields):
        _begin_anew(source, fields)
    transaction.on_commit(partial(background.wake, SYNC))
    return source


@transaction.atomic
def source_remove(*, source: PriceSource) -> None:
    """Nobody is asked for its prices any more; those that were fetched stay."""
    source.delete()


@transaction.atomic
def sources_make_due(*, sources: QuerySet[PriceSource]) -> int:
    """Have them fetched next, whatever they wait for; how many that are."""
    locked = sources.select_for_update(of=("self",)).order_by("pk")  # as everybody does who needs several
    count = PriceSource.objects.filter(pk__in=[row.pk for row in locked]).update(due_at=timezone.now())
    transaction.on_commit(partial(background.wake, SYNC))
    return count


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
    if is_elsewhere and Quote.objects.filter(asset=source.asset_id).update(**NO_QUOTE):
        board_changed(source.provider)
