"""Facts of prices and providers for whoever watches the site."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from core.health import LATE, OK, Finding
from portfolio.live.gate import provider_states
from portfolio.models import PriceSource

PRICES_ARE_OLD = 5
"""Days after which the newest close of all that is held is late: no market is closed for longer."""
RESTING = frozenset({"resting", "half_open"})


def price_ages() -> tuple[int | None, int | None]:
    """How many days old the newest and the oldest last close are, of all assets that are held and have a source."""
    held = PriceSource.objects.filter(is_held=True, asset__prices_to__isnull=False)
    found = held.aggregate(newest=Max("asset__prices_to"), oldest=Min("asset__prices_to"))
    return _days_since(found["newest"]), _days_since(found["oldest"])


def _days_since(day: date | None) -> int | None:
    return None if day is None else max(0, (timezone.now().date() - day).days)


def prices_are_new() -> Finding:
    newest, oldest = price_ages()
    is_late = settings.LIVE_PRICES and newest is not None and newest > PRICES_ARE_OLD
    return Finding(status=LATE if is_late else OK, facts={"newest_days": newest, "oldest_days": oldest})


def portfolio_facts() -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        "pandaledger_price_age_days", "Of the last close of what is held and has a source.", labels=("which",)
    )
    for which, days in zip(("newest", "oldest"), price_ages(), strict=True):
        if days is not None:
            ages.add_metric([which], days)
    left = GaugeMetricFamily("pandaledger_upstream_requests_left", "That may be sent just now.", labels=("provider",))
    rests = GaugeMetricFamily(
        "pandaledger_upstream_resting", "Whether a provider is left alone after failures.", labels=("provider",)
    )
    for state in provider_states():
        left.add_metric([state.provider], state.requests_left)
        rests.add_metric([state.provider], int(state.state in RESTING))
    yield from (ages, left, rests)
