"""/transactions/."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from core.days import today_for
from core.models import Account
from portfolio.models import Asset, Holding, Transaction
from tests.conftest import api_of, check_error
from tests.portfolio.conftest import TRANSACTIONS, figures, post, record


def address(row) -> str:
    return f"{TRANSACTIONS}{row['id']}/"


@pytest.fixture
def bought(asha_api, infosys):
    return record(asha_api, "buy", "2024-01-02", infosys, quantity="10", price="100", fee="5", external_id="z-1")


def test_it_works(asha, asha_api, infosys, main):
    response = post(asha_api, "buy", "2024-01-02", infosys, quantity="10", price=100.5, fee="5", note="first")

    assert response.status_code == 201
    body = response.json()
    row = Transaction.objects.get()
    assert (body.pop("created_at"), body.pop("updated_at")) != (None, None)
    assert body == {
        "id": row.pk,
        "account": main.pk,
        "asset": infosys.pk,
        "symbol": "INFY",
        "kind": "buy",
        "date": "2024-01-02",
        "time": None,
        "quantity": "10",
        "price": "100.5",
        "fee": "5",
        "tax": "0",
        "amount": None,
        "currency": "INR",
        "fx_rate": None,
        "note": "first",
        "external_id": None,
    }
    assert row.user == asha
    assert figures(asha, infosys, "quantity", "cost_basis", "invested", "fees") == ("10", "1010", "1005", "5")


def test_it_takes_a_symbol(asha, asha_api, infosys, broker):
    own = Asset.objects.create(owner=asha, symbol="INFY", name="Mine", asset_class="other", currency="USD")

    row = record(asha_api, "buy", "2024-01-02", symbol=" infy ", account=broker.pk, quantity="1", price="2")

    assert (row["asset"], row["symbol"], row["currency"], row["account"]) == (own.pk, "INFY", "USD", broker.pk)


def test_an_asset_and_its_symbol_may_both_be_named(asha_api, infosys, tcs):
    assert post(asha_api, "buy", "2024-01-02", infosys, symbol="INFY", quantity="1", price="2").status_code == 201
    response = post(asha_api, "buy", "2024-01-02", tcs, symbol="INFY", quantity="1", price="2")
    check_error(response, 400, attr="symbol", code="contradiction")


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"quantity": "-1"}, "quantity", "min_value"),
        ({"quantity": "0"}, "quantity", "min_value"),
        ({"quantity": None}, "quantity", "required"),
        ({"quantity": "NaN"}, "quantity", "invalid"),
        ({"quantity": "Infinity"}, "quantity", "invalid"),
        ({"quantity": "1e30"}, "quantity", "max_whole_digits"),
        ({"quantity": "1e16"}, "quantity", "max_value"),
        ({"quantity": True}, "quantity", "invalid"),
        ({"quantity": "0.0000000000000000001"}, "quantity", "max_decimal_places"),
        ({"price": "-0.01"}, "price", "min_value"),
        ({"price": "0"}, "price", "min_value"),
        ({"price": None}, "price", "required"),
        ({"quantity": "1e10", "price": "1e10"}, "price", "max_value"),
        ({"amount": "900"}, "amount", "contradiction"),
        ({"amount": "-1"}, "amount", "min_value"),
        ({"fee": "-1"}, "fee", "min_value"),
        ({"tax": "-1"}, "tax", "min_value"),
        ({"fee": None}, "fee", "null"),
        ({"fx_rate": "80"}, "fx_rate", "not_applicable"),
        ({"kind": "gamble"}, "kind", "invalid_choice"),
        ({"kind": None}, "kind", "null"),
        ({"currency": "USD"}, "currency", "wrong_currency"),
        ({"currency": "ZZZ"}, "currency", "invalid_currency"),
        ({"date": "1899-12-31"}, "date", "before"),
        ({"date": "9999-12-31"}, "date", "future"),
        ({"date": "2024-02-30"}, "date", "invalid"),
        ({"date": None}, "date", "null"),
        ({"asset": 10**30}, "asset", "max_value"),
        ({"asset": 10**12}, "asset", "does_not_exist"),
        ({"asset": "INFY"}, "asset", "invalid"),
        ({"asset": None}, "asset", "required"),
        ({"asset": None, "symbol": "NONE"}, "symbol", "does_not_exist"),
        ({"account": 10**12}, "account", "does_not_exist"),
        ({"note": "x" * 501}, "note", "max_length"),
        ({"external_id": "x" * 201}, "external_id", "max_length"),
        ({"external_id": ""}, "external_id", "blank"),
        ({"price_each": "1"}, "price_each", "unknown_field"),
        ({"time": "25:00"}, "time", "invalid"),
    ],
)
def test_it_rejects(asha_api, infosys, fields, attr, code):
    good = {"kind": "buy", "date": "2024-01-02", "asset": infosys.pk, "quantity": "10", "price": "100"}

    check_error(asha_api.post(TRANSACTIONS, {**good, **fields}), 400, attr=attr, code=code)
    assert not Transaction.objects.exists()
    assert not Holding.objects.exists()


@pytest.mark.parametrize(
    ("kind", "fields", "attr", "code"),
    [
        ("transfer_out", {"quantity": "1", "price": "1"}, "price", "not_applicable"),
        ("transfer_out", {"quantity": "1", "amount": "1"}, "amount", "not_applicable"),
        ("transfer_in", {"quantity": "1"}, "amount", "cost_unknown"),
        ("transfer_out", {"quantity": "1"}, "quantity", "oversold"),
        ("sell", {"quantity": "1", "price": "1"}, "quantity", "oversold"),
        ("dividend", {}, "amount", "required"),
        ("dividend", {"quantity": "3"}, "amount", "required"),
        ("dividend", {"amount": "0"}, "amount", "min_value"),
        ("interest", {"quantity": "1", "amount": "1"}, "quantity", "not_applicable"),
        ("fee", {}, "amount", "required"),
        ("fee", {"amount": "1", "price": "1"}, "price", "not_applicable"),
        ("tax", {"amount": "0"}, "amount", "min_value"),
        ("deposit", {"amount": "1"}, "asset", "not_applicable"),
        ("withdrawal", {"amount": "1"}, "asset", "not_applicable"),
    ],
)
def test_it_rejects_what_a_kind_is_not_made_of(asha_api, infosys, kind, fields, attr, code):
    check_error(post(asha_api, kind, "2024-01-02", infosys, **fields), 400, attr=attr, code=code)
    assert not Transaction.objects.exists()


def test_a_gift_costs_nothing_and_a_write_off_brings_nothing(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="4", amount="0")
    record(asha_api, "sell", "2024-01-03", infosys, quantity="4", amount="0")

    assert figures(asha, infosys, "quantity", "cost_basis", "realized_gain") == ("0", "0", "0")


def test_the_stated_amount_counts_where_it_agrees_with_the_price(asha, asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="3", price="33.33", amount="100")

    assert figures(asha, infosys, "cost_basis") == ("100",)


def test_a_dividend_of_an_amount_for_each_share(asha, asha_api, infosys, bought):
    record(asha_api, "dividend", "2024-02-01", infosys, quantity="10", price="2.5", tax="2.5")

    assert figures(asha, infosys, "income", "costs") == ("25", "2.5")


def test_money_without_an_asset(asha, asha_api):
    row = record(asha_api, "deposit", "2024-01-02", amount="1000")
    record(asha_api, "interest", "2024-01-03", amount="10", tax="1")
    record(asha_api, "deposit", "2024-01-03", amount="5", currency="usd", fx_rate="83")

    assert (row["asset"], row["symbol"], row["currency"]) == (None, None, "INR")
    assert {str(row.currency): row.income for row in Holding.objects.filter(asset=None)} == {"INR": 10, "USD": 0}


def test_an_index_or_a_rate_cannot_be_held(asha_api):
    pair = Asset.objects.create(symbol="USDINR=X", name="Dollar", asset_class="fx", currency="INR")

    check_error(post(asha_api, "buy", "2024-01-02", pair, quantity="1", price="83"), 400, attr="asset", code="not_held")


@pytest.mark.parametrize(
    "body", ["{", "[]", '"x"', "null", '{"kind": NaN}', '{"quantity": 1e400}', '{"note": "\\u0000"}']
)
def test_it_rejects_malformed_json(asha_api, body):
    response = asha_api.generic("POST", TRANSACTIONS, body, "application/json")

    check_error(response, 400)
    assert not Transaction.objects.exists()


@time_machine.travel("2026-06-30T20:00:00Z", tick=False)  # already the 1st of July in Kolkata, not in New York
def test_the_future_is_the_persons_own(asha_api, bob_api, apple):
    assert post(asha_api, "buy", "2026-07-01", apple, quantity="1", price="1").status_code == 201
    response = post(bob_api, "buy", "2026-07-01", apple, quantity="1", price="1")
    check_error(response, 400, attr="date", code="future")
    check_error(post(asha_api, "buy", "2026-07-02", apple, quantity="1", price="1"), 400, attr="date", code="future")


def test_it_rejects_days_outside_of_the_accounts_life(asha, asha_api, infosys):
    account = Account.objects.create(
        user=asha, name="Old", currency="INR", opened_on=date(2020, 1, 1), closed_on=date(2020, 12, 31)
    )
    fields = {"account": account.pk, "quantity": "1", "price": "1"}

    response = post(asha_api, "buy", "2019-12-31", infosys, **fields)
    check_error(response, 400, attr="date", code="account_not_open")
    assert "2020-01-01" in response.json()["errors"][0]["detail"]
    check_error(post(asha_api, "buy", "2021-01-01", infosys, **fields), 400, attr="date", code="account_closed")
    assert post(asha_api, "buy", "2020-01-01", infosys, **fields).status_code == 201
    assert post(asha_api, "buy", "2020-12-31", infosys, **fields).status_code == 201


def test_an_external_id_is_unique_for_the_person(asha_api, bob_api, infosys, apple, bought):
    response = post(asha_api, "buy", "2024-01-03", infosys, quantity="1", price="1", external_id="z-1")
    check_error(response, 400, attr="external_id", code="unique")

    assert post(bob_api, "buy", "2024-01-03", apple, quantity="1", price="1", external_id="z-1").status_code == 201
    assert asha_api.patch(address(bought), {"external_id": "z-1", "note": "same"}).status_code == 200


def test_it_rejects_selling_more_than_there_was(asha_api, infosys, bought):
    response = post(asha_api, "sell", "2024-01-05", infosys, quantity="10.5", price="120")

    check_error(response, 400, attr="quantity", code="oversold")
    assert response.json()["errors"][0]["detail"] == "Cannot sell 10.5 on 2024-01-05: 10 available on that day."
    check_error(post(asha_api, "sell", "2024-01-01", infosys, quantity="1", price="1"), 400, code="oversold")
    assert Transaction.objects.count() == 1


def test_it_rejects_an_edit_that_makes_a_later_sale_impossible(asha, asha_api, infosys, tcs, bought):
    sale = record(asha_api, "sell", "2024-01-05", infosys, quantity="8", price="120")

    for change in ({"quantity": "7"}, {"date": "2024-01-06"}, {"asset": tcs.pk}, {"kind": "transfer_in"}):
        response = asha_api.patch(address(bought), change)
        if change == {"kind": "transfer_in"}:  # it still brings ten
            assert response.status_code == 200
            continue
        check_error(response, 400, code="oversold")
        (error,) = response.json()["errors"]
        assert error["attr"] is None
        assert "2024-01-05" in error["detail"]
    check_error(asha_api.patch(address(sale), {"quantity": "11"}), 400, attr="quantity", code="oversold")
    assert asha_api.get(address(bought)).json()["quantity"] == "10"
    assert figures(asha, infosys, "quantity") == ("2",)


def test_it_rejects_a_delete_that_makes_a_later_sale_impossible(asha, asha_api, infosys, bought):
    record(asha_api, "sell", "2024-01-05", infosys, quantity="8", price="120")

    response = asha_api.delete(address(bought))

    check_error(response, 400, code="oversold")
    assert response.json()["errors"][0]["attr"] is None
    assert Transaction.objects.count() == 2
    assert figures(asha, infosys, "quantity") == ("2",)


def test_it_changes_what_is_named(asha, asha_api, infosys, bought):
    response = asha_api.patch(address(bought), {"quantity": "20", "note": "twice"})

    assert response.status_code == 200
    assert {**bought, "quantity": "20", "note": "twice", "updated_at": None} == {**response.json(), "updated_at": None}
    assert figures(asha, infosys, "quantity", "cost_basis") == ("20", "2005")


def test_it_takes_back_what_it_gave(asha_api, bought):
    response = asha_api.put(address(bought), asha_api.get(address(bought)).json())

    assert response.status_code == 200, response.content
    assert {**response.json(), "updated_at": None} == {**bought, "updated_at": None}


def test_it_moves_to_another_asset_with_its_currency(asha, asha_api, infosys, apple, bought):
    response = asha_api.patch(address(bought), {"asset": apple.pk})

    assert (response.status_code, response.json()["currency"]) == (200, "USD")
    assert figures(asha, apple, "quantity") == ("10",)
    assert not Holding.objects.filter(asset=infosys).exists()


def test_it_moves_to_another_account(asha, asha_api, infosys, broker, bought):
    assert asha_api.patch(address(bought), {"account": broker.pk}).status_code == 200
    assert Holding.objects.get().account == broker


def test_a_refused_edit_changes_nothing(asha_api, bought):
    check_error(asha_api.patch(address(bought), {"quantity": "-1"}), 400, attr="quantity")
    check_error(asha_api.patch(address(bought), {"currency": "USD"}), 400, attr="currency")
    check_error(asha_api.patch(address(bought), {"kind": "deposit"}), 400, attr="asset")
    assert asha_api.get(address(bought)).json() == bought


def test_it_deletes(asha_api, bought):
    assert asha_api.delete(address(bought)).status_code == 204
    check_error(asha_api.get(address(bought)), 404)
    assert not Holding.objects.exists()


def test_it_filters_and_orders(asha_api, infosys, tcs, broker, bought):
    record(asha_api, "buy", "2024-02-01", tcs, account=broker.pk, quantity="1", price="1")
    record(asha_api, "dividend", "2024-03-01", infosys, amount="7")

    def days(**query):
        return [row["date"] for row in asha_api.get(TRANSACTIONS, query).json()["results"]]

    assert days() == ["2024-03-01", "2024-02-01", "2024-01-02"]
    assert days(ordering="date") == ["2024-01-02", "2024-02-01", "2024-03-01"]
    assert days(asset=infosys.pk) == ["2024-03-01", "2024-01-02"]
    assert days(account=broker.pk) == ["2024-02-01"]
    assert days(kind="dividend") == ["2024-03-01"]
    assert days(**{"from": "2024-01-03", "to": "2024-02-01"}) == ["2024-02-01"]
    assert days(external_id="z-1") == ["2024-01-02"]


@pytest.mark.parametrize(
    "query",
    [
        {"account": 10**30},
        {"asset": "x"},
        {"kind": "x"},
        {"from": "yesterday"},
        {"to": "01/02/2024"},
        {"ordering": "price"},
    ],
)
def test_it_rejects_filters(asha_api, query):
    check_error(asha_api.get(TRANSACTIONS, query), 400, attr=next(iter(query)))


def test_it_hides_other_peoples(asha, mallory, mallory_api, infosys, main, bought):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(bought)), 404, code="not_found")
    assert mallory_api.get(TRANSACTIONS).json()["results"] == []
    check_error(mallory_api.get(TRANSACTIONS, {"account": main.pk}), 400, attr="account")
    response = post(mallory_api, "buy", "2024-01-02", infosys, account=main.pk, quantity="1", price="1")
    check_error(response, 400, attr="account", code="does_not_exist")
    assert Transaction.objects.count() == 1


def test_it_hides_other_peoples_assets(asha, asha_api, mallory_api):
    house = Asset.objects.create(owner=asha, symbol="HOUSE", name="House", asset_class="other", currency="INR")
    fields: dict[str, Any] = {"quantity": "1", "price": "1"}

    check_error(post(mallory_api, "buy", "2024-01-02", house, **fields), 400, attr="asset", code="does_not_exist")
    check_error(post(mallory_api, "buy", "2024-01-02", symbol="HOUSE", **fields), 400, attr="symbol")
    check_error(mallory_api.get(TRANSACTIONS, {"asset": house.pk}), 400, attr="asset")
    assert post(asha_api, "buy", "2024-01-02", house, **fields).status_code == 201


def test_it_is_closed_to_the_anonymous(anonymous_api, bought):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(anonymous_api, method)(address(bought)), 401)
    check_error(anonymous_api.get(TRANSACTIONS), 401)
    check_error(anonymous_api.post(TRANSACTIONS, {}), 401)
    check_error(anonymous_api.post(f"{TRANSACTIONS}bulk/", []), 401)


def test_a_repeated_post_counts_once(asha_api, infosys):
    body = {"kind": "buy", "date": "2024-01-02", "asset": infosys.pk, "quantity": "1", "price": "1"}
    answers = [asha_api.post(TRANSACTIONS, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert Transaction.objects.count() == 1


def at_once(asha, send):
    together = Barrier(2)

    def run(turn: int) -> int:
        client = api_of(asha)
        together.wait()
        try:
            status: int = send(client, turn).status_code
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_the_last_share_is_sold_once(asha, infosys, attempt):
    record(api_of(asha), "buy", "2024-01-02", infosys, quantity="1", price="100")

    statuses = at_once(asha, lambda client, _: post(client, "sell", "2024-01-03", infosys, quantity="1", price="110"))

    assert statuses == [201, 400]
    assert figures(asha, infosys, "quantity", "realized_gain") == ("0", "10")


@pytest.mark.django_db(transaction=True)
def test_edits_of_different_fields_at_once_both_count(asha, infosys):
    row = record(api_of(asha), "buy", "2024-01-02", infosys, quantity="1", price="100")
    changes = ({"note": "mine"}, {"fee": "7"})

    assert at_once(asha, lambda client, turn: client.patch(address(row), changes[turn])) == [200, 200]
    stored = Transaction.objects.get()
    assert (stored.note, stored.fee) == ("mine", 7)


def test_today_is_allowed(asha, asha_api, infosys):
    today = today_for(asha)

    assert post(asha_api, "buy", today.isoformat(), infosys, quantity="1", price="1").status_code == 201
    tomorrow = (today + timedelta(days=1)).isoformat()
    check_error(post(asha_api, "buy", tomorrow, infosys, quantity="1", price="1"), 400, attr="date", code="future")
