"""What a person's returns are compared with: any asset that they can see, by its price."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.closes import observed, steps_of
from analytics.engine.benchmark import price_continuous
from analytics.engine.carry import STALE_AFTER_DAYS, FloatArray
from analytics.rates import crossing_of, missing_rates, rates_load
from core.errors import InvalidInput
from core.models import User
from portfolio.benchmarks import benchmark_default
from portfolio.live.board import watch
from portfolio.models import Asset
from portfolio.prices.live_closes import Now, closes_quoted, quotes_counting
from portfolio.prices.rescaling import carried_factors

NONE = "none"
NO_BENCHMARK = "There is no benchmark to compare with."
DAY = timedelta(days=1)


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "enum": [NONE]}]})
class BenchmarkField(serializers.IntegerField):
    """The id of an asset, or `none`."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "An asset to compare with, or none; without it, the first of your benchmarks or the usual index."
        super().__init__(**{"required": False, "min_value": 1, "help_text": help_text, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return NONE if data == NONE else super().run_validation(data)


def benchmark_asked(user: User, params: dict[str, Any]) -> Asset | None:
    """What the parameter `benchmark` means: what is not visible to the person does not exist."""
    asked = params.get("benchmark")
    if asked is None:
        return benchmark_default(user)
    if asked == NONE:
        return None
    asset = Asset.objects.visible_to(user.pk).filter(pk=asked).first()
    if asset is None:
        raise InvalidInput("There is no such asset.", attr="benchmark", code="does_not_exist")
    return asset


@dataclass(frozen=True, slots=True)
class Index:
    """The price of a benchmark in one currency, without its dividends: (days,) from the evening `first` on.

    That is the day before the first that was asked for, whose return begins there. Continuous over splits; NaN
    before its first close. reason: why there is nothing to compare with on these days.
    """

    asset: Asset
    first: date
    price: FloatArray
    reason: str | None


def index_load(user: User, asset: Asset, *, currency: str, first: date, last: date, now: Now) -> Index:
    """The price of `asset` from the evening before `first` to `last`, each close at the rate of its day.

    Of closes, only those up to `last` count; before the first exchange rate that one stands in, as in the history.
    """
    evening = first - DAY
    quotes = quotes_counting([asset.pk], now, last=last)
    closes = observed(closes_quoted([asset.pk], quotes, first=evening, last=last))
    daily = rates_load(
        user_id=user.pk, currencies=(currency, asset.currency), target=currency, first=evening, last=last, now=now
    )
    if last == now.today:
        watch({asset.pk, *daily.crossing.pairs})
    rate = daily.rates.values[1, : closes.matrix.shape[1]]
    price = price_continuous(closes, steps_of([asset.pk]))[0] * rate
    seen = closes.matrix[0] == closes.matrix[0]
    newest = last - DAY * int(seen[::-1].argmax()) if seen.any() else _day(int(closes.before_day[0]))
    missing = missing_rates(daily.crossing.unknown, currency)
    return Index(asset, evening, price, missing[0]["detail"] if missing else _reason(asset, newest, first))


def index_name(user: User, asset: Asset | None, *, currency: str, now: Now) -> str:
    """Of all that `index_load` makes an index of, on any days; with a few short queries. Who asks for it looks at it.

    asset: as it is in the database just now.
    """
    if asset is None:
        return ""
    crossing = crossing_of(user.pk, (currency, asset.currency), currency)
    ids = [asset.pk, *crossing.pairs]
    watch(ids)
    told = asset.pk, asset.symbol, asset.name, asset.currency, asset.owner_id, asset.prices_version
    rates = Asset.objects.filter(pk__in=crossing.pairs).order_by("pk").values_list("pk", "prices_version")
    quotes = sorted(quotes_counting(ids, now, last=now.today).items())
    return repr((told, crossing.ways, list(rates), carried_factors([asset.pk]), quotes, now.today))


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


def _reason(asset: Asset, newest: date | None, first: date) -> str | None:
    """Why closes that end with `newest` say nothing about the days from `first` on."""
    if newest is not None and (first - newest).days <= STALE_AFTER_DAYS:
        return None
    known = f"No close of {asset.symbol} is known" + (f" after {newest}." if newest else " by then.")
    return f"{known} {_remedy(asset)}"


def _remedy(asset: Asset) -> str:
    """What to do for closes. The same whoever asks: what they chose meanwhile is not in the name of the index."""
    if asset.owner_id is not None:
        return "Enter its prices."
    if not settings.LIVE_PRICES:
        return "LIVE_PRICES is off: import its closes, or turn it on."
    return "Those of your benchmarks are fetched: add it, if it is none of them."
