"""`/assets/?search=`: the catalogue first, then the providers, within a bound and few at a time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from core.models import User
from portfolio.models import Asset, AssetAlias, PriceSource, ProviderState
from portfolio.search import SECONDS_TO_WAIT
from portfolio.upstream import WAITING_AT_ONCE
from tests.conftest import api_of, check_error
from tests.portfolio.asking import SLACK, searches_at
from tests.upstream.replica import Replica

ASSETS = "/api/v1/assets/"
ANSWERED = [{"provider": name, "code": None, "detail": None} for name in ("yahoo", "mfapi")]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that are not about time, on machines that are busy."""
    monkeypatch.setattr("portfolio.search.SECONDS_TO_WAIT", 20)


def search(client: APIClient, text: str, **parameters: str) -> Any:
    response = client.get(ASSETS, {"search": text, **parameters})
    assert response.status_code == 200, response.content
    return response.json()


def symbols(rows: list[dict[str, Any]]) -> list[str]:
    return [row["symbol"] for row in rows]


def catalogue(symbol: str, name: str, **fields: str) -> Asset:
    return Asset.objects.create(
        symbol=symbol, name=name, **{"asset_class": "stock", "currency": "INR", "sector": "", **fields}
    )


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("text", "provider", "symbol", "asset_class"),
    [
        ("AAPL", "yahoo", "AAPL", "stock"),
        ("apple inc", "yahoo", "AAPL", "stock"),
        ("INE002A01018", "yahoo", "RELIANCE.NS", "stock"),
        ("BTC-USD", "yahoo", "BTC-USD", "crypto"),
        ("^NSEI", "yahoo", "^NSEI", "index"),
        ("INF204KB17I5", "yahoo", "GOLDBEES.NS", "gold"),
        ("parag parikh flexi", "mfapi", "122639", "mutual_fund"),
        ("122639", "mfapi", "122639", "mutual_fund"),
        ("INF879O01027", "mfapi", "122639", "mutual_fund"),
    ],
)
def test_providers_find_what_the_catalogue_has_not(
    providers: Replica, asha_api: APIClient, text: str, provider: str, symbol: str, asset_class: str
) -> None:
    found = search(asha_api, text)

    assert found["results"] == []
    match = next(match for match in found["matches"] if match["symbol"] == symbol)
    assert (match["provider"], match["asset_class"]) == (provider, asset_class)
    assert set(match) == {
        "provider", "symbol", "name", "asset_class", "exchange", "currency", "sector", "isin", "amfi_code",
    }  # fmt: skip
    assert {one["code"] for one in found["providers"]} == {None}
    assert not Asset.objects.exists()


@pytest.mark.usefixtures("patient")
def test_those_are_asked_who_may_know(providers: Replica, asha_api: APIClient) -> None:
    assert [one["provider"] for one in search(asha_api, "122639")["providers"]] == ["mfapi"]
    assert [one["provider"] for one in search(asha_api, "US0378331005")["providers"]] == ["yahoo"]
    assert search(asha_api, "reliance")["providers"] == ANSWERED


def test_enough_in_the_catalogue_asks_nobody(providers: Replica, asha_api: APIClient) -> None:
    for number in range(10):
        catalogue(f"APPLE{number}", "x")
    catalogue("RELIANCE.NS", "Reliance", isin="INE002A01018")
    catalogue("122639", "A fund", amfi_code="122639")

    for text in ("apple", "INE002A01018", "122639", "", "a"):
        found = search(asha_api, text)
        assert (found["matches"], found["providers"]) == ([], []), text
    assert providers.log == []


@pytest.mark.usefixtures("patient")
def test_what_the_catalogue_has_under_another_name_is_a_result(providers: Replica, asha_api: APIClient) -> None:
    mine = catalogue("GOOGL", "Google")
    other = catalogue("ALPHA", "Renamed")
    PriceSource.objects.create(asset=other, provider="yahoo", symbol="GOOG")

    found = search(asha_api, "alphabet")
    assert {row["id"] for row in found["results"]} == {mine.pk, other.pk}
    assert not {"GOOGL", "GOOG"} & set(symbols(found["matches"]))


@pytest.mark.usefixtures("patient")
def test_a_private_asset_hides_no_match_and_is_no_strangers(
    providers: Replica, asha: User, asha_api: APIClient, mallory_api: APIClient
) -> None:
    own = Asset.objects.create(owner=asha, symbol="AAPL", name="My apples", asset_class="other", currency="INR")

    found = search(asha_api, "AAPL")
    assert ([row["id"] for row in found["results"]], "AAPL" in symbols(found["matches"])) == ([own.pk], True)
    found = search(mallory_api, "AAPL")
    assert (found["results"], "AAPL" in symbols(found["matches"])) == ([], True)


@pytest.mark.usefixtures("patient")
def test_filters_hold_for_matches(providers: Replica, asha_api: APIClient) -> None:
    catalogue("GOLDBEES.NS", "Something else", asset_class="gold")

    found = search(asha_api, "nippon india", asset_class="etf")
    assert (symbols(found["matches"]), found["results"]) == (["NIFTYBEES.NS"], [])
    assert symbols(search(asha_api, "nippon india", asset_class="gold")["results"]) == ["GOLDBEES.NS"]


def test_only_the_whole_first_page_asks(providers: Replica, asha_api: APIClient) -> None:
    for symbol in ("AAPL", "AAPLA", "AAPLB"):
        catalogue(symbol, symbol)

    first = search(asha_api, "aapl", page_size="2")
    second = asha_api.get(first["next"]).json()
    assert (symbols(first["results"]), symbols(second["results"])) == (["AAPL", "AAPLA"], ["AAPLB"])
    for page in (first, second):
        assert (page["matches"], page["providers"]) == ([], [])
    assert providers.log == []


@pytest.mark.usefixtures("patient")
def test_the_same_text_is_asked_once_a_day(providers: Replica, asha_api: APIClient, bob_api: APIClient) -> None:
    once = search(asha_api, "  Reliance ")
    assert search(bob_api, "reliance") == once
    assert len(searches_at(providers, "yahoo")) == 1

    assert search(asha_api, "zzzzqq")["matches"] == search(asha_api, "zzzzqq")["matches"] == []
    assert len(searches_at(providers, "yahoo")) == 2


@pytest.mark.usefixtures("patient")
def test_the_same_text_at_the_same_time_is_asked_once(providers: Replica, asha: User, bob: User) -> None:
    providers.fault("finance/search", "slow", delay=1)
    together = threading.Barrier(2)

    def ask(user: User) -> Any:
        try:
            client = api_of(user)
            together.wait()
            return search(client, "microsoft")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(ask, (asha, bob))
    assert symbols(one["matches"]) == symbols(other["matches"])
    assert "MSFT" in symbols(one["matches"])
    assert len(searches_at(providers, "yahoo")) == 1


@pytest.mark.parametrize("mode", ["429", "500", "garbage", "html", "emptyobj", "drop", "truncate", "hang", "trickle"])
def test_a_failing_provider_leaves_the_local_results(providers: Replica, asha_api: APIClient, mode: str) -> None:
    catalogue("AAPLA", "Near")
    providers.fault("yahoo.com", mode)

    begun = time.monotonic()
    found = search(asha_api, "aapl")

    assert time.monotonic() - begun < SECONDS_TO_WAIT + SLACK
    assert symbols(found["results"]) == ["AAPLA"]
    yahoo, mfapi = found["providers"]
    assert yahoo["code"], yahoo["detail"]
    assert mfapi == ANSWERED[1]


def test_with_all_failing_it_ends_in_time(providers: Replica, asha_api: APIClient) -> None:
    providers.fault(".", "hang")

    begun = time.monotonic()
    found = search(asha_api, "parag")

    assert SECONDS_TO_WAIT <= time.monotonic() - begun < SECONDS_TO_WAIT + SLACK
    assert [one["code"] for one in found["providers"]] == ["timed_out", "timed_out"]
    assert (found["results"], found["matches"]) == ([], [])


def test_an_answer_that_came_too_late_is_there_for_the_next(providers: Replica, asha_api: APIClient) -> None:
    providers.fault("finance/search", "slow", delay=SECONDS_TO_WAIT + 0.5, times=1)

    assert search(asha_api, "microsoft")["providers"][0]["code"] == "timed_out"
    time.sleep(1)
    found = search(asha_api, "microsoft")
    assert "MSFT" in symbols(found["matches"])
    assert len(searches_at(providers, "yahoo")) == 1


def test_few_wait_at_once_and_the_others_go_on(providers: Replica, asha: User) -> None:
    providers.fault(".", "hang")
    client = api_of(asha)

    def ask(text: str) -> tuple[float, list[str | None]]:
        begun = time.monotonic()
        try:
            codes = [one["code"] for one in search(client, text)["providers"]]
        finally:
            connections.close_all()
        return time.monotonic() - begun, codes

    with ThreadPoolExecutor(WAITING_AT_ONCE + 4) as pool:
        answers = list(pool.map(ask, [f"text {number}" for number in range(WAITING_AT_ONCE + 4)]))
    busy = [seconds for seconds, codes in answers if codes == ["busy", "busy"]]
    assert len(busy) == 4
    assert all(seconds < SECONDS_TO_WAIT for seconds in busy)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere, one who writes stops nobody")
def test_whoever_writes_for_long_does_not_make_it_longer(providers: Replica, asha_api: APIClient) -> None:
    search(asha_api, "")  # notes that the key was used today
    has_begun, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            has_begun.set()
            may_end.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    has_begun.wait()
    begun = time.monotonic()
    found = search(asha_api, "apple")
    seconds = time.monotonic() - begun
    may_end.set()
    writer.join()
    assert seconds < SECONDS_TO_WAIT + SLACK
    assert [one["code"] for one in found["providers"]] == ["timed_out", "timed_out"]


def test_a_provider_at_rest_is_named_and_not_asked(providers: Replica, asha_api: APIClient) -> None:
    providers.fault("yahoo.com", "429")
    search(asha_api, "first")
    assert ProviderState.objects.get(provider="yahoo").open_until is not None
    asked = len(providers.requests_to("yahoo"))

    assert search(asha_api, "second")["providers"][0]["code"] == "resting"
    assert len(providers.requests_to("yahoo")) == asked


@pytest.mark.usefixtures("patient")
def test_a_spent_budget_is_named(providers: Replica, asha_api: APIClient, settings: Any) -> None:
    search(asha_api, "apple")
    ProviderState.objects.filter(provider="yahoo").update(allowance=0)
    asked = len(providers.requests_to("yahoo"))

    yahoo, mfapi = search(asha_api, "microsoft")["providers"]
    assert (yahoo["code"], mfapi["code"]) == ("budget_spent", None)
    assert len(providers.requests_to("yahoo")) == asked


def test_without_live_prices_it_is_local(asha_api: APIClient) -> None:
    catalogue("AAPL", "Apple")

    found = search(asha_api, "aapl")
    assert (symbols(found["results"]), found["matches"], found["providers"]) == (["AAPL"], [], [])


def test_each_word_counts(asha_api: APIClient) -> None:
    catalogue("122639", "Parag Parikh Flexi Cap Fund - Direct Plan - Growth", isin="INF879O01027")
    catalogue("122640", "Parag Parikh Flexi Cap Fund - Regular Plan - Growth")

    assert symbols(search(asha_api, "flexi parag direct")["results"]) == ["122639"]
    assert symbols(search(asha_api, "parag  growth")["results"]) == ["122639", "122640"]
    assert symbols(search(asha_api, "parag axis")["results"]) == []


def test_a_symbol_of_old_finds_it_first(asha_api: APIClient) -> None:
    meta = catalogue("META", "Meta Platforms", currency="USD")
    catalogue("AFB", "Before it by symbol")
    AssetAlias.objects.create(asset=meta, symbol="FB")

    assert symbols(search(asha_api, "fb")["results"]) == ["META", "AFB"]


def test_it_is_closed_to_the_anonymous(providers: Replica, anonymous_api: APIClient) -> None:
    check_error(anonymous_api.get(ASSETS, {"search": "aapl"}), 401)
    assert providers.log == []


@pytest.mark.usefixtures("patient")
def test_the_cache_holds_nothing_of_a_failure(providers: Replica, asha_api: APIClient) -> None:
    providers.fault("finance/search", "500")
    assert search(asha_api, "apple")["matches"] == []
    providers.faults.reset()
    ProviderState.objects.all().delete()

    assert "AAPL" in symbols(search(asha_api, "apple")["matches"])
    cache.clear()
