"""/analytics/allocation/: how what is owned is divided."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_create, account_update
from portfolio.models import Asset
from tests.analytics.conftest import TODAY, closes, enter
from tests.conftest import check_error

ALLOCATION = "/api/v1/analytics/allocation/"
WAYS = ("asset_class", "sector", "currency", "account", "market_cap", "asset")


def ask(api: Any, **query: Any) -> Any:
    response = api.get(ALLOCATION, query)
    assert response.status_code == 200, response.content
    return response.json()


def weights(body: Any) -> dict[str, float]:
    return {part["key"]: part["weight"] for part in body["parts"]}


def test_it_works(asha_api, story, infosys, apple):
    """Apple 2 × 210 × 82 = 34,440, Infosys 10 × 120, money 607 × 82 = 49,774: 85,414 in all."""
    body = ask(asha_api, by="asset")

    assert body == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "by": "asset",
        "first": "2024-01-01",
        "last": "2024-01-10",
        "parts": [
            {"key": "cash", "name": "cash", "value": "49774", "weight": 49774 / 85414, "holdings": 0},
            {
                "key": str(apple.pk), "name": "Apple", "value": "34440", "weight": 34440 / 85414, "holdings": 1,
                "symbol": "AAPL", "asset_class": "stock", "sector": "stock",
            },
            {
                "key": str(infosys.pk), "name": "Infosys", "value": "1200", "weight": 1200 / 85414, "holdings": 1,
                "symbol": "INFY", "asset_class": "stock", "sector": "stock",
            },
        ],
        "gross": "85414",
        "liabilities": "0",
        "net_worth": "85414",
        "reason": None,
        "reasons": [],
    }  # fmt: skip


def test_every_way_to_divide(asha_api, story, infosys, main, schwab):
    Asset.objects.filter(pk=infosys.pk).update(sector="Technology", market_cap="large")
    stocks, money, dollars = 35640 / 85414, 49774 / 85414, 84214 / 85414

    expected = {
        "asset_class": {"cash": money, "stock": stocks},
        "sector": {"cash": money, "stock": 34440 / 85414, "Technology": 1200 / 85414},
        "currency": {"USD": dollars, "INR": 1200 / 85414},
        "account": {str(schwab.pk): dollars, str(main.pk): 1200 / 85414},
        "market_cap": {"cash": money, "unknown": 34440 / 85414, "large": 1200 / 85414},
    }

    for by, parts in expected.items():
        body = ask(asha_api, by=by)
        assert weights(body) == pytest.approx(parts)
        assert list(weights(body)) == list(parts)  # the largest first
    assert weights(ask(asha_api)) == pytest.approx(expected["asset_class"])
    assert [part["name"] for part in ask(asha_api, by="account")["parts"]] == ["Schwab", "Main"]
    assert [part["holdings"] for part in ask(asha_api)["parts"]] == [0, 2]


def test_the_same_asset_in_two_accounts_is_one_holding(asha_api, asha, story, infosys):
    other = account_create(user=asha, fields={"name": "Other", "currency": "INR"})
    enter(other, "buy", "2024-01-05", infosys, quantity="10", price="110")

    assert [part["holdings"] for part in ask(asha_api)["parts"]] == [0, 2]
    assert [part["holdings"] for part in ask(asha_api, by="account")["parts"]] == [1, 1, 1]


def test_debts_are_told_apart(asha_api, asha, story):
    loan = account_create(user=asha, fields={"name": "Loan", "currency": "INR", "tracks_cash": True})
    before = ask(asha_api)
    enter(loan, "withdrawal", "2024-01-05", amount="50000")

    after = ask(asha_api)

    assert after["parts"] == before["parts"]
    assert [after[name] for name in ("gross", "liabilities", "net_worth")] == ["85414", "50000", "35414"]
    assert str(loan.pk) not in weights(ask(asha_api, by="account"))


def test_only_debts(asha_api, main, asha, at_noon):
    loan = account_create(user=asha, fields={"name": "Loan", "currency": "INR", "tracks_cash": True})
    enter(loan, "withdrawal", "2024-01-05", amount="50000")

    body = ask(asha_api, history="true")

    assert (body["parts"], body["gross"], body["net_worth"]) == ([], "0", "-50000")
    assert (body["reason"], body["series"]) == ("Nothing was held.", {})


@pytest.mark.parametrize("by", WAYS)
def test_the_weights_of_every_day(asha_api, story, by):
    """Together they are 1 on each of them, and those of a day are what the history says of it."""
    body = ask(asha_api, by=by, history="true")

    assert body["dates"] == [str(date(2024, 1, 1) + timedelta(days=n)) for n in range(10)]
    assert set(body["names"]) == set(body["series"])
    for i, day in enumerate(body["dates"]):
        of_the_day = {key: series[i] for key, series in body["series"].items() if series[i]}
        assert sum(of_the_day.values()) == pytest.approx(1)
        alone = ask(asha_api, by=by, as_of=day)
        assert (alone["as_of"], weights(alone)) == (day, pytest.approx(of_the_day))


def test_the_weights_of_a_class_by_hand(asha_api, story):
    """On 1 January all is Infosys. On the 2nd 1000 dollars come at 83; on the 3rd two Apple go for 200, fee 1."""
    series = ask(asha_api, history="true", to="2024-01-03")["series"]

    assert series["stock"] == pytest.approx([1, 1000 / 84000, (1000 + 400 * 83) / (1000 + 400 * 83 + 599 * 83)])
    assert series["cash"] == pytest.approx([0, 83000 / 84000, 599 * 83 / (1000 + 999 * 83)])


def test_the_last_day_of_weeks_and_months(asha_api, story):
    daily, weekly = (ask(asha_api, history="true", interval=interval) for interval in ("day", "week"))

    assert weekly["dates"] == ["2024-01-07", "2024-01-10"]  # a Sunday, and the last day
    assert weekly["series"]["stock"] == [daily["series"]["stock"][6], daily["series"]["stock"][9]]
    assert weekly["parts"] == daily["parts"]
    assert ask(asha_api, history="true", interval="month")["dates"] == ["2024-01-10"]


def test_the_days_that_were_asked_for(asha_api, story):
    body = ask(asha_api, history="true", **{"from": "2024-01-03", "as_of": "2024-01-05"})

    assert (body["first"], body["last"], body["dates"]) == (
        "2024-01-03", "2024-01-05", ["2024-01-03", "2024-01-04", "2024-01-05"],
    )  # fmt: skip
    assert ask(asha_api, history="true", period="1w")["first"] == "2024-01-03"


def test_what_never_was_is_no_part(asha_api, story, main, infosys, tcs):
    """Infosys is gone after the 6th; what is bought on the 9th is not there before."""
    closes(tcs, d2024_01_09="10")
    enter(main, "sell", "2024-01-07", infosys, quantity="10", price="110")
    enter(main, "buy", "2024-01-09", tcs, quantity="1", price="10")

    body = ask(asha_api, by="asset", history="true")
    assert str(infosys.pk) not in weights(body)
    assert list(body["series"])[-1] == str(infosys.pk)  # what is gone comes last
    assert body["names"][str(infosys.pk)] == "Infosys"
    assert str(infosys.pk) not in ask(asha_api, by="asset", history="true", **{"from": "2024-01-07"})["series"]
    assert str(tcs.pk) not in ask(asha_api, by="asset", history="true", to="2024-01-08")["series"]


def test_a_part_of_it(asha_api, story, schwab, apple):
    assert weights(ask(asha_api, account=schwab.pk)) == pytest.approx({"cash": 49774 / 84214, "stock": 34440 / 84214})
    assert weights(ask(asha_api, asset=apple.pk, by="currency")) == {"USD": 1}
    assert weights(ask(asha_api, asset_class="stock", by="currency")) == pytest.approx(
        {"USD": 34440 / 35640, "INR": 1200 / 35640}
    )
    assert ask(asha_api, asset_class="bond")["reason"] == "Nothing was held."


def test_in_another_currency_the_weights_are_the_same(asha_api, story):
    rupees, dollars = ask(asha_api, history="true"), ask(asha_api, history="true", currency="USD")

    assert Decimal(dollars["gross"]) == pytest.approx(Decimal(85414) / 82)
    assert weights(dollars) == pytest.approx(weights(rupees))
    for key, series in rupees["series"].items():
        assert dollars["series"][key] == pytest.approx(series)


def test_without_a_rate_there_are_no_weights(asha_api, story):
    body = ask(asha_api, currency="EUR", history="true")

    assert [part["weight"] for part in body["parts"]] == [None, None]
    assert (body["gross"], body["net_worth"]) == (None, None)
    assert body["reason"] == "Some amounts are not known in this currency."
    assert body["reasons"][0]["code"] == "no_rate"
    assert {value for series in body["series"].values() for value in series} == {None}


def test_with_nothing_held(asha_api, at_noon):
    assert ask(asha_api, history="true") == {
        "fresh": True, "as_of": "2024-01-10", "currency": "INR", "by": "asset_class", "first": None, "last": None,
        "parts": [], "gross": "0", "liabilities": "0", "net_worth": "0", "reason": "Nothing was held.", "reasons": [],
        "dates": [], "series": {}, "names": {},
    }  # fmt: skip


def test_before_anything_was_held(asha_api, story):
    body = ask(asha_api, as_of="2023-12-31", history="true")

    assert (body["as_of"], body["parts"], body["dates"]) == ("2023-12-31", [], [])


def test_all_was_sold(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
    enter(main, "sell", "2024-01-05", infosys, quantity="10", price="100")

    body = ask(asha_api, history="true")

    assert (body["parts"], body["reason"]) == ([], "Nothing was held.")
    assert body["series"] == {"stock": [1, 1, 1, 1, None, None, None, None, None, None]}


def test_what_is_anothers_does_not_exist(mallory_api, anonymous_api, asha_api, story, main, infosys):
    assert anonymous_api.get(ALLOCATION).status_code == 401
    check_error(mallory_api.get(ALLOCATION, {"account": main.pk}), 400, attr="account", code="does_not_exist")
    check_error(mallory_api.get(ALLOCATION, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")
    assert ask(mallory_api)["parts"] == []


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"by": "size"}, "by"),
        ({"as_of": "2024-01-05", "to": "2024-01-05"}, "as_of"),
        ({"as_of": "2024-01-11"}, "as_of"),
        ({"as_of": "soon"}, "as_of"),
        ({"as_of": "2024-01-05", "from": "2024-01-06"}, "from"),
        ({"history": "perhaps"}, "history"),
        ({"interval": "year"}, "interval"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_error_names_the_field(asha_api, at_noon, query, attr):
    check_error(asha_api.get(ALLOCATION, query), 400, attr=attr)


@pytest.mark.parametrize("by", ["sector", "account"])
def test_what_the_client_has_is_not_sent_again(asha_api, story, main, infosys, by):
    """Until something is bought, or its sector or account gets another name."""
    asked = {"by": by}
    first = asha_api.get(ALLOCATION, asked)
    assert asha_api.get(ALLOCATION, asked, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304

    enter(main, "buy", "2024-01-09", infosys, quantity="1", price="120")
    second = asha_api.get(ALLOCATION, asked, HTTP_IF_NONE_MATCH=first["ETag"])
    assert second.status_code == 200

    Asset.objects.filter(pk=infosys.pk).update(sector="Technology")
    account_update(account=main, changes={"name": "Home"})
    third = asha_api.get(ALLOCATION, asked, HTTP_IF_NONE_MATCH=second["ETag"])
    assert third.status_code == 200
    assert third.json()["parts"][-1]["name"] == {"sector": "Technology", "account": "Home"}[by]


def test_queries_do_not_grow_with_what_is_held(asha_api, story, main):
    few = {by: _queries(asha_api, by) for by in WAYS}
    for n in range(15):
        asset = Asset.objects.create(symbol=f"A{n}", name=f"A{n}", asset_class="stock", currency="INR")
        closes(asset, d2024_01_01="10")
        for day in range(3):
            enter(main, "buy", str(TODAY - timedelta(days=day)), asset, quantity="1", price="10")

    assert {by: _queries(asha_api, by) for by in WAYS} == few


def _queries(api: Any, by: str) -> int:
    ask(api)  # brings the history up to date
    with CaptureQueriesContext(connection) as captured:
        ask(api, by=by, history="true")
    return len(captured)
