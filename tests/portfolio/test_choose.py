"""/assets/choose/: what a provider knows becomes an asset of the catalogue, once, with where its prices come from."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from core.models import IdempotencyKey, User
from portfolio.models import Asset, PriceSource
from portfolio.services.catalogue import SECONDS_TO_CHOOSE
from tests.conftest import api_of, check_error
from tests.portfolio.asking import SLACK
from tests.portfolio.conftest import record
from tests.upstream.replica import Replica

CHOOSE = "/api/v1/assets/choose/"


def choose(client: APIClient, provider: str, symbol: str, **headers: str) -> Any:
    return client.post(CHOOSE, {"provider": provider, "symbol": symbol}, headers=headers)


def described(asset: Asset) -> tuple[str, ...]:
    return asset.asset_class, asset.currency, asset.sector, asset.market_cap


@pytest.mark.parametrize(
    ("provider", "symbol", "name", "expected"),
    [
        ("yahoo", "AAPL", "Apple Inc.", ("stock", "USD", "Technology", "large")),
        ("yahoo", "RELIANCE.NS", "Reliance Industries Limited", ("stock", "INR", "Energy", "large")),
        ("yahoo", "PLUG", "Plug Power Inc.", ("stock", "USD", "Industrials", "mid")),
        ("yahoo", "EMBASSY.NS", "Embassy Office Parks REIT", ("reit", "INR", "Real Estate", "")),
        ("yahoo", "GLD", "SPDR Gold Shares", ("gold", "USD", "", "")),
        ("yahoo", "SPY", "SPDR S&P 500 ETF", ("etf", "USD", "", "")),
        ("yahoo", "BTC-USD", "Bitcoin USD", ("crypto", "USD", "", "")),
        ("yahoo", "^NSEI", "NIFTY 50", ("index", "INR", "", "")),
        ("yahoo", "VOD.L", "Vodafone Group Public Limited Company", ("stock", "GBP", "Communication Services", "")),
    ],
)
def test_it_works(
    providers: Replica, asha_api: APIClient, provider: str, symbol: str, name: str, expected: tuple[str, ...]
) -> None:
    response = choose(asha_api, provider, symbol)

    assert response.status_code == 201, response.content
    asset = Asset.objects.get()
    assert response.json() == asha_api.get(f"/api/v1/assets/{asset.pk}/").json()
    assert (asset.owner, asset.symbol, asset.name) == (None, symbol, name)
    assert described(asset) == expected
    source = PriceSource.objects.get(asset=asset)
    assert (source.provider, source.symbol, bool(source.exchange)) == (provider, symbol, True)
    assert (source.wanted_from, source.due_at) == (None, None)


def test_a_fund(providers: Replica, asha_api: APIClient) -> None:
    assert choose(asha_api, "mfapi", "122639").status_code == 201

    fund = Asset.objects.get()
    assert (fund.symbol, fund.amfi_code, fund.isin) == ("122639", "122639", "INF879O01027")
    assert (fund.asset_class, fund.currency) == ("mutual_fund", "INR")
    assert PriceSource.objects.filter(asset=fund, provider="mfapi", symbol="122639").exists()


def test_a_currency_pair_is_named_by_what_it_says(providers: Replica, asha_api: APIClient) -> None:
    assert choose(asha_api, "yahoo", "USDINR=X").status_code == 201
    pair = Asset.objects.get()
    assert (pair.symbol, pair.asset_class, pair.currency) == ("USDINR=X", "fx", "INR")
    assert choose(asha_api, "yahoo", "usdinr=x").status_code == 200


def test_the_second_one_finds_it_and_asks_nobody(
    providers: Replica, asha_api: APIClient, mallory_api: APIClient
) -> None:
    made = choose(asha_api, "yahoo", "AAPL").json()
    asked = len(providers.log)

    again = choose(mallory_api, "yahoo", "aapl ")
    assert (again.status_code, again.json()) == (200, made)
    assert len(providers.log) == asked


def test_it_can_be_bought_at_once(providers: Replica, asha: User, asha_api: APIClient) -> None:
    asset = Asset.objects.get(pk=choose(asha_api, "yahoo", "AAPL").json()["id"])

    record(asha_api, "buy", "2024-01-02", asset, quantity="2", price="185.64")
    assert asha.transactions.count() == 1


def test_what_one_provider_has_is_not_another_s(providers: Replica, asha_api: APIClient) -> None:
    assert choose(asha_api, "yahoo", "AAPL").status_code == 201
    check_error(choose(asha_api, "mfapi", "AAPL"), 400, attr="symbol", code="unknown_symbol")


@pytest.mark.parametrize(("provider", "symbol"), [("yahoo", "NOSUCHTHING"), ("mfapi", "999999"), ("mfapi", "AAPL")])
def test_it_rejects_what_nobody_knows(providers: Replica, asha_api: APIClient, provider: str, symbol: str) -> None:
    check_error(choose(asha_api, provider, symbol), 400, attr="symbol", code="unknown_symbol")
    assert not Asset.objects.exists()
    assert not PriceSource.objects.exists()


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({"provider": "yahoo"}, "symbol", "required"),
        ({"provider": "yahoo", "symbol": ""}, "symbol", "blank"),
        ({"provider": "yahoo", "symbol": None}, "symbol", "null"),
        ({"provider": "yahoo", "symbol": ["AAPL"]}, "symbol", "invalid"),
        ({"provider": "yahoo", "symbol": "x" * 65}, "symbol", "max_length"),
        ({"provider": "yahoo", "symbol": "A\0"}, "symbol", None),
        ({"symbol": "AAPL"}, "provider", "required"),
        ({"provider": "fixed", "symbol": "DEMO-GOLD"}, "provider", "invalid_choice"),
        ({"provider": "elsewhere", "symbol": "AAPL"}, "provider", "invalid_choice"),
        ({"provider": "yahoo", "symbol": "AAPL", "currency": "INR"}, "currency", "unknown_field"),
    ],
)
def test_it_rejects(providers: Replica, asha_api: APIClient, body: dict[str, Any], attr: str, code: str | None) -> None:
    check_error(asha_api.post(CHOOSE, body), 400, attr=attr, code=code)
    assert providers.log == []
    assert not Asset.objects.exists()


@pytest.mark.parametrize("symbol", ["../../v1/test", "A/B", "AAPL?x=1", "AAPL,MSFT", "आप", "%2e%2e", "-", "A B"])
def test_odd_symbols_are_unknown(providers: Replica, asha_api: APIClient, symbol: str) -> None:
    check_error(choose(asha_api, "yahoo", symbol), 400, attr="symbol")
    assert not Asset.objects.exists()


@pytest.mark.parametrize("mode", ["429", "503", "garbage", "drop", "hang"])
def test_a_failing_provider_is_said_in_time_and_nothing_is_written(
    providers: Replica, asha_api: APIClient, mode: str
) -> None:
    providers.fault("yahoo.com", mode)

    begun = time.monotonic()
    response = choose(asha_api, "yahoo", "AAPL", **{"Idempotency-Key": "k"})

    assert time.monotonic() - begun < SECONDS_TO_CHOOSE + SLACK
    check_error(response, 503)
    assert int(response["Retry-After"]) > 0
    assert not Asset.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_it_works_again_after_a_failure(providers: Replica, asha_api: APIClient) -> None:
    providers.fault("quote", "500")
    assert choose(asha_api, "yahoo", "AAPL", **{"Idempotency-Key": "k"}).status_code == 503
    providers.faults.reset()

    assert choose(asha_api, "yahoo", "AAPL", **{"Idempotency-Key": "k"}).status_code == 201


def test_without_live_prices_only_what_is_there_can_be_chosen(asha_api: APIClient) -> None:
    check_error(choose(asha_api, "yahoo", "AAPL"), 503, code="resting")
    apple = Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")
    PriceSource.objects.create(asset=apple, provider="yahoo", symbol="AAPL")

    assert choose(asha_api, "yahoo", "AAPL").json()["id"] == apple.pk


def test_what_the_catalogue_has_without_a_source_gets_one(
    providers: Replica, asha_api: APIClient, apple: Asset
) -> None:
    response = choose(asha_api, "yahoo", "AAPL")

    assert (response.status_code, response.json()["id"]) == (200, apple.pk)
    assert PriceSource.objects.filter(asset=apple, provider="yahoo", symbol="AAPL").exists()


def test_but_not_in_another_currency(providers: Replica, asha_api: APIClient) -> None:
    Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="INR")

    check_error(choose(asha_api, "yahoo", "AAPL"), 409, attr="symbol", code="other_currency")
    assert not PriceSource.objects.exists()


def test_a_private_asset_of_that_symbol_is_another(providers: Replica, asha: User, asha_api: APIClient) -> None:
    own = Asset.objects.create(owner=asha, symbol="AAPL", name="My apples", asset_class="other", currency="INR")

    response = choose(asha_api, "yahoo", "AAPL")
    assert (response.status_code, response.json()["is_private"]) == (201, False)
    assert not PriceSource.objects.filter(asset=own).exists()


def test_what_has_another_symbol_here_is_found_by_its_source(providers: Replica, asha_api: APIClient) -> None:
    fund = Asset.objects.create(symbol="PPFCF", name="Flexi", asset_class="mutual_fund", currency="INR")
    PriceSource.objects.create(asset=fund, provider="mfapi", symbol="122639")

    response = choose(asha_api, "mfapi", "122639")
    assert (response.status_code, response.json()["id"]) == (200, fund.pk)
    assert providers.log == []


def test_two_who_choose_the_same_make_one(providers: Replica, asha: User, bob: User) -> None:
    providers.fault("yahoo.com", "slow", delay=0.3, times=2)

    def ask(user: User) -> Any:
        try:
            return choose(api_of(user), "yahoo", "AAPL")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, (asha, bob)))
    assert sorted(answer.status_code for answer in answers) == [200, 201], [answer.content for answer in answers]
    assert (Asset.objects.count(), PriceSource.objects.count()) == (1, 1)


def test_a_repeat_answers_as_the_first(providers: Replica, asha_api: APIClient) -> None:
    answers = [choose(asha_api, "yahoo", "AAPL", **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    check_error(choose(asha_api, "yahoo", "SPY", **{"Idempotency-Key": "k"}), 409, code="idempotency_key_reused")
    assert Asset.objects.count() == 1


def test_it_is_closed_to_the_anonymous(providers: Replica, anonymous_api: APIClient) -> None:
    check_error(choose(anonymous_api, "yahoo", "AAPL"), 401)
    check_error(anonymous_api.get(CHOOSE), 401)
    assert providers.log == []


def test_it_is_a_post(asha_api: APIClient) -> None:
    check_error(asha_api.get(CHOOSE), 405)
