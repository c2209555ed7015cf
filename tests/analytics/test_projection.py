"""/analytics/projection/: from a person's own flows and returns, by hand where prices stand still."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.models import Account, User
from core.services import account_create
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from tests.analytics.conftest import TODAY, enter
from tests.conftest import check_error

PROJECTION = "/api/v1/analytics/projection/"
FIRST = date(2022, 1, 3)
LEVELS = ("p5", "p25", "p50", "p75", "p95")

pytestmark = pytest.mark.usefixtures("at_noon")


def weekdays(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def priced(asset: Asset, *, first: date = FIRST, swing: int = 0) -> None:
    """100 on every weekday, or up to ten times `swing` above, up and down."""
    days = weekdays(first, TODAY)
    prices_record(closes={asset.pk: {day: Decimal(100 + swing * (n * n % 11)) for n, day in enumerate(days)}})


@pytest.fixture
def still(main: Account, infosys: Asset) -> Asset:
    """10 bought in 2022; in the last twelve months 12 more, and 6 sold: 600 paid in, 50 a month; 1,600 now."""
    priced(infosys)
    enter(main, "buy", "2022-01-03", infosys, quantity="10", price="100")
    enter(main, "buy", "2023-06-01", infosys, quantity="12", price="100")
    enter(main, "sell", "2023-09-01", infosys, quantity="6", price="100")
    return infosys


def ask(api: APIClient, **params: Any) -> Any:
    response = api.get(PROJECTION, params)
    assert response.status_code == 200, response.content
    return response.json()


class TestByHand:
    def test_their_own_habit_goes_on(self, still: Asset, asha_api: APIClient) -> None:
        """No return: 1,600 and 12 × 10 × 50 are 7,600 on every path."""
        answer = ask(asha_api)
        assert answer["value"] == "1600"
        assert answer["monthly"] == {"amount": "50", "is_own": True, "first": "2023-01-11", "last": "2024-01-10"}
        assert (answer["first"], answer["last"], answer["as_of"]) == ("2022-01-03", "2024-01-10", "2024-01-10")
        assert answer["observations"] == len(weekdays(FIRST, TODAY))
        assert answer["contributed"] == "6000"
        assert answer["final"] == dict.fromkeys(LEVELS, "7600")
        assert answer["series"].keys() == {*LEVELS, "put_in"}
        assert answer["series"]["p50"] == answer["series"]["put_in"]
        assert answer["series"]["p50"][:3] == [1600, 1650, 1700]
        assert answer["dates"][:3] == ["2024-01-10", "2024-02-10", "2024-03-10"]
        assert (len(answer["dates"]), answer["dates"][-1]) == (121, "2034-01-10")
        assert answer["loss_chance"] == {"value": 0, "reason": None}
        assert answer["reason"] is None
        assert (answer["years"], answer["simulations"], answer["block_months"]) == (10, 2000, 3)
        assert answer["fresh"] is True

    def test_what_is_asked_instead(self, still: Asset, asha_api: APIClient) -> None:
        """1,600 + 12 × 10 + 12 × 15: 1,900 after two years, and 1,720 after one."""
        answer = ask(asha_api, years=2, monthly="10", contribution_growth="0.5", goal="1720")
        assert answer["monthly"] == {"amount": "10", "is_own": False, "first": None, "last": None}
        assert answer["final"]["p5"] == answer["final"]["p95"] == "1900"
        assert answer["goal"] == "1720"
        assert answer["goal_chance"]["value"] == 1
        assert answer["goal_months"]["value"] == 12

    def test_withdrawals_and_inflation(self, still: Asset, asha_api: APIClient) -> None:
        """1,600 last for 16 months of 100. Lying still while prices double a year, they are 400 of today."""
        assert ask(asha_api, years=1, monthly="-100")["ruin_chance"]["value"] == 0
        assert ask(asha_api, years=2, monthly="-100")["ruin_chance"]["value"] == 1
        deflated = ask(asha_api, years=2, monthly="0", inflation="1")
        assert float(deflated["final"]["p50"]) == pytest.approx(400)
        assert deflated["loss_chance"]["value"] == 1

    def test_an_account_is_a_world_of_its_own(
        self, still: Asset, asha: User, main: Account, asha_api: APIClient
    ) -> None:
        """The 600 that came into the other account are no habit of this one."""
        fields = {"name": "Zerodha", "currency": "INR"}
        other = account_create(user=asha, fields=fields)
        enter(other, "buy", "2022-01-03", still, quantity="3", price="100")
        assert ask(asha_api)["value"] == "1900"
        answer = ask(asha_api, account=other.pk, years=1)
        assert (answer["value"], answer["monthly"]["amount"]) == ("300", "0")
        assert answer["final"]["p50"] == "300"
        assert ask(asha_api, account=main.pk, years=1)["final"]["p50"] == "2200"

    def test_another_currency(self, still: Asset, dollar: Asset, asha_api: APIClient) -> None:
        """80 rupees a dollar on every day: 20 dollars, and 0.625 a month."""
        priced_at = dict.fromkeys(weekdays(FIRST, TODAY), Decimal(80))
        prices_record(closes={dollar.pk: {**priced_at}})
        answer = ask(asha_api, currency="USD", years=1)
        assert (answer["currency"], answer["value"], answer["monthly"]["amount"]) == ("USD", "20", "0.625")
        assert float(answer["final"]["p50"]) == pytest.approx(27.5)


class TestOfSwings:
    @pytest.fixture
    def wild(self, main: Account, infosys: Asset) -> Asset:
        priced(infosys, swing=1)
        enter(main, "buy", "2022-01-03", infosys, quantity="10", price="100")
        return infosys

    def test_the_same_seed_gives_the_same(self, wild: Asset, asha_api: APIClient) -> None:
        first, again, other = (ask(asha_api, seed=seed, years=2) for seed in (1, 1, 2))
        assert first == again
        assert ask(asha_api)["seed"] == 1992
        assert first["series"]["p50"] != other["series"]["p50"]

    def test_percentiles_are_in_order(self, wild: Asset, asha_api: APIClient) -> None:
        series = ask(asha_api, years=3)["series"]
        for month in range(1, 37):
            levels = [series[name][month] for name in LEVELS]
            assert levels == sorted(levels)
            assert levels[0] < levels[-1]

    def test_the_past_can_be_chosen(self, wild: Asset, asha_api: APIClient) -> None:
        answer = ask(asha_api, **{"from": "2022-12-30"})
        assert (answer["first"], answer["last"]) == ("2022-12-30", "2024-01-10")
        assert answer["observations"] == len(weekdays(date(2022, 12, 31), TODAY))
        assert ask(asha_api, to="2023-06-30")["dates"][1] == "2023-07-30"


class TestNone:
    def check_none(self, answer: Any, reason: str) -> None:
        assert answer["reason"] == reason
        assert (answer["final"], answer["series"], answer["dates"]) == ({}, {}, [])
        for name in ("goal_chance", "goal_months", "loss_chance", "ruin_chance"):
            assert answer[name] == {"value": None, "reason": reason}

    def test_nothing_was_ever_held(self, asha_api: APIClient) -> None:
        answer = ask(asha_api)
        self.check_none(answer, "Nothing was held.")
        assert (answer["value"], answer["monthly"]["amount"], answer["first"]) == (None, None, None)

    def test_a_short_past(self, still: Asset, asha_api: APIClient) -> None:
        answer = ask(asha_api, period="1m")
        count = len(weekdays(date(2023, 12, 11), TODAY))
        self.check_none(answer, f"Needs 250 weekdays with a return; there are {count}.")
        assert answer["value"] == "1600"

    def test_bought_today(self, main: Account, infosys: Asset, asha_api: APIClient) -> None:
        priced(infosys)
        enter(main, "buy", "2024-01-10", infosys, quantity="10", price="100")
        self.check_none(ask(asha_api), "Needs 250 weekdays with a return; there are 1.")
        assert ask(asha_api)["monthly"]["amount"] == "1000"  # once is not every day

    def test_all_was_sold(self, still: Asset, main: Account, asha_api: APIClient) -> None:
        enter(main, "sell", "2024-01-09", still, quantity="16", price="100")
        self.check_none(ask(asha_api), "Nothing is held, and nothing is paid in.")
        assert ask(asha_api, monthly="100", years=1)["final"]["p50"] == "1200"

    def test_no_price(self, main: Account, infosys: Asset, asha_api: APIClient) -> None:
        enter(main, "buy", "2022-01-03", infosys, quantity="10", price="100")
        self.check_none(ask(asha_api), "No price is known of anything that was held.")

    def test_an_unknown_rate(self, main: Account, apple: Asset, asha_api: APIClient) -> None:
        enter(main, "buy", "2022-01-03", apple, quantity="10", price="100")
        self.check_none(ask(asha_api), "Some amounts are not known in this currency.")

    def test_owed_more_than_owned(self, schwab: Account, dollar: Asset, asha_api: APIClient) -> None:
        prices_record(closes={dollar.pk: {FIRST: Decimal(80)}})
        enter(schwab, "withdrawal", "2022-01-03", amount="100")
        self.check_none(ask(asha_api), "What was owed exceeded what was owned.")


class TestInput:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *[("years", value) for value in ("0", "51", "x", "1.5", "9" * 400, "")],
            *[("simulations", value) for value in ("99", "10001", "-1")],
            *[("block_months", value) for value in ("0", "25")],
            *[("seed", value) for value in ("-1", "4294967296")],
            *[("goal", value) for value in ("-1", "NaN", "Infinity", "1e99", "a lot")],
            *[("monthly", value) for value in ("NaN", "1e99", "-1e99")],
            *[("inflation", value) for value in ("1.01", "-0.51", "nan", "5 %")],
            *[("contribution_growth", value) for value in ("2", "-1", "inf")],
            ("period", "2w"),
            ("to", "2024-01-11"),
            ("interval", "month"),
        ],
    )
    def test_nonsense(self, still: Asset, asha_api: APIClient, name: str, value: str) -> None:
        check_error(asha_api.get(PROJECTION, {name: value}), 400, attr=name)

    def test_the_most_that_can_be_asked(self, still: Asset, asha_api: APIClient) -> None:
        asked = {"years": 50, "simulations": 10_000, "block_months": 24, "monthly": "1e15", "contribution_growth": "1"}
        answer = ask(asha_api, **asked, goal="1e15", inflation="-0.5")
        assert len(answer["series"]["p50"]) == 601
        assert all(value is not None for value in answer["series"]["p95"])


class TestOthers:
    def test_a_stranger_sees_nothing_of_it(self, still: Asset, main: Account, mallory_api: APIClient) -> None:
        assert ask(mallory_api)["reason"] == "Nothing was held."
        for name, pk in (("account", main.pk), ("asset", still.pk)):
            check_error(mallory_api.get(PROJECTION, {name: pk}), 400, attr=name, code="does_not_exist")

    def test_nobody(self, anonymous_api: APIClient) -> None:
        check_error(anonymous_api.get(PROJECTION), 401)


def test_it_need_not_be_sent_again(still: Asset, asha_api: APIClient, main: Account) -> None:
    etag = asha_api.get(PROJECTION)["ETag"]
    assert asha_api.get(PROJECTION, headers={"if-none-match": etag}).status_code == 304
    enter(main, "buy", "2024-01-09", still, quantity="1", price="100")
    assert asha_api.get(PROJECTION, headers={"if-none-match": etag}).status_code == 200


def test_it_asks_no_more_of_a_larger_portfolio(still: Asset, main: Account, asha: User, asha_api: APIClient) -> None:
    def count(years: int) -> int:
        ask(asha_api, years=years)  # brings the history up to date
        with CaptureQueriesContext(connection) as queries:
            ask(asha_api, years=years + 1)
        return len(queries)

    few = count(1)
    for number in range(10):
        asset = Asset.objects.create(owner=asha, symbol=f"A{number}", name="A", asset_class="etf", currency="INR")
        priced(asset, first=date(2023, 6, 1))
        enter(main, "buy", "2023-06-01", asset, quantity="1", price="100")
    assert count(3) <= few
