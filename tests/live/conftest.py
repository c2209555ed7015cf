"""Sources of prices as they occur, and a clock that stands where a test puts it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from core.models import User
from portfolio.models import Asset, PriceSource


def at(text: str) -> datetime:
    """at("2026-11-23 10:00"): that moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def travel(text: str) -> Any:
    return time_machine.travel(at(text), tick=False)


def source_of(
    symbol: str, *, provider: str = "yahoo", asset_class: str = "stock", currency: str = "USD"
) -> PriceSource:
    """Not stored."""
    asset = Asset(symbol=symbol, name=symbol, asset_class=asset_class, currency=currency)
    return PriceSource(asset=asset, provider=provider, symbol=symbol)


def stored_source(symbol: str, *, owner: User | None = None, **facts: str) -> PriceSource:
    source = source_of(symbol, **facts)
    source.asset.owner = owner
    source.asset.save()
    source.asset = source.asset  # takes over its key
    source.save()
    return source


@pytest.fixture
def live(settings: Any) -> None:
    """Providers may be asked: for tests in which nothing real can be."""
    settings.LIVE_PRICES = True
