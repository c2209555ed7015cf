"""Closes that a provider sent and that were not believed: kept aside until somebody decides, or the provider does."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, NotFound
from core.money import plain
from portfolio.locks import assets_lock
from portfolio.models import Asset, PriceSource, Quarantine
from portfolio.services.prices import prices_record
from portfolio.services.sources import sources_make_due

Closes = Mapping[date, Decimal]


@transaction.atomic
def quarantine_record(
    *, asset: Asset, refused: Mapping[str, Closes], first: date, last: date, details: Mapping[str, str] | None = None
) -> int:
    """Replace what is undecided from `first` to `last` by what was refused now; how many closes are new to it.

    first, last: of the answer; what lies outside of it is as undecided as before. What the provider no longer sends
    like that needs no decision any more, and what somebody decided stays decided for as long as the same is sent.
    details: by reason, a sentence for who is to decide.
    """
    decided = _decided(asset)
    rows = {row.reason: row for row in Quarantine.objects.filter(asset=asset, status=Quarantine.Status.OPEN)}
    new = 0
    for reason in Quarantine.Reason.values:
        row = rows.get(reason) or Quarantine(asset=asset, reason=reason, first_seen_at=timezone.now())
        sent = {day.isoformat(): _text(close) for day, close in sorted(refused.get(reason, {}).items())}
        undecided = {day: close for day, close in sent.items() if (reason, day, close) not in decided}
        new += len(undecided.items() - row.closes.items())
        row.detail = (details or {}).get(reason, row.detail)[:500]
        outside = {day: close for day, close in row.closes.items() if not f"{first}" <= day <= f"{last}"}
        _keep(row, outside | undecided)
    return new


@transaction.atomic
def quarantine_accept(*, quarantine: Quarantine) -> dict[int, date]:
    """They are right: store them; the earliest day that changed, by asset."""
    row = _undecided(quarantine)
    if row.reason == Quarantine.Reason.WRONG_CURRENCY:
        raise Conflict(f"They are not in {row.asset.currency}; find the right symbol or asset.", code="wrong_currency")
    closes = {date.fromisoformat(day): Decimal(close) for day, close in row.closes.items()}
    since = prices_record(closes={row.asset_id: closes})
    _decide(row, Quarantine.Status.ACCEPTED)
    waiting = PriceSource.objects.filter(asset=row.asset_id, due_at__isnull=False)
    sources_make_due(sources=waiting)  # for what came after them
    return since


@transaction.atomic
def quarantine_reject(*, quarantine: Quarantine) -> None:
    """They are wrong: what is stored stays, and the same is not reported again."""
    _decide(_undecided(quarantine), Quarantine.Status.REJECTED)


def _undecided(quarantine: Quarantine) -> Quarantine:
    """Locked, after its asset, as whoever syncs it does."""
    assets_lock([quarantine.asset_id])
    row = Quarantine.objects.select_for_update().filter(pk=quarantine.pk).first()
    if row is None:
        raise NotFound
    if row.status != Quarantine.Status.OPEN:
        raise Conflict(f"This was decided already: {row.get_status_display().lower()}.", code="decided")
    return row


def _decide(row: Quarantine, status: str) -> None:
    row.status = status
    row.save(update_fields=["status"])


def _decided(asset: Asset) -> set[tuple[str, str, str]]:
    rows = Quarantine.objects.filter(asset=asset).exclude(status=Quarantine.Status.OPEN)
    closes: Iterable[tuple[str, dict[str, str]]] = rows.values_list("reason", "closes")
    return {(reason, day, close) for reason, by_day in closes for day, close in by_day.items()}


def _keep(row: Quarantine, closes: dict[str, str]) -> None:
    if closes:
        row.closes, row.last_seen_at = closes, timezone.now()
        row.save()
    elif row.pk:
        row.delete()


def _text(close: Decimal) -> str:
    return plain(close) if close.is_finite() else str(close)
