"""`reclassify_assets`: what the providers say now, as far as it is more than what is known."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from portfolio.models import Asset, PriceSource, ProviderState
from portfolio.providers.base import Profile
from portfolio.services.catalogue import asset_reclassify
from tests.portfolio.conftest import record
from tests.upstream.replica import Replica


def listed(symbol: str, **fields: str) -> Asset:
    asset = Asset.objects.create(symbol=symbol, **{"name": symbol, "asset_class": "stock", "currency": "USD", **fields})
    PriceSource.objects.create(asset=asset, provider="mfapi" if symbol.isdigit() else "yahoo", symbol=symbol)
    return asset


def reclassify(*symbols: str, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("reclassify_assets", *symbols, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def said(**fields: str) -> Profile:
    return Profile(**{"symbol": "X", "name": "X", "asset_class": "stock", "currency": "USD", **fields})


def test_it_works(providers: Replica) -> None:
    apple, fund = listed("AAPL"), listed("122639", asset_class="mutual_fund", currency="INR")

    assert reclassify() == ("2 assets asked for, 2 changed.\n", "")
    for asset in (apple, fund):
        asset.refresh_from_db()
    assert (apple.name, apple.sector, apple.market_cap) == ("Apple Inc.", "Technology", "large")
    assert (fund.name, fund.isin, fund.amfi_code) == (
        "Parag Parikh Flexi Cap Fund - Direct Plan - Growth", "INF879O01027", "122639",
    )  # fmt: skip
    assert reclassify() == ("2 assets asked for, 0 changed.\n", "")


def test_those_that_are_named_or_miss_something(providers: Replica) -> None:
    listed("AAPL")
    listed("MSFT", sector="Software", market_cap="large")
    listed("SPY", asset_class="etf")
    listed("GE", sector="Industrials")

    assert reclassify("aapl")[0].startswith("1 assets")
    assert reclassify(missing=True)[0] == "1 assets asked for, 1 changed.\n"
    assert reclassify(start="MSFT")[0].startswith("2 assets")
    with pytest.raises(CommandError, match="NOPE"):
        reclassify("AAPL", "NOPE")


def test_a_symbol_that_is_gone_stops_nothing(providers: Replica) -> None:
    gone, apple = listed("AAAGONE"), listed("AAPL")

    out, err = reclassify()
    assert out == "2 assets asked for, 1 changed.\n"
    assert err.startswith("AAAGONE: ")
    gone.refresh_from_db()
    apple.refresh_from_db()
    assert (gone.name, apple.name) == ("AAAGONE", "Apple Inc.")


def test_it_stops_politely_and_goes_on_later(providers: Replica) -> None:
    apple, microsoft = listed("AAPL"), listed("MSFT")
    reclassify("AAPL")
    ProviderState.objects.filter(provider="yahoo").update(allowance=79)
    asked = len(providers.requests_to("yahoo"))

    with pytest.raises(CommandError, match="0 assets changed; 2 remain: go on later with --from 'AAPL'"):
        reclassify()
    assert len(providers.requests_to("yahoo")) == asked
    ProviderState.objects.filter(provider="yahoo").update(allowance=100)
    assert reclassify(start="MSFT")[0] == "1 assets asked for, 1 changed.\n"
    microsoft.refresh_from_db()
    assert (apple.name, microsoft.name) == ("AAPL", "Microsoft Corporation")


def test_a_provider_that_fails_changes_nothing(providers: Replica) -> None:
    apple = listed("AAPL", sector="Fruit")
    providers.fault("yahoo.com", "500")

    with pytest.raises(CommandError, match="1 remain"):
        reclassify()
    apple.refresh_from_db()
    assert (apple.name, apple.sector) == ("AAPL", "Fruit")


def test_private_and_entered_ones_are_not_asked_for(providers: Replica, apple: Asset) -> None:
    assert reclassify() == ("0 assets asked for, 0 changed.\n", "")
    assert providers.log == []


@pytest.mark.parametrize(
    ("known", "now", "then"),
    [
        ("other", "stock", "stock"),
        ("stock", "reit", "reit"),
        ("etf", "gold", "gold"),
        ("gold", "etf", "gold"),
        ("reit", "stock", "reit"),
        ("bond", "etf", "bond"),
        ("stock", "index", "stock"),
        ("stock", "fx", "stock"),
        ("index", "stock", "index"),
    ],
)
def test_the_class(db: None, known: str, now: str, then: str) -> None:
    asset = listed("X", asset_class=known)
    asset_reclassify(asset=asset, profile=said(asset_class=now))
    asset.refresh_from_db()
    assert asset.asset_class == then


def test_what_is_left_out_stays(db: None) -> None:
    asset = listed("X", sector="Energy", market_cap="mid", isin="US0378331005")
    assert asset_reclassify(asset=asset, profile=said(name="")) == {}
    asset.refresh_from_db()
    assert (asset.sector, asset.market_cap, asset.isin) == ("Energy", "mid", "US0378331005")


def test_what_is_held_stays_so(asha_api: APIClient, db: None) -> None:
    asset = listed("X")
    record(asha_api, "buy", "2024-01-02", asset, quantity="1", price="1", currency="USD", fx_rate="83")
    assert asset_reclassify(asset=asset, profile=said(asset_class="index", sector="Energy")) == {"sector": "Energy"}
