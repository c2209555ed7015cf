"""The same holdings seen through one account or one asset, in another currency, and on a today that moves back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from analytics.rebuild import history_rebuild
from core.services import account_create
from portfolio.models import Asset
from portfolio.services.actions import action_record
from tests.analytics.conftest import HOLDINGS, NET_WORTH, SUMMARY, TODAY, closes, enter, travel


def series(api: Any, name: str, **query: Any) -> list[float]:
    answer: list[float] = api.get(NET_WORTH, query).json()["series"][name]
    return answer


@pytest.fixture
def spun_off(asha, main, infosys, at_noon) -> Asset:
    """10 at 100; then one of the child for each, with 30 % of the cost: the parent at 75 and the child at 40."""
    child = Asset.objects.create(owner=asha, symbol="CHILD", name="Child", asset_class="stock", currency="INR")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
    fields = {"new_asset": child, "ratio": Decimal(1), "cost_fraction": Decimal("0.3")}
    action_record(user=asha, fields={"asset": infosys, "kind": "spinoff", "ex_date": date(2024, 1, 10), **fields})
    closes(infosys, d2024_01_01="100", d2024_01_10="75")
    closes(child, d2024_01_10="40")
    return child


def test_in_one_account_a_spinoff_is_no_money_from_outside(asha_api, spun_off, main):
    whole, account = (asha_api.get(SUMMARY, query).json() for query in ({}, {"account": main.pk}))
    names = ("net_worth", "net_contributions", "gain", "day_change")

    assert [whole[name] for name in names] == ["1150", "1000", "150", "150"]
    assert [account[name] for name in names] == [whole[name] for name in names]
    assert account["xirr"] == whole["xirr"]


def test_between_assets_a_spinoff_moves_its_cost(asha_api, spun_off, infosys):
    assert series(asha_api, "net_contributions", asset=infosys.pk)[-2:] == [1000, 700]
    assert series(asha_api, "net_contributions", asset=spun_off.pk)[-1:] == [300]
    assert series(asha_api, "net_worth", asset=spun_off.pk)[-1:] == [400]


def test_an_account_keeps_its_cash_in_its_own_currency(asha, asha_api, apple, dollar, at_noon):
    """10,000 rupees, 8,000 of which became a share of 100 dollars at 80; the dollar goes to 90."""
    rupees = account_create(user=asha, fields={"name": "Rupees", "currency": "INR", "tracks_cash": True})
    closes(dollar, d2024_01_01="80", d2024_01_09="90")
    closes(apple, d2024_01_01="100")
    enter(rupees, "deposit", "2024-01-02", amount="10000")
    enter(rupees, "buy", "2024-01-03", apple, quantity="1", price="100")

    assert series(asha_api, "cash")[-1] == 2000
    assert series(asha_api, "liabilities")[-1] == 0
    assert series(asha_api, "net_worth")[-1] == 11000


def test_in_its_own_currency_an_asset_costs_what_was_paid_whatever_rate_was_applied(
    asha_api, main, apple, dollar, at_noon
):
    closes(dollar, d2024_01_01="80")
    closes(apple, d2024_01_01="100")
    enter(main, "buy", "2024-01-02", apple, quantity="1", price="100", fx_rate="84")

    (held,) = asha_api.get(HOLDINGS, {"currency": "USD"}).json()["results"]
    assert (held["cost_basis"], held["average_cost"], held["unrealized_gain"]) == ("100", "100", "0")
    assert series(asha_api, "invested", currency="USD")[-1] == 100
    (in_rupees,) = asha_api.get(HOLDINGS).json()["results"]
    assert (in_rupees["cost_basis"], in_rupees["market_value"]) == ("8400", "8000")


def test_a_today_that_moved_back_and_on_again_shows_every_day(asha, asha_api, main, infosys):
    """Early on the 11th in Kolkata it is still the 10th in New York."""
    with travel(TODAY, at="20:00"):
        closes(infosys, d2024_01_09="100", d2024_01_10="200", d2024_01_11="300")
        enter(main, "buy", "2024-01-09", infosys, quantity="1", price="100")
        history_rebuild(asha)
        asha_api.patch("/api/v1/me/", {"timezone": "America/New_York"})
        assert series(asha_api, "net_worth") == [100, 200]
        asha_api.patch("/api/v1/me/", {"timezone": "Asia/Kolkata"})
        assert series(asha_api, "net_worth") == [100, 200, 300]
        assert series(asha_api, "net_worth", interval="month") == [300]
