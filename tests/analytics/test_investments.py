"""Returns and risk are of the investments: a salary is no return, and money for the rent no part of the base."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.movements import Scope
from analytics.panels import Portrait, portrait_of
from analytics.selectors import history_state
from core.models import Account, User
from core.services import account_update
from tests.analytics.conftest import SUMMARY, TODAY, closes, enter, travel
from tests.analytics.money_makers import entered, moved, opened, stated

ROOT = "/api/v1/analytics/"


@pytest.fixture
def bank(asha: User, at_noon: None) -> Account:
    return opened(asha, "bank")


@pytest.fixture
def broker(asha: User, at_noon: None) -> Account:
    return opened(asha, "broker", tracks_cash=True)


@pytest.fixture
def month(bank: Account, broker: Account, infosys: Any) -> None:
    """A salary of 1,000, of which 600 go to the broker, who buys 5 shares at 100 for 500; the share rises to 110.

    The investments: 600 on the 2nd, 650 on the 10th (5 × 110 and 100 in cash). The bank has 400, and 380 after lunch.
    """
    closes(infosys, d2024_01_01="100", d2024_01_08="110")
    entered(bank, "income", "2024-01-01", "1000")
    moved(bank, broker, "2024-01-02", "600")
    enter(broker, "buy", "2024-01-03", infosys, quantity="5", price="100")
    entered(bank, "expense", "2024-01-09", "20")


def asked(api: Any, name: str, **query: Any) -> Any:
    response = api.get(f"{ROOT}{name}/", query)
    assert response.status_code == 200, response.content
    return response.json()


def portrait(user: User) -> Portrait:
    state = history_state(user)
    found = portrait_of(user, state, scope=Scope(), currency=user.base_currency, last=TODAY)
    assert found is not None
    return found


class TestPerformance:
    def test_the_return_is_that_of_what_went_to_the_broker(self, asha_api: Any, month: None) -> None:
        """650 / 600 - 1: 500 of 600 rose by a tenth, and 100 waited."""
        body = asked(asha_api, "performance")

        assert body["twr"]["value"] == pytest.approx(1 / 12)
        assert body["simple_return"]["value"] == pytest.approx(1 / 12)
        assert body["flows"] == {"start_value": "0", "inflow": "600", "outflow": "0", "end_value": "650"}
        assert (body["gains"]["total"], body["gains"]["unrealized"], body["gains"]["other"]) == ("50", "50", "0")

    def test_it_begins_with_the_first_of_the_investments(self, asha_api: Any, month: None) -> None:
        body = asked(asha_api, "performance")
        assert (body["first"], body["last"]) == ("2024-01-02", "2024-01-10")
        assert body["series"]["value"][0] == 600
        assert body["periods"]["max"]["first"] == "2024-01-02"
        assert asked(asha_api, "performance", **{"from": "2024-01-05"})["first"] == "2024-01-05"

    def test_what_comes_back_is_an_outflow(self, asha_api: Any, month: None, bank: Account, broker: Account) -> None:
        moved(broker, bank, "2024-01-09", "60")
        body = asked(asha_api, "performance")
        assert body["flows"] == {"start_value": "0", "inflow": "600", "outflow": "60", "end_value": "590"}
        assert body["twr"]["value"] == pytest.approx(1 / 12)

    def test_a_deposit_is_one_of_them(self, asha: User, asha_api: Any, month: None, bank: Account) -> None:
        """200 into a deposit on the 4th, when 600 were at work: (650 + 200) is worth 800 then 850."""
        deposit = opened(asha, "deposit")
        moved(bank, deposit, "2024-01-04", "200")
        body = asked(asha_api, "performance")
        assert body["flows"] == {"start_value": "0", "inflow": "800", "outflow": "0", "end_value": "850"}
        assert body["twr"]["value"] == pytest.approx(850 / 800 - 1)

    def test_another_value_of_a_deposit_is_a_return(self, asha: User, asha_api: Any) -> None:
        with travel(TODAY):
            deposit = opened(asha, "deposit")
            stated(deposit, "2024-01-02", "1000")
            stated(deposit, "2024-01-09", "1010")
            body = asked(asha_api, "performance")
        assert body["twr"]["value"] == pytest.approx(0.01)
        assert (body["gains"]["total"], body["gains"]["other"], body["gains"]["income"]) == ("10", "10", "0")

    def test_an_everyday_account_is_shown_where_it_is_asked_for(
        self, asha_api: Any, month: None, bank: Account
    ) -> None:
        """1,000 came, 600 and 20 went: money that only comes and goes returns nothing."""
        body = asked(asha_api, "performance", account=bank.pk)
        assert body["flows"] == {"start_value": "0", "inflow": "1000", "outflow": "620", "end_value": "380"}
        assert body["twr"]["value"] == 0

    def test_property_is_shown_where_it_is_asked_for(self, asha: User, asha_api: Any, month: None) -> None:
        house = opened(asha, "property")
        stated(house, "2024-01-03", "500000")
        stated(house, "2024-01-08", "510000")
        assert asked(asha_api, "performance", account=house.pk)["twr"]["value"] == pytest.approx(0.02)
        assert asked(asha_api, "performance")["twr"]["value"] == pytest.approx(1 / 12)

    def test_money_of_a_broker_that_tracks_none_is_outside(
        self, asha_api: Any, bank: Account, main: Account, infosys: Any
    ) -> None:
        """The purchase comes from outside, and what the bank sent there left the money that is counted."""
        closes(infosys, d2024_01_01="100", d2024_01_08="110")
        entered(bank, "income", "2024-01-01", "1000")
        moved(bank, main, "2024-01-02", "500")
        enter(main, "buy", "2024-01-03", infosys, quantity="5", price="100")
        body = asked(asha_api, "performance")
        assert body["flows"] == {"start_value": "0", "inflow": "500", "outflow": "0", "end_value": "550"}
        assert body["twr"]["value"] == pytest.approx(0.1)
        assert asked(asha_api, "summary")["net_worth"] == "1050"

    def test_in_another_currency(self, asha: User, asha_api: Any, month: None, dollar: Any) -> None:
        """Rupees at 80 and then 100 for a dollar: 600 / 80 = 7.5 came, 650 / 100 = 6.5 is there."""
        closes(dollar, d2024_01_01="80", d2024_01_05="100")
        body = asked(asha_api, "performance", currency="USD")
        assert (body["flows"]["inflow"], body["flows"]["end_value"]) == ("7.5", "6.5")

    def test_on_an_earlier_day(self, asha_api: Any, month: None) -> None:
        body = asked(asha_api, "performance", to="2024-01-05")
        assert body["flows"]["end_value"] == "600"
        before = asked(asha_api, "performance", to="2024-01-01")
        assert before["twr"] == {"value": None, "reason": "Nothing was held."}

    def test_who_has_no_investments_has_no_return(self, asha_api: Any, bank: Account) -> None:
        entered(bank, "income", "2024-01-01", "1000")
        body = asked(asha_api, "performance")
        assert body["twr"] == {"value": None, "reason": "Nothing was held."}
        assert asked(asha_api, "risk")["volatility"]["reason"]
        assert asked(asha_api, "projection")["reason"] == "Nothing was held."


class TestTheOthers:
    def test_summary(self, asha_api: Any, month: None) -> None:
        """600 on the 2nd are 650 on the 10th; the net worth has what the bank has, too."""
        body = asked(asha_api, "summary")
        assert body["xirr"]["value"] == pytest.approx((650 / 600) ** (365 / 8) - 1, rel=1e-6)
        assert [body[name] for name in ("net_worth", "holdings", "cash", "other_assets", "liabilities")] == [
            "1030", "550", "480", "0", "0"
        ]  # fmt: skip
        assert (body["net_contributions"], body["gain"]) == ("980", "50")

    def test_contribution(self, asha_api: Any, month: None) -> None:
        body = asked(asha_api, "contribution")
        assert {part["symbol"] or part["key"]: part["gain"] for part in body["parts"]} == {"INFY": "50", "cash": "0"}
        assert sum(part["contribution"] for part in body["parts"]) == pytest.approx(body["twr"]["value"])
        assert (body["change"]["added"], body["change"]["end"]) == ("600", "650")

    def test_contribution_by_account(self, asha_api: Any, month: None, broker: Account) -> None:
        (part,) = asked(asha_api, "contribution", by="account")["parts"]
        assert (part["key"], part["inflow"], part["gain"]) == (str(broker.pk), "600", "50")

    def test_risk(self, asha_api: Any, month: None) -> None:
        assert asked(asha_api, "risk")["concentration"]["largest"]["value"] == pytest.approx(550 / 650)

    def test_projection(self, asha_api: Any, month: None) -> None:
        """Less than a month counts as one: 600 were paid in."""
        body = asked(asha_api, "projection")
        assert (body["value"], body["monthly"]["amount"]) == ("650", "600")

    def test_rebalancing_spends_no_everyday_money(self, asha_api: Any, month: None) -> None:
        """Half of 650 in shares: 325, so two of 110 are sold; half of all that is owned would have been more."""
        asha_api.put(
            f"{ROOT}targets/",
            {"by": "asset_class", "targets": [{"key": "stock", "weight": "0.5"}]},
            format="json",
        )
        body = asked(asha_api, "rebalancing")
        assert body["gross"] == "650"
        assert [(trade["side"], trade["quantity"]) for trade in body["trades"]] == [("sell", "2")]

    def test_targets_for_what_is_no_investment_keep_the_proportions(
        self, asha: User, asha_api: Any, month: None, bank: Account
    ) -> None:
        """Property 0.5, stock 0.25, cash 0.25 of all: of the investments half is to be stock."""
        weights = {"property": "0.5", "stock": "0.25", "cash": "0.25"}
        targets = [{"key": key, "weight": weight} for key, weight in weights.items()]
        response = asha_api.put(f"{ROOT}targets/", {"by": "asset_class", "targets": targets}, format="json")
        assert response.status_code == 200, response.content
        body = asked(asha_api, "rebalancing")
        assert {part["key"]: part["target"] for part in body["parts"]} == {"stock": 0.5, "cash": 0.5}

    def test_deposits_are_not_traded(self, asha: User, asha_api: Any, month: None, bank: Account) -> None:
        """Of 850 in all, 200 are in a deposit: they stay, whatever their target."""
        moved(bank, opened(asha, "deposit"), "2024-01-04", "200")
        targets = [{"key": "stock", "weight": "0.9"}, {"key": "deposit", "weight": "0.1"}]
        asha_api.put(f"{ROOT}targets/", {"by": "asset_class", "targets": targets}, format="json")
        body = asked(asha_api, "rebalancing")
        parts = {part["key"]: part for part in body["parts"]}
        assert parts["deposit"]["value"] == "200"
        assert parts["deposit"]["reason"] == "Deposits are not traded."
        assert [(trade["side"], trade["worth"]) for trade in body["trades"]] == []
        by_account = asked(asha_api, "rebalancing", by="account")
        assert by_account["gross"] == "850"


class TestPortrait:
    def test_without_everyday_money_it_is_the_same(self, asha: User, story: Any) -> None:
        found = portrait(asha)
        assert found.investments is found

    def test_days_and_lines(self, asha: User, month: None, broker: Account) -> None:
        invested = portrait(asha).investments
        assert invested.panel.first == TODAY - timedelta(days=8)
        assert set(invested.panel.account.tolist()) == {broker.pk}
        assert invested.investments is invested
        assert not any(array.flags.writeable for array in invested.panel.arrays)

    @pytest.mark.parametrize("changes", [{"kind": "deposit"}, {"tracks_cash": True}])
    def test_another_kind_of_account_is_seen_at_once(
        self, asha: User, asha_api: Any, month: None, bank: Account, changes: dict[str, Any]
    ) -> None:
        """With the bank among them, 1,000 came and 1,030 are there, after 20 for lunch."""
        assert asked(asha_api, "performance")["flows"]["inflow"] == "600"
        account_update(account=bank, changes=changes)
        body = asked(asha_api, "performance")
        assert body["flows"] == {"start_value": "0", "inflow": "1000", "outflow": "20", "end_value": "1030"}
        assert body["first"] == "2024-01-01"


def test_a_stranger_sees_nothing_of_it(mallory_api: Any, month: None, bank: Account) -> None:
    assert mallory_api.get(f"{ROOT}performance/", {"account": bank.pk}).status_code == 400
    assert Decimal(mallory_api.get(SUMMARY).json()["net_worth"]) == 0


class TestExchange:
    """8,000 in a broker of rupees; 4,000 of it arrive as 45 dollars at another, 3,600 at the day's 80: 400 are lost."""

    @pytest.fixture
    def brokers(self, asha: User, broker: Account, dollar: Any) -> tuple[Account, Account]:
        closes(dollar, d2024_01_01="80")
        abroad = opened(asha, "broker", name="Abroad", currency="USD", tracks_cash=True)
        enter(broker, "deposit", "2024-01-01", amount="8000")
        moved(broker, abroad, "2024-01-05", "4000", to_amount=Decimal(45))
        return broker, abroad

    @pytest.mark.parametrize("has_wallet", [False, True])
    def test_what_a_bank_takes_of_the_rate_is_a_loss(
        self, asha: User, asha_api: Any, brokers: Any, has_wallet: bool
    ) -> None:
        """Whatever else there is: 7,600 / 8,000 - 1."""
        if has_wallet:
            entered(opened(asha, "wallet"), "income", "2024-01-03", "100")
        body = asked(asha_api, "performance", benchmark="none")
        assert body["twr"]["value"] == pytest.approx(-0.05)
        assert (body["gains"]["total"], body["flows"]["outflow"]) == ("-400", "0")

    def test_it_is_lost_by_the_account_that_sent_it(self, asha_api: Any, brokers: Any) -> None:
        body = asked(asha_api, "contribution", by="account")
        lost = {part["name"]: (Decimal(part["gain"]), part["contribution"]) for part in body["parts"]}
        assert lost == {"Broker": (-400, pytest.approx(-0.05)), "Abroad": (0, 0)}

    def test_what_went_to_each_account_adds_up_to_the_whole(self, asha_api: Any, brokers: Any) -> None:
        """8,000 - 3,600 and 3,600: what was sent counts as what arrived."""
        given = [
            Decimal(asha_api.get(SUMMARY, {"account": account.pk}).json()["net_contributions"]) for account in brokers
        ]
        assert given == [4400, 3600]
        assert Decimal(asha_api.get(SUMMARY).json()["net_contributions"]) == 8000
