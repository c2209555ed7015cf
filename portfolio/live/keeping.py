"""Quotes as a provider sent them become rows: judged, never older than what is there, all in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core import background
from portfolio.lanes import SYNC
from portfolio.live import hours
from portfolio.live.board import board_changed
from portfolio.live.judging import Judge, judge_of
from portfolio.models import PriceSource, Quote
from portfolio.providers.base import (
    BudgetSpent,
    LivePrice,
    LivePrices,
    ProviderDown,
    ProviderError,
    RateLimited,
    Resting,
    UnknownSymbol,
)

SOON = timedelta(seconds=30)
"""When a symbol is asked for again that alone got no answer."""
UNTRIED = timedelta(minutes=5)
"""The same of one that never got any."""
LATER = timedelta(hours=1)
"""When one is that the provider does not know, or of which it answers something else."""
NOT_ASKED = (BudgetSpent, Resting, RateLimited)
"""Of these, the symbols stay due."""
SHOWN = ("price", "day", "at", "previous_close")
WRITTEN = (*SHOWN, "fetched_at", "stale_at", "problem")


@dataclass(slots=True)
class Kept:
    """What became of the answers: how many are believed; by symbol, why others are not, or were not had."""

    believed: int = 0
    problems: dict[str, str] = field(default_factory=dict)
    missing: dict[str, ProviderDown] = field(default_factory=dict)

    def add(self, more: "Kept") -> None:
        self.believed += more.believed
        self.problems |= more.problems
        self.missing |= more.missing


def quotes_keep(*, provider: str, sources: Sequence[PriceSource], answer: LivePrices) -> Kept:
    judge = judge_of(sources)  # reads closes, so before the transaction
    with transaction.atomic():
        rows = {row.asset_id: row for row in _locked(sources)}
        before = {pk: _shown(row) for pk, row in rows.items()}
        keeping = _Keeping(timezone.now(), judge)
        for source in sources:
            if source.asset_id in rows:  # else it was deleted meanwhile
                keeping.keep(rows[source.asset_id], source, answer)
        Quote.objects.bulk_create(rows.values(), update_conflicts=True, unique_fields=["asset"], update_fields=WRITTEN)
        if any(_shown(row) != before[pk] for pk, row in rows.items()):
            board_changed(provider)
        _sync_soon(keeping.to_sync, keeping.now)
        _sync_known_again([source for source in sources if source.symbol in answer.found], keeping.now)
    return keeping.kept


class _Keeping:
    """One refresh, at one moment."""

    def __init__(self, now: datetime, judge: Judge) -> None:
        self.now, self._verdict_of = now, judge.verdict
        self.kept = Kept()
        self.to_sync: list[int] = []

    def keep(self, row: Quote, source: PriceSource, answer: LivePrices) -> None:
        sent, error = answer.found.get(source.symbol), answer.failed.get(source.symbol)
        if sent is not None:
            self._judge(row, source, sent)
        elif not isinstance(error, ProviderDown):
            self._note(row, source, error)
        else:
            self.kept.missing[source.symbol] = error
            if not isinstance(error, NOT_ASKED):
                row.stale_at = self.now + _wait(row, self.now)

    def _judge(self, row: Quote, source: PriceSource, sent: LivePrice) -> None:
        verdict = self._verdict_of(source, sent, self.now)
        row.fetched_at, row.problem = self.now, verdict.problem[:500]
        if verdict.is_sync_due:
            self.to_sync.append(source.asset_id)
        if verdict.problem:
            self.kept.problems[source.symbol] = verdict.problem
        else:
            self.kept.believed += 1
            _take(row, sent)
        row.stale_at = hours.stale_at(source, self.now, day=row.day)

    def _note(self, row: Quote, source: PriceSource, error: ProviderError | None) -> None:
        """The last price stands; why there is no newer one is said."""
        row.problem = str(error)[:500] if error else "The provider left it out of its answer."
        row.fetched_at, row.stale_at = self.now, self.now + LATER
        self.kept.problems[source.symbol] = row.problem


def _wait(row: Quote, now: datetime) -> timedelta:
    """Soon, and the later the longer it has not worked: one whose answer is never readable costs little."""
    failing_for = UNTRIED if row.fetched_at is None else now - row.fetched_at
    return min(LATER, max(SOON, failing_for))


def _locked(sources: Iterable[PriceSource]) -> "QuerySet[Quote]":
    ids = [source.asset_id for source in sources]
    return Quote.objects.select_for_update().filter(asset_id__in=ids).order_by("asset_id")


def _take(row: Quote, sent: LivePrice) -> None:
    if row.at is None or row.at <= sent.at:
        row.price, row.day, row.at = sent.price, sent.day, sent.at
        row.previous_close = sent.previous_close or None  # some say 0 where there is none


def _shown(row: Quote) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in SHOWN)


def _sync_soon(asset_ids: Sequence[int], now: datetime) -> None:
    """Their history tells whether there was a split; one that was just read, or that fails, has said what it can.

    One that another transaction has is being looked at: to wait for several such, in any order, may be a deadlock.
    """
    sources = PriceSource.objects.filter(Q(synced_at=None) | Q(synced_at__lt=now - LATER), failures=0)
    free = sources.filter(pk__in=asset_ids).select_for_update(skip_locked=True).order_by("pk")
    if asset_ids and PriceSource.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(due_at=now):
        transaction.on_commit(lambda: background.wake(SYNC))


def _sync_known_again(quoted: Iterable[PriceSource], now: datetime) -> None:
    """A history that was not found twice is asked for once a day; of a symbol that has a price, once an hour."""
    ids = [source.asset_id for source in quoted if source.error_code == UnknownSymbol.code]
    if ids:
        PriceSource.objects.filter(asset_id__in=ids, due_at__gt=now + LATER).update(due_at=now + LATER)
