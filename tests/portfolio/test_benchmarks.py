"""/benchmarks/: what a person compares with."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.errors import InvalidInput
from core.models import User
from core.services import user_update
from portfolio.benchmarks import OFFERED, benchmark_default, indices_offered
from portfolio.models import Asset, Benchmark
from portfolio.services.benchmarks import MOST, benchmark_choose
from portfolio.signals import benchmark_chosen
from tests.conftest import check_error

BENCHMARKS = "/api/v1/benchmarks/"


def index(symbol: str, currency: str = "INR", **fields: Any) -> Asset:
    return Asset.objects.create(symbol=symbol, name=symbol, asset_class="index", currency=currency, **fields)


@pytest.fixture
def nifty(db: None) -> Asset:
    return index("^NSEI")


@pytest.fixture
def sp500(db: None) -> Asset:
    return index("^GSPC", "USD")


def choose(api: APIClient, asset: Asset) -> Any:
    return api.post(BENCHMARKS, {"asset": asset.pk}, format="json")


def symbols(answer: Any) -> list[str]:
    return [row["asset"]["symbol"] for row in answer["results"]]


class TestDefault:
    @pytest.mark.parametrize(("currency", "symbol"), [("INR", "^NSEI"), ("USD", "^GSPC"), ("CHF", "^GSPC")])
    def test_of_each_currency(self, asha: User, nifty: Asset, sp500: Asset, currency: str, symbol: str) -> None:
        user_update(user=asha, changes={"base_currency": currency})
        meant = benchmark_default(asha)
        assert meant is not None
        assert meant.symbol == symbol

    def test_none_where_the_catalogue_has_none(self, asha: User, asha_api: APIClient, sp500: Asset) -> None:
        index("^NSEI", owner=asha)  # of her own, which is another thing
        assert benchmark_default(asha) is None
        assert asha_api.get(BENCHMARKS).json()["default"] is None

    def test_the_oldest_choice_comes_first(self, asha: User, asha_api: APIClient, nifty: Asset, sp500: Asset) -> None:
        choose(asha_api, sp500)
        choose(asha_api, nifty)
        assert benchmark_default(asha) == sp500
        Benchmark.objects.get(asset=sp500).delete()
        assert benchmark_default(asha) == nifty


class TestOffered:
    def test_the_usual_ones_of_the_catalogue_with_what_is_chosen(self, asha_api: APIClient) -> None:
        sp500, nifty = index("^GSPC", "USD"), index("^NSEI")
        index("^VIX", "USD")  # no market that one can buy
        choose(asha_api, sp500)

        answer = asha_api.get(BENCHMARKS).json()

        named = ("symbol", "currency", "is_chosen")
        assert [tuple(one[name] for name in named) for one in answer["offered"]] == [
            ("^NSEI", "INR", False),
            ("^GSPC", "USD", True),
        ]
        assert answer["default"]["id"] == sp500.pk
        assert answer["offered"][0]["id"] == nifty.pk

    def test_the_well_known_assets_have_all_of_them(self, db: None) -> None:
        call_command("seed_assets", verbosity=0)
        assert [asset.symbol for asset in indices_offered()] == list(OFFERED)


class TestChoosing:
    def test_they_are_kept_in_order(self, asha_api: APIClient, nifty: Asset, sp500: Asset) -> None:
        first, second = choose(asha_api, sp500), choose(asha_api, nifty)
        assert (first.status_code, second.status_code) == (201, 201)
        Asset.objects.filter(pk=nifty.pk).update(prices_from="2020-01-01", prices_to="2024-01-09")

        answer = asha_api.get(BENCHMARKS).json()

        assert symbols(answer) == ["^GSPC", "^NSEI"]
        assert answer["results"][1]["asset"] == {
            "id": nifty.pk,
            "symbol": "^NSEI",
            "name": "^NSEI",
            "asset_class": "index",
            "currency": "INR",
            "prices_from": "2020-01-01",
            "prices_to": "2024-01-09",
        }

    def test_a_repeat_is_the_same_choice(self, asha_api: APIClient, nifty: Asset) -> None:
        first, again = choose(asha_api, nifty), choose(asha_api, nifty)
        assert (again.status_code, again.json()) == (200, first.json())
        assert Benchmark.objects.count() == 1

    def test_a_key_that_was_seen_before_answers_as_it_did(self, asha_api: APIClient, nifty: Asset) -> None:
        sent = [
            asha_api.post(BENCHMARKS, {"asset": nifty.pk}, format="json", headers={"idempotency-key": "k"})
            for _ in range(2)
        ]
        assert [answer.status_code for answer in sent] == [201, 201]

    def test_their_own_asset_and_a_share_will_do(self, asha: User, asha_api: APIClient) -> None:
        house = Asset.objects.create(owner=asha, symbol="HOUSE", name="House", asset_class="other", currency="INR")
        share = Asset.objects.create(symbol="AAPL", name="Apple", asset_class="stock", currency="USD")
        assert {choose(asha_api, asset).status_code for asset in (house, share)} == {201}

    def test_ten_are_enough(self, asha_api: APIClient) -> None:
        for number in range(MOST):
            assert choose(asha_api, index(f"I{number}")).status_code == 201
        check_error(choose(asha_api, index("ONE-MORE")), 409, attr="asset", code="too_many")

    @pytest.mark.parametrize("sent", [{}, {"asset": None}, {"asset": "x"}, {"asset": 10**30}, {"asset": 999_999}])
    def test_nonsense(self, asha_api: APIClient, sent: dict[str, Any]) -> None:
        check_error(asha_api.post(BENCHMARKS, sent, format="json"), 400, attr="asset")

    def test_an_unknown_field(self, asha_api: APIClient, nifty: Asset) -> None:
        answer = asha_api.post(BENCHMARKS, {"asset": nifty.pk, "weight": 1}, format="json")
        check_error(answer, 400, attr="weight", code="unknown_field")

    def test_what_was_deleted_at_the_same_moment(self, asha: User, nifty: Asset) -> None:
        Asset.objects.filter(pk=nifty.pk).delete()
        with pytest.raises(InvalidInput, match="no such asset"):
            benchmark_choose(user=asha, asset=nifty)

    def test_it_is_told_once_it_is_stored(
        self, asha: User, nifty: Asset, django_capture_on_commit_callbacks: Any
    ) -> None:
        told: list[int] = []

        def note(**_: Any) -> None:
            told.append(1)

        benchmark_chosen.connect(note)
        try:
            for _ in range(2):  # the second time, nothing is new
                with django_capture_on_commit_callbacks(execute=True):
                    benchmark_choose(user=asha, asset=nifty)
        finally:
            benchmark_chosen.disconnect(note)
        assert told == [1]


class TestDropping:
    def test_it_is_gone(self, asha_api: APIClient, nifty: Asset) -> None:
        pk = choose(asha_api, nifty).json()["id"]
        assert asha_api.delete(f"{BENCHMARKS}{pk}/").status_code == 204
        assert symbols(asha_api.get(BENCHMARKS).json()) == []
        check_error(asha_api.delete(f"{BENCHMARKS}{pk}/"), 404)

    def test_an_asset_takes_its_choice_with_it(self, asha: User, asha_api: APIClient) -> None:
        fields = {"symbol": "MINE", "name": "Mine", "asset_class": "other", "currency": "INR"}
        mine = asha_api.post("/api/v1/assets/", fields, format="json").json()["id"]
        asha_api.post(BENCHMARKS, {"asset": mine}, format="json")
        assert asha_api.delete(f"/api/v1/assets/{mine}/").status_code == 204
        assert symbols(asha_api.get(BENCHMARKS).json()) == []


class TestOthers:
    def test_a_stranger_sees_and_drops_nothing(self, asha_api: APIClient, mallory_api: APIClient, nifty: Asset) -> None:
        pk = choose(asha_api, nifty).json()["id"]
        assert symbols(mallory_api.get(BENCHMARKS).json()) == []
        assert mallory_api.get(BENCHMARKS).json()["offered"][0]["is_chosen"] is False
        check_error(mallory_api.delete(f"{BENCHMARKS}{pk}/"), 404)
        assert Benchmark.objects.filter(pk=pk).exists()

    def test_a_strangers_asset_does_not_exist(self, asha: User, mallory_api: APIClient) -> None:
        check_error(choose(mallory_api, index("SECRET", owner=asha)), 400, attr="asset", code="does_not_exist")

    def test_nobody(self, anonymous_api: APIClient, nifty: Asset) -> None:
        for answer in (
            anonymous_api.get(BENCHMARKS),
            choose(anonymous_api, nifty),
            anonymous_api.delete(f"{BENCHMARKS}1/"),
        ):
            check_error(answer, 401)


def test_the_list_asks_no_more_when_more_is_chosen(asha: User, asha_api: APIClient) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert asha_api.get(BENCHMARKS).status_code == 200
        return len(queries)

    benchmark_choose(user=asha, asset=index("I0"))
    count()  # the first one notes that the key was used
    few = count()
    for number in range(1, MOST):
        benchmark_choose(user=asha, asset=index(f"I{number}"))
    assert count() == few
