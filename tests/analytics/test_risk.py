"""/analytics/risk/: eight weeks of closes that go up and down by turns, so that every measure can be worked by hand."""

from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_create
from portfolio.models import Asset
from portfolio.services.actions import action_record
from portfolio.services.prices import prices_record
from tests.analytics.conftest import enter, travel
from tests.conftest import check_error

RISK = "/api/v1/analytics/risk/"
FIRST, LAST = date(2024, 1, 1), date(2024, 2, 27)
"""A Monday, and a Tuesday; from the second day on there are 40 returns of weekdays, 20 of each kind."""
SINCE = {"from": "2024-01-02"}
about: Any = pytest.approx
OWN = (
    "volatility sharpe sortino max_drawdown current_drawdown calmar var_95 cvar_95 best_day worst_day positive_days"
).split()
RELATIVE = ("beta alpha r2 benchmark_correlation tracking_error information_ratio up_capture down_capture").split()
UP, DOWN = 1 / 50, -1 / 51
"""Of 100 and 102 by turns."""


def weekdays(first: date = FIRST, last: date = LAST) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def alternate(asset: Asset, *prices: str, last: date = LAST) -> None:
    """These closes by turns, one each weekday."""
    by_day = {day: Decimal(prices[at % len(prices)]) for at, day in enumerate(weekdays(last=last))}
    prices_record(closes={asset.pk: by_day})


@pytest.fixture
def index(db: None) -> Asset:
    """The usual one of India: 1 % up and 1/101 down, with the portfolio."""
    nifty = Asset.objects.create(symbol="^NSEI", name="Nifty 50", asset_class="index", currency="INR")
    alternate(nifty, "1000", "1010")
    return nifty


@pytest.fixture
def swinging(asha, main, infosys, index):
    """Ten at 100 on a Monday, at 102 on Tuesday, at 100 on Wednesday …"""
    with travel(LAST):
        alternate(infosys, "100", "102")
        enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
        yield infosys


def told(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(RISK, {**SINCE, **query})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def values(answer: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: answer[name]["value"] for name in names}


def test_by_itself(asha_api, swinging):
    """20 returns of 1/50 and 20 of -1/51: each is half their distance from the mean.

    On Wednesday the 3rd it is a 51st below Tuesday, on Thursday back, and on the last day too.
    """
    answer = told(asha_api)
    mean, half = (UP + DOWN) / 2, (UP - DOWN) / 2
    deviation = half * sqrt(40 / 39)

    assert values(answer, OWN) == {
        "volatility": about(deviation * sqrt(252)),
        "sharpe": about(mean / deviation * sqrt(252)),
        "sortino": about(mean / (-DOWN / sqrt(2)) * sqrt(252)),
        "max_drawdown": about(DOWN),
        "current_drawdown": 0,
        "calmar": None,
        "var_95": about(DOWN),
        "cvar_95": about(DOWN),
        "best_day": about(UP),
        "worst_day": about(DOWN),
        "positive_days": 0.5,
    }
    assert {answer[name]["observations"] for name in OWN} == {40}
    assert answer["calmar"]["reason"] == "Needs 365 days; there are 56."
    fall = {name: answer["max_drawdown"][name] for name in ("peak", "trough", "recovery", "days")}
    assert fall == {"peak": "2024-01-02", "trough": "2024-01-03", "recovery": "2024-01-04", "days": 2}
    assert (answer["first"], answer["last"], answer["currency"]) == ("2024-01-02", "2024-02-27", "INR")


def test_a_risk_free_rate_is_taken_off_each_day(asha_api, swinging):
    """5 % a year is 1.05^(1/252) - 1 a day."""
    answer = told(asha_api, risk_free="0.05")
    mean = (UP + DOWN) / 2 - (1.05 ** (1 / 252) - 1)

    assert answer["risk_free"] == 0.05
    assert answer["sharpe"]["value"] == about(mean / ((UP - DOWN) / 2 * sqrt(40 / 39)) * sqrt(252))
    assert answer["volatility"]["value"] == told(asha_api)["volatility"]["value"]


def test_beside_the_index_of_the_country(asha_api, swinging, index):
    """It goes up by 1/100 where the portfolio does by 1/50, and down by 1/101 where that does by 1/51."""
    answer = told(asha_api)
    up, down = 1 / 100, -1 / 101
    beta = (UP - DOWN) / (up - down)
    daily = (UP + DOWN) / 2 - beta * (up + down) / 2
    active = ((UP - up) - (DOWN - down)) / 2 * sqrt(40 / 39)

    assert answer["benchmark"] == {"id": index.pk, "symbol": "^NSEI", "name": "Nifty 50"}
    assert values(answer, RELATIVE) == {
        "beta": about(beta),
        "alpha": about((1 + daily) ** 252 - 1),
        "r2": about(1),
        "benchmark_correlation": about(1),
        "tracking_error": about(active * sqrt(252)),
        "information_ratio": about((UP + DOWN - up - down) / 2 / active * sqrt(252)),
        "up_capture": about(2),
        "down_capture": about(101 / 51),
    }
    counted = {name: answer[name]["observations"] for name in RELATIVE}
    assert counted == {**dict.fromkeys(RELATIVE, 40), "up_capture": 20, "down_capture": 20}


def test_beside_itself(asha_api, swinging):
    answer = told(asha_api, benchmark=swinging.pk)

    assert values(answer, RELATIVE) == {
        "beta": about(1, abs=1e-12),
        "alpha": about(0, abs=1e-10),
        "r2": about(1, abs=1e-12),
        "benchmark_correlation": about(1, abs=1e-12),
        "tracking_error": 0,
        "information_ratio": None,
        "up_capture": about(1, abs=1e-12),
        "down_capture": about(1, abs=1e-12),
    }
    assert answer["information_ratio"]["reason"] == "The returns did not differ from those of the benchmark."


def test_cents_beside_themselves(asha_api, main, infosys, dollar):
    """12 rupees are 15 cents, whose returns would differ by more than 10⁻⁸ a day if they were rounded to 10⁻⁸."""
    days = [FIRST + timedelta(days=number) for number in range(60)]
    for asset, prices in ((infosys, (12, 13, 11)), (dollar, (83, 84, 82, 81))):
        closes = {day: Decimal(prices[at % len(prices)]) for at, day in enumerate(days)}
        prices_record(closes={asset.pk: closes})
    with travel(days[-1]):
        enter(main, "buy", FIRST.isoformat(), infosys, quantity="1", price="12")
        found = told(asha_api, benchmark=infosys.pk, currency="USD")
    assert found["beta"]["value"] == pytest.approx(1, abs=1e-12)
    assert found["tracking_error"]["value"] == pytest.approx(0, abs=1e-12)
    assert found["information_ratio"]["value"] is None


def test_the_day_of_the_purchase_is_no_common_day(asha_api, swinging):
    """With it there are 42 returns of the portfolio, and of the day after it 41 that the index has too."""
    answer = told(asha_api, **{"from": "2024-01-01"})

    assert answer["volatility"]["observations"] == 42
    assert answer["beta"]["observations"] == 41


def test_without_a_benchmark(asha_api, swinging):
    answer = told(asha_api, benchmark="none")

    assert answer["benchmark"] is None
    assert {answer[name]["reason"] for name in RELATIVE} == {"There is no benchmark to compare with."}
    assert set(answer["rolling"]["series"]["beta"]) == {None}
    assert answer["volatility"]["value"] is not None


def test_a_benchmark_without_closes_says_so(asha, asha_api, swinging):
    silent = Asset.objects.create(owner=asha, symbol="SILENT", name="Silent", asset_class="other", currency="INR")
    answer = told(asha_api, benchmark=silent.pk)

    assert {answer[name]["value"] for name in RELATIVE} == {None}
    assert answer["beta"]["reason"] == "No close of SILENT is known by then. Enter its prices."


def test_what_comes_and_goes_changes_nothing(asha_api, swinging, main):
    """Ten more in the morning, at the 100 of the evening before; five less in the evening, at the 100 of the day."""
    before = told(asha_api)
    enter(main, "buy", "2024-01-18", swinging, quantity="10", price="100")
    enter(main, "sell", "2024-02-08", swinging, quantity="5", price="100")
    after = told(asha_api)

    for name in OWN + RELATIVE:
        assert after[name]["value"] == about(before[name]["value"])


def test_a_split_changes_nothing(asha, asha_api, swinging, main):
    """Two for one on 1 February, from where on the closes are 50 and 51. That day closes at 102, so now at 51."""
    before = told(asha_api, benchmark=swinging.pk)
    halved = {day: Decimal(("50", "51")[at % 2]) for at, day in enumerate(weekdays()) if day >= date(2024, 2, 1)}
    prices_record(closes={swinging.pk: halved})
    action_record(
        user=asha,
        fields={"asset": swinging, "kind": "split", "ex_date": date(2024, 2, 1), "ratio": Decimal(2)},
    )
    after = told(asha_api, benchmark=swinging.pk)

    for name in OWN + RELATIVE:
        assert after[name]["value"] == about(before[name]["value"], abs=1e-10)
    assert after["correlation"]["observations"] == [[40]]


def test_rolling_over_the_days_before_too(asha_api, swinging):
    """Twenty by turns: ten of each, √(20/19) × half their distance, on each day of a week that has many before it."""
    rolling = told(asha_api, window=20, **{"from": "2024-02-20"})["rolling"]

    assert rolling["window"] == 20
    assert rolling["dates"] == ["2024-02-21", "2024-02-22", "2024-02-23", "2024-02-26", "2024-02-27"]
    deviation = (UP - DOWN) / 2 * sqrt(20 / 19)
    assert rolling["series"]["volatility"] == about([deviation * sqrt(252)] * 5)
    assert rolling["series"]["sharpe"] == about([(UP + DOWN) / 2 / deviation * sqrt(252)] * 5)
    assert rolling["series"]["beta"] == about([(UP - DOWN) / (1 / 100 + 1 / 101)] * 5)


def test_rolling_begins_where_its_window_is_full(asha_api, swinging):
    """42 returns with that of the first day, which the index has not."""
    series = told(asha_api, window=20, **{"from": "2024-01-01"})["rolling"]["series"]

    assert [value is None for value in series["volatility"]] == [True] * 19 + [False] * 23
    assert [value is None for value in series["beta"]] == [True] * 20 + [False] * 22


def test_holdings_that_go_against_each_other(asha_api, swinging, main, tcs):
    """TCS goes from 204 to 200 where Infosys rises: -1. Worth 20 × 204 of 4080 + 1000 today, so it is the first.

    On the last day, the 42nd weekday, Infosys is at 102 and TCS at 200: 4000 of 5020.
    """
    alternate(tcs, "204", "200")
    enter(main, "buy", "2024-01-15", tcs, quantity="20", price="204")
    answer = told(asha_api)
    found = answer["correlation"]

    assert [row["symbol"] for row in found["assets"]] == ["TCS", "INFY"]
    assert found["matrix"] == [[1, about(-1)], [about(-1), 1]]
    assert found["observations"] == [[40, 40], [40, 40]]  # also of the days before it was held
    assert found["average"] == {"value": about(-1), "reason": None, "observations": 40}
    large, small = 4000 / 5020, 1020 / 5020
    assert {name: measure["value"] for name, measure in answer["concentration"].items()} == {
        "hhi": about(large**2 + small**2),
        "effective_number": about(1 / (large**2 + small**2)),
        "largest": about(large),
        "top_5": about(1),
    }


def test_money_is_a_part_of_what_is_concentrated(asha, asha_api, swinging):
    """1020 in Infosys, 3060 in an account, 1000 owed by another: 1/16 + 9/16 = 5/8."""
    bank = account_create(user=asha, fields={"name": "Bank", "currency": "INR", "tracks_cash": True})
    loan = account_create(user=asha, fields={"name": "Loan", "currency": "INR", "tracks_cash": True})
    enter(bank, "deposit", "2024-01-15", amount="3060")
    enter(loan, "withdrawal", "2024-01-15", amount="1000")
    answer = told(asha_api)

    assert answer["concentration"]["hhi"]["value"] == about(5 / 8)
    assert answer["concentration"]["largest"]["value"] == about(3 / 4)
    assert [row["symbol"] for row in answer["correlation"]["assets"]] == ["INFY"]


def test_of_one_account_or_asset(asha, asha_api, swinging, tcs):
    other = account_create(user=asha, fields={"name": "Other", "currency": "INR"})
    alternate(tcs, "200", "200")
    enter(other, "buy", "2024-01-01", tcs, quantity="1", price="200")

    for scope in ({"account": other.pk}, {"asset": tcs.pk}):
        still = told(asha_api, **scope)
        assert (still["volatility"]["value"], still["sharpe"]["value"]) == (0, None)
        assert still["sharpe"]["reason"] == "The daily returns did not vary."
        assert still["sortino"]["reason"] == "On no day was the return below the risk-free rate."
        assert still["max_drawdown"]["value"] == 0
        assert still["max_drawdown"]["peak"] is None
        assert still["beta"]["value"] == 0
        assert still["correlation"]["matrix"] == [[None]]
    assert told(asha_api, asset=swinging.pk)["volatility"]["value"] == about((UP - DOWN) / 2 * sqrt(40 / 39 * 252))


def test_in_another_currency(asha_api, swinging, dollar):
    """At 80 rupees throughout nothing is another; without any rate nothing is known."""
    unknown = told(asha_api, currency="EUR")
    prices_record(closes={dollar.pk: {FIRST: Decimal(80)}})
    dollars = told(asha_api, currency="USD", benchmark=swinging.pk)

    assert dollars["volatility"]["value"] == about((UP - DOWN) / 2 * sqrt(40 / 39 * 252), rel=1e-6)
    assert dollars["beta"]["value"] == about(1, rel=1e-6)
    assert {unknown[name]["reason"] for name in OWN} == {"Some amounts are not known in this currency."}
    assert unknown["concentration"]["hhi"]["value"] is None
    assert unknown["rolling"]["dates"] == []
    assert unknown["reasons"]


@pytest.mark.parametrize(("last", "count"), [("2024-01-02", 0), ("2024-01-03", 1), ("2024-01-29", 19)])
def test_under_twenty_observations(asha_api, swinging, last, count):
    answer = told(asha_api, to=last)

    for name in OWN:
        assert answer[name]["value"] is None
        assert answer[name]["observations"] == count
        assert answer[name]["reason"]
    if count == 19:
        assert answer["volatility"]["reason"] == "Needs 20 observations; there are 19."
        assert told(asha_api, to="2024-01-30")["volatility"]["value"] is not None


def test_all_sold(asha_api, swinging, main):
    """What happened until then still counts; nothing is left that could be concentrated."""
    enter(main, "sell", "2024-02-20", swinging, quantity="10", price="100")
    answer = told(asha_api)

    assert answer["volatility"]["observations"] == 35
    assert answer["concentration"]["hhi"] == {"value": None, "reason": "Nothing was held."}
    assert answer["correlation"]["assets"] == []


def test_without_any_price(asha_api, main, infosys):
    """What has no close counts what was paid for it; that it did not vary is not known."""
    with travel(LAST):
        enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
        answer = told(asha_api)

    reason = "No price is known of anything that was held."
    assert answer["volatility"] == {"value": None, "reason": reason, "observations": 0}
    assert answer["max_drawdown"]["reason"] == reason
    assert answer["correlation"]["matrix"] == [[None]]
    assert answer["correlation"]["average"]["reason"] == "Needs two holdings whose prices vary."


def test_before_anything_was_held(asha_api, swinging):
    answer = told(asha_api, **{"from": "2023-01-01", "to": "2023-12-31"})

    assert {answer[name]["reason"] for name in OWN + RELATIVE} == {"Nothing was held."}
    assert (answer["first"], answer["last"]) == (None, None)
    assert answer["rolling"]["dates"] == []


def test_a_stranger_sees_nothing_of_it(mallory_api, anonymous_api, swinging, main):
    assert anonymous_api.get(RISK).status_code == 401
    answer = told(mallory_api)
    assert {answer[name]["reason"] for name in OWN} == {"Nothing was held."}
    for name, pk in (("account", main.pk), ("asset", swinging.pk), ("benchmark", swinging.pk)):
        check_error(mallory_api.get(RISK, {name: pk}), 400, attr=name, code="does_not_exist")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("risk_free", value) for value in ("nan", "inf", "-inf", "1e999", "2", "-0.6", "x", "")],
        *[("window", value) for value in ("19", "757", "1.5", "x", "1" * 400)],
        *[("benchmark", value) for value in ("0", "-1", "x", "9" * 30)],
        ("period", "2y"),
        ("to", "2024-13-01"),
        ("currency", "RUPEE"),
        ("rolling", "20"),
    ],
)
def test_bad_parameters_are_named(asha_api, swinging, name, value):
    check_error(asha_api.get(RISK, {name: value}), 400, attr=name)


def test_it_is_revalidated_by_its_content(asha_api, swinging):
    response = asha_api.get(RISK)
    again = asha_api.get(RISK, headers={"If-None-Match": response["ETag"]})
    other = asha_api.get(RISK, {"window": 20}, headers={"If-None-Match": response["ETag"]})

    assert (response.status_code, again.status_code, other.status_code) == (200, 304, 200)


def test_as_many_queries_for_much_as_for_little(asha, asha_api, swinging, main):
    """One asset and 40 days; then twelve more with trades on each day, and what is asked has all of them."""
    told(asha_api)
    with CaptureQueriesContext(connection) as few:
        told(asha_api)
    for number in range(12):
        other = Asset.objects.create(owner=asha, symbol=f"A{number}", name="A", asset_class="stock", currency="INR")
        alternate(other, "50", str(51 + number))
        for day in weekdays()[number::6]:
            enter(main, "buy", day.isoformat(), other, quantity="1", price="50")
    told(asha_api)
    with CaptureQueriesContext(connection) as many:
        answer = told(asha_api)

    assert len(answer["correlation"]["assets"]) == 13
    assert len(many) <= len(few), [query["sql"] for query in many]


def test_the_twenty_largest(asha, asha_api, main, index):
    with travel(LAST):
        for number in range(22):
            other = Asset.objects.create(owner=asha, symbol=f"A{number}", name="A", asset_class="stock", currency="INR")
            alternate(other, "50", str(51 + number))
            enter(main, "buy", "2024-01-01", other, quantity="1", price="50")
        answer = told(asha_api)

    assert [row["symbol"] for row in answer["correlation"]["assets"]] == [f"A{n}" for n in range(21, 1, -1)]
    assert answer["correlation"]["average"]["value"] == about(1)
    assert len(answer["correlation"]["matrix"]) == 20
