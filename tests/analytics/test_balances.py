"""/balances/ and /analytics/balances/: what was stated, what was expected, and what accounts stand at."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.days import EARLIEST_DAY
from core.models import Account
from ledger.models import Balance, Terms, TermsRate
from ledger.services.balances import BalanceInput, balance_record
from ledger.signals import ledger_changed
from tests.analytics.conftest import NET_WORTH, closes, enter, travel
from tests.analytics.everyday import entered, moved, opened
from tests.conftest import api_of, check_error

BALANCES = "/api/v1/balances/"
STANDING = "/api/v1/analytics/balances/"

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def bank(asha) -> Account:
    return opened(asha, "bank")


@pytest.fixture
def told():
    """From which days on the ledger said that it is different."""
    days: list[date] = []

    def hear(sender, user_id, since, **kwargs):
        days.append(since)

    ledger_changed.connect(hear)
    yield days
    ledger_changed.disconnect(hear)


def state(api, account: Account, day: str, balance, **more):
    response = api.post(BALANCES, {"account": account.pk, "date": day, "balance": balance, **more})
    assert response.status_code == 201, response.content
    return response.json()


def listed(api, **params):
    response = api.get(BALANCES, params)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def reasons(row: dict) -> list[tuple[int, str]]:
    return [(suspect["entry"], suspect["reason"]) for suspect in row["suspects"]]


# --- Writing


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
    assert told == [date(2024, 1, 6)] * 2
    told.clear()
    # Now it is the first, and the other the later one.
    moved_back = asha_api.patch(f"{BALANCES}{later['id']}/", {"date": "2024-01-01"}).json()
    assert moved_back["expected"] is None
    assert told == [date(2024, 1, 6), EARLIEST_DAY]
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


# --- Suspects


def test_an_entry_that_is_there_twice_is_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    entered(bank, "expense", "2024-01-03", "49.5")
    second = entered(bank, "expense", "2024-01-03", "49.5", payee="Cafe")
    entered(bank, "expense", "2024-01-04", "12")
    # 1000 - 49.5 - 49.5 - 12 = 889 expected; one coffee less: 938.5.
    made = state(asha_api, bank, "2024-01-06", "938.5")
    assert made["difference"] == "49.5"
    assert reasons(made)[0] == (second.pk, "doubled")
    assert [reason for _, reason in reasons(made)] == ["doubled", "doubled"]
    assert made["suspects"][0] == {
        "entry": second.pk,
        "date": "2024-01-03",
        "kind": "expense",
        "amount": "49.5",
        "currency": "INR",
        "payee": "Cafe",
        "description": "",
        "reason": "doubled",
    }


def test_an_entry_with_the_wrong_sign_or_without_its_twin_is_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    wrong = entered(bank, "income", "2024-01-03", "30")
    single = entered(bank, "expense", "2024-01-05", "60")
    # 1000 + 30 - 60 = 970 expected. 910 stated: the 30 had gone out, or the 60 twice.
    made = state(asha_api, bank, "2024-01-06", "910")
    assert made["difference"] == "-60"
    assert reasons(made) == [(wrong.pk, "wrong_sign"), (single.pk, "missing_twin")]


def test_transfers_are_suspected_on_both_sides_with_their_fee(asha, asha_api, bank):
    wallet = opened(asha, "wallet")
    for account in (bank, wallet):
        state(asha_api, account, "2024-01-02", "1000")
    transfer = moved(bank, wallet, "2024-01-03", "100", fee=Decimal(5))
    # 895 expected of the bank, 1100 of the wallet; neither statement knows of it.
    assert reasons(state(asha_api, bank, "2024-01-06", "1000")) == [(transfer.pk, "doubled")]
    assert reasons(state(asha_api, wallet, "2024-01-06", "1000")) == [(transfer.pk, "doubled")]


def test_what_the_bank_charged_counts_and_what_rests_on_a_rate_does_not(asha_api, bank, dollar):
    closes(dollar, d2024_01_01="50")
    state(asha_api, bank, "2024-01-02", "1000")
    charged = entered(bank, "expense", "2024-01-03", "2", currency="USD", account_amount=Decimal(100))
    entered(bank, "expense", "2024-01-04", "100", currency="USD")
    # 1000 - 100 - 5000 = -4100 expected.
    assert reasons(state(asha_api, bank, "2024-01-06", "-4000")) == [(charged.pk, "doubled")]


def test_only_what_came_since_the_statement_before_is_suspected_and_at_most_five(asha_api, bank):
    entered(bank, "expense", "2024-01-02", "10")
    state(asha_api, bank, "2024-01-02", "1000")
    coffees = [entered(bank, "expense", f"2024-01-0{day}", "10") for day in (3, 3, 4, 5, 5, 6)]
    later = entered(bank, "expense", "2024-01-07", "10")
    # 940 expected.
    made = state(asha_api, bank, "2024-01-06", "950")
    assert [pk for pk, _ in reasons(made)] == [entry.pk for entry in coffees[:0:-1]]
    assert later.pk not in [pk for pk, _ in reasons(made)]


def test_a_deleted_entry_is_not_suspected(asha_api, bank):
    state(asha_api, bank, "2024-01-02", "1000")
    gone = entered(bank, "expense", "2024-01-03", "10")
    assert asha_api.delete(f"/api/v1/entries/{gone.pk}/").status_code == 204
    assert state(asha_api, bank, "2024-01-06", "1010")["suspects"] == []


# --- Lists


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


# --- Standing


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
    ledger_changed.send(sender=Terms, user_id=asha.pk, since=date(2024, 1, 1))
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
    with django_assert_max_num_queries(14):
        assert len(standing(asha_api)["accounts"]) == 12


# --- Whose they are


def test_a_stranger_sees_and_changes_nothing(asha_api, mallory, bank):
    made = state(asha_api, bank, "2024-01-02", "1000")
    stranger = api_of(mallory)
    assert listed(stranger) == []
    assert standing(stranger)["accounts"] == []
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
    for address in (BALANCES, f"{BALANCES}1/", STANDING):
        check_error(anonymous_api.get(address), 401)
    check_error(anonymous_api.post(BALANCES, {}), 401)


def test_today_is_the_persons(bob):
    account = opened(bob, "bank", currency="USD")
    with travel(date(2024, 1, 10), "03:00"):  # the evening of the 9th in New York
        body = {"account": account.pk, "date": "2024-01-10", "balance": "1"}
        check_error(api_of(bob).post(BALANCES, body), 400, attr="date", code="future")
