"""The currency pairs that convert what people have and compare with, all against the dollar, made by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Min, Q

from core.currencies import FirstDays
from core.models import Account, User
from portfolio.models import Asset, Holding, PriceSource
from portfolio.prices.rates import pair_of
from portfolio.sync.benchmarks import Compared

HUB = "USD"
QUOTED_IN_DOLLARS = frozenset({"EUR", "GBP", "AUD", "NZD"})
"""Those of which one unit is quoted; of the others, what one dollar costs."""


def pair_symbol(code: str) -> str:
    """The pair of a currency and the dollar as its market and Yahoo name it."""
    return f"{code}{HUB}=X" if code in QUOTED_IN_DOLLARS else f"{HUB}{code}=X"


def pairs_wanted(compared: Iterable[Compared], used: FirstDays) -> dict[str, date]:
    """By symbol of the pair, the first day of those who have, or compare with, something in another currency.

    used: what other apps tell. The demo's people have rates of their own.
    """
    first_days: dict[str, date] = {}
    for codes in _currencies(compared, used).values():
        if len(codes) > 1:
            first = min(codes.values())
            for code in codes.keys() - {HUB}:
                symbol = pair_symbol(code)
                first_days[symbol] = min(first, first_days.get(symbol, first))
    return first_days


def pairs_ensure(symbols: Iterable[str]) -> None:
    """Have them in the catalogue. One that is there without a source has rates that somebody enters."""
    missing = set(symbols) - set(Asset.objects.filter(owner=None, symbol__in=symbols).values_list("symbol", flat=True))
    for symbol in sorted(missing):
        one, other = pair_of(symbol)
        fields = {"name": f"{one}/{other}", "asset_class": Asset.Class.FX, "currency": other}
        with transaction.atomic():
            pair, is_new = Asset.objects.get_or_create(owner=None, symbol=symbol, defaults=fields)
            if is_new:
                PriceSource.objects.create(asset=pair, provider=PriceSource.Provider.YAHOO, symbol=symbol)


def pairs_are_noted(user_id: int, currencies: Mapping[str, date], *, margin: timedelta) -> bool:
    """Whether the rates between these and the person's own are fetched, or entered by somebody, and early enough.

    margin: before the first of the days.
    """
    own = User.objects.filter(pk=user_id).values_list("base_currency", flat=True)
    symbols = {pair_symbol(code) for code in {*currencies, *own} - {HUB}}
    noted = Q(source=None) | Q(source__wanted_from__lte=min(currencies.values()) - margin)
    return Asset.objects.filter(noted, owner=None, symbol__in=symbols).count() == len(symbols)


def _currencies(compared: Iterable[Compared], used: FirstDays) -> FirstDays:
    """By person, each currency that their history needs, with the first day of anything they have in it."""
    people = dict(User.objects.filter(is_demo=False).values_list("pk", "base_currency"))
    found: defaultdict[int, dict[str, date]] = defaultdict(dict)
    for user_id, code, first in Holding.objects.values_list("user_id", "currency").annotate(first=Min("first_on")):
        found[user_id][code] = first
    for user_id, codes in used.items():
        for code, first in codes.items():
            found[user_id][code] = min(first, found[user_id].get(code, first))
    kept = Account.objects.filter(tracks_cash=True, user__holdings__isnull=False).values_list("user_id", "currency")
    against = [(one.user_id, one.currency) for one in compared]
    for user_id, code in [*kept.distinct(), *people.items(), *against]:
        if user_id in found:
            found[user_id].setdefault(code, min(found[user_id].values()))
    return {user_id: codes for user_id, codes in found.items() if user_id in people}
