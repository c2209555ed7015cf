"""What everybody who has something compares it with: what they chose, or the index that is meant without a choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

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


def benchmarks_compared(begun: Mapping[int, date]) -> list[Compared]:
    """Of all people, in three questions however many they are. begun: of each, the first day of anything."""
    return [
        Compared(user_id, asset_id, currency, begun[user_id])
        for user_id, asset_id, currency in (*_chosen(), *_meant())
        if user_id in begun
    ]


def _chosen() -> Iterator[tuple[int, int, str]]:
    yield from Benchmark.objects.order_by().values_list("user_id", "asset_id", "asset__currency")


def _meant() -> Iterator[tuple[int, int, str]]:
    symbols = {*DEFAULTS.values(), DEFAULT_ELSEWHERE}
    indices = {asset.symbol: asset for asset in Asset.objects.filter(owner=None, symbol__in=symbols)}
    for user_id, base_currency in User.objects.filter(benchmarks=None).values_list("pk", "base_currency"):
        index = indices.get(default_symbol(base_currency))
        if index is not None:
            yield user_id, index.pk, index.currency
