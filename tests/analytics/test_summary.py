"""/analytics/summary/."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.summary import stale_holdings
from core.services import account_update
from portfolio.models import Asset
from tests.analytics.conftest import NET_WORTH, SUMMARY, TODAY, closes, enter, travel
from tests.conftest import check_error

FIGURES = (
    "net_worth holdings cash liabilities cost_basis invested net_contributions income realized_gain unrealized_gain "
    "gain day_change".split()
)


def test_it_works(asha_api, story):
    response = asha_api.get(SUMMARY)

    assert response.status_code == 200
    body = response.json()
    assert body.pop("xirr")["reason"] is None
    assert body.pop("day_change_ratio") == pytest.approx(100 / 85_314)
    assert body == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "net_worth": "85414",  # 10 × 120 + 2 × 210 × 82 + 607 × 82
        "holdings": "35640",
        "cash": "49774",
        "other_assets": "0",
        "liabilities": "0",
        "cost_basis": "34288",  # 1005 + 401 × 83
        "invested": "34200",
        "net_contributions": "84005",  # 1005 + 1000 × 83
        "income": "820",
        "realized_gain": "0",
        "unrealized_gain": "1352",
        "gain": "2008",  # 1352 + 820 - the tax of 2 × 82
        "day_change": "100",
        "confidence": {"priced": 1.0, "stale": 0.0, "estimated": 0.0},
        "spend": {
            "month": "2024-01",
            "value": None,
            "reason": "No expenses are recorded.",
            "pace": None,
            "budget": None,
            "remaining": None,
            "share_used": None,
            "budget_reason": "No budget is set for this month.",
        },
        "price_at": None,
        "is_live": False,
        "stale": [],
        "reasons": [],
    }


def test_a_sale_realizes_its_gain(asha_api, main, infosys):
    closes(infosys, d2024_01_01="100", d2024_01_10="130")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100", fee="10")
    enter(main, "sell", "2024-01-05", infosys, quantity="4", price="120", fee="3", tax="2")
    enter(main, "dividend", "2024-01-06", infosys, amount="7.5")
    enter(main, "fee", "2024-01-06", amount="1.25")
    with travel(TODAY):
        body = asha_api.get(SUMMARY).json()

    assert {name: Decimal(body[name]) for name in FIGURES} == {
        "net_worth": 780,
        "holdings": 780,
        "cash": 0,
        "liabilities": 0,
        "cost_basis": 606,
        "invested": 600,
        "net_contributions": 1010 - 475 - Decimal("7.5") + Decimal("1.25"),
        "income": Decimal("7.5"),
        "realized_gain": 475 - 404,
        "unrealized_gain": 174,
        "gain": 174 + 71 + Decimal("7.5") - Decimal("1.25"),
        "day_change": 180,
    }
    assert Decimal(body["gain"]) == Decimal(body["net_worth"]) - Decimal(body["net_contributions"])


def test_the_gain_is_what_is_there_less_what_was_put_in(asha_api, story, schwab):
    """Where accounts keep no cash, whatever the currencies do: to the cent."""
    account_update(account=schwab, changes={"tracks_cash": False})

    for query in ({}, {"to": "2024-01-04"}, {"currency": "USD"}, {"account": schwab.pk}, {"asset_class": "stock"}):
        body = asha_api.get(SUMMARY, query).json()
        difference = Decimal(body["net_worth"]) - Decimal(body["net_contributions"])
        assert Decimal(body["gain"]) == pytest.approx(difference, abs=Decimal("0.005"))
    assert asha_api.get(SUMMARY).json()["gain"] == "2008"


def test_the_day_before_is_looked_at_whatever_was_asked_for(asha_api, story):
    for query in ({}, {"from": "2024-01-10"}, {"from": "2024-01-10", "to": "2024-01-10"}, {"period": "1d"}):
        assert asha_api.get(SUMMARY, query).json()["day_change"] == "100"
    body = asha_api.get(SUMMARY, {"from": "2024-01-05", "to": "2024-01-08"}).json()
    assert (body["as_of"], body["net_worth"], body["day_change"]) == ("2024-01-08", "86696", "1680")


def test_money_that_was_added_is_no_change(asha_api, story):
    body = asha_api.get(SUMMARY, {"to": "2024-01-02"}).json()

    assert (body["net_worth"], body["day_change"], body["day_change_ratio"]) == ("84000", "0", 0.0)


def test_on_the_first_day_the_change_is_what_the_price_did(asha_api, story):
    body = asha_api.get(SUMMARY, {"to": "2024-01-01"}).json()

    assert (body["net_worth"], body["day_change"], body["day_change_ratio"]) == ("1000", "-5", None)
    assert body["xirr"]["value"] is None
    assert body["xirr"]["reason"]


@pytest.fixture
def excels_example(main, infosys):
    """The example of XIRR in Excel's documentation, as purchases and sales of a thing that costs 1 and is all sold."""
    enter(main, "buy", "2008-01-01", infosys, quantity="10000", price="1")
    enter(main, "sell", "2008-03-01", infosys, quantity="1000", amount="2750")
    enter(main, "sell", "2008-10-30", infosys, quantity="1000", amount="4250")
    enter(main, "sell", "2009-02-15", infosys, quantity="1000", amount="3250")
    enter(main, "sell", "2009-04-01", infosys, quantity="7000", amount="2750")


def test_the_return_is_that_of_excel(asha_api, excels_example):
    for day in (date(2009, 4, 1), date(2024, 1, 10)):
        with travel(day):
            xirr = asha_api.get(SUMMARY).json()["xirr"]
        assert xirr["reason"] is None
        assert xirr["value"] == pytest.approx(0.373362535, abs=1e-6)


def test_the_return_of_a_period_begins_with_what_was_there(asha_api, main, infosys):
    closes(infosys, d2022_01_01="50", d2023_01_10="100", d2024_01_10="121")
    enter(main, "buy", "2022-01-01", infosys, quantity="1", price="50")
    with travel(TODAY):
        year = asha_api.get(SUMMARY, {"from": "2023-01-10"}).json()["xirr"]
        period = asha_api.get(SUMMARY, {"period": "1y"}).json()["xirr"]
        both = asha_api.get(SUMMARY, {"from": "2022-01-01", "to": "2023-01-01"}).json()["xirr"]

    assert year == period == {"value": pytest.approx(0.21), "reason": None}
    assert both["value"] == pytest.approx(0.0, abs=1e-9)


def test_the_return_of_an_account_counts_what_was_paid(asha, asha_api, main, schwab, infosys):
    """Not what it was worth at the end of its first day, also when the person had something else before."""
    account_update(account=schwab, changes={"tracks_cash": False})
    closes(infosys, d2022_01_01="50", d2023_01_10="100", d2024_01_10="121")
    enter(main, "buy", "2022-01-01", infosys, quantity="1", price="50")
    enter(schwab, "buy", "2023-01-10", infosys, quantity="1", price="110")
    with travel(TODAY):
        for query in ({}, {"from": "2022-06-01"}, {"period": "3y"}):
            xirr = asha_api.get(SUMMARY, {"account": schwab.pk, **query}).json()["xirr"]
            assert xirr == {"value": pytest.approx(0.1), "reason": None}


def test_there_is_no_return_of_what_was_opened_today(asha_api, main, infosys):
    with travel(TODAY):
        closes(infosys, d2024_01_10="110")
        enter(main, "buy", "2024-01-10", infosys, quantity="1", price="100")
        body = asha_api.get(SUMMARY).json()

    assert body["xirr"] == {"value": None, "reason": "All cash flows are on one day."}
    assert body["day_change"] == body["gain"] == "10"


def test_there_is_no_return_where_all_is_lost_or_given(asha_api, main, infosys):
    closes(infosys, d2024_01_01="1")
    enter(main, "transfer_in", "2024-01-01", infosys, quantity="1", amount="0")
    enter(main, "dividend", "2024-01-02", infosys, amount="5")
    enter(main, "transfer_out", "2024-01-03", infosys, quantity="1")
    with travel(TODAY):
        given = asha_api.get(SUMMARY, {"from": "2024-01-02"}).json()["xirr"]
        later = asha_api.get(SUMMARY, {"from": "2024-01-05"}).json()["xirr"]

    assert given == {"value": pytest.approx(0, abs=1e-9), "reason": None}  # worth 1 on the 2nd, and 1 when it left
    assert later == {"value": None, "reason": "Nothing was held."}


def test_it_lists_what_is_stale(asha, asha_api, main, infosys, apple, dollar):
    closes(dollar, d2024_01_01="80")
    closes(infosys, d2024_01_03="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="100")
    with travel(TODAY):
        assert asha_api.get(SUMMARY).json()["stale"] == []
    with travel(date(2024, 1, 11)):
        expected = {"asset": infosys.pk, "symbol": "INFY", "name": "Infosys", "price_date": "2024-01-03"}
        assert asha_api.get(SUMMARY).json()["stale"] == [expected]
        enter(main, "buy", "2024-01-11", apple, quantity="1", price="1")
        stale = asha_api.get(SUMMARY).json()["stale"]
        assert [(row["symbol"], row["price_date"]) for row in stale] == [("AAPL", None), ("INFY", "2024-01-03")]
        enter(main, "sell", "2024-01-11", infosys, quantity="1", price="100")
        assert [row["symbol"] for row in asha_api.get(SUMMARY).json()["stale"]] == ["AAPL"]


@pytest.mark.parametrize("day", ["2024-01-11", "2024-01-20"])
def test_an_announced_merger_makes_nothing_stale_before_its_day(asha, asha_api, main, infosys, day):
    other = Asset.objects.create(owner=asha, symbol="NEW", name="New", asset_class="stock", currency="INR")
    enter(main, "buy", "2024-01-02", infosys, quantity="3", price="100")
    with travel(TODAY):
        infosys.actions.create(kind="merger", ex_date=date(2024, 1, 20), new_asset=other)
    with travel(date.fromisoformat(day)):
        stale = asha_api.get(SUMMARY).json()["stale"]

    assert [row["symbol"] for row in stale] == (["INFY"] if day == "2024-01-11" else ["NEW"])


def test_what_was_sold_later_was_stale_then(asha, main, infosys):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="0.3", price="100")
    enter(main, "sell", "2024-01-20", infosys, quantity="0.3", price="100")

    assert stale_holdings(asha, date(2024, 1, 21)) == []
    assert [row.asset for row in stale_holdings(asha, date(2024, 1, 19))] == [infosys]
    assert stale_holdings(asha, date(2024, 1, 1)) == []


def test_what_has_no_rate_is_null(asha_api, main, apple):
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="1")
    with travel(TODAY):
        body = asha_api.get(SUMMARY).json()

    assert [body[name] for name in ("net_worth", "cost_basis", "gain", "day_change", "day_change_ratio")] == [None] * 5
    assert body["xirr"] == {"value": None, "reason": "Some amounts are not known in this currency."}
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]


def test_who_has_nothing_has_zeros(asha_api):
    with travel(TODAY):
        body = asha_api.get(SUMMARY).json()

    assert {body[name] for name in FIGURES} == {"0"}
    assert body["xirr"] == {"value": None, "reason": "Nothing was held."}
    assert body["day_change_ratio"] is None
    assert body["fresh"] is True


def test_what_is_owed_is_a_liability(asha_api, schwab, dollar):
    closes(dollar, d2024_01_01="80", d2024_01_10="90")
    enter(schwab, "withdrawal", "2024-01-02", amount="100")
    with travel(TODAY):
        body = asha_api.get(SUMMARY).json()

    assert [body[name] for name in ("net_worth", "cash", "liabilities", "net_contributions")] == [
        *("-9000", "0", "9000", "-8000")
    ]
    assert body["day_change"] == "-1000"
    assert body["confidence"] == {"priced": None, "stale": None, "estimated": None}


@pytest.mark.parametrize("query", [{}, {"to": "2024-01-04"}, {"currency": "USD"}, {"asset_class": "stock"}])
def test_it_agrees_with_the_graph(asha_api, story, query):
    body, graph = asha_api.get(SUMMARY, query).json(), asha_api.get(NET_WORTH, query).json()

    assert body["as_of"] == graph["dates"][-1]
    for name, values in graph["series"].items():
        assert float(body[name]) == pytest.approx(values[-1], abs=1e-6)
    assert body["confidence"] == {name: values[-1] for name, values in graph["confidence"].items()}


def test_it_refuses(asha_api, mallory_api, anonymous_api, story, schwab):
    check_error(asha_api.get(SUMMARY, {"period": "2w"}), 400, attr="period")
    check_error(asha_api.get(SUMMARY, {"interval": "day"}), 400, attr="interval", code="unknown_field")
    check_error(mallory_api.get(SUMMARY, {"account": schwab.pk}), 400, attr="account", code="does_not_exist")
    check_error(anonymous_api.get(SUMMARY), 401)


def test_a_past_day_knows_what_was_stale_then(asha_api, main, schwab, infosys, at_noon):
    closes(infosys, d2023_12_01="90", d2024_01_05="100")
    enter(main, "buy", "2023-12-01", infosys, quantity="1", price="90")

    def stale(**query: str) -> list[str]:
        return [row["price_date"] for row in asha_api.get(SUMMARY, query).json()["stale"]]

    assert stale(to="2023-12-20") == ["2023-12-01"]
    assert stale(to="2023-12-20", account=schwab.pk) == []
    assert stale(to="2024-01-05") == stale() == []
