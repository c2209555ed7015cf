"""What is there before Asha begins: the catalogue, its closes, and a provider that knows one fund more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient

from core.models import ApiToken, User
from portfolio.models import Asset
from portfolio.providers import registry
from portfolio.providers.base import Match
from portfolio.providers.fixed import Fixed, Listing
from portfolio.services.dividend_facts import dividend_declare
from portfolio.services.prices import prices_record
from portfolio.services.quarantine import quarantine_record
from tests.conftest import PASSWORD
from tests.contract.story.teller import REQUEST_ID, Teller

NOW = datetime(2024, 6, 28, 12, 0, tzinfo=UTC)
FIRST, TODAY = date(2023, 1, 2), date(2024, 6, 28)
CATALOGUE: Mapping[str, tuple[str, str, str, str, int]] = {
    "INFY.NS": ("Infosys Limited", "stock", "INR", "Information Technology", 1500),
    "GOLDBEES.NS": ("Nippon India ETF Gold BeES", "gold", "INR", "", 55),
    "AAPL": ("Apple Inc.", "stock", "USD", "Information Technology", 190),
    "^NSEI": ("NIFTY 50", "index", "INR", "", 21700),
    "USDINR=X": ("US dollar in rupees", "fx", "INR", "", 83),
}
"""By symbol: name, class, currency, sector, the close of the first day."""


@contextmanager
def told_in_june() -> Iterator[Teller]:
    """Nothing works in the background and no other site is asked; it is the afternoon of 28 June 2024."""
    cache.clear()
    with (
        override_settings(BACKGROUND="off", LIVE_PRICES=True, API_REQUESTS_PER_MINUTE=0),
        _only_our_provider(),
        time_machine.travel(NOW, tick=False),
    ):
        yield Teller(client_of("asha@example.com", "Asha"))
    cache.clear()


@contextmanager
def _only_our_provider() -> Iterator[None]:
    with registry._making:
        before = dict(registry._made)
        registry._made.update(yahoo=_Yahoo(_market), mfapi=Fixed(lambda _: {}))
    try:
        yield
    finally:
        with registry._making:
            registry._made.clear()
            registry._made.update(before)


class _Yahoo(Fixed):
    """What it finds is Yahoo's."""

    def search(self, text: str, *, seconds: float) -> list[Match]:
        return [replace(match, provider="yahoo") for match in super().search(text, seconds=seconds)]


def _market(_: date) -> Mapping[str, Listing]:
    fund = {"name": "Nippon India ETF Nifty 50 BeES", "asset_class": "etf", "currency": "INR"}
    return {"NIFTYBEES.NS": Listing(symbol="NIFTYBEES.NS", closes={}, **fund)}  # type: ignore[arg-type]


def client_of(email: str, name: str) -> APIClient:
    """Of a person who is new here."""
    person = User.objects.create_user(email, PASSWORD, name=name, timezone="Asia/Kolkata")
    _, key = ApiToken.issue(person, "Laptop")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}", HTTP_X_REQUEST_ID=REQUEST_ID)
    return client


def catalogue_made() -> dict[str, int]:
    """Ids by symbol; each has closes, which rise and fall, of every weekday up to yesterday."""
    ids: dict[str, int] = {}
    for symbol, (name, asset_class, currency, sector, first) in CATALOGUE.items():
        fields: dict[str, Any] = {"name": name, "asset_class": asset_class, "currency": currency, "sector": sector}
        asset = Asset.objects.create(symbol=symbol, **fields)
        prices_record(closes={asset.pk: _closes(Decimal(first), step=len(symbol))})
        ids[symbol] = asset.pk
    return ids


def _closes(first: Decimal, *, step: int) -> dict[date, Decimal | None]:
    """Up by a fifth over these days, and around that by up to three per cent."""
    days = [FIRST + timedelta(days=n) for n in range((TODAY - FIRST).days)]
    weekdays = [day for day in days if day.weekday() < 5]
    waves = [Decimal((n * step) % 7 - 3) / 100 for n in range(len(weekdays))]
    slope = Decimal("0.2") / len(weekdays)
    return {
        day: round(first * (1 + slope * n + wave), 2) for n, (day, wave) in enumerate(zip(weekdays, waves, strict=True))
    }


def facts_declared(ids: Mapping[str, int]) -> list[int]:
    """Two dividends of Infosys; their ids, the older first."""
    infosys = Asset.objects.get(pk=ids["INFY.NS"])
    days = (date(2024, 3, 4), date(2024, 5, 31))
    return [
        dividend_declare(asset=infosys, ex_date=day, amount=Decimal(amount), currency="INR").pk
        for day, amount in zip(days, ("18", "28"), strict=True)
    ]


def closes_doubted(asset_id: int) -> list[int]:
    """Of an asset two kinds that were not believed; their ids."""
    asset = Asset.objects.get(pk=asset_id)
    refused = {
        "not_positive": {date(2024, 6, 25): Decimal(0)},
        "wrong_scale": {date(2024, 6, 26): Decimal("1012.5")},
    }
    details = {"not_positive": "A close of 0.", "wrong_scale": "About a hundred times the closes around it."}
    quarantine_record(asset=asset, refused=refused, first=FIRST, last=TODAY, details=details)
    return list(asset.quarantined.order_by("pk").values_list("pk", flat=True))
