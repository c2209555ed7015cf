"""What everybody who has something compares it with: what they chose, or the index that is meant without a choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from core.models import User
from portfolio.benchmarks import DEFAULT_ELSEWHERE, DEFAULTS, default_symbol
from portfolio.models import Asset, Benchmark


@dataclass(frozen=True, slots=True)
class Compared:
    """Somebody compares their history, which begins on `first`, with the asset. currency: of the asset."""

    user_id: int
    asset_id: int
    currency: str
    first: date


def benchmarks_compared() -> list[Compared]:
    """Of all people, in three questions however many they are."""
    return [*_chosen(), *_meant()]


def _chosen() -> Iterator[Compared]:
    rows = Benchmark.objects.filter(user__holdings__isnull=False).order_by()
    for user_id, asset_id, currency, first in rows.values_list("user_id", "asset_id", "asset__currency").annotate(
        first=Min("user__holdings__first_on")
    ):
        yield Compared(user_id, asset_id, currency, first)


def _meant() -> Iterator[Compared]:
    symbols = {*DEFAULTS.values(), DEFAULT_ELSEWHERE}
    indices = {asset.symbol: asset for asset in Asset.objects.filter(owner=None, symbol__in=symbols)}
    rows = User.objects.filter(benchmarks=None, holdings__isnull=False)
    people = rows.values_list("pk", "base_currency").annotate(first=Min("holdings__first_on"))
    for user_id, base_currency, first in people.order_by():
        index = indices.get(default_symbol(base_currency))
        if index is not None:
            yield Compared(user_id, index.pk, index.currency, first)
