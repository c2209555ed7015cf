"""/dividends/: what is proposed, recorded and dismissed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Account
from portfolio.dividends import dividends_proposed, paired
from portfolio.models import Asset, Dividend, DividendAnswer, Transaction
from tests.analytics.conftest import travel
from tests.conftest import check_error
from tests.portfolio.conftest import TRANSACTIONS, action, figures, record

DIVIDENDS = "/api/v1/dividends/"


@pytest.fixture(autouse=True)
def in_2024():
    with travel(date(2024, 6, 30)):
        yield


def declare(asset: Asset, day: str, amount: str) -> Dividend:
    return Dividend.objects.create(
        asset=asset, ex_date=date.fromisoformat(day), amount=Decimal(amount), currency=asset.currency
    )


def proposed(client, **params) -> list[tuple[str, str, str]]:
    """(ex-date, quantity, amount) of what is proposed."""
    response = client.get(DIVIDENDS, params)
    assert response.status_code == 200, response.content
    return [(row["ex_date"], row["quantity"], row["amount"]) for row in response.json()["results"]]


@pytest.fixture
def of_june(apple, asha_api) -> Dividend:
    """10 shares were bought before it."""
    record(asha_api, "buy", "2024-05-31", apple, quantity="10", price="190")
    return declare(apple, "2024-06-10", "0.25")


def test_it_works(asha_api, apple, main, of_june):
    (row,) = asha_api.get(DIVIDENDS).json()["results"]

    assert row == {
        "id": of_june.pk,
        "asset": {"id": apple.pk, "symbol": "AAPL", "name": "Apple"},
        "account": {"id": main.pk, "name": "Main"},
        "ex_date": "2024-06-10",
        "amount_per_share": "0.25",
        "quantity": "10",
        "amount": "2.5",
        "currency": "USD",
    }


def test_what_was_held_just_before_the_ex_date_counts(asha_api, apple):
    record(asha_api, "buy", "2024-01-10", apple, quantity="10", price="190")
    record(asha_api, "buy", "2024-02-09", apple, quantity="1.5", price="190")  # the day before
    record(asha_api, "buy", "2024-02-10", apple, quantity="100", price="190")  # on the ex-date: too late
    record(asha_api, "sell", "2024-03-01", apple, quantity="111.5", price="190")
    declare(apple, "2024-01-10", "1")  # bought on that day only
    declare(apple, "2024-02-10", "2")
    declare(apple, "2024-05-10", "3")  # sold before
    declare(apple, "2024-07-01", "4")  # tomorrow

    assert proposed(asha_api) == [("2024-02-10", "11.5", "23")]


def test_units_are_those_of_the_day(asha_api, apple):
    """A dividend before a 4:1 split is on the old shares, one on the day of the split on those held before it."""
    record(asha_api, "buy", "2024-01-10", apple, quantity="10", price="400")
    action(apple, "split", date(2024, 3, 1), ratio=4)
    for day, amount in (("2024-02-10", "2"), ("2024-03-01", "2"), ("2024-05-10", "0.5")):
        declare(apple, day, amount)

    assert proposed(asha_api) == [("2024-05-10", "40", "20"), ("2024-03-01", "10", "20"), ("2024-02-10", "10", "20")]


def test_no_digit_is_lost(asha_api, apple):
    for day, quantity in (("2024-01-10", "0.1"), ("2024-01-11", "0.2"), ("2024-01-12", "0.00000001")):
        record(asha_api, "buy", day, apple, quantity=quantity, price="400")
    declare(apple, "2024-02-10", "0.3")

    assert proposed(asha_api) == [("2024-02-10", "0.30000001", "0.090000003")]


def test_each_account_is_asked_for_itself(asha_api, apple, main, broker):
    record(asha_api, "buy", "2024-01-10", apple, quantity="10", price="400")
    record(asha_api, "transfer_out", "2024-02-20", apple, quantity="4")
    record(asha_api, "transfer_in", "2024-02-20", apple, quantity="4", account=broker.pk)
    declare(apple, "2024-02-10", "1")
    declare(apple, "2024-05-10", "1")

    assert proposed(asha_api, account=main.pk) == [("2024-05-10", "6", "6"), ("2024-02-10", "10", "10")]
    assert proposed(asha_api, account=broker.pk) == [("2024-05-10", "4", "4")]
    assert len(proposed(asha_api, asset=apple.pk)) == 3


def test_recording_enters_it_once(asha_api, asha, apple, main, of_june):
    address = f"{DIVIDENDS}{of_june.pk}/record/"
    body = {"account": main.pk, "date": "2024-06-15", "tax": "0.25"}

    first, again = asha_api.post(address, body), asha_api.post(address, body)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    made = first.json()
    assert (made["kind"], made["date"], made["quantity"], made["price"]) == ("dividend", "2024-06-15", "10", "0.25")
    assert (made["tax"], made["currency"], made["external_id"]) == ("0.25", "USD", "dividend:AAPL:2024-06-10:Main")
    assert Transaction.objects.filter(kind="dividend").count() == 1
    assert figures(asha, apple, "income", "fees") == ("2.5", "0.25")
    assert proposed(asha_api) == []


@pytest.mark.parametrize("changes", [{"amount": "77"}, {"date": "2024-06-16"}, {"tax": "0.5"}])
def test_a_repeat_that_says_something_else_is_refused(asha_api, main, of_june, changes):
    """As a correction it would be lost."""
    address = f"{DIVIDENDS}{of_june.pk}/record/"
    body = {"account": main.pk, "date": "2024-06-15", "tax": "0.25"}
    made = asha_api.post(address, body).json()

    check_error(asha_api.post(address, body | changes), 409, code="already_recorded")
    row = Transaction.objects.get(pk=made["id"])
    assert (row.date, row.amount, row.tax) == (date(2024, 6, 15), None, Decimal("0.25"))


def test_another_amount_may_be_what_was_paid(asha_api, asha, apple, main, of_june):
    made = asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk, "amount": "1.7"}).json()

    assert (made["date"], made["amount"], made["quantity"]) == ("2024-06-10", "1.7", None)
    assert figures(asha, apple, "income") == ("1.7",)


def test_one_declared_in_another_currency_needs_its_amount(asha_api, main, of_june):
    Dividend.objects.update(currency="GBP")
    address = f"{DIVIDENDS}{of_june.pk}/record/"

    check_error(asha_api.post(address, {"account": main.pk}), 400, attr="amount", code="required")
    made = asha_api.post(address, {"account": main.pk, "amount": "3.1"})
    assert (made.status_code, made.json()["currency"]) == (201, "USD")


def test_an_account_with_the_former_name_of_another_records_its_own(asha_api, asha, apple, main, broker, of_june):
    record(asha_api, "buy", "2024-06-03", apple, quantity="3", price="190", account=broker.pk)
    address = f"{DIVIDENDS}{of_june.pk}/record/"
    assert asha_api.post(address, {"account": main.pk}).status_code == 201
    assert asha_api.patch(f"/api/v1/accounts/{main.pk}/", {"name": "Old"}).status_code == 200
    assert asha_api.patch(f"/api/v1/accounts/{broker.pk}/", {"name": "Main"}).status_code == 200

    response = asha_api.post(address, {"account": broker.pk})

    assert response.status_code == 201, response.content
    assert response.json()["external_id"] == f"dividend:AAPL:2024-06-10:Main:{broker.pk}"
    assert proposed(asha_api) == []


def test_deleting_the_transaction_opens_it_again(asha_api, main, of_june):
    made = asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk}).json()
    assert asha_api.delete(f"{TRANSACTIONS}{made['id']}/").status_code == 204

    assert proposed(asha_api) == [("2024-06-10", "10", "2.5")]
    assert asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk}).status_code == 201


def test_dismissing_is_kept_and_can_be_taken_back(asha_api, main, of_june):
    address = f"{DIVIDENDS}{of_june.pk}/dismiss/"
    assert [asha_api.post(address, {"account": main.pk}).status_code for _ in range(2)] == [204, 204]
    assert proposed(asha_api) == []
    assert DividendAnswer.objects.count() == 1

    assert asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk}).status_code == 201
    check_error(asha_api.post(address, {"account": main.pk}), 409, code="already_recorded")
    assert Transaction.objects.filter(kind="dividend").count() == 1


@pytest.mark.parametrize("day", ["2024-05-04", "2024-06-30"])
def test_what_was_entered_by_hand_is_not_proposed(asha_api, apple, main, day):
    record(asha_api, "buy", "2024-05-02", apple, quantity="10", price="190")
    dividend = declare(apple, "2024-05-09", "0.25")
    record(asha_api, "dividend", day, apple, amount="2.4")

    assert proposed(asha_api) == []
    check_error(asha_api.post(f"{DIVIDENDS}{dividend.pk}/record/", {"account": main.pk}), 409, code="not_proposed")


def test_what_was_entered_for_another_time_or_place_does_not_count(asha_api, apple, tcs, broker):
    record(asha_api, "buy", "2024-01-02", apple, quantity="10", price="190")
    record(asha_api, "buy", "2024-01-02", tcs, quantity="10", price="190")
    declare(apple, "2024-04-09", "1")
    record(asha_api, "dividend", "2024-04-03", apple, amount="10")  # six days before
    record(asha_api, "dividend", "2024-06-09", apple, amount="10")  # 61 days after
    record(asha_api, "dividend", "2024-04-20", tcs, amount="10")
    record(asha_api, "buy", "2024-04-20", apple, quantity="10", price="190", account=broker.pk)
    record(asha_api, "dividend", "2024-04-20", apple, amount="10", account=broker.pk)

    assert proposed(asha_api) == [("2024-04-09", "10", "10")]


def test_one_payment_of_a_monthly_payer_stands_for_one_month(asha_api, apple):
    record(asha_api, "buy", "2024-01-02", apple, quantity="10", price="190")
    for day in ("2024-02-01", "2024-03-01", "2024-04-01"):
        declare(apple, day, "1")
    record(asha_api, "dividend", "2024-03-15", apple, amount="10")

    assert [day for day, *_ in proposed(asha_api)] == ["2024-04-01", "2024-02-01"]


def test_payments_pair_up_with_the_nearest():
    first = date(2024, 1, 1)
    ex_days = [first, first + timedelta(30)]
    assert paired(ex_days, []) == set()
    assert paired(ex_days, [first + timedelta(45)]) == {ex_days[1]}
    assert paired(ex_days, [first + timedelta(15), first + timedelta(45)]) == set(ex_days)
    assert paired(ex_days, [first + timedelta(15), first + timedelta(16)]) == {ex_days[0]}


def test_nothing_held_there_cannot_be_recorded(asha_api, broker, of_june):
    for answer in ("record", "dismiss"):
        response = asha_api.post(f"{DIVIDENDS}{of_june.pk}/{answer}/", {"account": broker.pk})
        check_error(response, 409, code="not_proposed")
    assert not DividendAnswer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"account": None}, "account"),
        ({"account": 10**30}, "account"),
        ({"account": "Main"}, "account"),
        ({"date": "2024-07-01"}, "date"),
        ({"date": 5}, "date"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"tax": "1e30"}, "tax"),
        ({"tax": "2.51"}, "tax"),  # of 10 × 0.25
        ({"amount": "1.7", "tax": "1.71"}, "tax"),
        ({"date": "2024-04-10"}, "date"),  # 61 days before
        ({"taxes": "1"}, "taxes"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(asha_api, main, of_june, changes, attr):
    response = asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk, **changes})

    check_error(response, 400, attr=attr)
    assert not DividendAnswer.objects.exists()
    assert not Transaction.objects.filter(kind="dividend").exists()


def test_a_failed_record_keeps_the_dismissal(asha_api, main, of_june):
    asha_api.post(f"{DIVIDENDS}{of_june.pk}/dismiss/", {"account": main.pk})

    check_error(asha_api.post(f"{DIVIDENDS}{of_june.pk}/record/", {"account": main.pk, "amount": "0"}), 400)

    assert proposed(asha_api) == []


def test_a_stranger_finds_nothing(mallory_api, mallory, asha_api, main, of_june):
    theirs = Account.objects.get(user=mallory)
    assert proposed(mallory_api) == []
    check_error(mallory_api.get(DIVIDENDS, {"account": main.pk}), 400, attr="account")
    for answer in ("record", "dismiss"):
        address = f"{DIVIDENDS}{of_june.pk}/{answer}/"
        check_error(mallory_api.post(address, {"account": theirs.pk}), 404)
        check_error(asha_api.post(address, {"account": theirs.pk}), 400, attr="account")
        check_error(asha_api.post(f"{DIVIDENDS}999999/{answer}/", {"account": main.pk}), 404)
    assert not DividendAnswer.objects.exists()


def test_nobody_is_401(anonymous_api):
    check_error(anonymous_api.get(DIVIDENDS), 401)
    for answer in ("record", "dismiss"):
        check_error(anonymous_api.post(f"{DIVIDENDS}1/{answer}/", {}), 401)


def test_the_number_of_queries_does_not_grow(asha, asha_api, apple, tcs, infosys):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            dividends_proposed(asha)
        return len(seen)

    record(asha_api, "buy", "2020-01-02", apple, quantity="10", price="190")
    declare(apple, "2020-02-01", "1")
    with_one = queries()
    for asset in (tcs, infosys):
        record(asha_api, "buy", "2020-01-02", asset, quantity="10", price="190")
    for asset in (apple, tcs, infosys):
        for month in range(3, 13):
            declare(asset, f"2020-{month:02}-01", "1")

    assert queries() == with_one <= 9
    assert len(dividends_proposed(asha)) == 31
