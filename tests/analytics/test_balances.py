"""/balances/: what was stated of accounts, beside what was expected of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.days import EARLIEST_DAY
from core.models import Account
from ledger.models import Balance, Terms, TermsRate
from ledger.services.balances import BalanceInput, balance_record
from tests.analytics.conftest import closes, enter, travel
from tests.analytics.money_makers import entered, opened
from tests.analytics.statements import BALANCES, listed, state
from tests.conftest import api_of, check_error

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def bank(asha) -> Account:
    return opened(asha, "bank")


def test_the_first_statement_expects_nothing(asha_api, bank, told):
    made = state(asha_api, bank, "2024-01-02", "1000.5", note="letter")
    assert made == {
        "id": made["id"],
        "account": bank.pk,
        "date": "2024-01-02",
        "balance": "1000.5",
        "note": "letter",
        "expected": None,
        "difference": None,
        "agreed_on": None,
        "reason": "There is no statement before this one.",
        "suspects": [],
    }
    assert told == [EARLIEST_DAY]
    assert asha_api.get(f"{BALANCES}{made['id']}/").json() == made


def test_a_later_statement_is_compared_with_what_came_since(asha_api, bank, told):
    # 1000 on the 2nd, 120.25 spent and 50 earned since: 929.75 expected, 930 stated.
    entered(bank, "expense", "2024-01-02", "400")
    state(asha_api, bank, "2024-01-02", "1000")
    entered(bank, "expense", "2024-01-03", "120.25")
    entered(bank, "income", "2024-01-05", "50")
    told.clear()
    made = state(asha_api, bank, "2024-01-06", "930")
    assert (made["expected"], made["difference"], made["agreed_on"]) == ("929.75", "0.25", "2024-01-02")
    assert made["reason"] is None
    assert told == [date(2024, 1, 6)]


def test_a_difference_counts_from_the_statement_before(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    state(asha_api, bank, "2024-01-04", "900")
    state(asha_api, bank, "2024-01-06", "880")
    found = [(row["date"], row["expected"], row["difference"], row["agreed_on"]) for row in listed(asha_api)]
    assert found == [
        ("2024-01-06", "900", "-20", "2024-01-04"),
        ("2024-01-04", "1000", "-100", "2024-01-02"),
        ("2024-01-02", None, None, None),
    ]


def test_the_cash_of_trades_is_expected_where_it_is_tracked(asha_api, schwab, apple, dollar):
    # 1000 dollars on the 2nd; 2 shares at 200 with a fee of 1 on the 3rd: 599 expected.
    closes(dollar, d2024_01_01="83")
    closes(apple, d2024_01_02="200")
    state(asha_api, schwab, "2024-01-02", "1000")
    enter(schwab, "buy", "2024-01-03", apple, quantity="2", price="200", fee="1")
    made = state(asha_api, schwab, "2024-01-04", "599")
    assert (made["expected"], made["difference"], made["suspects"]) == ("599", "0", [])


def test_interest_is_expected(asha, asha_api):
    # 9000 at 8 % by quarters from 1 October 2023: 180 on 1 January.
    deposit = opened(asha, "deposit")
    terms = Terms.objects.create(
        user=asha, account=deposit, product="fixed_deposit", credited="quarterly", starts_on=date(2023, 10, 1)
    )
    TermsRate.objects.create(terms=terms, since=date(2023, 10, 1), rate=Decimal("0.08"))
    state(asha_api, deposit, "2023-10-01", "9000")
    made = state(asha_api, deposit, "2024-01-01", "9180")
    assert (made["expected"], made["difference"]) == ("9180", "0")


def test_without_a_rate_nothing_is_expected(asha, asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    entered(bank, "expense", "2024-01-03", "10", currency="ISK")
    made = state(asha_api, bank, "2024-01-04", "900")
    assert (made["expected"], made["difference"], made["agreed_on"]) == (None, None, "2024-01-02")
    assert made["reason"] == "An exchange rate since the statement before is not known."


def test_a_change_is_compared_anew_and_told(asha_api, bank, told):
    first = state(asha_api, bank, "2024-01-02", "1000")
    later = state(asha_api, bank, "2024-01-06", "900")
    told.clear()
    changed = asha_api.patch(f"{BALANCES}{later['id']}/", {"balance": "1001"})
    assert changed.json() == {**later, "balance": "1001", "difference": "1"}
    assert told == [date(2024, 1, 6)]
    told.clear()
    # Now it is the first, and the other the later one.
    moved_back = asha_api.patch(f"{BALANCES}{later['id']}/", {"date": "2024-01-01"}).json()
    assert moved_back["expected"] is None
    assert told == [EARLIEST_DAY]
    assert asha_api.get(f"{BALANCES}{first['id']}/").json()["difference"] == "-1"
    # What an answer says beside it may be sent back.
    assert asha_api.put(f"{BALANCES}{later['id']}/", moved_back).json() == moved_back
    check_error(asha_api.put(f"{BALANCES}{later['id']}/", {**moved_back, "difference": "7"}), 400, attr="difference")


def test_a_deleted_statement_is_gone_and_told(asha_api, bank, told):
    first = state(asha_api, bank, "2024-01-02", "1000")
    later = state(asha_api, bank, "2024-01-06", "900")
    told.clear()
    assert asha_api.delete(f"{BALANCES}{first['id']}/").status_code == 204
    assert told == [EARLIEST_DAY]
    assert asha_api.get(f"{BALANCES}{later['id']}/").json()["expected"] is None
    check_error(asha_api.get(f"{BALANCES}{first['id']}/"), 404)


def test_a_loan_says_what_is_owed_below_nothing(asha, asha_api):
    loan = opened(asha, "loan")
    body = {"account": loan.pk, "date": "2024-01-02", "balance": "5000"}
    check_error(asha_api.post(BALANCES, body), 400, attr="balance", code="not_owed")
    assert state(asha_api, loan, "2024-01-02", "-5000")["balance"] == "-5000"
    assert state(asha_api, loan, "2024-01-03", "0")["difference"] == "5000"


def test_an_account_that_keeps_no_money_has_no_balance(asha_api, main):
    body = {"account": main.pk, "date": "2024-01-02", "balance": "5"}
    response = asha_api.post(BALANCES, body)
    check_error(response, 400, attr="account", code="keeps_no_money")
    assert "turn on tracks_cash" in response.json()["errors"][0]["detail"]
    asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"tracks_cash": True})
    assert state(asha_api, main, "2024-01-02", "5")["balance"] == "5"


def test_a_statement_of_an_account_that_no_longer_keeps_money_says_so(asha, asha_api):
    broker = opened(asha, "broker", tracks_cash=True)
    made = state(asha_api, broker, "2024-01-02", "5")
    state(asha_api, broker, "2024-01-03", "6")
    assert asha_api.patch(f"/api/v1/accounts/{broker.pk}/", {"tracks_cash": False}).status_code == 200
    assert [row["reason"] for row in listed(asha_api)] == ["The account keeps no money."] * 2
    assert asha_api.delete(f"/api/v1/balances/{made['id']}/").status_code == 204


def test_an_account_is_stated_once_a_day(asha_api, bank):
    first = state(asha_api, bank, "2024-01-02", "1000")
    body = {"account": bank.pk, "date": "2024-01-02", "balance": "7"}
    check_error(asha_api.post(BALANCES, body), 400, attr="date", code="unique")
    other = state(asha_api, bank, "2024-01-03", "1000")
    check_error(asha_api.patch(f"{BALANCES}{other['id']}/", {"date": "2024-01-02"}), 400, attr="date", code="unique")
    assert asha_api.patch(f"{BALANCES}{first['id']}/", {"balance": "7"}).status_code == 200


def test_an_account_is_stated_while_it_is_open(asha, asha_api):
    account = opened(asha, "bank", opened_on=date(2024, 1, 3), closed_on=date(2024, 1, 5))
    for day in ("2024-01-02", "2024-01-06"):
        body = {"account": account.pk, "date": day, "balance": "7"}
        check_error(asha_api.post(BALANCES, body), 400, attr="date")
    state(asha_api, account, "2024-01-05", "7")


@pytest.mark.parametrize(
    ("wrong", "attr", "code"),
    [
        ({"date": "2024-01-11"}, "date", "future"),
        ({"date": "1899-12-31"}, "date", "before"),
        ({"date": "yesterday"}, "date", "invalid"),
        ({"balance": "1.00001"}, "balance", None),
        ({"balance": "1000000000000"}, "balance", "max_value"),
        ({"balance": "-1000000000000"}, "balance", "min_value"),
        ({"balance": "Infinity"}, "balance", "invalid"),
        ({"balance": None}, "balance", "null"),
        ({"account": None}, "account", "null"),
        ({"account": 0}, "account", "min_value"),
        ({"note": "x" * 501}, "note", "max_length"),
        ({"note": "a\0b"}, "note", None),
        ({"amount": "1"}, "amount", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named(asha_api, bank, wrong, attr, code):
    body = {"account": bank.pk, "date": "2024-01-02", "balance": "1", **wrong}
    check_error(asha_api.post(BALANCES, body), 400, attr=attr, code=code)
    assert not Balance.objects.exists()


def test_a_post_that_is_repeated_states_once(asha_api, bank):
    body = {"account": bank.pk, "date": "2024-01-02", "balance": "1"}
    answers = [asha_api.post(BALANCES, body, headers={"Idempotency-Key": "one"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Balance.objects.count() == 1


def test_a_list_is_filtered_and_goes_on(asha, asha_api, bank):
    wallet = opened(asha, "wallet")
    for day in range(1, 6):
        state(asha_api, bank, f"2024-01-0{day}", "10")
    state(asha_api, wallet, "2024-01-03", "20")
    days = [row["date"] for row in listed(asha_api, account=bank.pk, **{"from": "2024-01-02", "to": "2024-01-04"})]
    assert days == ["2024-01-04", "2024-01-03", "2024-01-02"]
    page = asha_api.get(BALANCES, {"page_size": 2, "ordering": "date", "account": bank.pk}).json()
    assert [row["date"] for row in page["results"]] == ["2024-01-01", "2024-01-02"]
    assert [row["date"] for row in asha_api.get(page["next"]).json()["results"]] == ["2024-01-03", "2024-01-04"]
    check_error(asha_api.get(BALANCES, {"from": "x"}), 400, attr="from")


def test_a_list_takes_no_more_queries_for_more_statements(asha, asha_api, bank, django_assert_max_num_queries):
    for day in range(30):
        on = date(2023, 12, 1) + timedelta(days=day)
        entered(bank, "expense", on.isoformat(), str(day + 1))
        balance_record(user=asha, data=BalanceInput(account=bank, date=on, balance=Decimal(1000)))
    with django_assert_max_num_queries(14):
        rows = listed(asha_api)
    assert len(rows) == 30
    assert [len(row["suspects"]) for row in rows] == [1] * 29 + [0]


def test_a_stranger_sees_and_changes_nothing(asha_api, mallory, bank):
    made = state(asha_api, bank, "2024-01-02", "1000")
    stranger = api_of(mallory)
    assert listed(stranger) == []
    for response in (
        stranger.get(f"{BALANCES}{made['id']}/"),
        stranger.patch(f"{BALANCES}{made['id']}/", {"balance": "0"}),
        stranger.delete(f"{BALANCES}{made['id']}/"),
    ):
        check_error(response, 404)
    body = {"account": bank.pk, "date": "2024-01-03", "balance": "5"}
    check_error(stranger.post(BALANCES, body), 400, attr="account", code="does_not_exist")
    check_error(stranger.get(BALANCES, {"account": bank.pk}), 400, attr="account")
    own = state(stranger, opened(mallory, "bank"), "2024-01-02", "1")
    check_error(
        stranger.patch(f"{BALANCES}{own['id']}/", {"account": bank.pk}), 400, attr="account", code="does_not_exist"
    )
    assert asha_api.get(f"{BALANCES}{made['id']}/").json() == made


def test_nobody_is_asked_who_they_are(anonymous_api):
    for address in (BALANCES, f"{BALANCES}1/"):
        check_error(anonymous_api.get(address), 401)
    check_error(anonymous_api.post(BALANCES, {}), 401)


def test_today_is_the_persons(bob):
    account = opened(bob, "bank", currency="USD")
    with travel(date(2024, 1, 10), "03:00"):  # the evening of the 9th in New York
        body = {"account": account.pk, "date": "2024-01-10", "balance": "1"}
        check_error(api_of(bob).post(BALANCES, body), 400, attr="date", code="future")
