"""What banks, deposits, property, cards and loans are in the allocation, the health score and the net worth."""

from typing import Any

import pytest

from core.models import Account, User
from core.services import account_update
from portfolio.models import Asset
from tests.analytics.conftest import NET_WORTH, closes, enter
from tests.analytics.money_makers import entered, moved, opened, stated
from tests.analytics.test_allocation import ask, weights
from tests.analytics.test_health import deductions, health, rule

TARGETS = "/api/v1/analytics/targets/"


@pytest.fixture
def household(asha: User, main: Account, infosys: Asset, dollar: Asset, at_noon: None) -> dict[str, Account]:
    """2,000 are owned: shares 825, a bank 300 and a dollar at 100, a deposit 200, a house 500, coins 50, a friend's 25.

    350 are owed: 300 for the house, and 50 on a card.
    """
    closes(infosys, d2024_01_01="82.5")
    closes(dollar, d2024_01_01="100", d2024_01_08="100")
    enter(main, "buy", "2024-01-01", infosys, quantity="10", price="82.5")
    accounts = {kind: opened(asha, kind) for kind in ("bank", "deposit", "property", "other", "loan", "card")}
    accounts["friend"] = opened(asha, "loan", name="Friend")
    accounts["wallet"] = opened(asha, "wallet", currency="USD")
    worth = {
        "bank": "300", "wallet": "1", "deposit": "200", "property": "500",
        "other": "50", "friend": "25", "loan": "-300", "card": "-50",
    }  # fmt: skip
    for name, balance in worth.items():
        stated(accounts[name], "2024-01-02", balance)
    closes(infosys, d2024_01_09="82.5")
    return accounts


class TestAllocation:
    def test_it_works(self, asha_api: Any, household: Any) -> None:
        body = ask(asha_api)
        assert weights(body) == {
            "stock": 825 / 2000, "property": 0.25, "cash": 0.2, "deposit": 0.1, "other": 75 / 2000
        }  # fmt: skip
        assert (body["gross"], body["liabilities"], body["net_worth"]) == ("2000", "350", "1650")
        assert [part["holdings"] for part in body["parts"]] == [1, 0, 0, 0, 0]

    def test_every_way_to_divide(
        self, asha_api: Any, household: dict[str, Account], main: Account, infosys: Asset
    ) -> None:
        Asset.objects.filter(pk=infosys.pk).update(sector="Technology", market_cap="large")
        money = {"property": 0.25, "cash": 0.2, "deposit": 0.1, "other": 75 / 2000}
        shares = {"bank": 0.15, "wallet": 0.05, "deposit": 0.1, "property": 0.25, "other": 0.025, "friend": 0.0125}

        expected = {
            "sector": {"Technology": 825 / 2000, **money},
            "market_cap": {"large": 825 / 2000, **money},
            "asset": {str(infosys.pk): 825 / 2000, **money},
            "currency": {"INR": 0.95, "USD": 0.05},
            "account": {
                str(main.pk): 825 / 2000,
                **{str(household[name].pk): share for name, share in shares.items()},
            },
        }
        assert {by: weights(ask(asha_api, by=by)) for by in expected} == {
            by: pytest.approx(parts) for by, parts in expected.items()
        }

    def test_every_day(self, asha_api: Any, household: Any) -> None:
        """On the first day there were the shares alone: an account begins with what is first known of it."""
        body = ask(asha_api, history="true")
        assert {name: weight[-1] for name, weight in body["series"].items()} == weights(body)
        assert body["series"]["property"][:2] == [0, 0.25]
        assert body["series"]["stock"][0] == 1

    def test_of_one_account(self, asha_api: Any, household: dict[str, Account]) -> None:
        assert weights(ask(asha_api, account=household["deposit"].pk)) == {"deposit": 1}
        owed = ask(asha_api, account=household["loan"].pk)
        assert (owed["parts"], owed["liabilities"], owed["reason"]) == ([], "300", "Nothing was held.")

    def test_another_kind_is_another_part(self, asha_api: Any, household: dict[str, Account]) -> None:
        account_update(account=household["bank"], changes={"kind": "deposit"})
        assert weights(ask(asha_api))["deposit"] == 0.25

    @pytest.mark.parametrize("by", ["asset_class", "sector", "market_cap", "asset"])
    def test_targets_know_them(self, asha_api: Any, household: Any, by: str) -> None:
        targets = [{"key": key, "weight": "0.25"} for key in ("property", "deposit", "other", "cash")]
        response = asha_api.put(TARGETS, {"by": by, "targets": targets}, format="json")
        assert response.status_code == 200, response.content
        assert [row["key"] for row in asha_api.get(TARGETS, {"by": by}).json()["targets"]] == [
            "property", "deposit", "other", "cash"
        ]  # fmt: skip

    def test_nobody_has_a_target_for_debt(self, asha_api: Any, household: Any) -> None:
        body = {"by": "asset_class", "targets": [{"key": "loan", "weight": "1"}]}
        response = asha_api.put(TARGETS, body, format="json")
        assert response.status_code == 400
        assert [error["attr"] for error in response.json()["errors"]] == ["targets.0.key"]


class TestHealth:
    def test_it_works(self, asha_api: Any, household: Any) -> None:
        """Shares 41.25 %, over 40 by a 48th of what is beyond; one sector of three; five classes; 350 owed of 2,000."""
        body = health(asha_api)
        assert rule(body, "concentration")["value"] == pytest.approx(0.4125)
        assert rule(body, "few_classes")["value"] == 5
        assert rule(body, "cash_high")["value"] == pytest.approx(0.2)
        assert rule(body, "debt_high")["value"] == pytest.approx(0.175)
        assert deductions(body) == {"few_sectors": 10, "concentration": pytest.approx(30 / 48)}

    def test_property_is_no_asset_that_is_too_large(self, asha_api: Any, household: dict[str, Account]) -> None:
        """8,000 more of the house: 85 % of what is owned, and no deduction for it."""
        stated(household["property"], "2024-01-05", "8500")
        assert rule(health(asha_api), "concentration")["value"] == pytest.approx(825 / 10_000)

    def test_a_bank_keeps_cash_also_where_it_is_empty(
        self, asha: User, asha_api: Any, main: Account, infosys: Asset, at_noon: None
    ) -> None:
        closes(infosys, d2024_01_01="100", d2024_01_09="100")
        enter(main, "buy", "2024-01-01", infosys, quantity="10", price="100")
        assert rule(health(asha_api), "cash_low")["passed"] is None
        bank = opened(asha, "bank")
        entered(bank, "income", "2024-01-02", "100")
        entered(bank, "expense", "2024-01-03", "100")
        assert rule(health(asha_api), "cash_low")["value"] == 0

    def test_a_deposit_alone_says_nothing_of_cash(self, asha: User, asha_api: Any, at_noon: None) -> None:
        stated(opened(asha, "deposit"), "2024-01-02", "1000")
        assert rule(health(asha_api), "cash_low")["passed"] is None


class TestNetWorth:
    def test_it_works(self, asha_api: Any, household: Any) -> None:
        series = asha_api.get(NET_WORTH).json()["series"]
        last = {name: values[-1] for name, values in series.items()}
        assert last == {
            "net_worth": 1650, "holdings": 825, "cash": 400, "other_assets": 775, "liabilities": 350,
            "invested": 825, "net_contributions": 1650, "income": 0,
        }  # fmt: skip

    def test_a_transfer_moves_no_net_worth(self, asha_api: Any, household: dict[str, Account]) -> None:
        moved(household["bank"], household["loan"], "2024-01-05", "100")
        series = asha_api.get(NET_WORTH).json()["series"]
        assert (series["net_worth"][-1], series["cash"][-1], series["liabilities"][-1]) == (1650, 300, 250)
