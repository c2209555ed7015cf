"""/analytics/performance/."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from core.services import account_create
from portfolio.models import Asset, Benchmark
from portfolio.services.actions import action_record
from tests.analytics.conftest import NET_WORTH, SUMMARY, TODAY, closes, enter, travel
from tests.analytics.test_live import quote
from tests.conftest import check_error

PERFORMANCE = "/api/v1/analytics/performance/"
WORTH = [1000, 84_000, 83_917, 84_916, 85_016, 85_016, 85_016, 86_696, 85_314, 85_414]
"""Of the story: 1,005 rupees came in on its first day, 83,000 on its second; nothing went out."""
GROWTH = [worth / 84_000 * 1000 / 1005 for worth in [84_000, *WORTH[1:]]]
MEASURES = ("twr", "twr_annualized", "xirr", "simple_return")
INDICES = "Those of your benchmarks are fetched: add it, if it is none of them."
NOBODY_ASKED = "LIVE_PRICES is off: import its closes, or turn it on."


def performance(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(PERFORMANCE, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def check_measure(found: dict[str, Any], value: float) -> None:
    assert found == {"value": pytest.approx(value, rel=1e-9, abs=1e-12), "reason": None}


@pytest.fixture
def nifty(db: None) -> Asset:
    return Asset.objects.create(symbol="^NSEI", name="Nifty 50", asset_class="index", currency="INR")


def test_it_works(asha_api, story):
    body = performance(asha_api, benchmark="none")

    assert {name: body[name] for name in ("fresh", "as_of", "currency", "first", "last", "interval", "reasons")} == {
        "fresh": True, "as_of": "2024-01-10", "currency": "INR", "first": "2024-01-01", "last": "2024-01-10",
        "interval": "day", "reasons": [],
    }  # fmt: skip
    check_measure(body["twr"], GROWTH[-1] - 1)
    assert body["twr_annualized"] == {"value": None, "reason": "Needs 365 days; there are 9."}
    check_measure(body["simple_return"], 1409 / 84_005)
    rate = 1 + body["xirr"]["value"]
    assert 1005 * rate ** (9 / 365) + 83_000 * rate ** (8 / 365) == pytest.approx(85_414)
    assert body["flows"] == {"start_value": "0", "inflow": "84005", "outflow": "0", "end_value": "85414"}
    assert body["gains"] == {
        "total": "1409", "realized": "0", "unrealized": "1352", "income": "820", "costs": "164",
        "other": "-599",  # 599 dollars lay in the account while the dollar went from 83 to 82
    }  # fmt: skip
    assert [row | {"months": row["months"][1:]} for row in body["calendar"]] == [
        {"year": 2024, "months": [None] * 11, "total": pytest.approx(GROWTH[-1] - 1)}
    ]
    assert body["calendar"][0]["months"][0] == pytest.approx(GROWTH[-1] - 1)
    assert body["best"]["day"] == {"date": "2024-01-08", "value": pytest.approx(86_696 / 85_016 - 1)}
    assert body["worst"]["day"] == {"date": "2024-01-09", "value": pytest.approx(85_314 / 86_696 - 1)}
    assert body["best"]["month"] == body["worst"]["month"] == {
        "date": "2024-01-01", "value": pytest.approx(GROWTH[-1] - 1),
    }  # fmt: skip


def test_its_series(asha_api, story):
    body = performance(asha_api, benchmark="none")

    assert body["dates"] == [f"2024-01-{day:02}" for day in range(1, 11)]
    assert body["series"]["value"] == WORTH
    assert body["series"]["twr"] == pytest.approx(GROWTH)
    highest = [1, 1, 1, *[GROWTH[3]], *[GROWTH[4]] * 3, *[GROWTH[7]] * 3]  # it was below 1 before the fourth day
    assert body["series"]["drawdown"] == pytest.approx(
        [growth / high - 1 for growth, high in zip(GROWTH, highest, strict=True)], abs=1e-12
    )
    assert body["series"]["benchmark"] == body["series"]["same_flows"] == [None] * 10


def test_a_window_begins_with_1_at_its_first_evening(asha_api, story):
    body = performance(asha_api, **{"from": "2024-01-03", "to": "2024-01-08", "benchmark": "none"})

    assert (body["first"], body["last"], body["as_of"]) == ("2024-01-03", "2024-01-08", "2024-01-08")
    assert body["dates"][0] == "2024-01-03"
    assert body["series"]["twr"] == pytest.approx([worth / 83_917 for worth in WORTH[2:8]])
    check_measure(body["twr"], 86_696 / 83_917 - 1)
    check_measure(body["xirr"], (86_696 / 83_917) ** (365 / 5) - 1)
    check_measure(body["simple_return"], 86_696 / 83_917 - 1)
    assert body["flows"] == {"start_value": "83917", "inflow": "0", "outflow": "0", "end_value": "86696"}
    assert body["gains"]["total"] == "2779"


@pytest.mark.parametrize(
    ("interval", "days"),
    [
        ("week", ["2024-01-07", "2024-01-10"]),
        ("month", ["2024-01-10"]),
    ],
)
def test_fewer_points(asha_api, story, interval, days):
    whole, fewer = performance(asha_api), performance(asha_api, interval=interval)

    assert fewer["dates"] == days
    for name, values in fewer["series"].items():
        assert values == [whole["series"][name][whole["dates"].index(day)] for day in days]
    assert {name: fewer[name] for name in MEASURES} == {name: whole[name] for name in MEASURES}


def test_an_account_a_class_an_asset(asha_api, story, schwab, apple):
    """The account: 83,000 came in. All stocks: what went out on the 9th is the dividend, 8 dollars at 82."""
    account = performance(asha_api, account=schwab.pk)
    check_measure(account["twr"], 84_214 / 83_000 - 1)
    assert account["flows"] == {"start_value": "0", "inflow": "83000", "outflow": "0", "end_value": "84214"}

    stock = performance(asha_api, asset_class="stock")
    until_8th = 1000 / 1005 * 34_200 / (1000 + 33_283) * 36_380 / 34_200
    check_measure(stock["twr"], until_8th * (35_540 + 656) / 36_380 * 35_640 / 35_540 - 1)
    assert stock["flows"] == {"start_value": "0", "inflow": "34288", "outflow": "656", "end_value": "35640"}
    assert stock["gains"] == {
        "total": "2008", "realized": "0", "unrealized": "1352", "income": "820", "costs": "164", "other": "0",
    }  # fmt: skip

    asset = performance(asha_api, asset=apple.pk)
    check_measure(asset["twr"], 35_280 / 33_283 * (34_440 + 656) / 35_280 - 1)
    assert asset["series"]["twr"][:2] == [1, 1]
    dollars = performance(asha_api, asset=apple.pk, currency="USD")
    check_measure(dollars["twr"], 420 / 401 * 428 / 420 - 1)
    assert (dollars["currency"], dollars["gains"]["total"]) == ("USD", "27")


@pytest.mark.parametrize(
    "query",
    [{}, {"period": "1w"}, {"from": "2024-01-04", "to": "2024-01-09"}, {"currency": "USD"}, {"asset_class": "stock"}],
)
def test_the_summary_has_the_same_xirr(asha_api, story, query):
    assert performance(asha_api, **query)["xirr"] == asha_api.get(SUMMARY, query).json()["xirr"]


def test_the_periods(asha_api, main, infosys):
    """Bought two years ago at 100; 110 half a year ago, 121 a year ago to the day, 120 yesterday, 133.1 now."""
    closes(infosys, d2022_01_10="100", d2023_01_10="121", d2023_07_10="110", d2024_01_09="120", d2024_01_10="133.1")
    enter(main, "buy", "2022-01-10", infosys, quantity="1", price="100")
    with travel(TODAY):
        body = performance(asha_api, period="1w", benchmark="none")

    periods = body["periods"]
    assert list(periods) == ["1d", "1w", "mtd", "1m", "3m", "6m", "ytd", "1y", "3y", "5y", "10y", "max"]
    assert {name: rates["first"] for name, rates in periods.items() if name not in ("3m", "1m", "1w")} == {
        "1d": "2024-01-09", "mtd": "2023-12-31", "6m": "2023-07-10", "ytd": "2023-12-31", "1y": "2023-01-10",
        "3y": "2022-01-10", "5y": "2022-01-10", "10y": "2022-01-10", "max": "2022-01-10",
    }  # fmt: skip
    check_measure(periods["1d"]["twr"], 133.1 / 120 - 1)
    check_measure(periods["6m"]["twr"], 0.21)
    assert periods["6m"]["twr_annualized"]["reason"] == "Needs 365 days; there are 184."
    for name in MEASURES[:3]:
        check_measure(periods["1y"][name], 0.1)
    check_measure(periods["max"]["twr"], 0.331)
    check_measure(periods["max"]["twr_annualized"], 1.331**0.5 - 1)  # 730 days
    check_measure(periods["max"]["xirr"], 1.331**0.5 - 1)
    for name in MEASURES[:3]:
        assert body[name] == periods["1w"][name]


def test_the_calendar_of_two_years(asha_api, main, infosys):
    """+10 % in November, nothing in December, -20 % in January."""
    closes(infosys, d2023_11_01="100", d2023_11_15="110", d2024_01_05="88")
    enter(main, "buy", "2023-11-01", infosys, quantity="1", price="100")
    with travel(TODAY):
        body = performance(asha_api, benchmark="none")
        january = performance(asha_api, period="ytd")

    assert body["calendar"] == [
        {"year": 2023, "months": [*[None] * 10, pytest.approx(0.1), 0.0], "total": pytest.approx(0.1)},
        {"year": 2024, "months": [pytest.approx(-0.2), *[None] * 11], "total": pytest.approx(-0.2)},
    ]
    assert january["calendar"] == body["calendar"][1:]
    assert body["best"]["month"] == {"date": "2023-11-01", "value": pytest.approx(0.1)}
    assert body["worst"] == {
        "day": {"date": "2024-01-05", "value": pytest.approx(-0.2)},
        "month": {"date": "2024-01-01", "value": pytest.approx(-0.2)},
    }


def test_a_benchmark_in_another_currency(asha_api, story, apple):
    """From the 3rd on: 83,917 rupees would have bought 83,917 / 16,600 shares of 200 dollars at 83, now 210 at 82."""
    body = performance(asha_api, **{"from": "2024-01-03", "benchmark": apple.pk})
    found, same = body["benchmark"], body["benchmark"]["same_flows"]

    assert [found[name] for name in ("asset", "symbol", "name", "currency", "reason")] == [
        *(apple.pk, "AAPL", "Apple", "USD", None)
    ]
    check_measure(found["twr"], 17_220 / 16_600 - 1)
    assert found["twr_annualized"] == {"value": None, "reason": "Needs 365 days; there are 7."}
    check_measure(found["excess"], 85_414 / 83_917 - 17_220 / 16_600)
    worth = 83_917 * 17_220 / 16_600
    assert float(same["value"]) == pytest.approx(worth)
    assert float(same["gain"]) == pytest.approx(worth - 83_917)
    assert float(same["difference"]) == pytest.approx(85_414 - worth)
    check_measure(same["xirr"], (17_220 / 16_600) ** (365 / 7) - 1)
    line = [200 * 83, *[200 * 84] * 4, 210 * 84, 210 * 82, 210 * 82]
    assert body["series"]["benchmark"] == pytest.approx([price / 16_600 for price in line])
    assert body["series"]["same_flows"] == pytest.approx([83_917 * price / 16_600 for price in line])


def test_the_same_flows_buy_at_the_close_of_their_day(asha_api, story, infosys):
    """1,005 at 100, 83,000 at 100; all at 120 now."""
    same = performance(asha_api, benchmark=infosys.pk)["benchmark"]["same_flows"]
    assert (same["value"], same["gain"], same["difference"]) == ("100806", "16801", "-15392")


def test_a_split_of_the_benchmark_is_no_return(asha, asha_api, story, infosys):
    """2:1 on the 6th, after which 60 is what 120 was."""
    fields = {"asset": infosys, "kind": "split", "ex_date": date(2024, 1, 6), "ratio": Decimal(2)}
    action_record(user=asha, fields=fields)
    closes(infosys, d2024_01_10="60")
    found = performance(asha_api, **{"from": "2024-01-02", "benchmark": infosys.pk})
    check_measure(found["benchmark"]["twr"], 0.2)
    assert found["series"]["benchmark"] == pytest.approx([1, 1, 1, *[1.1] * 5, 1.2])


def test_who_holds_the_benchmark_alone_is_level_with_it(asha_api, main, infosys, at_noon):
    closes(infosys, d2023_01_02="100", d2023_06_01="90", d2024_01_05="130")
    enter(main, "buy", "2023-01-02", infosys, quantity="7", price="100")
    body = performance(asha_api, benchmark=infosys.pk)

    check_measure(body["benchmark"]["twr"], 0.3)
    check_measure(body["benchmark"]["excess"], 0)
    assert body["benchmark"]["twr_annualized"] == body["twr_annualized"]
    assert (body["benchmark"]["same_flows"]["difference"], body["benchmark"]["same_flows"]["value"]) == ("0", "910")
    assert body["series"]["benchmark"] == pytest.approx(body["series"]["twr"])


def test_the_usual_index_or_the_one_that_was_chosen(asha: User, asha_api, story, nifty, apple):
    assert performance(asha_api)["benchmark"]["symbol"] == "^NSEI"
    Benchmark.objects.create(user=asha, asset=apple)
    assert performance(asha_api)["benchmark"]["symbol"] == "AAPL"
    assert performance(asha_api, benchmark=nifty.pk)["benchmark"]["symbol"] == "^NSEI"


@pytest.mark.parametrize("query", [{}, {"benchmark": "none"}])
def test_without_a_benchmark(asha_api, story, query):
    found = performance(asha_api, **query)["benchmark"]
    nothing = {"value": None, "reason": "There is no benchmark to compare with."}

    assert [found[name] for name in ("asset", "symbol", "name", "currency")] == [None] * 4
    assert [found[name] for name in ("twr", "twr_annualized", "excess")] == [nothing] * 3
    assert found["same_flows"] == {
        "value": None, "gain": None, "difference": None, "xirr": nothing, "reason": nothing["reason"],
    }  # fmt: skip


def test_an_index_without_closes_says_what_to_do(asha_api, story, nifty, infosys, settings):
    assert performance(asha_api)["benchmark"]["reason"] == f"No close of ^NSEI is known by then. {NOBODY_ASKED}"
    settings.LIVE_PRICES = True
    found = performance(asha_api, interval="week")["benchmark"]  # another question: the answer to the first is kept
    assert found["reason"] == found["excess"]["reason"] == f"No close of ^NSEI is known by then. {INDICES}"
    closes(nifty, d2023_12_01="20000")
    found = performance(asha_api)["benchmark"]
    assert found["reason"] == f"No close of ^NSEI is known after 2023-12-01. {INDICES}"
    own = Asset.objects.create(owner=infosys.owner, symbol="OWN", name="Own", asset_class="other", currency="INR")
    reason = performance(asha_api, benchmark=own.pk)["benchmark"]["reason"]
    assert reason == "No close of OWN is known by then. Enter its prices."


def test_an_index_whose_closes_begin_later(asha_api, story, nifty):
    closes(nifty, d2024_01_04="20000", d2024_01_10="21000")
    body = performance(asha_api)

    assert body["benchmark"]["reason"] is None
    assert body["benchmark"]["twr"]["reason"] == (
        "The benchmark has no price before 2024-01-04, when the period had begun."
    )
    assert body["benchmark"]["same_flows"]["reason"] == (
        "No price of the benchmark is known on 2024-01-01, when something was invested."
    )
    assert body["series"]["benchmark"] == pytest.approx([*[None] * 3, *[1] * 6, 1.05])


def test_no_close_of_later_is_known_on_a_past_day(asha_api, story, nifty):
    closes(nifty, d2024_01_01="20000", d2024_01_08="22000")
    body = performance(asha_api, to="2024-01-05")
    check_measure(body["benchmark"]["twr"], 0)


def test_a_benchmark_without_a_rate(asha_api, main, infosys, nifty, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-01", infosys, quantity="1", price="100")
    Asset.objects.filter(pk=nifty.pk).update(currency="USD")
    closes(nifty, d2024_01_01="20000")
    assert performance(asha_api)["benchmark"]["reason"] == "No exchange rate from USD to INR is known."


def test_a_price_of_now_moves_both(asha_api, story, nifty, apple):
    closes(nifty, d2024_01_03="20000", d2024_01_09="21000")
    quote(nifty, "22000")
    quote(apple, "220")
    body = performance(asha_api, **{"from": "2024-01-03"})
    check_measure(body["benchmark"]["twr"], 0.1)
    assert body["flows"]["end_value"] == str(85_414 + 2 * 10 * 82)


def test_more_taken_out_than_the_benchmark_would_have_been_worth(asha_api, main, infosys, nifty, at_noon):
    closes(infosys, d2024_01_01="100", d2024_01_05="200")
    closes(nifty, d2024_01_01="20000")
    enter(main, "buy", "2024-01-01", infosys, quantity="2", price="100")
    enter(main, "sell", "2024-01-08", infosys, quantity="2", price="200")
    body = performance(asha_api)
    reason = "On 2024-01-08 more was taken out than the benchmark would have been worth."

    assert body["benchmark"]["same_flows"]["reason"] == body["benchmark"]["same_flows"]["xirr"]["reason"] == reason
    assert body["series"]["same_flows"] == [*[200.0] * 7, None, None, None]
    check_measure(body["benchmark"]["excess"], 1)


def test_all_sold_with_a_late_dividend(asha_api, main, infosys, at_noon):
    """10 × 100 became 10 × 110; 50 more came two days after all was sold."""
    closes(infosys, d2024_01_01="100", d2024_01_03="110")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
    enter(main, "sell", "2024-01-03", infosys, quantity="10", price="110")
    enter(main, "dividend", "2024-01-05", infosys, amount="50")
    body = performance(asha_api)

    check_measure(body["twr"], 0.1)
    check_measure(body["simple_return"], 0.15)
    assert body["flows"] == {"start_value": "0", "inflow": "1000", "outflow": "1150", "end_value": "0"}
    assert body["gains"] == {
        "total": "150", "realized": "100", "unrealized": "0", "income": "50", "costs": "0", "other": "0",
    }  # fmt: skip
    later = performance(asha_api, **{"from": "2024-01-06"})
    assert {later[name]["reason"] for name in MEASURES} == {"Nothing was held."}


def test_units_in_kind_come_in_at_their_worth(asha_api, main, infosys, at_noon):
    """Given at 60, worth 100 on that day and 110 now: 10 gained here, 40 of the unrealized gain from before."""
    closes(infosys, d2024_01_01="100", d2024_01_05="110")
    enter(main, "transfer_in", "2024-01-01", infosys, quantity="1", amount="60")
    body = performance(asha_api)

    check_measure(body["twr"], 0.1)
    assert (body["gains"]["total"], body["gains"]["unrealized"], body["gains"]["other"]) == ("10", "50", "-40")


def test_a_position_opened_today(asha_api, main, infosys, nifty, at_noon):
    closes(infosys, d2024_01_10="110")
    closes(nifty, d2024_01_09="20000", d2024_01_10="21000")
    enter(main, "buy", "2024-01-10", infosys, quantity="1", price="100")
    body = performance(asha_api)

    check_measure(body["twr"], 0.1)
    check_measure(body["simple_return"], 0.1)
    assert body["twr_annualized"]["reason"] == "Needs 365 days; there are 0."
    assert body["xirr"]["reason"] == "All cash flows are on one day."
    assert body["benchmark"]["twr"]["reason"] == "The period begins and ends on the same day."
    assert body["best"]["day"] is None
    assert body["benchmark"]["same_flows"]["value"] == "100"


def test_a_period_without_days(asha_api, story):
    body = performance(asha_api, **{"from": "2024-01-10", "benchmark": "none"})

    assert (body["first"], body["last"], body["dates"]) == ("2024-01-10", "2024-01-10", ["2024-01-10"])
    assert body["twr"]["reason"] == "The period begins and ends on the same day."
    assert (body["series"]["twr"], body["series"]["value"]) == ([1], [85_414])
    assert (body["calendar"], body["gains"]["total"]) == ([], "0")


@pytest.mark.parametrize("query", [{}, {"interval": "month"}, {"period": "1y"}])
def test_who_has_nothing(asha_api, nifty, query):
    with travel(TODAY):
        body = performance(asha_api, **query)

    assert {body[name]["reason"] for name in MEASURES} == {"Nothing was held."}
    assert {rates[name]["reason"] for rates in body["periods"].values() for name in MEASURES[:3]} == {
        "Nothing was held."
    }
    assert (body["first"], body["last"], body["dates"], body["calendar"]) == (None, None, [], [])
    assert set(body["gains"].values()) == set(body["flows"].values()) == {"0"}
    assert (body["benchmark"]["symbol"], body["benchmark"]["reason"]) == ("^NSEI", "Nothing was held.")


def test_before_the_first_day_nothing_was_held(asha_api, story):
    body = performance(asha_api, to="2023-12-31")
    assert (body["as_of"], body["first"], body["twr"]["reason"]) == ("2023-12-31", None, "Nothing was held.")


def test_what_has_no_price_has_no_return(asha_api, main, infosys, at_noon):
    """It stands at what it cost; that it did not move is not known."""
    enter(main, "buy", "2024-01-02", infosys, quantity="2", price="50", fee="4")
    body = performance(asha_api, benchmark=infosys.pk)

    assert body["flows"]["end_value"] == "104"
    assert {body[name]["reason"] for name in MEASURES} - {None} == {"No price is known of anything that was held."}
    assert {body[name]["value"] for name in MEASURES} == {None}
    assert set(body["series"]["twr"]) == set(body["series"]["drawdown"]) == {None}
    assert body["calendar"] == [{"year": 2024, "months": [None] * 12, "total": None}]
    assert body["benchmark"]["reason"] == "No close of INFY is known by then. Enter its prices."


def test_what_has_no_rate_is_null(asha_api, main, apple, at_noon):
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="1")
    body = performance(asha_api)

    unknown = "Some amounts are not known in this currency."
    assert {body[name]["reason"] for name in MEASURES} == {unknown}
    assert {body["gains"]["total"], body["flows"]["end_value"], *body["series"]["twr"]} == {None}
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]
    assert body["calendar"] == [{"year": 2024, "months": [None] * 12, "total": None}]


def test_what_is_owed_has_no_return(asha_api, schwab, dollar, at_noon):
    closes(dollar, d2024_01_01="80", d2024_01_10="90")
    enter(schwab, "withdrawal", "2024-01-02", amount="100")
    body = performance(asha_api, benchmark=dollar.pk)

    assert body["twr"] == {"value": None, "reason": "What was owed exceeded what was owned."}
    assert body["gains"]["total"] == "-1000"
    assert body["series"]["twr"] == [1, *[None] * 8]  # on the first day there was nothing yet that could work
    assert body["benchmark"]["same_flows"]["value"] is None


def test_a_stranger_sees_nothing_of_it(asha_api, mallory_api, story, schwab, infosys):
    assert performance(mallory_api)["flows"]["end_value"] == "0"
    for name, pk in (("benchmark", infosys.pk), ("asset", infosys.pk), ("account", schwab.pk)):
        check_error(mallory_api.get(PERFORMANCE, {name: pk}), 400, attr=name, code="does_not_exist")


@pytest.mark.parametrize("benchmark", ["nifty", "0", "-1", "1.5", "", "None", "999999999999999999999", "1" * 2000])
def test_it_refuses_what_is_no_benchmark(asha_api, benchmark):
    check_error(asha_api.get(PERFORMANCE, {"benchmark": benchmark}), 400, attr="benchmark")


def test_it_refuses(asha_api, anonymous_api):
    check_error(anonymous_api.get(PERFORMANCE), 401)
    check_error(asha_api.get(PERFORMANCE, {"interval": "year"}), 400, attr="interval")
    check_error(asha_api.get(PERFORMANCE, {"by": "asset"}), 400, attr="by", code="unknown_field")
    check_error(asha_api.get(PERFORMANCE, {"from": "2024-01-02", "period": "1y"}), 400, attr="period")


def test_it_is_revalidated(asha_api, story):
    first = asha_api.get(PERFORMANCE)
    again = asha_api.get(PERFORMANCE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = asha_api.get(PERFORMANCE, {"period": "1w"}, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_no_query_count_grows(asha, asha_api, main, nifty, dollar, apple, at_noon):
    closes(nifty, d2024_01_01="20000")
    closes(dollar, d2015_01_01="80")
    closes(apple, d2015_01_01="100")
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="100")
    few = _queries(asha_api)

    for number in range(6):
        account = account_create(user=asha, fields={"name": f"Account {number}", "currency": "INR"})
        asset = Asset.objects.create(symbol=f"A{number}", name="A", asset_class="stock", currency="USD")
        closes(asset, d2015_01_01="10", d2020_01_01="11")
        enter(account, "buy", "2015-01-02", asset, quantity="1", price="10")
        enter(account, "dividend", "2019-01-02", asset, amount="1")
        enter(account, "sell", "2023-01-02", asset, quantity="0.5", price="20")
    assert _queries(asha_api) <= few


def _queries(api: Any) -> int:
    """Of who finds the history built after an edit, but not yet the panel."""
    assert api.get(NET_WORTH).json()["fresh"]
    with CaptureQueriesContext(connection) as captured:
        performance(api)
    return len(captured)
