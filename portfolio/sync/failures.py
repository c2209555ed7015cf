"""What a fetch that failed leaves behind: the stored history as it was, and a source that says why and when again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.utils import timezone

from core.batches import batches
from portfolio.models import AssetAlias, PriceSource
from portfolio.providers.base import BudgetSpent, ProviderDown, ProviderError, Resting, UnknownSymbol
from portfolio.sync.claims import release
from portfolio.sync.schedule import due_after_failure, due_after_unknown

A_WHILE = 60.0
"""Seconds, where a provider that is not asked does not say until when."""
_UNWANTED = When(wanted_from=None, then=None)
"""What nobody needs any more is not tried again."""


def failure_note(source: PriceSource, error: Exception) -> None:
    """Only while the lease is ours; otherwise somebody else has said something newer."""
    if isinstance(error, (Resting, BudgetSpent)):
        _postpone(source, error)
    elif isinstance(error, UnknownSymbol) and _is_renamed(source):
        _take_new_symbol(source)
    elif isinstance(error, UnknownSymbol):
        _note_unknown(source, error)
    else:
        is_down = isinstance(error, ProviderDown)  # else it is this symbol's alone, and may never end
        _note(source, error, due_at=due_after_failure(source.failures + 1, timezone.now(), is_down=is_down))


def _postpone(source: PriceSource, error: Resting | BudgetSpent) -> None:
    """With all others of that provider that are due: it is not asked for them either."""
    now = timezone.now()
    until = now + timedelta(seconds=error.retry_after or A_WHILE)
    due = PriceSource.objects.filter(provider=source.provider, due_at__lte=now)
    with transaction.atomic():
        rows = due.filter(Q(lease_until=None) | Q(pk=source.pk)).select_for_update(skip_locked=True).order_by("pk")
        for batch in batches(list(rows.values_list("pk", flat=True))):
            PriceSource.objects.filter(pk__in=batch).update(due_at=until)
        release(source)


def _note_unknown(source: PriceSource, error: UnknownSymbol) -> None:
    """Vanished, if it had prices and says so again when it is due again, which is on another hour."""
    now, was_due = timezone.now(), source.due_at is not None and source.due_at <= timezone.now()
    is_again = source.error_code == error.code and was_due
    failures = source.failures + 1 if is_again or source.error_code != error.code else source.failures
    vanished_at = source.vanished_at
    if is_again and source.asset.prices_to is not None:
        vanished_at = vanished_at or now
    due_at = due_after_unknown(2 if is_again else 1, now)
    _note(source, error, due_at=due_at, vanished_at=vanished_at, failures=failures)


def _is_renamed(source: PriceSource) -> bool:
    """The catalogue knows the asset by a new symbol, and this one as an old one of it."""
    asset = source.asset
    if asset.symbol == source.symbol or source.provider == PriceSource.Provider.MFAPI:
        return False
    return AssetAlias.objects.filter(asset=asset, symbol=source.symbol).exists()


def _take_new_symbol(source: PriceSource) -> None:
    _mine(source).update(symbol=source.asset.symbol, due_at=timezone.now(), failures=0, error_code="", last_error="")
    release(source)


def _note(
    source: PriceSource,
    error: Exception,
    *,
    due_at: datetime,
    vanished_at: datetime | None = None,
    failures: int | None = None,
) -> None:
    code = error.code if isinstance(error, ProviderError) else "internal_error"
    _mine(source).update(
        failures=F("failures") + 1 if failures is None else failures,
        error_code=code,
        last_error=(str(error) if isinstance(error, ProviderError) else f"{type(error).__name__}: {error}")[:2000],
        vanished_at=vanished_at or source.vanished_at,
        due_at=Case(
            When(wanted_from=None, then=None), default=Value(due_at), output_field=DateTimeField()
        ),  # nobody needs it any more
    )
    release(source)


def _mine(source: PriceSource) -> QuerySet[PriceSource]:
    return PriceSource.objects.filter(pk=source.pk, lease_owner=source.lease_owner, lease_until=source.lease_until)
