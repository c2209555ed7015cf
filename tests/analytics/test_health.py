"""/analytics/health/."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from core.services import account_update
from portfolio.models import Asset
from tests.analytics.conftest import closes, enter
from tests.conftest import check_error

HEALTH = "/api/v1/analytics/health/"
RULES = ["concentration", "few_sectors", "few_classes", "stale_prices", "cash_high", "cash_low", "debt_high"]


@pytest.fixture
def home(asha, main):
    """An account in rupees that keeps its money."""
    return account_update(account=main, changes={"tracks_cash": True})


def buy(account: Any, amount: str, symbol: str, asset_class: str = "stock", **fields: Any) -> Asset:
    """So many units at 1, which is still their price."""
    asset = Asset.objects.create(symbol=symbol, name=symbol.title(), asset_class=asset_class, currency="INR", **fields)
    closes(asset, d2024_01_01="1", d2024_01_08="1")
    enter(account, "buy", "2024-01-01", asset, quantity=amount, price="1")
    return asset


@pytest.fixture
def balanced(home, at_noon) -> dict[str, Asset]:
    """1000 in all: four sectors, three classes with the money, nothing over 40 %, 10 % in money."""
    enter(home, "deposit", "2024-01-01", amount="1000")
    return {
        "bank": buy(home, "300", "BANK", sector="Financials"),
        "drug": buy(home, "200", "DRUG", sector="Health"),
        "oil": buy(home, "200", "OIL", sector="Energy"),
        "gold": buy(home, "200", "GOLD", "gold"),
    }


def health(api: Any, **query: Any) -> dict[str, Any]:
    response = api.get(HEALTH, query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def deductions(body: dict[str, Any]) -> dict[str, float]:
    return {row["rule"]: row["points"] for row in body["deductions"]}


def rule(body: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [row for row in body["rules"] if row["rule"] == code]
    return found


def test_it_works(asha_api, balanced):
    body = health(asha_api)
    rules = body.pop("rules")

    assert body == {
        "fresh": True,
        "as_of": "2024-01-10",
        "currency": "INR",
        "first": "2024-01-01",
        "last": "2024-01-10",
        "risk_appetite": "mid",
        "score": {"value": 100.0, "reason": None},
        "deductions": [],
        "reasons": [],
    }
    assert [(row["rule"], row["passed"], row["value"], row["threshold"]) for row in rules] == [
        ("concentration", True, pytest.approx(0.3), 0.4),
        ("few_sectors", True, 4, 3),  # gold has none, so its class stands in
        ("few_classes", True, 3, 2),
        ("stale_prices", True, 0, 0.05),
        ("cash_high", True, pytest.approx(0.1), 0.35),
        ("cash_low", True, pytest.approx(0.1), 0.02),
        ("debt_high", True, 0, 0.35),
    ]
    assert rules[0] == {
        "rule": "concentration",
        "passed": True,
        "points": 0.0,
        "most_points": 30.0,
        "value": pytest.approx(0.3),
        "threshold": 0.4,
        "worst": 1.0,
        "detail": "Bank is 30.0 % of what is owned.",
    }


def test_one_asset_over_40_percent(asha_api, balanced, home):
    """400 of 1000 are 40 %: no point. 500 of 1000 are 10 % more: 10 / 60 of 30 points; the money is used up: 5."""
    enter(home, "sell", "2024-01-09", balanced["oil"], quantity="100", price="1")
    enter(home, "buy", "2024-01-09", balanced["bank"], quantity="100", price="1")
    at = health(asha_api)
    enter(home, "buy", "2024-01-10", balanced["bank"], quantity="100", price="1")
    over = health(asha_api)

    assert at["score"]["value"] == 100
    assert rule(at, "concentration")["value"] == pytest.approx(0.4)
    assert deductions(over) == {"concentration": pytest.approx(5), "cash_low": 5}
    assert over["score"]["value"] == pytest.approx(90)
    assert over["deductions"][0]["detail"] == "Bank is 50.0 % of what is owned."


def test_an_asset_in_two_accounts_is_one(asha_api, balanced, schwab):
    """300 of 1000, and 300 more in another account that keeps no money: 600 of 1300."""
    account_update(account=schwab, changes={"tracks_cash": False})
    enter(schwab, "buy", "2024-01-02", balanced["bank"], quantity="300", price="1")

    assert rule(health(asha_api), "concentration")["value"] == pytest.approx(600 / 1300)


@pytest.mark.parametrize("asset_class", ["etf", "mutual_fund"])
def test_that_a_fund_is_spread_itself_is_told(asha_api, main, at_noon, asset_class):
    buy(main, "90", "INDEX", asset_class)
    buy(main, "10", "GOLD", "gold")
    concentration = rule(health(asha_api), "concentration")

    assert concentration["points"] == pytest.approx(25)  # half a point for each of the 50 % above 40 %
    assert concentration["detail"] == "Index is 90.0 % of what is owned. It is a fund, which is spread itself."


def test_sectors_and_classes_of_less_than_a_hundredth_do_not_count(asha_api, main, at_noon):
    buy(main, "99.1", "BANK", sector="Financials")
    gold = buy(main, "0.9", "GOLD", "gold")
    below = health(asha_api)
    enter(main, "buy", "2024-01-02", gold, quantity="0.2", price="1")
    above = health(asha_api)

    assert rule(below, "few_sectors")["value"] == rule(below, "few_classes")["value"] == 1
    assert rule(below, "few_classes")["detail"] == "What is owned is of 1 asset class; 2 spread the risk."
    assert rule(above, "few_sectors")["value"] == rule(above, "few_classes")["value"] == 2
    assert rule(above, "few_sectors")["detail"] == "The assets are of 2 sectors; 3 spread the risk."


def test_debt_is_a_share_of_what_is_owned(asha_api, balanced, schwab, dollar):
    """5 dollars at 100 rupees are owed, to 1000 rupees owned: 15 % over 35 % of the 65 % up to all."""
    closes(dollar, d2024_01_01="100", d2024_01_09="100")
    enter(schwab, "withdrawal", "2024-01-05", amount="5")
    body = health(asha_api)

    assert deductions(body) == {"debt_high": pytest.approx(30 * 0.15 / 0.65)}
    assert body["deductions"][0]["detail"] == "What is owed is 50.0 % of what is owned; up to 35.0 % is in range."


@pytest.mark.parametrize(
    ("appetite", "points"),
    [("low", {"few_sectors": 15, "cash_high": 20}), ("high", {"few_sectors": 15, "cash_high": 20})],
)
def test_only_money(asha, asha_api, home, at_noon, appetite, points):
    User.objects.filter(pk=asha.pk).update(risk_appetite=appetite)
    enter(home, "deposit", "2024-01-01", amount="1000")
    body = health(asha_api)

    assert deductions(body) == {**points, "few_classes": 10}
    assert body["risk_appetite"] == appetite
    assert rule(body, "concentration")["detail"] == "No asset is held."


def test_the_risk_appetite_moves_what_is_in_range(asha, asha_api, balanced, home):
    """30 % is money, of 1000 + 2000 / 7: too much for a high appetite alone, by 10 of the 80 % above 20 %."""
    enter(home, "deposit", "2024-01-02", amount="285.714285714285714")
    assert health(asha_api)["score"]["value"] == 100
    User.objects.filter(pk=asha.pk).update(risk_appetite="high")

    assert deductions(health(asha_api)) == {"cash_high": pytest.approx(2.5)}


def test_stale_prices(asha_api, balanced, main):
    """200 of 1200 have had no price for over a week: 1 / 6, of which 5 % are let go."""
    old = Asset.objects.create(symbol="OLD", name="Old", asset_class="bond", currency="INR")
    closes(old, d2024_01_02="1")
    enter(main, "deposit", "2024-01-01", amount="200")
    enter(main, "buy", "2024-01-02", old, quantity="200", price="1")
    body = health(asha_api)

    assert deductions(body) == {"stale_prices": pytest.approx(15 * (1 / 6 - 0.05) / 0.95)}
    assert body["deductions"][0]["detail"] == "16.7 % of what is owned has no price of the last week."
    assert deductions(health(asha_api, to="2024-01-09")) == {}  # a week is not over a week


def test_what_never_had_a_price_counts_as_stale(asha_api, balanced, main):
    enter(main, "deposit", "2024-01-01", amount="1000")
    unpriced = Asset.objects.create(symbol="ART", name="Art", asset_class="other", currency="INR")
    enter(main, "buy", "2024-01-02", unpriced, quantity="1", price="500")
    enter(main, "withdrawal", "2024-01-03", amount="500")

    assert rule(health(asha_api), "stale_prices")["value"] == pytest.approx(500 / 1500)


def test_where_no_account_keeps_its_money_cash_is_not_judged(asha_api, main, at_noon):
    buy(main, "100", "BANK", sector="Financials")
    body = health(asha_api)

    for code in ("cash_high", "cash_low"):
        found = rule(body, code)
        assert (found["passed"], found["value"], found["points"]) == (None, None, 0)
        assert found["detail"] == "No account keeps its money, so how much there is is not known."
    assert deductions(body) == {"concentration": 30, "few_sectors": 10, "few_classes": 10}
    assert body["score"]["value"] == 50


def test_an_asset_that_is_cash_is_cash(asha_api, main, at_noon):
    buy(main, "60", "BANK", sector="Financials")
    buy(main, "40", "LIQUID", "cash")

    assert rule(health(asha_api), "cash_high")["value"] == pytest.approx(0.4)


def test_of_some_assets_only_what_they_can_tell_is_looked_at(asha_api, balanced):
    body = health(asha_api, asset_class="stock")

    assert {row["rule"]: row["passed"] for row in body["rules"]} == {
        "concentration": False,  # 300 of 700
        "few_sectors": True,
        "few_classes": None,
        "stale_prices": True,
        "cash_high": None,
        "cash_low": None,
        "debt_high": None,
    }
    assert rule(body, "few_classes")["detail"] == "Only some assets were asked for."


def test_of_an_account(asha_api, balanced, main, schwab, dollar):
    closes(dollar, d2024_01_01="100", d2024_01_09="100")
    enter(schwab, "deposit", "2024-01-05", amount="5")

    assert health(asha_api, account=main.pk)["score"]["value"] == 100
    assert rule(health(asha_api, account=schwab.pk), "cash_high")["value"] == 1
    account_update(account=main, changes={"tracks_cash": False})
    assert rule(health(asha_api, account=main.pk), "cash_low")["passed"] is None


def test_on_a_day_and_in_a_currency(asha_api, balanced, dollar):
    closes(dollar, d2024_01_01="100", d2024_01_09="100")

    body = health(asha_api, to="2024-01-05", currency="USD")
    assert (body["last"], body["currency"], body["score"]["value"]) == ("2024-01-05", "USD", 100)


@pytest.mark.parametrize("query", [{}, {"asset_class": "gold"}, {"currency": "USD"}])
def test_nothing_was_ever_held(asha_api, at_noon, query):
    body = health(asha_api, **query)

    assert body["score"] == {"value": None, "reason": "Nothing was held."}
    assert (body["deductions"], body["rules"]) == ([], [])


def test_all_was_sold(asha_api, main, at_noon):
    asset = buy(main, "10", "BANK")
    enter(main, "sell", "2024-01-05", asset, quantity="10", price="1")

    assert health(asha_api)["score"] == {"value": None, "reason": "Nothing was held."}


def test_only_debt(asha_api, home, at_noon):
    enter(home, "withdrawal", "2024-01-05", amount="5")

    assert health(asha_api)["score"] == {"value": None, "reason": "Nothing was held."}


def test_opened_today_without_a_price(asha_api, main, at_noon):
    asset = Asset.objects.create(symbol="ART", name="Art", asset_class="other", currency="INR")
    enter(main, "buy", "2024-01-10", asset, quantity="1", price="5")
    body = health(asha_api)

    assert deductions(body) == {"concentration": 30, "few_sectors": 10, "few_classes": 10, "stale_prices": 15}
    assert body["score"]["value"] == 35


def test_without_a_rate_there_is_no_score(asha_api, balanced, schwab):
    enter(schwab, "deposit", "2024-01-05", amount="5")
    body = health(asha_api)

    assert body["score"] == {"value": None, "reason": "Some amounts are not known in this currency."}
    assert body["reasons"][0]["code"] == "no_rate"


def test_nobody_and_strangers(anonymous_api, mallory_api, balanced, main):
    check_error(anonymous_api.get(HEALTH), 401)
    check_error(mallory_api.get(HEALTH, {"account": main.pk}), 400, attr="account", code="does_not_exist")
    assert health(mallory_api)["score"]["value"] is None
    assert health(mallory_api, asset=balanced["bank"].pk)["score"]["value"] is None


def test_a_private_asset_of_another_does_not_exist(mallory_api, story, infosys):
    check_error(mallory_api.get(HEALTH, {"asset": infosys.pk}), 400, attr="asset", code="does_not_exist")


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ({"from": "2024-01-05", "to": "2024-01-04"}, "from"),
        ({"to": "2024-01-11"}, "to"),
        ({"currency": "XXQ"}, "currency"),
        ({"asset_class": "weather"}, "asset_class"),
        ({"account": "0"}, "account"),
        ({"by": "asset"}, "by"),
    ],
)
def test_bad_input(asha_api, balanced, query, attr):
    check_error(asha_api.get(HEALTH, query), 400, attr=attr)


@pytest.mark.parametrize("query", [{}, {"asset_class": "stock"}, {"currency": "USD"}])
def test_the_queries_do_not_grow(asha_api, balanced, home, query):
    def count() -> int:
        health(asha_api, **query)  # brings the history up to date
        with CaptureQueriesContext(connection) as captured:
            health(asha_api, **query)
        return len(captured)

    before = count()
    enter(home, "deposit", "2024-01-01", amount="1000")
    for number in range(12):
        buy(home, "10", f"A{number}", sector=f"S{number}")
    assert count() == before
