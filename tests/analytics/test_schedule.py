"""/accounts/{id}/schedule/: what an account with terms was and will be, month by month."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import Account
from tests.analytics.conftest import travel
from tests.analytics.money_makers import entered, moved, opened
from tests.analytics.statements import state
from tests.conftest import api_of, check_error

pytestmark = pytest.mark.usefixtures("at_noon")


def address(account: Account) -> str:
    return f"/api/v1/accounts/{account.pk}/schedule/"


def agree(api, account: Account, product: str, rate: str, starts_on: str, **more) -> None:
    """Terms over the API."""
    body = {"account": account.pk, "product": product, "starts_on": starts_on, **more}
    made = api.post("/api/v1/terms/", {**body, "rates": [{"since": starts_on, "rate": rate}]})
    assert made.status_code == 201, made.content


def schedule(api, account: Account) -> Any:
    response = api.get(address(account))
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def loan(asha, asha_api) -> Account:
    """12000 from 1 November 2023 at 12 %, 1 % a month, of which 1000 and then 500 were paid from the bank."""
    account, bank = opened(asha, "loan"), opened(asha, "bank")
    agree(asha_api, account, "loan", "0.12", "2023-11-01", installment="4000")
    state(asha_api, account, "2023-11-01", "-12000")
    moved(bank, account, "2023-12-01", "1000")
    moved(bank, account, "2024-01-01", "500")
    return account


def test_a_loan_as_it_was_and_as_it_will_be(asha_api, loan):
    found = schedule(asha_api, loan)
    assert (found["as_of"], found["currency"], found["installment"]) == ("2024-01-10", "INR", "4000")
    assert (found["ends_on"], found["reasons"], found["fresh"]) == ("2024-04-01", [], True)
    past = [row for row in found["rows"] if not row["is_projected"]]
    # 12000 + 120 - 1000 = 11120; 11120 + 111.2 - 500 = 10731.2; of 107.312 a month 9 of 31 days: 31.15509677.
    assert [(row["from"], row["to"]) for row in past] == [
        ("2023-11-01", "2023-11-01"),
        ("2023-11-02", "2023-12-01"),
        ("2023-12-02", "2024-01-01"),
        ("2024-01-02", "2024-01-10"),
    ]
    assert past[0] == {
        "from": "2023-11-01",
        "to": "2023-11-01",
        "opening": "-12000",
        "paid_in": "0",
        "paid_out": "0",
        "interest": "0",
        "difference": "0",
        "closing": "-12000",
        "accrued": "0",
        "is_projected": False,
    }
    assert [row["paid_in"] for row in past] == ["0", "1000", "500", "0"]
    assert [row["interest"] for row in past] == ["0", "-120", "-111.2", "0"]
    assert [row["closing"] for row in past] == ["-12000", "-11120", "-10731.2", "-10731.2"]
    assert past[-1]["accrued"] == "-31.15509677"
    # 10838.512 - 4000 = 6838.512; 6906.89712 - 4000 = 2906.89712; 2935.9660912 is the last payment.
    ahead = [row for row in found["rows"] if row["is_projected"]]
    assert [row["to"] for row in ahead] == ["2024-02-01", "2024-03-01", "2024-04-01"]
    assert [row["paid_in"] for row in ahead] == ["4000", "4000", "2935.9660912"]
    assert [row["closing"] for row in ahead] == ["-6838.512", "-2906.89712", "0"]
    assert found["interest_paid"] == "-231.2"
    # 107.312 + 68.38512 + 29.0689712
    assert found["interest_ahead"] == "-204.7660912"


def test_a_loan_without_an_installment_is_paid_off_by_its_maturity(asha, asha_api):
    # 100000 at 1 % a month in 12 months: 8884.88.
    account = opened(asha, "loan")
    agree(asha_api, account, "loan", "0.12", "2024-01-10", matures_on="2025-01-10")
    state(asha_api, account, "2024-01-10", "-100000")
    found = schedule(asha_api, account)
    assert (found["installment"], found["ends_on"]) == ("8884.88", "2025-01-10")
    assert len([row for row in found["rows"] if row["is_projected"]]) == 12
    assert found["rows"][-1]["closing"] == "0"


def test_a_fixed_deposit_has_a_row_for_each_quarter(asha, asha_api):
    account = opened(asha, "deposit")
    agree(asha_api, account, "fixed_deposit", "0.07", "2023-10-01", matures_on="2024-10-01")
    entered(account, "income", "2023-10-01", "100000")
    rows = schedule(asha_api, account)["rows"]
    # 1750 on 1 January, and the quarters to come; the first row is the day on which it began.
    assert [(row["to"], row["interest"]) for row in rows] == [
        ("2023-10-01", "0"),
        ("2024-01-01", "1750"),
        ("2024-01-10", "0"),
        ("2024-04-01", "1780.625"),
        ("2024-07-01", "1811.7859375"),
        ("2024-10-01", "1843.49219141"),
    ]
    assert (rows[0]["opening"], rows[0]["paid_in"]) == ("0", "100000")
    assert rows[-1]["closing"] == "107185.90312891"


def test_what_a_statement_says_beyond_the_expected_is_a_difference(asha, asha_api):
    account = opened(asha, "deposit")
    agree(asha_api, account, "nps", "0.10", "2023-12-01", matures_on="2024-02-01")
    state(asha_api, account, "2024-01-10", "1000")
    with travel(date(2024, 1, 31)):
        state(asha_api, account, "2024-01-31", "1010")
        rows = schedule(asha_api, account)["rows"]
    # 21 days at 10 % a year make 1.1 ** (21 / 365) = exp(0.0054835994): 1 + 0.0054835994 + 0.0000150349 + 0.0000000275.
    assert [row["to"] for row in rows] == ["2024-01-31", "2024-02-01"]
    assert Decimal(rows[0]["difference"]) == pytest.approx(Decimal("4.501338"), abs=Decimal("0.000001"))
    assert (rows[0]["opening"], rows[0]["closing"]) == ("1000", "1010")


def test_why_there_is_nothing_ahead_is_said(asha, asha_api):
    account = opened(asha, "deposit")
    agree(asha_api, account, "ppf", "0.071", "2023-04-01")
    found = schedule(asha_api, account)
    assert (found["rows"], found["reasons"][0]["code"]) == ([], "no_balance")
    state(asha_api, account, "2024-01-01", "1000")
    found = schedule(asha_api, account)
    assert (found["ends_on"], found["reasons"][0]["code"]) == (None, "no_end")
    debt = opened(asha, "loan")
    agree(asha_api, debt, "loan", "0.12", "2024-01-01", installment="9")
    state(asha_api, debt, "2024-01-01", "-1000")
    found = schedule(asha_api, debt)
    assert found["reasons"] == [{"code": "never_paid_off", "detail": "It is not paid off by 600 installments."}]
    assert len([row for row in found["rows"] if row["is_projected"]]) == 600
    # Nothing but the interest of nine days is owed: 10 * 9 / 31, with the first installment.
    state(asha_api, debt, "2024-01-10", "0")
    found = schedule(asha_api, debt)
    assert (found["ends_on"], found["rows"][-1]["paid_in"]) == ("2024-02-01", "2.90322581")
    paid = opened(asha, "loan", name="Paid")
    agree(asha_api, paid, "loan", "0.12", "2024-01-01", installment="9")
    state(asha_api, paid, "2024-01-01", "0")
    assert schedule(asha_api, paid)["reasons"][0]["code"] == "no_end"


def test_an_unknown_rate_leaves_no_schedule(asha, asha_api):
    account = opened(asha, "deposit")
    agree(asha_api, account, "other", "0.05", "2024-01-01", matures_on="2025-01-01")
    entered(account, "income", "2024-01-02", "10", currency="ISK")
    found = schedule(asha_api, account)
    assert (found["rows"], found["reasons"][0]["code"]) == ([], "not_known")


@pytest.mark.parametrize(("kind", "balance"), [("loan", "-999999999999"), ("deposit", "999999999999")])
def test_a_rate_that_nobody_has_breaks_nothing(asha, asha_api, kind, balance):
    account = opened(asha, kind)
    agree(asha_api, account, "other", "2", "1923-01-01", credited="monthly", matures_on="2023-01-01")
    state(asha_api, account, "1923-01-01", balance)
    assert schedule(asha_api, account)["reasons"][0]["code"] == "not_known"
    for part in ("analytics/balances/", "analytics/net-worth/", "analytics/summary/", "balances/"):
        assert asha_api.get(f"/api/v1/{part}").status_code == 200


def test_a_rate_that_nobody_will_have_leaves_the_end_unknown(asha, asha_api):
    account = opened(asha, "loan")
    agree(asha_api, account, "loan", "2", "2024-01-01", matures_on="2124-01-01")
    state(asha_api, account, "2024-01-01", "-1")
    found = schedule(asha_api, account)
    assert (found["installment"], found["interest_ahead"], found["rows"][-1]["closing"]) == (None, None, None)
    # 7 / 6 owed after the first month.
    assert found["rows"][2]["closing"] == "-1.16666667"


def test_the_rows_go_on_from_each_other(asha_api, loan):
    rows = schedule(asha_api, loan)["rows"]
    for row in rows:
        came = sum(Decimal(row[name]) for name in ("opening", "paid_in", "interest", "difference"))
        assert came - Decimal(row["paid_out"]) == Decimal(row["closing"])
    assert [row["opening"] for row in rows[1:]] == [row["closing"] for row in rows[:-1]]


def test_a_schedule_takes_no_more_queries_for_more_entries(asha, asha_api, loan, django_assert_max_num_queries):
    bank = asha.accounts.get(kind="bank")
    for day in range(2, 9):
        moved(bank, loan, f"2024-01-0{day}", "1")
    with django_assert_max_num_queries(14):
        schedule(asha_api, loan)


def test_an_account_without_terms_or_of_somebody_else_has_none(asha, asha_api, mallory, loan, anonymous_api):
    check_error(asha_api.get(address(asha.accounts.get(kind="bank"))), 404)
    check_error(api_of(mallory).get(address(loan)), 404)
    check_error(asha_api.get("/api/v1/accounts/999999/schedule/"), 404)
    check_error(asha_api.get(address(loan), {"from": "2024-01-01"}), 400, attr="from")
    check_error(anonymous_api.get(address(loan)), 401)
