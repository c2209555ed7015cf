"""/analytics/balances/: what accounts stand at, one by one and in all."""

from datetime import date
from decimal import Decimal

import pytest

from core.models import Account
from ledger.models import Terms, TermsRate
from tests.analytics.conftest import NET_WORTH, closes, enter
from tests.analytics.money_makers import entered, moved, opened
from tests.analytics.statements import state
from tests.conftest import api_of, check_error

STANDING = "/api/v1/analytics/balances/"

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def bank(asha) -> Account:
    return opened(asha, "bank")


def standing(api, **params):
    response = api.get(STANDING, params)
    assert response.status_code == 200, response.content
    return response.json()


def net_worth(api, day: str, **params) -> dict:
    body = api.get(NET_WORTH, params).json()
    place = body["dates"].index(day)
    return {name: values[place] for name, values in body["series"].items()}


@pytest.fixture
def household(asha, asha_api, bank, schwab, dollar) -> dict[str, Account]:
    """A bank, a card, a flat, a loan, a deposit with interest, and dollars."""
    closes(dollar, d2024_01_01="80", d2024_01_05="82")
    made = {"bank": bank, "schwab": schwab}
    made |= {kind: opened(asha, kind) for kind in ("card", "property", "loan", "deposit")}
    state(asha_api, bank, "2024-01-01", "5000")
    entered(bank, "expense", "2024-01-03", "250")
    entered(made["card"], "expense", "2024-01-04", "120")
    state(asha_api, made["property"], "2024-01-01", "100000")
    state(asha_api, made["property"], "2024-01-08", "110000")
    state(asha_api, made["loan"], "2024-01-02", "-40000")
    moved(bank, made["loan"], "2024-01-05", "1000")
    state(asha_api, made["deposit"], "2024-01-01", "9000")
    terms = Terms.objects.create(
        user=asha, account=made["deposit"], product="fixed_deposit", credited="quarterly", starts_on=date(2024, 1, 1)
    )
    TermsRate.objects.create(terms=terms, since=date(2024, 1, 1), rate=Decimal("0.0728"))
    enter(schwab, "deposit", "2024-01-02", amount="100")
    return made


def test_every_account_that_keeps_money_is_told(asha_api, household):
    found = standing(asha_api)
    assert (found["fresh"], found["as_of"], found["currency"], found["reasons"]) == (True, "2024-01-10", "INR", [])
    rows = {row["kind"]: row for row in found["accounts"]}
    assert [row["name"] for row in found["accounts"]] == ["Bank", "Card", "Deposit", "Loan", "Property", "Schwab"]
    # 9000 * 0.0728 / 4 = 163.8 for the 91 days of the quarter, 1.8 a day, for nine days.
    assert rows["deposit"] == {
        "account": household["deposit"].pk,
        "name": "Deposit",
        "kind": "deposit",
        "currency": "INR",
        "balance": "9000",
        "accrued": "16.2",
        "worth": "9016.2",
        "value": "9016.2",
        "statement": {"date": "2024-01-01", "balance": "9000", "difference": None, "agreed_on": None},
    }
    assert [rows[kind]["worth"] for kind in ("bank", "card", "loan", "property", "broker")] == [
        "3750", "-120", "-39000", "110000", "100",
    ]  # fmt: skip
    assert rows["broker"]["value"] == "8200"
    assert rows["card"]["statement"] is None
    assert rows["property"]["statement"] == {
        "date": "2024-01-08", "balance": "110000", "difference": "10000", "agreed_on": "2024-01-01",
    }  # fmt: skip
    # 3750 + 8200; 110000 + 9016.2; 120 + 39000.
    assert found["totals"] == {
        "cash": "11950", "other_assets": "119016.2", "liabilities": "39120", "net": "91846.2",
    }  # fmt: skip


@pytest.mark.parametrize("day", ["2024-01-01", "2024-01-04", "2024-01-08", "2024-01-10"])
def test_the_totals_are_those_of_the_net_worth(asha_api, household, day):
    for params in ({}, {"currency": "USD"}):
        worth = net_worth(asha_api, day, **params)
        found = standing(asha_api, as_of=day, **params)["totals"]
        assert worth["holdings"] == 0
        for name in ("cash", "other_assets", "liabilities"):
            assert float(found[name]) == pytest.approx(worth[name], abs=1e-6), name
        assert float(found["net"]) == pytest.approx(worth["net_worth"], abs=1e-6)


def test_before_an_account_began_it_has_nothing(asha_api, household):
    found = standing(asha_api, as_of="2023-12-31")
    assert {row["worth"] for row in found["accounts"]} == {"0"}
    assert found["totals"] == {"cash": "0", "other_assets": "0", "liabilities": "0", "net": "0"}


def test_a_value_without_a_rate_is_not_known(asha, asha_api, bank):
    krona = opened(asha, "cash", name="Kronur", currency="ISK")
    state(asha_api, krona, "2024-01-02", "500")
    state(asha_api, bank, "2024-01-02", "10")
    found = standing(asha_api)
    row = next(row for row in found["accounts"] if row["currency"] == "ISK")
    assert (row["worth"], row["value"]) == ("500", None)
    assert found["totals"] == {"cash": None, "other_assets": "0", "liabilities": "0", "net": None}
    assert found["reasons"] == [{"code": "no_rate", "detail": "No exchange rate from ISK to INR is known."}]


def test_an_entry_without_a_rate_is_the_reason_of_its_account(asha, asha_api, bank):
    entered(bank, "expense", "2024-01-03", "100", currency="ISK")
    found = standing(asha_api)
    assert found["accounts"][0]["balance"] is None
    assert found["totals"]["cash"] is None
    assert found["reasons"] == [{"code": "no_rate", "detail": "No exchange rate from ISK to INR is known."}]


def test_nothing_is_nothing(asha_api):
    found = standing(asha_api)
    assert found["accounts"] == []
    assert found["totals"] == {"cash": "0", "other_assets": "0", "liabilities": "0", "net": "0"}
    check_error(asha_api.get(STANDING, {"as_of": "2024-01-11"}), 400, attr="as_of")
    check_error(asha_api.get(STANDING, {"currency": "XYZ"}), 400, attr="currency")
    check_error(asha_api.get(STANDING, {"account": "1"}), 400, attr="account")


def test_standing_takes_no_more_queries_for_more_accounts(asha, asha_api, household, django_assert_max_num_queries):
    for number in range(6):
        state(asha_api, opened(asha, "bank", name=f"Bank {number}"), "2024-01-02", "10")
    with django_assert_max_num_queries(15):
        assert len(standing(asha_api)["accounts"]) == 12


def test_a_stranger_stands_at_nothing_and_nobody_is_told(mallory, household, anonymous_api):
    assert standing(api_of(mallory))["accounts"] == []
    check_error(anonymous_api.get(STANDING), 401)


def test_an_account_that_is_closed_earns_no_more(asha, asha_api):
    """100,000 at 36.6 % in a leap year: 100 a day from the 2nd on, four of them until it is closed on the 5th."""
    account = opened(asha, "deposit")
    state(asha_api, account, "2024-01-01", "100000")
    body = {"account": account.pk, "product": "other", "starts_on": "2024-01-01"}
    rates = [{"since": "2024-01-01", "rate": "0.366"}]
    assert asha_api.post("/api/v1/terms/", {**body, "rates": rates}, format="json").status_code == 201
    assert standing(asha_api, as_of="2024-01-10")["accounts"][0]["worth"] == "100900"
    closing = asha_api.patch(f"/api/v1/accounts/{account.pk}/", {"closed_on": "2024-01-05"}, format="json")
    assert closing.status_code == 200
    told = standing(asha_api, as_of="2024-01-10")["accounts"][0]
    assert (told["balance"], told["accrued"]) == ("100400", "0")
    assert net_worth(asha_api, "2024-01-10")["other_assets"] == 100_400
