"""The demo's invented market, as the listings of a provider."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from portfolio.demo.assets import ASSETS, DemoAsset
from portfolio.demo.market import closes_until
from portfolio.providers.base import Split
from portfolio.providers.fixed import Listing


@lru_cache(maxsize=2)
def demo_market(last: date) -> Mapping[str, Listing]:
    """A later day changes nothing of the days before it. Two are kept: around midnight, both are asked for."""
    closes = closes_until(ASSETS, last)
    return {asset.symbol: _listing(asset, closes[asset.symbol]) for asset in ASSETS}


def _listing(asset: DemoAsset, closes: Mapping[date, Decimal]) -> Listing:
    return Listing(
        symbol=asset.symbol,
        name=asset.name,
        asset_class=asset.asset_class,
        currency=asset.currency,
        closes=closes,
        splits=[Split(ex_date=split.ex_date, ratio=Fraction(split.ratio)) for split in asset.splits],
        sector=asset.sector,
        market_cap=asset.market_cap,
    )
