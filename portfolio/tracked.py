"""Which assets, benchmarks and exchange rates people depend on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Min, Q

from core.currencies import currencies_used
from core.models import User
from portfolio.benchmarks import benchmarks_of, compared_by
from portfolio.models import Asset, Holding, PriceSource, Quote
from portfolio.prices.pairs import pairs_visible
from portfolio.prices.rates import routes
from portfolio.sync.pairs import HUB, pair_symbol


@dataclass(slots=True)
class Tracked:
    """assets: ids of what is held now, or was chosen to compare with.

    pairs: of the rates that convert what is held, or that should.
    unconverted: (currency, currency of the person) between which no rate is known.
    """

    assets: set[int] = field(default_factory=set)
    pairs: set[int] = field(default_factory=set)
    unconverted: set[tuple[str, str]] = field(default_factory=set)


def tracked_by(people: Iterable[User]) -> Tracked:
    tracked = Tracked()
    for person in people:
        held = Holding.objects.filter(user_id=person.pk, asset__isnull=False).exclude(quantity=0)
        tracked.assets.update(pk for pk in held.values_list("asset_id", flat=True) if pk is not None)
        tracked.assets.update(benchmarks_of(person).values_list("asset_id", flat=True))
        _add_rates(tracked, person)
    tracked.pairs.update(_pairs_to_come(tracked.unconverted))
    return tracked


def currencies_of(user: User) -> set[str]:
    """In which a person holds or held something, keeps the cash of it, or has everyday money."""
    holdings = Holding.objects.filter(user_id=user.pk)
    cash = holdings.filter(account__tracks_cash=True).values_list("account__currency", flat=True)
    used = currencies_used(user.pk).get(user.pk, {})
    return set(holdings.values_list("currency", flat=True).distinct()) | set(cash.distinct()) | used.keys()


def _add_rates(tracked: Tracked, user: User) -> None:
    foreign = currencies_of(user) - {user.base_currency}
    ways = routes(pairs_visible(user.pk), foreign, user.base_currency) if foreign else {}
    for code, way in ways.items():
        if way is None:
            tracked.unconverted.add((code, user.base_currency))
        else:
            tracked.pairs.update(step.pair for step in way)


def _pairs_to_come(unconverted: Iterable[tuple[str, str]]) -> set[int]:
    """Of the catalogue, the pairs that would convert these, if they had rates."""
    symbols = _symbols_between(unconverted)
    rows = Asset.objects.filter(owner=None, asset_class=Asset.Class.FX, symbol__in=symbols)
    return set(rows.values_list("pk", flat=True)) if symbols else set()


def _symbols_between(unconverted: Iterable[tuple[str, str]]) -> set[str]:
    return {symbol for currencies in unconverted for symbol in pairs_between(*currencies)}


def pairs_between(one: str, other: str) -> list[str]:
    """The symbols of the pairs by which one currency is converted to the other: by way of the dollar."""
    return [pair_symbol(code) for code in (one, other) if code != HUB]


def histories_awaited(user: User) -> int:
    """How many assets that the person holds, held or compares with, and pairs for these, lack closes to come."""
    if not settings.LIVE_PRICES:
        return 0
    held, tracked = Holding.objects.filter(user_id=user.pk, asset__isnull=False), tracked_by([user])
    concerned = Q(asset__in=held.values("asset")) | Q(asset__in=tracked.pairs) | _compared(user)
    lacking = Q(fetched_from=None) | Q(fetched_from__gt=F("wanted_from"))
    sources = PriceSource.objects.filter(concerned, lacking, vanished_at=None)
    return sources.exclude(provider=PriceSource.Provider.FIXED).count() + _pairs_unmade(tracked.unconverted)


def _compared(user: User) -> Q:
    """The sources of what is compared with, and of the pairs between; wanted only where there is a history."""
    assets = compared_by(user)
    foreign = {(asset.currency, user.base_currency) for asset in assets if asset.currency != user.base_currency}
    between = Q(asset__owner=None, asset__symbol__in=_symbols_between(foreign))
    return (Q(asset__in=assets) | between) & Q(wanted_from__isnull=False)


def _pairs_unmade(unconverted: Iterable[tuple[str, str]]) -> int:
    """How many pairs the lane that fetches histories has yet to put into the catalogue."""
    symbols = _symbols_between(unconverted)
    return len(symbols) - Asset.objects.filter(owner=None, symbol__in=symbols).count() if symbols else 0


def quotes_of(user: User) -> tuple[int, datetime | None]:
    """Of how many assets that the person holds there is a live price, and when the oldest of these was fetched."""
    held = Holding.objects.filter(user_id=user.pk, asset__isnull=False).exclude(quantity=0)
    quotes = Quote.objects.filter(asset__in=held.values("asset"), watched_at__isnull=False)
    found = quotes.aggregate(watched=Count("pk"), oldest=Min("fetched_at"))
    return found["watched"], found["oldest"]
