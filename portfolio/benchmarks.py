"""What a person compares with: what they chose, and the index that is meant where they chose nothing."""

from types import MappingProxyType

from django.db.models import QuerySet

from core.models import User
from portfolio.models import Asset, Benchmark

OFFERED = ("^NSEI", "^BSESN", "^NSEBANK", "^CNXIT", "^GSPC", "^NDX", "^IXIC", "^DJI", "^RUT")
"""The usual indices, as Yahoo names them, India's first."""
DEFAULTS = MappingProxyType({"INR": "^NSEI", "USD": "^GSPC"})
"""By base currency; every other country is compared with the largest market."""
DEFAULT_ELSEWHERE = "^GSPC"


def default_symbol(currency: str) -> str:
    """The index that people who count in `currency` are compared with."""
    return DEFAULTS.get(currency, DEFAULT_ELSEWHERE)


def benchmarks_of(user: User) -> QuerySet[Benchmark]:
    """What the person chose, in that order."""
    return Benchmark.objects.filter(user=user, asset__in=Asset.objects.visible_to(user.pk)).select_related("asset")


def benchmark_default(user: User) -> Asset | None:
    """The oldest choice of the person, else the index of their currency; None where the catalogue lacks that."""
    chosen = benchmarks_of(user).first()
    if chosen is not None:
        return chosen.asset
    return Asset.objects.filter(owner=None, symbol=default_symbol(user.base_currency)).first()


def compared_by(user: User) -> list[Asset]:
    """What the person chose, or the one that is meant where that is nothing."""
    chosen = [row.asset for row in benchmarks_of(user)]
    meant = None if chosen else benchmark_default(user)
    return chosen if meant is None else [meant]


def indices_offered() -> list[Asset]:
    """Those of the usual indices that the catalogue has."""
    found = {asset.symbol: asset for asset in Asset.objects.filter(owner=None, symbol__in=OFFERED)}
    return [found[symbol] for symbol in OFFERED if symbol in found]
