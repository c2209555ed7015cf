"""Which histories people need, from which day on: noted in the sources, which makes those due that are not fetched."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q
from django.dispatch import receiver
from django.utils import timezone

from core import background
from core.batches import batches
from core.currencies import FirstDays, currencies_used
from core.signals import money_abroad
from portfolio.lanes import SYNC
from portfolio.models import Asset, CorporateAction, Holding, Instalment, InvestmentPlan, PriceSource, Quote
from portfolio.signals import benchmark_chosen, holdings_begun, investment_planned
from portfolio.sync.benchmarks import Compared, benchmarks_compared
from portfolio.sync.pairs import pairs_are_noted, pairs_ensure, pairs_wanted

EVERY = timedelta(minutes=1)
MARGIN = timedelta(days=10)
"""Before the first day that is needed: that day may have no close, and is carried from the one before."""
WATCHED_FOR = timedelta(days=7)
SHOWN_DAYS = timedelta(days=45)
"""What is watched shows a line of a month."""

_due_from: datetime | None = None
"""When this process looks again."""


@dataclass(slots=True)
class Needs:
    """first_days: by asset id, the first day that somebody needs. live: those of which new closes are needed, too."""

    first_days: dict[int, date] = field(default_factory=dict)
    live: set[int] = field(default_factory=set)

    def add(self, asset_id: int, first: date) -> None:
        self.first_days[asset_id] = min(first, self.first_days.get(asset_id, first))


@receiver([holdings_begun, benchmark_chosen, investment_planned])
def needs_changed(**_: Any) -> None:
    """Look at once: somebody has something new or has had it for longer, plans to, or compares with something new."""
    global _due_from
    _due_from = None
    background.wake(SYNC)


@receiver(money_abroad)
def rates_needed(user_id: int, currencies: Mapping[str, date], **_: Any) -> None:
    """Look at once where somebody has money in a currency whose rates nobody has needed yet, or not so early."""
    if not pairs_are_noted(user_id, currencies, margin=MARGIN):
        needs_changed()


def needs_note_if_due() -> bool:
    """The work of the lane: at most once a minute in each process."""
    global _due_from
    now = timezone.now()
    if _due_from is not None and now < _due_from <= now + EVERY:  # or else the clock was put back
        return False
    _due_from = now + EVERY
    needs_note()
    return True


def needs_note() -> int:
    """Bring the sources up to date with what people have; how many that changes."""
    needs = needs_found()
    pks = _noted() | needs.first_days.keys()
    return sum(_note(batch, needs) for batch in batches(sorted(pks), 200))


def needs_found() -> Needs:
    needs = Needs()
    used = currencies_used()
    begun = _begun(used)
    compared = benchmarks_compared(begun)
    _add_holdings(needs)
    _add_plans(needs)
    _add_benchmarks(needs, compared)
    _add_pairs(needs, pairs_wanted(compared, used))
    _add_own_pairs(needs, begun)
    watched = Quote.objects.filter(watched_at__gte=timezone.now() - WATCHED_FOR)
    for asset_id in watched.values_list("asset_id", flat=True):
        needs.add(asset_id, timezone.now().date() - SHOWN_DAYS)
        needs.live.add(asset_id)
    return needs


def _begun(used: FirstDays) -> dict[int, date]:
    """By person, the first day of anything that they hold or have entered."""
    begun = dict(Holding.objects.values_list("user_id").annotate(first=Min("first_on")))
    for user_id, days in used.items():
        first = min(days.values())
        begun[user_id] = min(first, begun.get(user_id, first))
    return begun


def _add_holdings(needs: Needs) -> None:
    held = Holding.objects.filter(asset__isnull=False)
    first_days = dict(held.values_list("asset_id").annotate(first=Min("first_on")))
    for asset_id, first in _spread(first_days, _families()).items():
        needs.add(asset_id, first - MARGIN)
    still = held.exclude(quantity=0).values_list("asset_id", flat=True)
    needs.live.update(pk for pk in still.distinct() if pk is not None)


def _add_plans(needs: Needs) -> None:
    """What is to be bought at the close of a day: since the first that waits for one, and from the next on."""
    today = timezone.now().date()
    waiting = Instalment.objects.filter(status=Instalment.Status.WAITING).order_by()
    coming = InvestmentPlan.objects.filter(is_paused=False, next_on__isnull=False).order_by()
    for asset_id, first in (
        *waiting.values_list("plan__asset_id").annotate(first=Min("due_on")),
        *coming.values_list("asset_id").annotate(first=Min("next_on")),
    ):
        needs.add(asset_id, min(first, today) - MARGIN)
        needs.live.add(asset_id)


def _add_benchmarks(needs: Needs, compared: Iterable[Compared]) -> None:
    """For as long as the history of whoever compares: also of one who has sold everything since."""
    for one in compared:
        needs.add(one.asset_id, one.first - MARGIN)
        needs.live.add(one.asset_id)


def _add_pairs(needs: Needs, wanted: Mapping[str, date]) -> None:
    """wanted: by symbol, from when on."""
    pairs_ensure(wanted)
    rows = Asset.objects.filter(owner=None, symbol__in=wanted).values_list("pk", "symbol")
    for asset_id, symbol in rows:
        needs.add(asset_id, wanted[symbol] - MARGIN)
        needs.live.add(asset_id)


def _add_own_pairs(needs: Needs, begun: Mapping[int, date]) -> None:
    """Of the demo's people, whose rates are as invented as their assets."""
    pairs = PriceSource.objects.filter(provider=PriceSource.Provider.FIXED, asset__asset_class=Asset.Class.FX)
    for asset_id, owner_id in pairs.values_list("pk", "asset__owner_id"):
        if owner_id in begun:
            needs.add(asset_id, begun[owner_id] - MARGIN)
            needs.live.add(asset_id)


def _families() -> dict[int, set[int]]:
    """Assets that confirmed actions join: value flows between them."""
    links = CorporateAction.objects.filter(status=CorporateAction.Status.CONFIRMED, new_asset__isnull=False)
    families: defaultdict[int, set[int]] = defaultdict(set)
    for old, new in links.values_list("asset_id", "new_asset_id"):
        union = families[old] | families[new] | {old, new}
        for member in union:
            families[member] = union
    return families


def _spread(first_days: Mapping[int, date], families: Mapping[int, Collection[int]]) -> dict[int, date]:
    """The first day of a family is that of each of its members."""
    spread = dict(first_days)
    for asset_id, first in first_days.items():
        for member in families.get(asset_id, ()):
            spread[member] = min(first, spread.get(member, first))
    return spread


def _noted() -> set[int]:
    rows = PriceSource.objects.filter(Q(wanted_from__isnull=False) | Q(is_held=True))
    return set(rows.values_list("pk", flat=True))


@transaction.atomic
def _note(asset_ids: Iterable[int], needs: Needs) -> int:
    """Of the catalogue, and of the demo's own."""
    shared = Q(asset__owner=None) | Q(provider=PriceSource.Provider.FIXED)
    rows = PriceSource.objects.filter(shared, pk__in=asset_ids)
    stale = [row.pk for row in rows if _changes(row, needs)]
    if not stale:
        return 0
    now = timezone.now()
    locked = list(PriceSource.objects.select_for_update(of=("self",)).filter(pk__in=stale).order_by("pk"))
    for row in locked:
        vars(row).update(_changes(row, needs))
        if row.wanted_from is None:
            row.due_at = None
        elif _is_due(row):
            row.due_at = now
    PriceSource.objects.bulk_update(locked, ["wanted_from", "is_held", "due_at"])
    return len(locked)


def _changes(row: PriceSource, needs: Needs) -> dict[str, Any]:
    wanted = {"wanted_from": needs.first_days.get(row.pk), "is_held": row.pk in needs.live}
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _is_due(row: PriceSource) -> bool:
    """Of one whose need has just changed; a fetch that failed is due when it said, if it did."""
    wanted, fetched = row.wanted_from, row.fetched_from
    is_missing = wanted is not None and (fetched is None or wanted < fetched)
    return (is_missing and not row.failures) or (row.due_at is None and (is_missing or row.is_held))
