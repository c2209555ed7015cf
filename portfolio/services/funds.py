"""Puts the schemes of Indian mutual funds into the catalogue, each with where its prices come from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from core.batches import batches
from portfolio.imports.progress import Progress
from portfolio.models import Asset, PriceSource
from portfolio.providers.schemes import ASSET_CLASS, CURRENCY, Scheme

LONGEST_NAME = 255  # as long as its column
LONGEST_SECTOR = 100
_FILLED = ("sector", "isin", "amfi_code")
"""What a fund gets where it has none yet; a value that it has may be an administrator's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """taken: the code is the symbol of something that is no fund in rupees, which is left alone."""

    created: int
    changed: int
    unchanged: int
    taken: int


def funds_seed(*, schemes: Sequence[Scheme], progress: Progress) -> Seeded:
    """Make those that are new, and take over new names. Batch by batch, so that others can write in between."""
    counts: Counter[str] = Counter()
    for batch in batches(progress.rows("Funds", schemes, total=len(schemes))):
        counts.update(_seed({scheme.code: scheme for scheme in batch}))
    return Seeded(**{name: counts[name] for name in Seeded.__dataclass_fields__})


@transaction.atomic
def _seed(schemes: dict[str, Scheme]) -> Iterable[str]:
    """What happened to each."""
    found = _in_catalogue(schemes)
    if new := schemes.keys() - found.keys():
        Asset.objects.bulk_create([_fund(schemes[code]) for code in sorted(new)], ignore_conflicts=True)
        found = _in_catalogue(schemes)  # also what somebody else made in the meantime
    funds = {code: asset for code, asset in found.items() if _is_fund(asset)}
    changed = {code for code, fund in funds.items() if _take_over(fund, schemes[code])}
    Asset.objects.bulk_update([funds[code] for code in changed], ["name", *_FILLED])
    _give_sources(funds)
    return [_what_happened(code, new=new, changed=changed, funds=funds.keys()) for code in schemes]


def _what_happened(code: str, *, new: Iterable[str], changed: Iterable[str], funds: Iterable[str]) -> str:
    if code not in funds:
        return "taken"
    return "created" if code in new else "changed" if code in changed else "unchanged"


def _in_catalogue(schemes: dict[str, Scheme]) -> dict[str, Asset]:
    """Assets by the code of the scheme: by their symbol, or funds that an administrator gave another one."""
    is_one = Q(symbol__in=schemes) | Q(amfi_code__in=schemes, asset_class=ASSET_CLASS)
    found = list(Asset.objects.filter(is_one, owner=None).select_for_update(no_key=True).order_by("id"))
    by_symbol = {asset.symbol: asset for asset in found if asset.symbol in schemes}
    return {asset.amfi_code: asset for asset in found if asset.amfi_code in schemes} | by_symbol


def _is_fund(asset: Asset) -> bool:
    return asset.asset_class == ASSET_CLASS and asset.currency == CURRENCY


def _fund(scheme: Scheme) -> Asset:
    return Asset(
        symbol=scheme.code,
        name=scheme.name[:LONGEST_NAME],
        asset_class=ASSET_CLASS,
        currency=CURRENCY,
        sector=scheme.sector[:LONGEST_SECTOR],
        isin=scheme.isin,
        amfi_code=scheme.code,
    )


def _take_over(asset: Asset, scheme: Scheme) -> bool:
    """Its name, and what it had not yet; whether that is anything."""
    fund = _fund(scheme)
    names = ["name", *(name for name in _FILLED if not getattr(asset, name))]
    new = {name: getattr(fund, name) for name in names if getattr(fund, name) != getattr(asset, name)}
    for name, value in new.items():
        setattr(asset, name, value)
    return bool(new)


def _give_sources(funds: dict[str, Asset]) -> None:
    having = set(PriceSource.objects.filter(asset__in=funds.values()).values_list("asset_id", flat=True))
    mfapi = PriceSource.Provider.MFAPI
    missing = [
        PriceSource(asset=fund, provider=mfapi, symbol=code) for code, fund in funds.items() if fund.pk not in having
    ]
    PriceSource.objects.bulk_create(missing, ignore_conflicts=True)
