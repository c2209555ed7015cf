"""A symbol of old still finds its asset: in files, in transactions, in searches, and at the provider."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, AssetAlias, PriceSource
from portfolio.selectors import assets_by_symbol
from portfolio.services.assets import asset_change
from tests.portfolio.conftest import TRANSACTIONS


@pytest.fixture
def zomato(db: None) -> Asset:
    asset = Asset.objects.create(symbol="ZOMATO.NS", name="Zomato", asset_class="stock", currency="INR")
    PriceSource.objects.create(asset=asset, provider="yahoo", symbol="ZOMATO.NS", fetched_from=date(2022, 1, 3))
    return asset


def rename(asset: Asset, symbol: str) -> Asset:
    return asset_change(asset=asset, changes={"symbol": symbol})


def aliases() -> dict[str, str]:
    return dict(AssetAlias.objects.values_list("symbol", "asset__symbol"))


def test_a_rename_keeps_the_old_symbol_and_moves_the_source(zomato: Asset) -> None:
    rename(zomato, "eternal.ns")

    assert aliases() == {"ZOMATO.NS": "ETERNAL.NS"}
    source = PriceSource.objects.get(asset=zomato)
    assert (source.symbol, source.fetched_from) == ("ETERNAL.NS", date(2022, 1, 3))
    assert source.due_at is not None


def test_a_source_that_had_another_symbol_keeps_it(zomato: Asset) -> None:
    PriceSource.objects.update(symbol="543320.BO")
    rename(zomato, "ETERNAL.NS")
    assert PriceSource.objects.get().symbol == "543320.BO"


def test_other_changes_leave_no_alias(zomato: Asset) -> None:
    asset_change(asset=zomato, changes={"symbol": "zomato.ns", "name": "Zomato Ltd"})
    assert aliases() == {}


def test_back_to_the_old_symbol_and_on(zomato: Asset) -> None:
    rename(zomato, "ETERNAL.NS")
    rename(zomato, "ZOMATO.NS")
    assert aliases() == {"ETERNAL.NS": "ZOMATO.NS"}
    rename(zomato, "A.NS")
    rename(zomato, "B.NS")
    assert aliases() == {"ETERNAL.NS": "B.NS", "ZOMATO.NS": "B.NS", "A.NS": "B.NS"}


def test_a_symbol_that_was_anothers_belongs_to_the_last(zomato: Asset) -> None:
    rename(zomato, "ETERNAL.NS")
    other = Asset.objects.create(symbol="ZOMATO.NS", name="Other", asset_class="stock", currency="INR")
    assert assets_by_symbol(None, ["ZOMATO.NS"]) == {"ZOMATO.NS": other}
    rename(other, "OTHER.NS")
    assert aliases() == {"ZOMATO.NS": "OTHER.NS"}


def test_a_private_asset_has_no_alias(asha: User) -> None:
    house = Asset.objects.create(owner=asha, symbol="HOUSE", name="House", asset_class="other", currency="INR")
    rename(house, "HOME")
    assert aliases() == {}


def test_own_before_catalogue_before_alias(zomato: Asset, asha: User, mallory: User) -> None:
    rename(zomato, "ETERNAL.NS")
    assert assets_by_symbol(asha, ["zomato.ns"]) == {"ZOMATO.NS": zomato}
    own = Asset.objects.create(owner=asha, symbol="ZOMATO.NS", name="x", asset_class="stock", currency="INR")
    assert assets_by_symbol(asha, ["ZOMATO.NS"]) == {"ZOMATO.NS": own}
    assert assets_by_symbol(mallory, ["ZOMATO.NS"]) == {"ZOMATO.NS": zomato}


def test_a_transaction_of_the_old_symbol(zomato: Asset, asha_api: APIClient) -> None:
    rename(zomato, "ETERNAL.NS")
    bought = {"kind": "buy", "date": "2023-01-02", "symbol": "ZOMATO.NS", "quantity": "10", "price": "60"}

    response = asha_api.post(TRANSACTIONS, bought)
    assert (response.status_code, response.json()["asset"]) == (201, zomato.pk), response.content
    assert response.json()["symbol"] == "ETERNAL.NS"


def test_files_of_the_old_symbol(zomato: Asset, asha: User, tmp_path: Path) -> None:
    rename(zomato, "ETERNAL.NS")
    trades, prices = tmp_path / "trades.csv", tmp_path / "prices.csv"
    trades.write_text("date,kind,symbol,quantity,price\n2023-01-02,buy,ZOMATO.NS,10,60\n")
    prices.write_text("date,symbol,close\n2023-01-02,ZOMATO.NS,60.5\n2023-01-03,ETERNAL.NS,61\n")

    out = io.StringIO()
    call_command("import_transactions", str(trades), user=asha.email, create_assets=True, stdout=out)
    call_command("import_prices", str(prices), stdout=out)
    assert "new assets" not in out.getvalue()
    assert asha.transactions.get().asset == zomato
    zomato.refresh_from_db()
    assert (zomato.prices_from, zomato.prices_to) == (date(2023, 1, 2), date(2023, 1, 3))
