"""Who fetches which source: one at a time of all threads, processes and hosts, by a lease that runs out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.background import worker
from portfolio.live.gate import FREE
from portfolio.models import PriceSource

SECONDS = 20.0
"""That one answer may take."""
CLOCKS_DIFFER = timedelta(hours=1)
"""At most, from host to host."""
ANSWERS = 2
"""A split that is new makes a second question of it."""
BATCHES = {PriceSource.Provider.MFAPI.value: 20}
"""Of a provider that is asked in parallel; of the others, one source at a time."""


def claim_due() -> list[PriceSource]:
    """The sources that are due, of one provider; of those that were never fetched first, since somebody waits."""
    now = timezone.now()
    if not _due(now).exists():  # without a lock: this is asked every few seconds
        return []
    with transaction.atomic():
        rows = _due(now).select_for_update(skip_locked=True, of=("self",)).select_related("asset")
        rows = rows.order_by(F("synced_at").asc(nulls_first=True), "due_at", "pk")
        first = rows.first()
        if first is None:
            return []
        most = BATCHES.get(first.provider, 1)
        claimed = [first] if most == 1 else list(rows.filter(provider=first.provider)[:most])
        return _leased(claimed, now)


def claim(pks: Iterable[int]) -> list[PriceSource]:
    """These, due or not, where nobody has them."""
    now = timezone.now()
    with transaction.atomic():
        rows = PriceSource.objects.select_for_update(skip_locked=True, of=("self",)).select_related("asset")
        return _leased(list(rows.filter(_free(now), pk__in=list(pks)).order_by("pk")), now)


def release(source: PriceSource) -> None:
    mine = PriceSource.objects.filter(pk=source.pk, lease_owner=source.lease_owner)
    mine.update(lease_owner="", lease_until=None)


def lease_time() -> timedelta:
    """As long as two answers may take, and what it takes to store them."""
    return timedelta(seconds=ANSWERS * SECONDS + settings.LEASE_SECONDS)


def _due(now: datetime) -> QuerySet[PriceSource]:
    due = PriceSource.objects.filter(_free(now), due_at__lte=now)
    return due if settings.LIVE_PRICES else due.filter(provider__in=FREE)


def _free(now: datetime) -> Q:
    """A lease that lies far ahead was taken before the clock was put back; a little, by a host whose clock is ahead."""
    return Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + lease_time() + CLOCKS_DIFFER)


def _leased(rows: list[PriceSource], now: datetime) -> list[PriceSource]:
    for row in rows:
        row.lease_owner = worker()
        row.lease_until = now + lease_time()
    PriceSource.objects.bulk_update(rows, ["lease_owner", "lease_until"])
    return rows
