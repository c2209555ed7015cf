"""/holdings/."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from core.services import account_update
from portfolio.services.actions import action_record
from tests.analytics.conftest import HOLDINGS, NET_WORTH, TODAY, closes, enter, travel
from tests.conftest import check_error


def positions(api, *names, **query):
    """By symbol, the named figures of each position."""
    response = api.get(HOLDINGS, query)
    assert response.status_code == 200, response.content
    return {row["asset"]["symbol"]: tuple(row[name] for name in names) for row in response.json()["results"]}


def test_it_works(asha_api, story, infosys, apple, main, schwab):
    response = asha_api.get(HOLDINGS)

    assert response.status_code == 200
    body = response.json()
    weights = [row.pop("weight") for row in body["results"]]
    assert weights == pytest.approx([34_440 / 35_640, 1200 / 35_640])
    assert sum(weights) == pytest.approx(1)
    assert body == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "results": [
            {
                "asset": {"id": apple.pk, "symbol": "AAPL", "name": "Apple", "asset_class": "stock"}
                | {"currency": "USD", "sector": ""},
                "account": {"id": schwab.pk, "name": "Schwab"},
                "quantity": "2",
                "average_cost": "16641.5",  # 401 dollars at 83, halved
                "price": "210",
                "price_currency": "USD",
                "price_date": "2024-01-08",
                "price_at": None,
                "is_live": False,
                "cost_basis": "33283",
                "invested": "33200",
                "market_value": "34440",
                "unrealized_gain": "1157",
                "realized_gain": "0",
                "income": "820",
                "fees": "247",  # 1 × 83 + 2 × 82
                "costs": "164",
                "total_gain": "1813",
                "day_change": "0",
            },
            {
                "asset": {"id": infosys.pk, "symbol": "INFY", "name": "Infosys", "asset_class": "stock"}
                | {"currency": "INR", "sector": ""},
                "account": {"id": main.pk, "name": "Main"},
                "quantity": "10",
                "average_cost": "100.5",
                "price": "120",
                "price_currency": "INR",
                "price_date": "2024-01-10",
                "price_at": None,
                "is_live": False,
                "cost_basis": "1005",
                "invested": "1000",
                "market_value": "1200",
                "unrealized_gain": "195",
                "realized_gain": "0",
                "income": "0",
                "fees": "5",
                "costs": "0",
                "total_gain": "195",
                "day_change": "100",
            },
        ],
        "totals": {
            "cost_basis": "34288",
            "invested": "34200",
            "market_value": "35640",
            "unrealized_gain": "1352",
            "realized_gain": "0",
            "income": "820",
            "fees": "252",
            "costs": "164",
            "total_gain": "2008",
            "day_change": "100",
        },
        "reasons": [],
    }


def test_a_sale_leaves_the_average_cost_as_it_was(asha_api, main, infosys, at_noon):
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100")
    enter(main, "sell", "2024-01-03", infosys, quantity="5", price="150")

    names = ("quantity", "average_cost", "cost_basis", "realized_gain")
    assert positions(asha_api, *names) == {"INFY": ("5", "100", "500", "250")}


def test_every_day_around_a_trade_a_split_and_a_full_sale(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_01="100", d2024_01_03="102", d2024_01_06="60")
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100")
    action_record(
        user=None, fields={"asset": infosys, "kind": "split", "ex_date": date(2024, 1, 5), "ratio": Decimal(2)}
    )
    enter(main, "sell", "2024-01-07", infosys, quantity="5", price="61")
    enter(main, "sell", "2024-01-09", infosys, quantity="15", price="62")
    names = ("quantity", "price", "price_date", "market_value", "cost_basis", "average_cost", "realized_gain")

    expected = {
        "2024-01-01": None,
        "2024-01-02": ("10", "100", "2024-01-01", "1000", "1000", "100", "0"),
        "2024-01-03": ("10", "102", "2024-01-03", "1020", "1000", "100", "0"),
        "2024-01-04": ("10", "102", "2024-01-03", "1020", "1000", "100", "0"),
        "2024-01-05": ("20", "51", "2024-01-03", "1020", "1000", "50", "0"),
        "2024-01-06": ("20", "60", "2024-01-06", "1200", "1000", "50", "0"),
        "2024-01-07": ("15", "60", "2024-01-06", "900", "750", "50", "55"),
        "2024-01-08": ("15", "60", "2024-01-06", "900", "750", "50", "55"),
        "2024-01-09": ("0", "60", "2024-01-06", "0", "0", None, "235"),
        "2024-01-10": ("0", "60", "2024-01-06", "0", "0", None, "235"),
    }
    graph = asha_api.get(NET_WORTH).json()
    for day, figures in expected.items():
        assert positions(asha_api, *names, as_of=day, closed="true") == ({"INFY": figures} if figures else {})
        assert ("INFY" in positions(asha_api, "quantity", as_of=day)) == bool(figures and figures[0] != "0")
        if figures:
            assert graph["series"]["net_worth"][graph["dates"].index(day)] == float(figures[3])


def test_the_change_of_a_day(asha_api, main, schwab, infosys, apple, dollar, at_noon):
    """What the units of the day gained since the day before, by price, by rate, and by neither over a split."""
    closes(infosys, d2024_01_01="100", d2024_01_03="110")
    closes(apple, d2024_01_01="10")
    closes(dollar, d2024_01_01="80", d2024_01_04="81")
    enter(main, "buy", "2024-01-02", infosys, quantity="2", price="100")
    enter(schwab, "buy", "2024-01-02", apple, quantity="3", price="10")
    action_record(
        user=None, fields={"asset": infosys, "kind": "split", "ex_date": date(2024, 1, 5), "ratio": Decimal(2)}
    )

    changes = {f"2024-01-0{day}": positions(asha_api, "day_change", as_of=f"2024-01-0{day}") for day in range(2, 6)}

    assert changes == {
        "2024-01-02": {"INFY": ("0",), "AAPL": ("0",)},
        "2024-01-03": {"INFY": ("20",), "AAPL": ("0",)},
        "2024-01-04": {"INFY": ("0",), "AAPL": ("30",)},
        "2024-01-05": {"INFY": ("0",), "AAPL": ("0",)},
    }


def test_before_its_first_close_it_is_worth_what_was_paid(asha_api, main, infosys, at_noon):
    closes(infosys, d2024_01_08="130")
    enter(main, "buy", "2024-01-02", infosys, quantity="2", price="100", fee="1")
    names = ("price", "price_date", "market_value", "unrealized_gain")

    assert positions(asha_api, *names, as_of="2024-01-07") == {"INFY": (None, None, "201", "0")}
    assert positions(asha_api, *names, as_of="2024-01-08") == {"INFY": ("130", "2024-01-08", "260", "59")}


def test_a_dollar_asset_costs_rupees_of_the_day_it_was_bought(asha_api, main, apple, dollar, at_noon):
    closes(dollar, d2024_01_01="80", d2024_01_05="90")
    closes(apple, d2024_01_01="10")
    enter(main, "buy", "2024-01-02", apple, quantity="4", price="10")
    enter(main, "buy", "2024-01-06", apple, quantity="4", price="10")
    enter(main, "sell", "2024-01-07", apple, quantity="4", price="10")
    names = ("cost_basis", "market_value", "unrealized_gain", "realized_gain")

    assert positions(asha_api, *names) == {"AAPL": ("3600", "3600", "0", "400")}
    assert positions(asha_api, *names, currency="USD") == {"AAPL": ("40", "40", "0", "0")}


def test_the_rate_that_the_broker_applied_is_the_rate_of_the_cost(asha_api, main, apple, dollar, at_noon):
    closes(dollar, d2024_01_01="80")
    closes(apple, d2024_01_01="10")
    enter(main, "buy", "2024-01-02", apple, quantity="4", price="10", fx_rate="82.5")

    assert positions(asha_api, "cost_basis", "market_value") == {"AAPL": ("3300", "3200")}
    assert positions(asha_api, "market_value", currency="USD") == {"AAPL": ("40",)}


def test_small_rates_keep_all_their_digits(asha_api, main, infosys, dollar, at_noon):
    closes(dollar, d2024_01_01="83.12")
    closes(infosys, d2024_01_01="100000")
    enter(main, "buy", "2024-01-02", infosys, quantity="1000", price="100000")

    ((value, cost),) = positions(asha_api, "market_value", "cost_basis", currency="USD").values()

    exact = float(Fraction(10**10, 8312))
    assert float(value) == pytest.approx(exact, abs=0.005)
    assert float(cost) == pytest.approx(exact, abs=0.005)
    graph = asha_api.get(NET_WORTH, {"currency": "USD"}).json()
    assert graph["series"]["holdings"][-1] == pytest.approx(exact, abs=0.005)


def test_what_has_no_rate_is_null_with_the_reason(asha_api, main, infosys, apple, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="100")
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="100")
    body = asha_api.get(HOLDINGS).json()

    unknown, known = body["results"]
    assert (unknown["quantity"], unknown["cost_basis"], unknown["market_value"], unknown["weight"]) == (
        *("1", None, None, None),
    )
    assert (known["market_value"], known["weight"]) == ("100", None)
    assert body["totals"]["market_value"] is None
    assert [reason["code"] for reason in body["reasons"]] == ["no_rate"]


def test_a_day_before_the_first_rate_takes_that_rate_as_the_graph_does(asha_api, main, apple, dollar, at_noon):
    closes(dollar, d2024_01_05="80")
    closes(apple, d2024_01_02="10")
    enter(main, "buy", "2024-01-02", apple, quantity="4", price="10")

    assert positions(asha_api, "cost_basis", "market_value", as_of="2024-01-03") == {"AAPL": ("3200", "3200")}
    graph = asha_api.get(NET_WORTH, {"to": "2024-01-03"}).json()
    assert graph["series"]["holdings"] == [3200.0, 3200.0]
    assert asha_api.get(NET_WORTH, {"to": "2024-01-03", "account": main.pk}).json()["series"] == graph["series"]


def test_of_one_account(asha_api, story, main, schwab):
    assert set(positions(asha_api, "quantity", account=main.pk)) == {"INFY"}
    body = asha_api.get(HOLDINGS, {"account": schwab.pk}).json()
    assert [row["weight"] for row in body["results"]] == [1.0]
    assert body["totals"]["market_value"] == "34440"


def test_the_same_asset_in_two_accounts(asha_api, main, schwab, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(schwab, "buy", "2024-01-02", infosys, quantity="3", price="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="1", price="100")

    rows = asha_api.get(HOLDINGS).json()["results"]

    assert [(row["account"]["name"], row["quantity"], row["weight"]) for row in rows] == [
        ("Main", "1", 0.25),
        ("Schwab", "3", 0.75),
    ]


def test_a_transfer_moves_cost_and_day(asha_api, main, schwab, infosys, at_noon):
    closes(infosys, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", infosys, quantity="4", price="90")
    enter(main, "transfer_out", "2024-01-05", infosys, quantity="1")
    enter(schwab, "transfer_in", "2024-01-05", infosys, quantity="1")

    def held(day):
        rows = asha_api.get(HOLDINGS, {"as_of": day}).json()["results"]
        return {row["account"]["name"]: (row["quantity"], row["cost_basis"]) for row in rows}

    assert held("2024-01-04") == {"Main": ("4", "360")}
    assert held("2024-01-05") == {"Main": ("3", "270"), "Schwab": ("1", "90")}


def test_average_cost(asha_api, main, infosys, at_noon):
    account_update(account=main, changes={"cost_method": "average"})
    enter(main, "buy", "2024-01-02", infosys, quantity="10", price="100")
    enter(main, "buy", "2024-01-03", infosys, quantity="10", price="200")
    enter(main, "sell", "2024-01-04", infosys, quantity="5", price="200")

    names = ("average_cost", "cost_basis", "realized_gain")
    assert positions(asha_api, *names) == {"INFY": ("150", "2250", "250")}


def test_an_announced_split_has_not_happened_yet(asha_api, story, infosys):
    action_record(
        user=None, fields={"asset": infosys, "kind": "split", "ex_date": date(2024, 2, 1), "ratio": Decimal(2)}
    )

    assert positions(asha_api, "quantity", "price", "market_value")["INFY"] == ("10", "120", "1200")
    with travel(date(2024, 2, 1)):
        assert positions(asha_api, "quantity", "price", "market_value")["INFY"] == ("20", "60", "1200")


def test_totals_are_those_of_the_summary(asha_api, story):
    for query in ({}, {"currency": "USD"}):
        totals = asha_api.get(HOLDINGS, {**query, "closed": "true"}).json()["totals"]
        summary = asha_api.get("/api/v1/analytics/summary/", query).json()
        for ours, theirs in (("market_value", "holdings"), ("total_gain", "gain"), ("cost_basis", "cost_basis")):
            assert Decimal(totals[ours]) == pytest.approx(Decimal(summary[theirs]), abs=Decimal("0.001"))


def test_a_close_of_long_ago_still_counts(asha_api, main, infosys, at_noon):
    closes(infosys, d2015_06_01="10", d2016_06_01="12")
    enter(main, "buy", "2020-01-02", infosys, quantity="1", price="11")

    assert positions(asha_api, "price", "price_date", "day_change") == {"INFY": ("12", "2016-06-01", "0")}


def test_who_has_nothing_has_no_holdings(asha_api, at_noon):
    body = asha_api.get(HOLDINGS).json()

    assert (body["results"], body["fresh"], body["as_of"]) == ([], True, "2024-01-10")
    assert set(body["totals"].values()) == {"0"}


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"as_of": "2024-01-11"}, "as_of"),
        ({"as_of": "1899-12-31"}, "as_of"),
        ({"as_of": "now"}, "as_of"),
        ({"account": "9" * 30}, "account"),
        ({"account": "-1"}, "account"),
        ({"currency": "ZZZ"}, "currency"),
        ({"closed": "perhaps"}, "closed"),
        ({"to": "2024-01-01"}, "to"),
    ],
)
def test_it_refuses(asha_api, story, query, attr):
    check_error(asha_api.get(HOLDINGS, query), 400, attr=attr)


def test_everybody_sees_their_own(mallory_api, anonymous_api, story, schwab):
    assert mallory_api.get(HOLDINGS).json()["results"] == []
    check_error(mallory_api.get(HOLDINGS, {"account": schwab.pk}), 400, attr="account", code="does_not_exist")
    check_error(anonymous_api.get(HOLDINGS), 401)


def test_the_day_is_the_persons_own(asha_api, main, infosys):
    with travel(TODAY, "20:00"):  # already the 11th in Kolkata
        enter(main, "buy", "2024-01-11", infosys, quantity="1", price="1")
        assert asha_api.get(HOLDINGS).json()["as_of"] == "2024-01-11"
        assert set(positions(asha_api, "quantity")) == {"INFY"}
        assert positions(asha_api, "quantity", as_of="2024-01-10") == {}
