"""Which assets a person uses: their own, those of the catalogue that their rows name, and what these rest on."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from django.db.models import QuerySet

from core.archive.exporting import Export
from core.currencies import currencies_used
from core.models import Account, User
from portfolio.models import (
    Asset,
    Benchmark,
    CorporateAction,
    DividendAnswer,
    Holding,
    InvestmentPlan,
    Transaction,
)
from portfolio.prices.pairs import pairs_visible
from portfolio.prices.rates import routes

Naming = Callable[[User], Iterable[int]]
_naming: list[Naming] = []


def also_used(naming: Naming) -> None:
    """Ids of assets that rows of another app name."""
    if naming not in _naming:
        _naming.append(naming)


def assets_used(export: Export) -> QuerySet[Asset]:
    return Asset.objects.filter(pk__in=export.once(used_ids))


def asset_symbols(export: Export) -> Mapping[int, str]:
    return dict(assets_used(export).values_list("pk", "symbol"))


def used_ids(export: Export) -> list[int]:
    person = export.person
    found = _with_heirs({*_named(person), *(pk for naming in _naming for pk in naming(person))})
    found |= _pairs(person, found)
    return list(Asset.objects.visible_to(person.pk).filter(pk__in=found).values_list("pk", flat=True))


def _named(person: User) -> Iterator[int]:
    for rows, path in (
        (Asset.objects.filter(owner=person), "pk"),
        (Transaction.objects.filter(user=person, asset__isnull=False), "asset_id"),
        (Holding.objects.filter(user=person, asset__isnull=False), "asset_id"),
        (InvestmentPlan.objects.filter(user=person), "asset_id"),
        (Benchmark.objects.filter(user=person), "asset_id"),
        (DividendAnswer.objects.filter(user=person), "dividend__asset_id"),
    ):
        yield from rows.order_by().values_list(path, flat=True).distinct()


def _with_heirs(found: Collection[int]) -> set[int]:
    """And what corporate actions make of them."""
    reached, known = set(found), set(found)
    while reached:
        heirs = CorporateAction.objects.filter(asset__in=reached, new_asset__isnull=False)
        reached = set(heirs.order_by().values_list("new_asset_id", flat=True)) - known
        known |= reached
    return known


def _pairs(person: User, asset_ids: Collection[int]) -> set[int]:
    """Those that lead from any currency that the person has to any other: the ways are the same with them alone."""
    pairs = pairs_visible(person.pk)
    codes = _currencies(person, asset_ids)
    ways = (way for code in codes for way in routes(pairs, codes, code).values() if way)
    return {step.pair for way in ways for step in way}


def _currencies(person: User, asset_ids: Collection[int]) -> set[str]:
    rows = (
        Account.objects.filter(user=person),
        Transaction.objects.filter(user=person),
        Asset.objects.filter(pk__in=asset_ids),
    )
    own = {code for found in rows for code in found.order_by().values_list("currency", flat=True).distinct()}
    return {person.base_currency, *own, *currencies_used(person.pk).get(person.pk, {})}
