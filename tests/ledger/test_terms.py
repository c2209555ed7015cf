"""/terms/: rates, presets, what is refused, whose they are, and that the history is told."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from core.days import EARLIEST_DAY
from core.errors import InvalidInput
from core.models import Account
from ledger.models import Balance, Terms
from ledger.services.terms import TermsInput, terms_create
from tests.conftest import api_of, check_error

TERMS = "/api/v1/terms/"


@pytest.fixture
def deposit(asha) -> Account:
    return Account.objects.create(user=asha, name="HDFC FD", kind="deposit", currency="INR")


def body(account: Account, **more):
    """A fixed deposit of 7 % from 1 January 2024."""
    return {
        "account": account.pk,
        "product": "fixed_deposit",
        "starts_on": "2024-01-01",
        "rates": [{"since": "2024-01-01", "rate": "0.07"}],
        **more,
    }


def make(api, account: Account, **more):
    response = api.post(TERMS, body(account, **more))
    assert response.status_code == 201, response.content
    return response.json()


def test_a_fixed_deposit_is_credited_quarterly_where_nothing_else_is_said(asha_api, deposit, told):
    made = make(asha_api, deposit)
    assert made == {
        "id": made["id"],
        "account": deposit.pk,
        "product": "fixed_deposit",
        "credited": "quarterly",
        "basis": "daily",
        "starts_on": "2024-01-01",
        "matures_on": None,
        "installment": None,
        "rates": [{"since": "2024-01-01", "rate": "0.07"}],
    }
    assert told == [date(2024, 1, 1)]
    assert asha_api.get(f"{TERMS}{made['id']}/").json() == made
    assert asha_api.get(TERMS).json()["results"] == [made]


@pytest.mark.parametrize(
    ("product", "credited", "basis"),
    [
        ("fixed_deposit", "quarterly", "daily"),
        ("recurring_deposit", "quarterly", "daily"),
        ("ppf", "financial_year", "lowest_after_fifth"),
        ("epf", "financial_year", "month_opening"),
        ("nps", "daily", "daily"),
        ("savings", "quarterly", "daily"),
        ("loan", "monthly", "daily"),
        ("other", "yearly", "daily"),
    ],
)
def test_each_product_has_what_is_usual_of_it(asha_api, deposit, product, credited, basis):
    made = make(asha_api, deposit, product=product)
    assert (made["credited"], made["basis"]) == (credited, basis)


def test_what_is_said_goes_before_what_is_usual(asha_api, deposit):
    made = make(asha_api, deposit, product="ppf", credited="yearly", basis="daily", installment="12500.5")
    assert (made["credited"], made["basis"], made["installment"]) == ("yearly", "daily", "12500.5")


def test_rates_come_back_oldest_first_and_are_replaced_as_a_whole(asha_api, deposit):
    made = make(
        asha_api, deposit, rates=[{"since": "2024-07-01", "rate": "0.075"}, {"since": "2024-02-01", "rate": 0.07}]
    )
    assert made["rates"] == [{"since": "2024-02-01", "rate": "0.07"}, {"since": "2024-07-01", "rate": "0.075"}]
    changed = asha_api.patch(f"{TERMS}{made['id']}/", {"rates": [{"since": "2024-01-01", "rate": "0.08"}]})
    assert changed.json() == {**made, "rates": [{"since": "2024-01-01", "rate": "0.08"}]}


def test_a_change_tells_of_the_earlier_of_both_starts(asha_api, deposit, told):
    made = make(asha_api, deposit)
    told.clear()
    changed = asha_api.patch(f"{TERMS}{made['id']}/", {"starts_on": "2023-06-01", "matures_on": "2028-06-01"})
    assert changed.json() == {**made, "starts_on": "2023-06-01", "matures_on": "2028-06-01"}
    assert told == [date(2023, 6, 1)]


def test_interest_before_the_first_statement_changes_all_that_is_worked_back_from_it(asha, asha_api, deposit, told):
    Balance.objects.create(user=asha, account=deposit, date=date(2024, 3, 1), balance=100)
    told.clear()
    make(asha_api, deposit)
    assert told == [EARLIEST_DAY]


def test_a_statement_on_the_day_of_the_start_leaves_the_days_before_as_they_are(asha, asha_api, deposit, told):
    Balance.objects.create(user=asha, account=deposit, date=date(2024, 1, 1), balance=100)
    told.clear()
    make(asha_api, deposit)
    assert told == [date(2024, 1, 1)]


def test_what_is_deleted_is_gone_and_told(asha_api, deposit, told):
    made = make(asha_api, deposit)
    told.clear()
    assert asha_api.delete(f"{TERMS}{made['id']}/").status_code == 204
    assert told == [date(2024, 1, 1)]
    check_error(asha_api.get(f"{TERMS}{made['id']}/"), 404)
    make(asha_api, deposit)


def test_put_writes_the_whole(asha_api, deposit):
    made = make(asha_api, deposit, matures_on="2027-01-01", installment="100")
    again = asha_api.put(f"{TERMS}{made['id']}/", body(deposit, product="ppf"))
    usual = {"product": "ppf", "credited": "financial_year", "basis": "lowest_after_fifth"}
    assert again.json() == {**made, **usual, "matures_on": None, "installment": None}


@pytest.mark.parametrize(
    ("wrong", "attr", "code"),
    [
        ({"rates": []}, "rates.non_field_errors", "empty"),
        ({"rates": [{"since": "2024-01-01", "rate": "7.1"}]}, "rates.0.rate", "max_value"),
        ({"rates": [{"since": "2024-01-01", "rate": "-1.01"}]}, "rates.0.rate", "min_value"),
        ({"rates": [{"since": "2024-01-01", "rate": "NaN"}]}, "rates.0.rate", "invalid"),
        ({"rates": [{"rate": "0.07"}]}, "rates.0.since", "required"),
        ({"rates": [{"since": "2024-01-01", "rate": "0.07"}] * 2}, "rates", "unique"),
        ({"rates": "0.07"}, "rates.non_field_errors", "not_a_list"),
        ({"rates": None}, "rates", "null"),
        ({"product": "lottery"}, "product", "invalid_choice"),
        ({"credited": "hourly"}, "credited", "invalid_choice"),
        ({"basis": "whim"}, "basis", "invalid_choice"),
        ({"credited": "daily", "basis": "month_opening"}, "basis", "not_daily"),
        ({"credited": "at_maturity"}, "matures_on", "required"),
        ({"matures_on": "2024-01-01"}, "matures_on", "invalid"),
        ({"matures_on": "9999-12-31"}, "matures_on", "invalid"),
        ({"starts_on": "9999-12-31"}, "starts_on", "invalid"),
        ({"starts_on": "1899-12-31"}, "starts_on", "before"),
        ({"starts_on": "2024-02-30"}, "starts_on", "invalid"),
        ({"installment": "0"}, "installment", "min_value"),
        ({"installment": "0.00001"}, "installment", None),
        ({"installment": "1000000000000"}, "installment", "max_value"),
        ({"account": 2**63}, "account", "max_value"),
        ({"account": "x"}, "account", "invalid"),
        ({"interest": 7}, "interest", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(asha_api, deposit, wrong, attr, code):
    check_error(asha_api.post(TERMS, {**body(deposit), **wrong}), 400, attr=attr, code=code)
    assert not Terms.objects.exists()


@pytest.mark.parametrize("kind", ["broker", "demat", "wallet", "cash", "card"])
def test_accounts_that_earn_nothing_have_no_terms(asha, asha_api, kind):
    account = Account.objects.create(user=asha, name="No", kind=kind)
    check_error(asha_api.post(TERMS, body(account)), 400, attr="account", code="no_terms")


@pytest.mark.parametrize("kind", ["deposit", "loan", "property", "other", "bank"])
def test_accounts_that_may_earn_have_terms(asha, asha_api, kind):
    make(asha_api, Account.objects.create(user=asha, name="Yes", kind=kind))


def test_an_account_has_terms_once(asha, asha_api, deposit):
    make(asha_api, deposit)
    check_error(asha_api.post(TERMS, body(deposit)), 400, attr="account", code="unique")
    other = make(asha_api, Account.objects.create(user=asha, name="SBI", kind="bank"))
    check_error(asha_api.patch(f"{TERMS}{other['id']}/", {"account": deposit.pk}), 400, attr="account", code="unique")


def test_a_deposit_that_begins_later_is_taken(asha_api, deposit):
    with time_machine.travel("2024-01-10T12:00:00Z", tick=False):
        made = make(asha_api, deposit, starts_on="2024-02-01", rates=[{"since": "2024-02-01", "rate": "0.07"}])
    assert made["starts_on"] == "2024-02-01"


def test_a_stranger_sees_and_changes_nothing(asha_api, mallory, deposit):
    made = make(asha_api, deposit)
    stranger = api_of(mallory)
    assert stranger.get(TERMS).json()["results"] == []
    for response in (
        stranger.get(f"{TERMS}{made['id']}/"),
        stranger.patch(f"{TERMS}{made['id']}/", {"product": "ppf"}),
        stranger.put(f"{TERMS}{made['id']}/", body(deposit)),
        stranger.delete(f"{TERMS}{made['id']}/"),
    ):
        check_error(response, 404)
    check_error(stranger.post(TERMS, body(deposit)), 400, attr="account", code="does_not_exist")
    own = Account.objects.create(user=mallory, name="Own", kind="deposit")
    mine = make(stranger, own)
    check_error(
        stranger.patch(f"{TERMS}{mine['id']}/", {"account": deposit.pk}), 400, attr="account", code="does_not_exist"
    )
    assert asha_api.get(f"{TERMS}{made['id']}/").json() == made


def test_nobody_is_asked_who_they_are(anonymous_api):
    check_error(anonymous_api.get(TERMS), 401)
    check_error(anonymous_api.post(TERMS, {}), 401)
    check_error(anonymous_api.get(f"{TERMS}1/"), 401)


def test_a_list_takes_no_more_queries_for_more_rows(asha, asha_api, django_assert_max_num_queries):
    for number in range(5):
        make(asha_api, Account.objects.create(user=asha, name=f"FD {number}", kind="deposit"))
    with django_assert_max_num_queries(5):
        assert len(asha_api.get(TERMS).json()["results"]) == 5


def test_an_account_that_was_deleted_meanwhile_is_unknown(asha, deposit):
    """It was there when the request was read, and is gone when its person is locked."""
    data = TermsInput(
        account=deposit, product="ppf", starts_on=date(2024, 1, 1), rates=[(date(2024, 1, 1), Decimal("0.07"))]
    )
    Account.objects.filter(pk=deposit.pk).delete()
    with pytest.raises(InvalidInput) as refused:
        terms_create(user=asha, data=data)
    assert (refused.value.attr, refused.value.errors[0].code) == ("account", "does_not_exist")
