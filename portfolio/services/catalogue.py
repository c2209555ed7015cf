"""What comes into the catalogue from the providers: an asset that somebody chose, and what they say about it since."""

from copy import copy
from functools import partial
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import Conflict, InvalidInput, TooMany, Unavailable
from portfolio.live.gate import asking, refuse_if_off
from portfolio.models import Asset, PriceSource
from portfolio.providers import registry
from portfolio.providers.base import Profile, ProviderDown, ProviderError
from portfolio.selectors import catalogue_asset
from portfolio.services.assets import asset_change
from portfolio.services.sources import source_set
from portfolio.services.transaction_rules import NOT_HELD
from portfolio.upstream import HOUR, AskedTooOften, answers, count_question

SECONDS_TO_CHOOSE = 5.0
SECONDS_TO_ANSWER = 10.0
FINER = frozenset({Asset.Class.GOLD, Asset.Class.REIT, Asset.Class.BOND, Asset.Class.CASH})
"""What a fund or a share is in truth, which providers seldom say: they do not unsay it either."""
_DESCRIBED = ("name", "asset_class", "currency", "sector", "market_cap", "isin", "amfi_code")
_REFINED = ("name", "sector", "market_cap", "isin", "amfi_code")


def choice_profile(*, user_id: int, provider: str, symbol: str) -> Profile | None:
    """What the provider says of it; None where that need not be asked. Outside of any transaction: it may take long.

    user_id: of the person who chooses.
    """
    known = catalogue_asset(provider, symbol)
    if known is not None and PriceSource.objects.filter(asset=known).exists():
        return None
    return _profile_in_time(user_id, provider, symbol)


@transaction.atomic
def asset_choose(*, provider: str, symbol: str, profile: Profile | None) -> tuple[Asset, bool]:
    """The catalogue's asset, and whether it was made now. profile: as `choice_profile` gave it."""
    if profile is not None:
        return _added(provider, profile)
    known = catalogue_asset(provider, symbol)
    if known is None:
        raise Conflict(f"{symbol} has just been taken out of the catalogue; choose it again.", code="removed")
    return known, False


@transaction.atomic
def asset_reclassify(*, asset: Asset, profile: Profile) -> dict[str, Any]:
    """Take over what the provider says now, as far as it says anything; what was changed, by field."""
    fitting = _fitting(profile)
    said = {name: fitting[name] for name in _REFINED if fitting[name]}
    if _is_better_class(asset, profile.asset_class):
        said["asset_class"] = profile.asset_class
    changes = {name: value for name, value in said.items() if getattr(asset, name) != value}
    if changes:
        trial = copy(asset)
        vars(trial).update(changes)
        _refuse_unusable(trial)
        asset_change(asset=asset, changes=changes)
    return changes


def _profile_in_time(user_id: int, provider: str, symbol: str) -> Profile:
    answer = _profile_or_error(user_id, provider, symbol)
    if isinstance(answer, AskedTooOften):
        raise TooMany(str(answer), retry_after=ceil(answer.retry_after or HOUR))
    if isinstance(answer, ProviderDown):
        seconds = ceil(answer.retry_after or 5)
        detail = f"{symbol} cannot be looked up just now: {answer}"
        raise Unavailable(detail, retry_after=seconds, code=answer.code)
    if isinstance(answer, ProviderError):
        raise InvalidInput(f"{symbol} cannot be had from {provider}: {answer}", attr="symbol", code=answer.code)
    return answer


def _profile_or_error(user_id: int, provider: str, symbol: str) -> Profile | ProviderError:
    try:
        refuse_if_off(provider)
    except ProviderError as error:
        return error
    key = ("profile", provider, symbol)
    return answers({key: partial(_counted_profile, user_id, provider, symbol)}, seconds=SECONDS_TO_CHOOSE)[key]


def _counted_profile(user_id: int, provider: str, symbol: str) -> Profile:
    count_question(user_id, provider)
    return profile_of(provider, symbol)


def profile_of(provider: str, symbol: str, *, reserve: float = 0) -> Profile:
    """As the provider says; raises ProviderError."""
    with asking(provider, reserve=reserve):
        return registry.provider_named(provider).profile(symbol, seconds=SECONDS_TO_ANSWER)


def _added(provider: str, profile: Profile) -> tuple[Asset, bool]:
    symbol, fields = profile.symbol.upper(), _fitting(profile)
    asset, is_new = catalogue_asset(provider, symbol), False
    if asset is None:
        _refuse_unusable(Asset(symbol=symbol, **fields))
        asset, is_new = Asset.objects.get_or_create(owner=None, symbol=symbol, defaults=fields)
    if not PriceSource.objects.filter(asset=asset).exists():
        _refuse_other_currency(asset, profile)
        source_set(asset=asset, provider=provider, symbol=symbol, exchange=profile.exchange[:16])
    return asset, is_new


def _fitting(profile: Profile) -> dict[str, str]:
    """Its fields, the texts as long as their columns."""
    fields = {name: getattr(profile, name) for name in _DESCRIBED}
    return fields | {"name": (profile.name or profile.symbol)[:255], "sector": profile.sector[:100]}


def _refuse_unusable(asset: Asset) -> None:
    try:
        asset.full_clean(exclude=["owner"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        detail = f"{asset.symbol} cannot be in the catalogue: {' '.join(error.messages)}"
        raise InvalidInput(detail, attr="symbol", code="unusable") from error


def _refuse_other_currency(asset: Asset, profile: Profile) -> None:
    if asset.currency != profile.currency:
        raise Conflict(
            f"{asset.symbol} is in the catalogue in {asset.currency}, but its prices would be in {profile.currency}.",
            attr="symbol",
            code="other_currency",
        )


def _is_better_class(asset: Asset, said: str) -> bool:
    """Never from or to what cannot be held; people may hold it."""
    return said not in NOT_HELD and asset.asset_class not in FINER | NOT_HELD
