"""The assets of an archive: found in the catalogue of this site, or made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from core.archive.columns import Column, column_of, flag_read
from core.archive.tables import Table
from core.archive.taking import Taken, Taking
from core.errors import FieldError, InvalidInput
from portfolio.archive.used import asset_symbols, assets_used, used_ids
from portfolio.models import Asset, AssetAlias, PriceSource
from portfolio.services.transaction_rules import NOT_HELD

_SOURCE = ("provider", "symbol", "exchange")
_STATE = (
    "asset", "wanted_from", "is_held", "fetched_from", "synced_at", "due_at", "failures", "error_code", "last_error",
    "vanished_at", "lease_owner", "lease_until",
)  # fmt: skip
_OF_SITE = "where this site stands with its provider"
_FOUND_BY_CLOSES = "follows from the closes"


def assets_table() -> Table:
    return Table(
        name="assets",
        about="What you hold, plan to buy or compare with, and the currency pairs that convert it. `is_private`: it is "
        "yours alone; else it is found in the catalogue of the site by its provider, ISIN, AMFI code or symbol, in its "
        "currency, or made there.",
        model=Asset,
        rows=assets_used,
        left_out={
            "owner": "`is_private` says whether it was the person",
            "prices_from": _FOUND_BY_CLOSES,
            "prices_to": _FOUND_BY_CLOSES,
            "prices_version": _FOUND_BY_CLOSES,
        },
        own=[
            Column(
                name="is_private",
                path="owner_id",
                form="true or false",
                write=lambda owner: True,
                read=flag_read,
            ),
            *(_of_source(name) for name in _SOURCE),
        ],
        joined={
            PriceSource: dict.fromkeys(
                _STATE,
                _OF_SITE,
            )
        },
        label=asset_symbols,
        held=lambda person: Asset.objects.filter(owner=person),
        written=lambda export, row: row.update(is_private=bool(row["is_private"])),
        take=_assets_take,
        check=_asset_check,
    )


def aliases_table() -> Table:
    return Table(
        name="asset_aliases",
        about="Symbols under which assets of the catalogue were known before.",
        model=AssetAlias,
        rows=lambda export: AssetAlias.objects.filter(asset__in=export.once(used_ids)),
        held=lambda person: AssetAlias.objects.none(),
        take=_aliases_take,
    )


def is_new(taking: Taking, asset_id: int) -> bool:
    """Whether it was made of this archive."""
    return asset_id in taking.once(_new)


def may_write(taking: Taking, asset_id: int) -> bool:
    return taking.catalogue or is_new(taking, asset_id)


def asset_of(taking: Taking, asset_id: int) -> Asset:
    known = taking.once(_assets)
    if asset_id not in known:
        known[asset_id] = Asset.objects.get(pk=asset_id)
    return known[asset_id]


def _of_source(name: str) -> Column:
    made = column_of(PriceSource._meta.get_field(name))  # type: ignore[arg-type]
    return Column(
        name=f"provider_{name}" if name != "provider" else name,
        path=f"source__{name}",
        form=made.form,
        write=made.write,
        read=made.read,
        may_be_null=True,
        is_text=True,
    )


def _new(taking: Taking) -> set[int]:
    return set()


def _assets(taking: Taking) -> dict[int, Asset]:
    return {}


def _asset_check(taking: Taking, asset: Any) -> Iterator[FieldError]:
    """Of one that is private, `owner_id` is true until it is taken."""
    if asset.symbol != asset.symbol.strip().upper():
        yield FieldError("symbol", "invalid", "Must be in capitals, without spaces around.")
    try:
        asset.clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield FieldError(name, "invalid", messages[0])
    said = [vars(asset)[f"source__{name}"] is not None for name in _SOURCE]
    if any(said) != all(said):
        yield FieldError("provider", "invalid", "Provider, symbol and exchange there are all said, or none.")
    if asset.owner_id and said[0] and vars(asset)["source__provider"] != PriceSource.Provider.FIXED:
        yield FieldError("provider", "private", "A private asset has the prices that its owner enters.")


def _assets_take(taking: Taking, rows: Sequence[Taken]) -> None:
    known = _Catalogue([row.instance for row in rows if not row.instance.owner_id], taking)
    for row in rows:
        asset = row.instance
        found = None if asset.owner_id else known.found(asset)
        if found is not None:
            taking.note(row, found.pk)
        else:
            _make(taking, row, is_private=bool(asset.owner_id))


def _make(taking: Taking, row: Taken, *, is_private: bool) -> None:
    """In the catalogue only by who may, and where no other thing has its symbol."""
    asset = row.instance
    is_free = taking.catalogue and not Asset.objects.filter(owner=None, symbol=asset.symbol).exists()
    is_shared = not is_private and is_free
    asset.owner_id = None if is_shared else taking.person.pk
    if not is_private:
        taking.made.append(asset.symbol if is_shared else f"{asset.symbol} (private)")
        if not is_shared:
            _name_apart(taking, asset)
    taking.insert([row])
    taking.once(_new).add(asset.pk)
    provider = vars(asset)["source__provider"]
    if provider is not None and (is_shared or provider == PriceSource.Provider.FIXED):
        fields = {name: vars(asset)[f"source__{name}"] for name in _SOURCE}
        PriceSource.objects.create(asset=asset, **fields)


def _name_apart(taking: Taking, asset: Any) -> None:
    """Beside a private one of the same symbol, whichever of the two comes first in the archive."""
    if Asset.objects.filter(owner=taking.person, symbol=asset.symbol).exists():
        asset.symbol = f"{asset.symbol[:60]}-2"
        taking.notes.append(f"{asset.symbol[:-2]} of the catalogue is {asset.symbol} here, since you have another.")


class _Catalogue:
    """What this site has of what an archive names, read once."""

    def __init__(self, assets: Sequence[Any], taking: Taking) -> None:
        self._taken: set[int] = taking.once(_matched)
        names = {asset.symbol for asset in assets}
        told = {vars(asset)["source__symbol"] for asset in assets} - {None}
        isins = {asset.isin for asset in assets} - {""}
        codes = {asset.amfi_code for asset in assets} - {""}
        wanted = Q(symbol__in=names) | Q(source__symbol__in=told) | Q(isin__in=isins) | Q(amfi_code__in=codes)
        rows = Asset.objects.filter(wanted, owner=None).select_related("source").order_by("pk")
        self._rows = list(rows.distinct())

    def found(self, asset: Any) -> Asset | None:
        """By its provider, else ISIN, else AMFI code, else symbol; each stands for one of the archive."""
        source = (vars(asset)["source__provider"], vars(asset)["source__symbol"])
        for is_it in (
            lambda row: source[0] is not None and source == _source_of(row),
            lambda row: bool(asset.isin) and row.isin == asset.isin,
            lambda row: bool(asset.amfi_code) and row.amfi_code == asset.amfi_code,
            lambda row: row.symbol == asset.symbol and _no_contradiction(row, asset, source),
        ):
            for row in self._rows:
                if is_it(row) and row.pk not in self._taken and _is_alike(row, asset):
                    self._taken.add(row.pk)
                    return row
        return None


def _matched(taking: Taking) -> set[int]:
    return set()


def _source_of(row: Asset) -> tuple[str, str] | tuple[None, None]:
    source: PriceSource | None = getattr(row, "source", None)
    return (None, None) if source is None else (source.provider, source.symbol)


def _is_alike(row: Asset, asset: Any) -> bool:
    held = row.asset_class in NOT_HELD, asset.asset_class in NOT_HELD
    return row.currency == asset.currency and held[0] == held[1]


def _no_contradiction(row: Asset, asset: Any, source: tuple[Any, Any]) -> bool:
    isins = {row.isin, asset.isin} - {""}
    sources = {_source_of(row), source} - {(None, None)}
    return len(isins) < 2 and len(sources) < 2


def _aliases_take(taking: Taking, rows: Sequence[Taken]) -> None:
    """Of what was made in the catalogue, where no other asset has or had that symbol."""
    symbols = {row.instance.symbol for row in rows}
    used = {*_symbols(Asset.objects.filter(owner=None), symbols), *_symbols(AssetAlias.objects.all(), symbols)}
    for row in rows:
        alias = row.instance
        is_shared = asset_of(taking, alias.asset_id).owner_id is None and is_new(taking, alias.asset_id)
        if not is_shared:
            continue
        if alias.symbol in used:
            raise InvalidInput(f"{alias.symbol} is the symbol of another asset.", attr=taking.place(row, "symbol"))
        used.add(alias.symbol)
        taking.insert([row])


def _symbols(rows: Any, symbols: set[str]) -> Mapping[str, None]:
    return dict.fromkeys(rows.filter(symbol__in=symbols).values_list("symbol", flat=True))
