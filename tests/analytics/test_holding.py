"""/holdings/{asset_id}/."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.models import Asset
from portfolio.services.actions import action_record
from tests.analytics.conftest import HOLDINGS, closes, enter
from tests.conftest import check_error


def address(asset):
    return f"{HOLDINGS}{asset.pk}/"


def test_it_works(asha_api, story, apple, schwab):
    response = asha_api.get(address(apple))

    assert response.status_code == 200
    body = response.json()
    (row,) = body["results"]
    assert (row["quantity"], row["cost_basis"], row["market_value"], row["weight"]) == ("2", "33283", "34440", 1.0)
    assert body["asset"]["symbol"] == "AAPL"
    assert body["lots"] == [
        {"account": schwab.pk, "acquired": "2024-01-03", "quantity": "2", "cost": "401", "invested": "400"}
    ]
    assert [(entry["kind"], entry["date"]) for entry in body["transactions"]] == [
        ("dividend", "2024-01-09"),
        ("buy", "2024-01-03"),
    ]
    assert body["dates"] == [f"2024-01-{day:02}" for day in range(3, 11)]
    assert body["series"] == {
        "holdings": [33_200, *[33_600] * 4, 35_280, 34_440, 34_440],
        "cost_basis": [33_283] * 8,
        "invested": [33_200] * 8,
        "net_contributions": [33_283] * 6 + [33_283 - 656] * 2,
        "income": [0] * 6 + [820] * 2,
        "realized_gain": [0] * 8,
    }
    assert (body["fresh"], body["as_of"], body["currency"], body["reasons"]) == (True, "2024-01-10", "INR", [])


def test_the_lots_of_any_day(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100", fee="10")
    enter(main, "buy", "2024-01-04", infosys, quantity="10", price="110")
    action_record(
        user=None, fields={"asset": infosys, "kind": "bonus", "ex_date": date(2024, 1, 6), "ratio": Decimal(2)}
    )
    enter(main, "sell", "2024-01-08", infosys, quantity="25", price="60")

    def lots(day):
        body = asha_api.get(address(infosys), {"as_of": day}).json()
        return [(lot["acquired"], lot["quantity"], lot["cost"], lot["invested"]) for lot in body["lots"]]

    first, second = ("2024-01-02", "10", "1010", "1000"), ("2024-01-04", "10", "1100", "1100")
    assert lots("2024-01-01") == []
    assert lots("2024-01-03") == [first]
    assert lots("2024-01-05") == [first, second]
    assert lots("2024-01-06") == [("2024-01-02", "20", "1010", "1000"), ("2024-01-04", "20", "1100", "1100")]
    assert lots("2024-01-08") == [("2024-01-04", "15", "825", "825")]


def test_before_it_was_held_there_is_nothing(asha_api, story, apple):
    body = asha_api.get(address(apple), {"as_of": "2024-01-02"}).json()

    assert (body["results"], body["lots"], body["transactions"], body["dates"]) == ([], [], [], [])
    assert set(map(len, body["series"].values())) == {0}


def test_what_was_sold_is_still_shown(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="100")
    enter(main, "sell", "2024-01-04", infosys, quantity="1", price="120")

    body = asha_api.get(address(infosys)).json()

    (row,) = body["results"]
    assert (row["quantity"], row["realized_gain"], row["total_gain"], row["market_value"]) == ("0", "20", "20", "0")
    assert body["lots"] == []
    assert body["series"]["holdings"] == [100, 100, *[0] * 7]


def test_of_one_account_and_in_another_currency(asha_api, main, schwab, apple, dollar, at_noon):
    closes(apple, d2024_01_01="10")
    closes(dollar, d2024_01_01="80")
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="10")
    enter(schwab, "buy", "2024-01-04", apple, quantity="3", price="10")

    body = asha_api.get(address(apple), {"account": schwab.pk, "currency": "USD"}).json()

    assert [row["market_value"] for row in body["results"]] == ["30"]
    assert [lot["account"] for lot in body["lots"]] == [schwab.pk]
    assert len(body["transactions"]) == 1
    assert body["dates"][0] == "2024-01-04"
    assert body["series"]["holdings"] == [30] * 7
    assert [row["weight"] for row in asha_api.get(address(apple)).json()["results"]] == [0.25, 0.75]


def test_what_came_out_of_a_demerger(asha, asha_api, main, infosys, at_noon):
    child = Asset.objects.create(owner=asha, symbol="CHILD", name="Child", asset_class="stock", currency="INR")
    closes(infosys, d2024_01_01="100")
    closes(child, d2024_01_06="30")
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100")
    fields = {"asset": infosys, "kind": "spinoff", "ex_date": date(2024, 1, 5), "ratio": Decimal(1), "new_asset": child}
    action_record(user=None, fields={**fields, "cost_fraction": Decimal("0.3")})

    body = asha_api.get(address(child)).json()

    (row,) = body["results"]
    assert (row["quantity"], row["cost_basis"], row["market_value"]) == ("10", "300", "300")
    assert body["lots"][0]["acquired"] == "2024-01-02"
    assert body["dates"][0] == "2024-01-05"
    assert body["transactions"] == []
    assert asha_api.get(address(child), {"as_of": "2024-01-04"}).json()["results"] == []


def test_the_same_answer_is_not_sent_twice(asha_api, story, apple):
    first = asha_api.get(address(apple))
    again = asha_api.get(address(apple), headers={"If-None-Match": first["ETag"]})
    closes(apple, d2024_01_09="211")
    edited = asha_api.get(address(apple), headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert edited.status_code == 200
    assert edited.json()["results"][0]["market_value"] == "34604"


def test_a_strangers_position_does_not_exist(mallory_api, anonymous_api, asha_api, story, apple, infosys, dollar):
    for asset in (apple, infosys, dollar):
        check_error(mallory_api.get(address(asset)), 404, code="not_found")
    check_error(asha_api.get(address(dollar)), 404)
    check_error(anonymous_api.get(address(apple)), 401)


@pytest.mark.parametrize("key", ["0", "-1", "x", "9" * 30])
def test_an_impossible_asset_is_not_found(asha_api, story, key):
    check_error(asha_api.get(f"{HOLDINGS}{key}/"), 404)


def test_it_refuses(asha_api, story, apple):
    check_error(asha_api.get(address(apple), {"as_of": "2024-01-11"}), 400, attr="as_of")
    check_error(asha_api.get(address(apple), {"account": "9" * 30}), 400, attr="account")
    check_error(asha_api.get(address(apple), {"closed": "true"}), 400, attr="closed", code="unknown_field")
