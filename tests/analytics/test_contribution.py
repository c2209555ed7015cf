"""/analytics/contribution/: the story part by part, each number worked out beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.services import account_create
from portfolio.models import Asset
from portfolio.services.actions import action_record
from tests.analytics.conftest import SUMMARY, closes, enter

CONTRIBUTION = "/api/v1/analytics/contribution/"
CLOSE: dict[str, Any] = {"rel": 1e-12, "abs": 1e-15}
INDEX = 1000 / 1005
"""Of the first day: 1,000 were bought and 5 of fees paid. From the second on 84,000 work, to which nothing is added."""


def told(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(CONTRIBUTION, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def parts(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["key"]: part for part in answer["parts"]}


def amounts(part: dict[str, Any]) -> dict[str, str]:
    return {
        name: value for name, value in part.items() if isinstance(value, str) and name not in ("key", "name", "symbol")
    }


def test_by_asset(asha_api, story, infosys, apple):
    """
    In rupees, at 83 until the 3rd, 84 until the 8th, then 82.
    Infosys: 10 for 1,005, 5 of it fees; 1,200 at last.
    Apple: $400 and $1 of fees at 83; the dollar +1 × 400 and -2 × 420; the price +$20 at 84; $10 less $2 of tax at 82.
    Cash: $1,000 come at 83, $401 go at 83, $8 come at 82; the dollar +1 × 599 and -2 × 599.
    """
    answer = told(asha_api, by="asset")
    found = parts(answer)

    assert [part["key"] for part in answer["parts"]] == [str(apple.pk), str(infosys.pk), "cash"]
    assert [part["symbol"] for part in answer["parts"]] == ["AAPL", "INFY", None]
    assert [part["name"] for part in answer["parts"]] == ["Apple", "Infosys", "cash"]
    assert amounts(found[str(infosys.pk)]) == {
        "start_value": "0", "end_value": "1200", "inflow": "1005", "outflow": "0", "gain": "195",
        "income": "0", "costs": "5", "currency_effect": "0", "market_effect": "200",
    }  # fmt: skip
    assert amounts(found[str(apple.pk)]) == {
        "start_value": "0", "end_value": "34440", "inflow": "33283", "outflow": "656", "gain": "1813",
        "income": "820", "costs": "247", "currency_effect": "-440", "market_effect": "1680",
    }  # fmt: skip
    assert amounts(found["cash"]) == {
        "start_value": "0", "end_value": "49774", "inflow": "83656", "outflow": "33283", "gain": "-599",
        "income": "0", "costs": "0", "currency_effect": "-599", "market_effect": "0",
    }  # fmt: skip


def test_contributions_are_linked_and_add_up(asha_api, story, infosys, apple):
    """From the second day on a rupee of gain is 1/84,000 of that day's index; Infosys lost 5 of 1,005 before."""
    answer = told(asha_api)
    found = parts(answer)

    assert found[str(infosys.pk)]["contribution"] == pytest.approx(-5 / 1005 + INDEX * 200 / 84000, **CLOSE)
    assert found[str(apple.pk)]["contribution"] == pytest.approx(INDEX * 1813 / 84000, **CLOSE)
    assert found["cash"]["contribution"] == pytest.approx(INDEX * -599 / 84000, **CLOSE)
    assert answer["twr"] == {"value": pytest.approx(INDEX * 85414 / 84000 - 1, **CLOSE), "reason": None}
    assert sum(part["contribution"] for part in answer["parts"]) == pytest.approx(answer["twr"]["value"], **CLOSE)


@pytest.mark.parametrize("query", [{}, {"period": "1w"}, {"currency": "USD"}, {"asset_class": "stock"}])
def test_together_they_are_the_return_that_performance_tells(asha_api, story, query):
    answer = told(asha_api, **query)
    twr = asha_api.get("/api/v1/analytics/performance/", query).json()["twr"]["value"]
    assert sum(part["contribution"] for part in answer["parts"]) == pytest.approx(twr, rel=0, abs=1e-12)


def test_each_part_has_a_return_of_its_own(asha_api, story, infosys, apple):
    """Of cash: 84/83, then 50,316 and 656 lose 1,198.

    Of Apple: 33,200 for 33,283, then 84/83, then 210/200, then -840 by the dollar and 656 of dividend on 35,280.
    """
    found = parts(told(asha_api))
    assert found[str(infosys.pk)]["twr"] == {"value": pytest.approx(1200 / 1005 - 1, **CLOSE), "reason": None}
    own = 33200 / 33283 * 84 / 83 * 210 / 200 * (1 - 184 / 35280) - 1
    assert found[str(apple.pk)]["twr"]["value"] == pytest.approx(own, **CLOSE)
    assert found["cash"]["twr"]["value"] == pytest.approx(84 / 83 * (1 - 1198 / 50972) - 1, **CLOSE)


def test_weights_are_means_over_the_days(asha_api, story, infosys):
    """What Infosys was worth at the end of each day, and all that was owned."""
    own = [1000, 1000, 1000, 1000, 1100, 1100, 1100, 1100, 1100, 1200]
    whole = [1000, 84000, 83917, 84916, 85016, 85016, 85016, 86696, 85314, 85414]
    found = parts(told(asha_api))
    mean = sum(a / b for a, b in zip(own, whole, strict=True)) / 10
    assert found[str(infosys.pk)]["average_weight"] == pytest.approx(mean, **CLOSE)
    assert sum(part["average_weight"] for part in found.values()) == pytest.approx(1, **CLOSE)


def test_the_change_of_the_net_worth(asha_api, story):
    """1,005 and 83,000 were added; 200 + 1,680 by prices; -440 - 599 by the dollar; 820 less 5 + 83 + 164."""
    answer = told(asha_api)
    assert answer["change"] == {
        "start": "0", "added": "84005", "market": "1880", "currency": "-1039", "income": "820", "costs": "252",
        "end": "85414",
    }  # fmt: skip
    assert answer["change"]["end"] == asha_api.get(SUMMARY).json()["net_worth"]
    assert (answer["first"], answer["last"], answer["as_of"]) == ("2024-01-01", "2024-01-10", "2024-01-10")
    assert (answer["fresh"], answer["currency"], answer["by"], answer["reasons"]) == (True, "INR", "asset", [])


@pytest.mark.parametrize(
    ("by", "gains"),
    [
        ("asset_class", {"stock": 2008, "cash": -599}),
        ("sector", {"stock": 1608 + 400, "cash": -599}),
        ("market_cap", {"unknown": 2008, "cash": -599}),
        ("currency", {"INR": 195, "USD": 1214}),
    ],
)
def test_by_kind(asha_api, story, by, gains):
    """195 of Infosys and 1,813 of Apple are of stocks without a sector or size; 1,813 - 599 are in dollars."""
    answer = told(asha_api, by=by)
    assert {key: Decimal(part["gain"]) for key, part in parts(answer).items()} == gains
    assert sum(part["contribution"] for part in answer["parts"]) == pytest.approx(answer["twr"]["value"], **CLOSE)
    assert {part["symbol"] for part in answer["parts"]} == {None}


def test_what_is_paid_with_money_of_the_same_currency_is_no_flow_of_it(asha_api, story):
    """$1,000 came at 83 and are $1,027 at 82: the purchase of Apple and its dividend stay among the dollars."""
    dollars = parts(told(asha_api, by="currency"))["USD"]
    assert (dollars["inflow"], dollars["outflow"]) == ("83000", "0")
    assert dollars["twr"]["value"] == pytest.approx(1027 * 82 / 83000 - 1, **CLOSE)


def test_what_is_paid_with_money_of_another_currency_is_one(asha_api, story, schwab, infosys):
    """5 of Infosys for 550 rupees are $550/84, which the dollars lose and the rupees get beside the 1,005 before."""
    enter(schwab, "buy", "2024-01-05", infosys, quantity="5", price="110")
    found = parts(told(asha_api, by="currency"))
    assert (found["USD"]["inflow"], found["USD"]["outflow"]) == ("83000", "550")
    assert (found["INR"]["inflow"], found["INR"]["outflow"]) == ("1555", "0")


def test_by_account(asha_api, story, main, schwab):
    found = parts(told(asha_api, by="account"))
    assert (found[str(main.pk)]["gain"], found[str(schwab.pk)]["gain"]) == ("195", "1214")
    assert (found[str(schwab.pk)]["inflow"], found[str(schwab.pk)]["outflow"]) == ("83000", "0")
    assert found[str(schwab.pk)]["name"] == "Schwab"


def test_of_one_account(asha_api, story, schwab, apple):
    answer = told(asha_api, account=schwab.pk)
    assert answer["change"]["added"] == "83000"
    assert answer["twr"]["value"] == pytest.approx(84214 / 83000 - 1, **CLOSE)
    found = parts(answer)
    assert found[str(apple.pk)]["contribution"] == pytest.approx(1813 / 83000, **CLOSE)
    assert found["cash"]["contribution"] == pytest.approx(-599 / 83000, **CLOSE)


@pytest.mark.parametrize("by", ["asset", "account", "currency"])
def test_of_one_asset_its_account_has_no_money(asha_api, story, apple, by):
    """Also by account: what it cost came from outside of it."""
    answer = told(asha_api, asset=apple.pk, by=by)
    (part,) = answer["parts"]
    assert (part["inflow"], part["outflow"], part["gain"]) == ("33283", "656", "1813")
    assert answer["change"] == {
        "start": "0", "added": "32627", "market": "1680", "currency": "-440", "income": "820", "costs": "247",
        "end": "34440",
    }  # fmt: skip
    assert part["contribution"] == pytest.approx(answer["twr"]["value"], **CLOSE)
    assert part["twr"]["value"] == pytest.approx(answer["twr"]["value"], **CLOSE)


def test_of_one_class(asha_api, story, infosys, apple):
    answer = told(asha_api, asset_class="stock")
    assert set(parts(answer)) == {str(infosys.pk), str(apple.pk)}
    assert answer["change"]["end"] == "35640"


def test_in_dollars_a_dollar_asset_has_no_currency_effect(asha_api, story, apple, infosys):
    """$20 by the price, $10 of dividend less $2, $1 of fees. Infosys was $1,000/83 and is $1,200/82."""
    answer = told(asha_api, currency="USD")
    found = parts(answer)
    assert amounts(found[str(apple.pk)]) == {
        "start_value": "0", "end_value": "420", "inflow": "401", "outflow": "8", "gain": "27",
        "income": "10", "costs": "3", "currency_effect": "0", "market_effect": "20",
    }  # fmt: skip
    by_rate = 1000 / 83 * (83 / 84 - 1) + 1100 / 84 * (84 / 82 - 1)
    assert float(found[str(infosys.pk)]["currency_effect"]) == pytest.approx(by_rate, abs=1e-7)
    assert answer["currency"] == "USD"


def test_a_period_begins_with_the_evening_of_its_start(asha_api, story, infosys, apple):
    """Of the last day: 100 of 85,314, all by Infosys. What stood still is told too."""
    answer = told(asha_api, period="1d")
    found = parts(answer)
    assert (answer["first"], answer["last"]) == ("2024-01-09", "2024-01-10")
    assert answer["change"] == {
        "start": "85314", "added": "0", "market": "100", "currency": "0", "income": "0", "costs": "0", "end": "85414",
    }  # fmt: skip
    assert found[str(infosys.pk)]["contribution"] == pytest.approx(100 / 85314, **CLOSE)
    assert (found[str(infosys.pk)]["start_value"], found[str(infosys.pk)]["end_value"]) == ("1100", "1200")
    assert found[str(apple.pk)]["contribution"] == 0
    assert told(asha_api, **{"from": "2024-01-09", "to": "2024-01-10"})["parts"] == answer["parts"]


def test_what_was_sold_before_the_period_is_left_out(asha_api, main, infosys, tcs, at_noon):
    closes(infosys, d2024_01_01="100")
    closes(tcs, d2024_01_01="10")
    enter(main, "buy", "2024-01-01", infosys, quantity="1", price="100")
    enter(main, "buy", "2024-01-01", tcs, quantity="1", price="10")
    enter(main, "sell", "2024-01-04", tcs, quantity="1", price="11")

    assert set(parts(told(asha_api))) == {str(infosys.pk), str(tcs.pk)}
    assert set(parts(told(asha_api, **{"from": "2024-01-03"}))) == {str(infosys.pk), str(tcs.pk)}
    assert set(parts(told(asha_api, **{"from": "2024-01-04"}))) == {str(infosys.pk)}


def test_who_keeps_both_gains_by_no_spin_off(asha_api, asha, main, infosys, at_noon):
    """10 at 100; then the parent stands at 70 and the child at 30: neither brought anything."""
    child = Asset.objects.create(owner=asha, symbol="CHILD", name="Child", asset_class="stock", currency="INR")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
    fields = {"new_asset": child, "ratio": Decimal(1), "cost_fraction": Decimal("0.2")}
    action_record(user=asha, fields={"asset": infosys, "kind": "spinoff", "ex_date": date(2024, 1, 9), **fields})
    closes(infosys, d2024_01_01="100", d2024_01_09="70")
    closes(child, d2024_01_09="30", d2024_01_10="33")

    found = parts(told(asha_api))
    assert amounts(found[str(infosys.pk)])["outflow"] == "300"
    assert [found[str(asset.pk)]["gain"] for asset in (infosys, child)] == ["0", "30"]
    assert found[str(child.pk)]["contribution"] == pytest.approx(0.03, **CLOSE)


def test_nothing_at_all(asha_api, at_noon):
    answer = told(asha_api)
    assert (answer["parts"], answer["first"], answer["last"]) == ([], None, None)
    assert answer["twr"] == {"value": None, "reason": "Nothing was held."}
    assert set(answer["change"].values()) == {"0"}


def test_what_was_bought_today_has_brought_what_today_brought(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_10="102")
    enter(main, "buy", "2024-01-10", infosys, quantity="1", price="100")
    answer = told(asha_api)
    (part,) = answer["parts"]
    assert part["contribution"] == pytest.approx(0.02, **CLOSE)
    assert answer["twr"]["value"] == pytest.approx(0.02, **CLOSE)
    assert part["average_weight"] == 1


def test_a_period_of_no_days_has_no_return(asha_api, story, infosys):
    answer = told(asha_api, **{"from": "2024-01-10"})
    assert answer["twr"]["value"] is None
    assert answer["twr"]["reason"]
    part = parts(answer)[str(infosys.pk)]
    assert (part["contribution"], part["average_weight"], part["twr"]["value"]) == (None, None, None)
    assert (part["start_value"], part["end_value"], part["gain"]) == ("1200", "1200", "0")
    assert answer["change"]["start"] == answer["change"]["end"] == "85414"


def test_after_all_was_sold_the_return_stays(asha_api, main, infosys, at_noon):
    """1 at 100, sold at 110 less 1 of fees on the 5th: 9 of 100."""
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-01", infosys, quantity="1", price="100")
    enter(main, "sell", "2024-01-05", infosys, quantity="1", price="110", fee="1")
    answer = told(asha_api)
    assert answer["parts"][0]["contribution"] == pytest.approx(0.09, **CLOSE)
    assert answer["change"] == {
        "start": "0", "added": "-9", "market": "10", "currency": "0", "income": "0", "costs": "1", "end": "0",
    }  # fmt: skip
    later = told(asha_api, **{"from": "2024-01-06"})
    assert (later["parts"], later["twr"]) == ([], {"value": None, "reason": "Nothing was held."})


def test_without_a_rate_there_is_a_reason(asha_api, main, apple, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="100")
    enter(main, "buy", "2024-01-03", apple, quantity="1", price="200")
    answer = told(asha_api)
    found = parts(answer)

    assert answer["twr"] == {"value": None, "reason": "Some amounts are not known in this currency."}
    assert [reason["code"] for reason in answer["reasons"]] == ["no_rate"]
    assert [answer["change"][name] for name in ("start", "end", "market", "currency")] == ["0", None, None, None]
    unknown = found[str(apple.pk)]
    assert [unknown[name] for name in ("contribution", "end_value", "inflow", "gain", "average_weight")] == [None] * 5
    known = found[str(infosys.pk)]
    assert (known["contribution"], known["end_value"], known["gain"], known["twr"]["value"]) == (None, "100", "0", 0)


def test_a_stranger_sees_nothing_of_it(mallory_api, anonymous_api, story, schwab, infosys):
    assert told(mallory_api)["parts"] == []
    for name, pk in (("account", schwab.pk), ("asset", infosys.pk)):
        response = mallory_api.get(CONTRIBUTION, {name: pk})
        assert response.status_code == 400
        (error,) = response.json()["errors"]
        assert (error["code"], error["attr"]) == ("does_not_exist", name)
    assert anonymous_api.get(CONTRIBUTION).status_code == 401


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"by": "colour"}, "by"),
        ({"by": ""}, "by"),
        ({"from": "2024-01-05", "to": "2024-01-04"}, "from"),
        ({"from": "2024-01-05", "period": "1m"}, "period"),
        ({"period": "2w"}, "period"),
        ({"currency": "rupee"}, "currency"),
        ({"account": "9" * 30}, "account"),
        ({"asset": "x"}, "asset"),
        ({"bye": "asset"}, "bye"),
    ],
)
def test_what_is_asked_wrongly_is_named(asha_api, story, query, attr):
    response = asha_api.get(CONTRIBUTION, query)
    assert response.status_code == 400
    assert attr in {error["attr"] for error in response.json()["errors"]}


@pytest.mark.parametrize("by", ["asset", "account", "sector"])
def test_queries_do_not_grow_with_what_is_held(asha, asha_api, story, by):
    """From nothing kept in the process, with twelve more assets and four more accounts."""
    asha_api.get(SUMMARY)
    with CaptureQueriesContext(connection) as few:
        told(asha_api, by=by)
    for number in range(12):
        account = account_create(user=asha, fields={"name": f"No {number % 4}-{number}", "currency": "INR"})
        asset = Asset.objects.create(
            owner=asha, symbol=f"A{number}", name=f"A {number}", asset_class="stock", currency="INR"
        )
        closes(asset, d2024_01_01="10", d2024_01_09="11")
        enter(account, "buy", "2024-01-01", asset, quantity="1", price="10")
        enter(account, "sell", "2024-01-05", asset, quantity="0.5", price="10")
    asha_api.get(SUMMARY)
    with CaptureQueriesContext(connection) as many:
        assert len(told(asha_api, by=by)["parts"]) >= 2
    assert len(many) <= len(few)
