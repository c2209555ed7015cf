"""/transactions/bulk/: all or nothing."""

from datetime import date
from time import perf_counter

import pytest

from portfolio.models import Asset, Holding, Transaction
from portfolio.signals import books_changed
from tests.conftest import check_error
from tests.portfolio.conftest import TRANSACTIONS, figures, record

BULK = f"{TRANSACTIONS}bulk/"


def row(stock: Asset, **fields):
    return {"kind": "buy", "date": "2024-01-02", "asset": stock.pk, "quantity": "1", "price": "100", **fields}


def test_it_works(asha, asha_api, infosys, tcs):
    body = [
        row(infosys, quantity="10", external_id="a"),
        {"kind": "sell", "date": "2024-01-03", "symbol": "INFY", "quantity": "4", "price": "150"},
        row(tcs, external_id="b"),
        {"kind": "deposit", "date": "2024-01-01", "amount": "5000"},
    ]

    response = asha_api.post(BULK, body)

    assert response.status_code == 201, response.content
    answer = response.json()
    assert [line["symbol"] for line in answer] == ["INFY", "INFY", "TCS", None]
    assert [line["id"] for line in answer] == sorted(Transaction.objects.values_list("pk", flat=True))
    assert figures(asha, infosys, "quantity", "realized_gain") == ("6", "200")
    assert figures(asha, tcs, "quantity") == ("1",)


def test_an_empty_list_is_nothing(asha_api):
    response = asha_api.post(BULK, [])

    assert (response.status_code, response.json()) == (201, [])


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"quantity": "-1"}, "3.quantity", "min_value"),
        ({"price": "NaN"}, "3.price", "invalid"),
        ({"currency": "USD"}, "3.currency", "wrong_currency"),
        ({"date": "2999-01-01"}, "3.date", "future"),
        ({"asset": 10**12}, "3.asset", "does_not_exist"),
        ({"asset": None, "symbol": "NONE"}, "3.symbol", "does_not_exist"),
        ({"account": 10**12}, "3.account", "does_not_exist"),
        ({"external_id": "row-1"}, "3.external_id", "unique"),
        ({"kind": "sell", "date": "2024-01-01"}, "3.quantity", "oversold"),
        ({"kind": "transfer_in", "price": None}, "3.amount", "cost_unknown"),
        ({"colour": "red"}, "3.colour", "unknown_field"),
    ],
)
def test_one_bad_row_of_many_is_named(asha_api, infosys, fields, attr, code):
    body = [row(infosys, external_id=f"row-{index}") for index in range(6)]
    body[3] |= fields

    response = asha_api.post(BULK, body)

    check_error(response, 400, attr=attr, code=code)
    assert [error["attr"] for error in response.json()["errors"]] == [attr]
    assert not Transaction.objects.exists()
    assert not Holding.objects.exists()


@pytest.mark.parametrize("body", [{}, "x", None, 3, [3], [[]], ["x"], [None]])
def test_it_rejects_what_is_no_list_of_objects(asha_api, body):
    check_error(asha_api.post(BULK, body), 400)
    assert not Transaction.objects.exists()


def test_it_reports_at_most_a_hundred_rows(asha_api, infosys):
    for fields in ({"quantity": "-1"}, {"asset": 10**12}, {"currency": "USD"}):
        response = asha_api.post(BULK, [row(infosys, **fields)] * 300)
        check_error(response, 400)
        rows = [error["attr"].partition(".")[0] for error in response.json()["errors"]]
        assert rows == [str(index) for index in range(100)]


def test_it_takes_at_most_ten_thousand(asha_api, infosys):
    check_error(asha_api.post(BULK, [row(infosys)] * 10_001), 400, code="max_length")


def test_a_row_may_contradict_what_is_there(asha_api, infosys):
    record(asha_api, "buy", "2024-01-02", infosys, quantity="5", price="1")
    record(asha_api, "sell", "2024-03-01", infosys, quantity="5", price="1")

    response = asha_api.post(BULK, [{**row(infosys), "kind": "sell", "date": "2024-02-01", "quantity": "2"}])

    check_error(response, 400, code="oversold")
    (error,) = response.json()["errors"]
    assert error["attr"] is None
    assert "2024-03-01" in error["detail"]


def test_it_changes_the_books_once(asha, asha_api, infosys, tcs):
    seen = []

    def note(sender, user_id, since, **_):
        seen.append((user_id, since))

    books_changed.connect(note)
    try:
        body = [row(infosys), row(tcs), row(infosys, date="2023-05-05")]
        assert asha_api.post(BULK, body).status_code == 201
    finally:
        books_changed.disconnect(note)
    assert seen == [(asha.pk, date(2023, 5, 5))]


def test_ten_thousand_rows_take_seconds(asha_api, infosys, tcs):
    body = [row((infosys, tcs)[index % 2], external_id=f"r{index}") for index in range(10_000)]
    start = perf_counter()

    assert asha_api.post(BULK, body).status_code == 201
    assert perf_counter() - start < 30
    assert set(Holding.objects.values_list("quantity", flat=True)) == {5000}


def test_a_repeated_post_counts_once(asha_api, infosys):
    answers = [asha_api.post(BULK, [row(infosys)], headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert Transaction.objects.count() == 1


def test_it_hides_other_peoples_accounts(asha, mallory_api, infosys):
    response = mallory_api.post(BULK, [row(infosys, account=asha.accounts.get().pk)])

    check_error(response, 400, attr="0.account", code="does_not_exist")
