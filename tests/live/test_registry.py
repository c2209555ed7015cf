"""One provider of each name, made as the settings say, that spends the one budget."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portfolio.models import PriceSource, ProviderState
from portfolio.providers import registry
from portfolio.providers.base import BudgetSpent, Resting
from tests.providers.yahoo_makers import noon
from tests.upstream.replica import Replica


@pytest.fixture(autouse=True)
def of_the_test(replica: Replica, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_every_source_has_its_provider() -> None:
    for name in PriceSource.Provider.values:
        assert registry.provider_named(name).name == name
    assert set(registry.SEARCHED) < set(PriceSource.Provider.values)


def test_there_is_one_of_each_until_it_is_forgotten() -> None:
    one = registry.provider_named("yahoo")
    assert registry.provider_named("yahoo") is one
    registry.forget()
    assert registry.provider_named("yahoo") is not one


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "symbol"), [("yahoo", "AAPL"), ("mfapi", "122639")])
def test_requests_are_taken_out_of_the_budget(replica: Replica, name: str, symbol: str) -> None:
    with noon():
        ProviderState.objects.create(provider=name, allowance=50, counted_at=timezone.now())
        assert registry.provider_named(name).quotes([symbol], seconds=10).found
        assert ProviderState.objects.get(provider=name).allowance == 50 - len(replica.log) < 50


@pytest.mark.django_db(transaction=True)
def test_without_a_budget_nothing_is_sent(replica: Replica) -> None:
    with noon():
        ProviderState.objects.create(provider="yahoo", allowance=0, counted_at=timezone.now())
        with pytest.raises(BudgetSpent):
            registry.provider_named("yahoo").quotes(["AAPL"], seconds=10)
    assert replica.log == []


@pytest.mark.django_db(transaction=True)
def test_where_prices_are_off_nobody_is_asked(replica: Replica, settings: Any) -> None:
    settings.LIVE_PRICES = False
    for name in registry.SEARCHED:
        with pytest.raises(Resting):
            registry.provider_named(name).search("apple", seconds=10)
    assert replica.log == []


@pytest.mark.django_db(transaction=True)
def test_cookies_of_a_replica_are_kept_apart(tmp_path: Path, settings: Any) -> None:
    assert vars(registry.provider_named("yahoo"))["_settings"]["folder"] == str(tmp_path / "yfinance-replica")
    settings.UPSTREAM_PROXY = ""
    registry.forget()
    assert vars(registry.provider_named("yahoo"))["_settings"]["folder"] == str(tmp_path / "yfinance")
