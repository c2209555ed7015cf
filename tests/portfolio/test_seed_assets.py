"""`seed_assets`: well-known assets in the catalogue; what is there stays as somebody made it."""

import io
import time
from collections import Counter
from typing import Any

from django.core.management import call_command

from core.models import User
from core.money import CURRENCIES
from portfolio import seeds
from portfolio.models import Asset, AssetAlias, PriceSource

LISTED = list(seeds.rows("assets"))
ALIASES = list(seeds.rows("aliases"))
SECTORS = {
    "Technology", "Financial Services", "Healthcare", "Consumer Cyclical", "Consumer Defensive", "Energy",
    "Industrials", "Basic Materials", "Utilities", "Real Estate", "Communication Services",
}  # fmt: skip
INDIAN_INDICES = {"^NSEI", "^BSESN", "^NSEBANK", "^CNXIT", "^INDIAVIX"}
SHARES, FUNDS = {"stock", "reit"}, {"etf", "gold", "bond"}


def seed() -> str:
    out = io.StringIO()
    call_command("seed_assets", stdout=out)
    return out.getvalue()


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Asset, AssetAlias, PriceSource)]


def currency_of(symbol: str) -> str:
    """As Yahoo's symbols say it."""
    if symbol.endswith("=X"):
        return symbol[3:6]
    return "INR" if symbol.endswith((".NS", ".BO")) or symbol in INDIAN_INDICES else "USD"


def test_every_row_is_right() -> None:
    for row in LISTED:
        check_row(row)


def check_row(row: dict[str, str]) -> None:
    symbol, asset_class = row["symbol"], row["asset_class"]
    assert symbol == symbol.strip().upper()
    assert row["name"] == row["name"].strip()
    assert row["name"]
    assert row["currency"] == currency_of(symbol)
    assert row["currency"] in CURRENCIES
    assert (symbol.endswith("=X"), symbol.startswith("^"), symbol.endswith("-USD")) == (
        asset_class == "fx", asset_class == "index", asset_class == "crypto",
    )  # fmt: skip
    assert asset_class in SHARES | FUNDS | {"crypto", "index", "fx"}
    assert (row["sector"] in SECTORS) if asset_class in SHARES else (row["sector"] == "")
    assert (row["market_cap"] in {"large", "mid", "small"}) if asset_class == "stock" else (row["market_cap"] == "")
    Asset(**row).full_clean(exclude=["owner"], validate_unique=False, validate_constraints=False)


def test_each_symbol_is_listed_once() -> None:
    assert [symbol for symbol, count in Counter(row["symbol"] for row in LISTED).items() if count > 1] == []


def test_there_is_enough_of_each() -> None:
    count = Counter((row["asset_class"], row["currency"]) for row in LISTED)
    assert count["stock", "INR"] >= 200
    assert count["stock", "USD"] >= 200
    assert sum(count[name, currency] for name in FUNDS for currency in ("INR", "USD")) >= 40
    assert all(count[name, currency] for name in ("etf", "gold", "bond", "reit") for currency in ("INR", "USD"))
    assert count["crypto", "USD"] >= 30
    symbols = {row["symbol"] for row in LISTED}
    assert symbols >= {"^NSEI", "^BSESN", "^NSEBANK", "^GSPC", "^NDX", "^IXIC", "^DJI", "USDINR=X", "EMBASSY.NS", "O"}


def test_an_alias_leads_from_what_is_no_more_to_what_is_listed() -> None:
    listed = {row["symbol"] for row in LISTED}
    old = [row["old"] for row in ALIASES]
    assert len(set(old)) == len(old)
    assert not set(old) & listed
    assert {row["new"] for row in ALIASES} <= listed


def test_it_fills_an_empty_catalogue(db: None) -> None:
    begun = time.monotonic()
    assert seed() == f"{len(LISTED)} of {len(LISTED)} well-known assets are new in the catalogue.\n"
    assert time.monotonic() - begun < 5

    columns = ("symbol", "name", "asset_class", "currency", "sector", "market_cap")
    assert list(Asset.objects.order_by("pk").values(*columns)) == LISTED
    assert not Asset.objects.exclude(owner=None).exists()
    sources = PriceSource.objects.values_list("provider", "symbol", "asset__symbol", "wanted_from", "due_at")
    assert sorted(sources) == sorted(("yahoo", row["symbol"], row["symbol"], None, None) for row in LISTED)
    assert AssetAlias.objects.get(symbol="ZOMATO.NS").asset.symbol == "ETERNAL.NS"
    assert AssetAlias.objects.count() == len(ALIASES)


def test_a_second_time_changes_nothing(db: None) -> None:
    seed()
    before = everything()
    assert seed() == f"0 of {len(LISTED)} well-known assets are new in the catalogue.\n"
    assert everything() == before


def test_what_an_administrator_changed_stays(db: None) -> None:
    Asset.objects.create(symbol="AAPL", name="Äpfel", asset_class="other", currency="USD", sector="Fruit")
    renamed = Asset.objects.create(symbol="GOOGLE", name="Google", asset_class="stock", currency="USD")
    AssetAlias.objects.create(asset=renamed, symbol="GOOGL")
    moved = Asset.objects.create(symbol="MSFT", name="Microsoft", asset_class="stock", currency="USD")
    PriceSource.objects.create(asset=moved, provider="fixed", symbol="MS")
    seed()

    apple = Asset.objects.get(symbol="AAPL")
    assert (apple.name, apple.asset_class, apple.sector) == ("Äpfel", "other", "Fruit")
    assert PriceSource.objects.filter(asset=apple, provider="yahoo", symbol="AAPL").exists()
    assert not Asset.objects.filter(symbol="GOOGL").exists()
    source = PriceSource.objects.get(asset=moved)
    assert (source.provider, source.symbol) == ("fixed", "MS")


def test_what_is_in_another_currency_gets_no_source(db: None) -> None:
    other = Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="INR")
    seed()
    assert not PriceSource.objects.filter(asset=other).exists()


def test_a_private_asset_of_the_same_symbol_is_left_alone(asha: User) -> None:
    own = Asset.objects.create(owner=asha, symbol="AAPL", name="My apples", asset_class="other", currency="USD")
    seed()
    assert Asset.objects.filter(symbol="AAPL").count() == 2
    assert not PriceSource.objects.filter(asset=own).exists()


def test_an_asset_of_an_old_symbol_is_renamed_with_its_source(db: None) -> None:
    facebook = Asset.objects.create(symbol="FB", name="Facebook", asset_class="stock", currency="USD")
    PriceSource.objects.create(asset=facebook, provider="yahoo", symbol="FB", failures=3)

    assert "renamed: FB" in seed()
    facebook.refresh_from_db()
    source = PriceSource.objects.get(asset=facebook)
    assert (facebook.symbol, source.symbol, source.failures) == ("META", "META", 0)
    assert AssetAlias.objects.get(symbol="FB").asset == facebook


def test_where_both_symbols_are_there_both_stay(db: None) -> None:
    for symbol in ("FB", "META"):
        Asset.objects.create(symbol=symbol, name=symbol, asset_class="stock", currency="USD")

    assert "renamed" not in seed()
    assert Asset.objects.filter(symbol__in=("FB", "META")).count() == 2
    assert not AssetAlias.objects.filter(symbol="FB").exists()
