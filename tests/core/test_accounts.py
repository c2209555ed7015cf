"""/accounts/."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from core.errors import InvalidInput
from core.models import Account
from core.signals import account_changing
from portfolio.models import Asset, Transaction
from tests.conftest import api_of, check_error

ACCOUNTS = "/api/v1/accounts/"


def address(account: Account) -> str:
    return f"{ACCOUNTS}{account.pk}/"


@pytest.fixture
def broker(asha) -> Account:
    return Account.objects.create(user=asha, name="Zerodha", currency="INR")


def buy_in(account: Account) -> None:
    asset = Asset.objects.create(symbol="INFY", name="Infosys", currency="INR")
    Transaction.objects.create(
        user=account.user,
        account=account,
        asset=asset,
        kind="buy",
        date=date(2024, 1, 2),
        quantity=1,
        price=1,
        currency="INR",
    )


def test_it_works(asha, asha_api):
    response = asha_api.post(ACCOUNTS, {"name": "Schwab", "currency": "usd", "opened_on": "2015-03-01"})

    assert response.status_code == 201
    assert response.json() == {
        "id": Account.objects.get(name="Schwab").pk,
        "name": "Schwab",
        "kind": "broker",
        "currency": "USD",
        "cost_method": "fifo",
        "tracks_cash": False,
        "opened_on": "2015-03-01",
        "closed_on": None,
        "is_default": False,
    }


def test_everyone_starts_with_a_default_account(asha_api):
    (account,) = asha_api.get(ACCOUNTS).json()["results"]

    assert (account["name"], account["currency"], account["is_default"]) == ("Main", "INR", True)


def test_without_a_currency_it_has_the_persons_own(bob_api):
    assert bob_api.post(ACCOUNTS, {"name": "Cash"}).json()["currency"] == "USD"


def test_it_changes_what_is_named(asha_api, broker):
    response = asha_api.patch(address(broker), {"name": "ZERODHA", "closed_on": "2020-01-31", "cost_method": "average"})

    assert response.status_code == 200
    broker.refresh_from_db()
    assert (broker.name, broker.closed_on, broker.cost_method) == ("ZERODHA", date(2020, 1, 31), "average")
    assert broker.currency == "INR"


def test_it_takes_back_what_it_gave(asha_api, broker):
    assert asha_api.put(address(broker), asha_api.get(address(broker)).json()).status_code == 200


def test_it_deletes(asha_api, broker):
    assert asha_api.delete(address(broker)).status_code == 204
    check_error(asha_api.get(address(broker)), 404)


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"name": "main"}, "name", "unique"),
        ({"name": "  "}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": "x" * 101}, "name", "max_length"),
        ({"kind": "casino"}, "kind", "invalid_choice"),
        ({"currency": "ZZZ"}, "currency", "invalid_currency"),
        ({"cost_method": "lifo"}, "cost_method", "invalid_choice"),
        ({"tracks_cash": "perhaps"}, "tracks_cash", "invalid"),
        ({"opened_on": "2026-02-30"}, "opened_on", "invalid"),
        ({"opened_on": "20260101"}, "opened_on", "invalid"),
        ({"opened_on": 20260101}, "opened_on", "invalid"),
        ({"opened_on": "2026-01-01T00:00:00Z"}, "opened_on", "invalid"),
        ({"opened_on": "1899-12-31"}, "opened_on", "before"),
        ({"opened_on": "9999-12-31"}, "opened_on", "future"),
        ({"opened_on": "2020-02-01", "closed_on": "2020-01-31"}, "closed_on", "invalid"),
        ({"is_default": True}, "is_default", "read_only"),
        ({"user": 1}, "user", "unknown_field"),
        ({"curency": "USD"}, "curency", "unknown_field"),
    ],
)
def test_it_rejects(asha_api, broker, fields, attr, code):
    check_error(asha_api.post(ACCOUNTS, {"name": "New", **fields}), 400, attr=attr, code=code)
    check_error(asha_api.patch(address(broker), fields), 400, attr=attr, code=code)
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Main", "Zerodha"]


@time_machine.travel("2026-06-30T20:00:00Z", tick=False)  # already the 1st of July in Kolkata, not in New York
def test_a_day_is_the_persons_own(asha_api, bob_api):
    assert asha_api.post(ACCOUNTS, {"name": "New", "opened_on": "2026-07-01"}).status_code == 201
    response = bob_api.post(ACCOUNTS, {"name": "New", "opened_on": "2026-07-01"})
    check_error(response, 400, attr="opened_on", code="future")
    assert response.json()["errors"][0]["detail"] == "Must not be after today, 2026-06-30."


def test_two_people_may_use_the_same_name(asha_api, mallory_api):
    assert asha_api.post(ACCOUNTS, {"name": "Schwab"}).status_code == 201
    assert mallory_api.post(ACCOUNTS, {"name": "Schwab"}).status_code == 201


def test_the_default_account_stays(asha, asha_api):
    check_error(asha_api.delete(address(asha.accounts.get())), 409, code="default")
    assert asha.accounts.count() == 1


def test_an_account_with_transactions_stays(asha_api, broker):
    buy_in(broker)

    check_error(asha_api.delete(address(broker)), 409, code="in_use")
    assert Transaction.objects.count() == 1


def test_the_currency_of_an_account_with_transactions_stays(asha_api, broker):
    assert asha_api.patch(address(broker), {"currency": "USD"}).status_code == 200
    buy_in(broker)

    check_error(asha_api.patch(address(broker), {"currency": "EUR"}), 409, attr="currency", code="in_use")
    assert asha_api.patch(address(broker), {"currency": "USD", "name": "Same"}).status_code == 200


def test_a_receiver_can_refuse_a_change(asha_api, broker):
    seen = []

    def refuse(sender, account, changes, **_):
        seen.append((account.opened_on, changes))
        raise InvalidInput("The first transaction is of 2019-05-05.", attr="opened_on")

    account_changing.connect(refuse)
    try:
        response = asha_api.patch(address(broker), {"opened_on": "2020-01-01", "currency": "INR"})
    finally:
        account_changing.disconnect(refuse)

    check_error(response, 400, attr="opened_on", code="invalid")
    assert seen == [(date(2020, 1, 1), {"opened_on": (None, date(2020, 1, 1))})]
    broker.refresh_from_db()
    assert broker.opened_on is None


def test_it_hides_other_peoples_accounts(mallory_api, broker):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(broker)), 404, code="not_found")
    assert [row["name"] for row in mallory_api.get(ACCOUNTS).json()["results"]] == ["Main"]
    assert Account.objects.filter(pk=broker.pk).exists()


def test_it_is_closed_to_the_anonymous(anonymous_api, broker):
    check_error(anonymous_api.get(ACCOUNTS), 401)
    check_error(anonymous_api.post(ACCOUNTS, {"name": "x"}), 401)
    check_error(anonymous_api.delete(address(broker)), 401)


def test_it_filters(asha_api, broker):
    Account.objects.create(user=broker.user, name="HDFC", kind="bank")

    assert [row["name"] for row in asha_api.get(ACCOUNTS, {"kind": "bank"}).json()["results"]] == ["HDFC"]
    check_error(asha_api.get(ACCOUNTS, {"kind": "casino"}), 400, attr="kind")


@pytest.mark.parametrize("key", ["0", "-1", "abc", "1e3", "99999999999999999999999", "%00"])
def test_an_impossible_id_is_not_found_or_refused(asha_api, key):
    check_error(asha_api.get(f"{ACCOUNTS}{key}/"), 400 if key == "%00" else 404)


@pytest.mark.django_db(transaction=True)
def test_the_same_name_at_the_same_moment_is_given_once(asha):
    together = Barrier(2)

    def post(_: int) -> int:
        client = api_of(asha)
        together.wait()
        try:
            return client.post(ACCOUNTS, {"name": "Twin"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(post, range(2))) == [201, 400]
    assert asha.accounts.filter(name="Twin").count() == 1
