"""/entries/, one by one."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Account
from ledger.models import Category, Entry
from tests.conftest import check_error
from tests.ledger.conftest import ENTRIES, account_sums, category_sums, check_sums, listed, post, record


def address(row) -> str:
    return f"{ENTRIES}{row['id']}/"


@pytest.fixture
def coffee(asha_api):
    return record(asha_api, "expense", "2024-01-02", "180", category="Food:Coffee", payee="Café Noir", external_id="c1")


def test_it_works(asha, asha_api, main):
    response = post(
        asha_api, "expense", "2024-01-02", "180.50", category="Food:Coffee", payee="Café Noir",
        description="two", note="with Bob", tags=["fun", "work"], external_id="c1",
    )  # fmt: skip

    assert response.status_code == 201
    body = response.json()
    row = Entry.objects.get()
    assert (body.pop("created_at"), body.pop("updated_at")) != (None, None)
    assert body == {
        "id": row.pk,
        "kind": "expense",
        "date": "2024-01-02",
        "account": main.pk,
        "to_account": None,
        "amount": "180.5",
        "currency": "INR",
        "account_amount": None,
        "to_amount": None,
        "fee": "0",
        "category": "Food:Coffee",
        "category_id": Category.objects.get(name="Coffee").pk,
        "payee": "Café Noir",
        "description": "two",
        "note": "with Bob",
        "tags": ["fun", "work"],
        "external_id": "c1",
        "bank_import": None,
        "recurring": None,
        "deleted_at": None,
    }
    assert row.user == asha
    assert account_sums(asha) == {(main.pk, "INR", date(2024, 1, 2)): (Decimal("-180.5"), 0)}
    assert category_sums(asha) == {("expense", row.category_id, "INR", date(2024, 1, 2)): (Decimal("180.5"), 1)}


def test_a_transfer_to_another_currency(asha, asha_api, bank, dollars):
    """8,300 rupees leave, 100 dollars arrive; the bank takes 50 rupees for it."""
    record(
        asha_api, "transfer", "2024-01-02", "8300", account=bank.pk, to_account=dollars.pk, to_amount="100", fee="50",
        category="Bank:Fees",
    )  # fmt: skip

    day = date(2024, 1, 2)
    assert account_sums(asha) == {(bank.pk, "INR", day): (-50, -8300), (dollars.pk, "USD", day): (0, 100)}
    assert category_sums(asha) == {("expense", Category.objects.get(name="Fees").pk, "INR", day): (50, 1)}


def test_an_expense_abroad(asha, asha_api, bank):
    """40 dollars, for which the bank took 3,340 rupees; then 10 of which it does not say what it took."""
    record(asha_api, "expense", "2024-01-02", "40", account=bank.pk, currency="usd", account_amount="3340")
    record(asha_api, "expense", "2024-01-02", "10", account=bank.pk, currency="USD")

    day = date(2024, 1, 2)
    assert account_sums(asha) == {(bank.pk, "INR", day): (-3340, 0), (bank.pk, "USD", day): (-10, 0)}
    assert category_sums(asha) == {("expense", None, "INR", day): (3340, 1), ("expense", None, "USD", day): (10, 1)}


def test_a_refund_takes_an_expense_back(asha, asha_api, main):
    record(asha_api, "expense", "2024-01-02", "100", category="Clothes")
    record(asha_api, "expense", "2024-01-05", "-30", category="clothes")

    (clothes,) = Category.objects.all()
    assert category_sums(asha) == {
        ("expense", clothes.pk, "INR", date(2024, 1, 2)): (100, 1),
        ("expense", clothes.pk, "INR", date(2024, 1, 5)): (-30, 1),
    }
    assert account_sums(asha)[main.pk, "INR", date(2024, 1, 5)] == (30, 0)


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"amount": "0"}, "amount", "zero"),
        ({"amount": "1e12"}, "amount", "max_value"),
        ({"amount": "-1000000000000"}, "amount", "min_value"),
        ({"amount": "0.00001"}, "amount", "max_decimal_places"),
        ({"amount": "NaN"}, "amount", "invalid"),
        ({"amount": None}, "amount", "null"),
        ({"amount": True}, "amount", "invalid"),
        ({"kind": "gift"}, "kind", "invalid_choice"),
        ({"kind": None}, "kind", "null"),
        ({"date": "1899-12-31"}, "date", "before"),
        ({"date": "9999-12-31"}, "date", "future"),
        ({"date": "2024-02-30"}, "date", "invalid"),
        ({"account": 10**12}, "account", "does_not_exist"),
        ({"account": 10**30}, "account", "max_value"),
        ({"account": "HDFC"}, "account", "invalid"),
        ({"to_account": 10**12}, "to_account", "does_not_exist"),
        ({"currency": "ZZZ"}, "currency", "invalid_currency"),
        ({"currency": "RUPEE"}, "currency", "max_length"),
        ({"account_amount": "5"}, "account_amount", "not_applicable"),
        ({"currency": "USD", "account_amount": "-5"}, "account_amount", "sign"),
        ({"currency": "USD", "account_amount": "0"}, "account_amount", "sign"),
        ({"to_amount": "5"}, "to_amount", "not_applicable"),
        ({"fee": "1"}, "fee", "not_applicable"),
        ({"fee": "-1"}, "fee", "min_value"),
        ({"category": "Food::Coffee"}, "category", "blank"),
        ({"category": ""}, "category", "blank"),
        ({"category": "x" * 101}, "category", "max_length"),
        ({"category": ":".join("abcdefghijk")}, "category", "max_levels"),
        ({"category_id": 10**12}, "category_id", "does_not_exist"),
        ({"payee": "x" * 201}, "payee", "max_length"),
        ({"description": "x" * 501}, "description", "max_length"),
        ({"note": "x" * 2001}, "note", "max_length"),
        ({"external_id": "x" * 201}, "external_id", "max_length"),
        ({"external_id": ""}, "external_id", "blank"),
        ({"tags": ["a b"]}, "tags", "space"),
        ({"tags": ["#a"]}, "tags", "hash"),
        ({"tags": ["Fun", "fun"]}, "tags", "unique"),
        ({"tags": [str(n) for n in range(21)]}, "tags", "max_length"),
        ({"tags": ["x" * 51]}, "tags", "max_length"),
        ({"tags": "fun"}, "tags", "not_a_list"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"id": 7}, "id", "read_only"),
    ],
)
def test_it_rejects(asha_api, fields, attr, code):
    check_error(asha_api.post(ENTRIES, {"kind": "expense", "date": "2024-01-02", "amount": "10", **fields}), 400,
                attr=attr, code=code)  # fmt: skip
    assert not Entry.objects.exists()
    assert not Category.objects.exists()


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"to_account": None}, "to_account", "required"),
        ({"to_account": "same"}, "to_account", "same_account"),
        ({"amount": "-5"}, "amount", "min_value"),
        ({"to_amount": "0"}, "to_amount", "min_value"),
        ({"to_account": "bank", "to_amount": "5"}, "to_amount", "not_applicable"),
        ({"fee": "-1"}, "fee", "min_value"),
    ],
)
def test_it_rejects_transfers(asha_api, main, bank, dollars, fields, attr, code):
    accounts = {"same": main.pk, "bank": bank.pk}
    fields = {"to_account": dollars.pk, **fields}
    fields["to_account"] = accounts.get(fields["to_account"], fields["to_account"])

    check_error(
        post(asha_api, "transfer", "2024-01-02", fields.pop("amount", "5"), **fields), 400, attr=attr, code=code
    )
    assert not Entry.objects.exists()


def test_a_category_is_of_the_kind_of_the_entry(asha_api, main, bank):
    salary = record(asha_api, "income", "2024-01-02", "10", category="Salary")["category_id"]
    food = record(asha_api, "expense", "2024-01-02", "10", category="Food")["category_id"]

    check_error(
        post(asha_api, "expense", "2024-01-02", "1", category_id=salary), 400, attr="category", code="wrong_kind"
    )
    check_error(post(asha_api, "income", "2024-01-02", "1", category_id=food), 400, attr="category", code="wrong_kind")
    response = post(asha_api, "transfer", "2024-01-02", "1", to_account=bank.pk, fee="1", category_id=salary)
    check_error(response, 400, attr="category", code="wrong_kind")


def test_a_category_may_be_named_twice_if_both_mean_the_same(asha_api, coffee):
    food = Category.objects.get(name="Food").pk
    fields = {"category": "food:COFFEE", "category_id": coffee["category_id"]}

    assert record(asha_api, "expense", "2024-01-03", "1", **fields)["category"] == "Food:Coffee"
    response = post(asha_api, "expense", "2024-01-03", "1", category="Food:Coffee", category_id=food)
    check_error(response, 400, attr="category", code="contradiction")


@time_machine.travel("2026-06-30T20:00:00Z", tick=False)  # already the 1st of July in Kolkata, not in New York
def test_the_future_is_the_persons_own(asha_api, bob, bob_api):
    assert post(asha_api, "expense", "2026-07-01", "1").status_code == 201
    check_error(post(bob_api, "expense", "2026-07-01", "1"), 400, attr="date", code="future")


@time_machine.travel("2026-06-30T20:00:00Z", tick=False)
def test_an_entry_from_further_east_can_be_edited(asha, asha_api):
    row = record(asha_api, "expense", "2026-07-01", "1")
    asha.timezone = "America/New_York"
    asha.save()

    assert asha_api.patch(address(row), {"note": "on the plane"}).status_code == 200
    check_error(asha_api.patch(address(row), {"date": "2026-07-02"}), 400, attr="date", code="future")


def test_it_rejects_days_outside_of_the_accounts_life(asha, asha_api, main):
    old = Account.objects.create(
        user=asha, name="Old", kind="bank", opened_on=date(2020, 1, 1), closed_on=date(2020, 12, 31)
    )

    check_error(post(asha_api, "expense", "2019-12-31", "1", account=old.pk), 400, attr="date", code="account_not_open")
    response = post(asha_api, "transfer", "2021-01-01", "1", to_account=old.pk)
    check_error(response, 400, attr="date", code="account_closed")
    assert "2020-12-31" in response.json()["errors"][0]["detail"]
    assert post(asha_api, "transfer", "2020-12-31", "1", to_account=old.pk).status_code == 201


def test_an_external_id_is_unique_for_the_person(asha_api, bob_api, coffee):
    check_error(post(asha_api, "income", "2024-02-02", "1", external_id="c1"), 400, attr="external_id", code="unique")
    assert post(bob_api, "income", "2024-02-02", "1", external_id="c1").status_code == 201
    assert asha_api.patch(address(coffee), {"external_id": "c1"}).status_code == 200

    asha_api.delete(address(coffee))
    response = post(asha_api, "income", "2024-02-02", "1", external_id="c1")
    check_error(response, 400, attr="external_id", code="unique")
    assert "deleted" in response.json()["errors"][0]["detail"]


def test_it_takes_back_what_it_gave(asha_api, coffee):
    response = asha_api.put(address(coffee), asha_api.get(address(coffee)).json())

    assert response.status_code == 200, response.content
    assert {**response.json(), "updated_at": None} == {**coffee, "updated_at": None}


def test_a_change_of_some_fields_leaves_the_others(asha, asha_api, coffee):
    body = asha_api.patch(address(coffee), {"amount": "200", "date": "2024-02-29", "category": "Fun"}).json()

    expected = {**coffee, "amount": "200", "date": "2024-02-29", "category": "Fun"}
    assert {name for name in body if body[name] != expected[name]} == {"category_id", "updated_at"}
    check_sums(asha)
    body = asha_api.patch(address(coffee), {"category": None}).json()
    assert (body["category"], body["category_id"]) == (None, None)
    check_sums(asha)


def test_what_was_said_of_another_account_goes_with_it(asha, asha_api, bank, dollars, main):
    abroad = record(asha_api, "expense", "2024-01-02", "40", account=bank.pk, currency="USD", account_amount="3340")
    assert asha_api.patch(address(abroad), {"account": main.pk}).json()["account_amount"] == "3340"  # rupees as well
    assert asha_api.patch(address(abroad), {"account": dollars.pk}).json()["account_amount"] is None

    moved = record(asha_api, "transfer", "2024-01-02", "83", account=bank.pk, to_account=dollars.pk, to_amount="1")
    body = asha_api.patch(address(moved), {"kind": "expense"}).json()
    assert (body["to_account"], body["to_amount"]) == (None, None)
    check_sums(asha)


def test_a_fee_is_not_lost_with_its_transfer(asha_api, bank):
    moved = record(asha_api, "transfer", "2024-01-02", "83", to_account=bank.pk, fee="2")

    check_error(asha_api.patch(address(moved), {"kind": "expense"}), 400, attr="fee", code="not_applicable")


def test_a_deleted_entry_counts_nowhere_and_comes_back(asha, asha_api, coffee):
    assert asha_api.delete(address(coffee)).status_code == 204
    assert listed(asha_api) == []
    check_error(asha_api.get(address(coffee)), 404)
    check_error(asha_api.patch(address(coffee), {"note": "x"}), 404)
    check_error(asha_api.delete(address(coffee)), 404)
    assert (account_sums(asha), category_sums(asha)) == ({}, {})
    (deleted,) = listed(asha_api, deleted="true")
    assert (deleted["id"], deleted["deleted_at"] is not None) == (coffee["id"], True)

    response = asha_api.post(f"{address(coffee)}restore/")
    assert (response.status_code, response.json()["deleted_at"]) == (200, None)
    assert [row["id"] for row in listed(asha_api)] == [coffee["id"]]
    assert listed(asha_api, deleted="true") == []
    check_sums(asha)
    assert asha_api.post(f"{address(coffee)}restore/").status_code == 200  # nothing to do
    check_sums(asha)


def test_a_delete_can_be_undone_for_thirty_days(asha, asha_api, coffee):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False):
        asha_api.delete(address(coffee))
    with time_machine.travel("2026-01-31T00:00:01Z", tick=False):
        assert listed(asha_api, deleted="true") == []
        check_error(asha_api.post(f"{address(coffee)}restore/"), 404)
    with time_machine.travel("2026-01-31T00:00:00Z", tick=False):
        assert asha_api.post(f"{address(coffee)}restore/").status_code == 200


def test_what_an_account_has_no_more_room_for_stays_deleted(asha_api, bank):
    row = record(asha_api, "expense", "2024-05-01", "5", account=bank.pk)
    asha_api.delete(address(row))
    assert asha_api.patch(f"/api/v1/accounts/{bank.pk}/", {"closed_on": "2024-04-30"}).status_code == 200

    response = asha_api.post(f"{address(row)}restore/")
    check_error(response, 409, code="account_closed")
    assert "2024-05-01" in response.json()["errors"][0]["detail"]


def test_a_post_with_a_key_happens_once(asha_api):
    body = {"kind": "expense", "date": "2024-01-02", "amount": "5"}
    first, second = (asha_api.post(ENTRIES, body, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert (first.status_code, second.content) == (201, first.content)
    assert Entry.objects.count() == 1


def test_it_filters(asha, asha_api, main, bank, dollars):
    made = {
        "coffee": record(asha_api, "expense", "2024-01-05", "180", category="Food:Coffee", payee="Noir", tags=["Work"]),
        "food": record(asha_api, "expense", "2024-01-04", "900", category="Food", external_id="f"),
        "rent": record(asha_api, "expense", "2024-01-03", "20000", account=bank.pk, payee="Noir & Co", tags=["works"]),
        "pay": record(asha_api, "income", "2024-01-02", "90000", account=bank.pk, category="Salary"),
        "move": record(asha_api, "transfer", "2024-01-01", "83", account=main.pk, to_account=dollars.pk, to_amount="1"),
        "abroad": record(asha_api, "expense", "2023-12-31", "5.5", currency="USD"),
    }
    names = {row["id"]: name for name, row in made.items()}
    food = Category.objects.get(name="Food").pk

    def found(**query):
        return " ".join(names[row["id"]] for row in listed(asha_api, **query))

    assert found() == "coffee food rent pay move abroad"
    assert found(ordering="date") == "abroad move pay rent food coffee"
    assert found(**{"from": "2024-01-02", "to": "2024-01-04"}) == "food rent pay"
    assert found(kind="transfer") == "move"
    assert found(account=bank.pk) == "rent pay"
    assert found(account=dollars.pk) == "move"
    assert found(category=food) == "coffee food"
    assert found(category=made["coffee"]["category_id"]) == "coffee"
    assert found(category="none") == "rent move abroad"
    assert found(category="none", kind="expense") == "rent abroad"
    assert found(payee="Noir") == "coffee"
    assert found(tag="work") == "coffee"
    assert found(currency="USD") == found(currency="usd") == "abroad"
    assert found(amount_min="180", amount_max="20000") == "coffee food rent"
    assert found(amount_max="5.5") == "abroad"
    assert found(external_id="f") == "food"
    assert found(search="noir") == "coffee rent"
    assert found(search="noir #wor") == "coffee rent"
    assert found(search="noir #works") == "rent"
    assert found(bank_import="") == found()


@pytest.mark.parametrize(
    "query",
    [
        {"account": "0"}, {"account": "x"}, {"category": "x"}, {"category": "10000000"}, {"kind": "gift"},
        {"from": "yesterday"}, {"to": "2024-02-30"}, {"amount_min": "NaN"}, {"amount_min": "x"},
        {"amount_max": "1e30"}, {"amount_max": "0.00001"}, {"bank_import": "7"}, {"recurring": "x"},
        {"deleted": "perhaps"}, {"search": "x" * 201}, {"tag": "x" * 51}, {"ordering": "amount_min"},
        {"category": "9" * 40},
    ],
)  # fmt: skip
def test_it_rejects_filters(asha_api, query):
    check_error(asha_api.get(ENTRIES, query), 400, attr=next(iter(query)))


@pytest.mark.parametrize(
    "query", [{"account": "7000"}, {"category": "Food"}, {"bank_import": "7000"}, {"recurring": "7000"}]
)
def test_it_says_what_there_is_not(asha_api, query):
    """In words of the person's: the framework speaks of choices that are not available."""
    (error,) = asha_api.get(ENTRIES, query).json()["errors"]
    assert error["detail"].startswith("There is no such ")


def test_pages_follow_each_other(asha_api):
    made = [record(asha_api, "expense", f"2024-01-0{1 + n % 3}", "1")["id"] for n in range(7)]
    seen, link = [], f"{ENTRIES}?page_size=2"
    while link:
        body = asha_api.get(link).json()
        seen += [(row["date"], row["id"]) for row in body["results"]]
        link = body["next"]

    assert seen == sorted(seen, reverse=True)
    assert sorted(pk for _, pk in seen) == made


def test_what_is_asked_does_not_grow_with_the_entries(asha_api):
    def queries(many: int) -> int:
        asha_api.post(f"{ENTRIES}bulk/", [
            {"kind": "expense", "date": "2024-01-02", "amount": "1", "category": f"C{n}"} for n in range(many)
        ])  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(listed(asha_api)) >= many
        return len(captured)

    assert queries(2) == queries(40)


def test_it_hides_other_peoples_entries(mallory, asha_api, mallory_api, bank, coffee):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(coffee)), 404, code="not_found")
    check_error(mallory_api.post(f"{address(coffee)}restore/"), 404)
    assert listed(mallory_api) == []
    check_error(mallory_api.get(ENTRIES, {"category": coffee["category_id"]}), 400, attr="category")
    check_error(mallory_api.get(ENTRIES, {"account": bank.pk}), 400, attr="account")
    check_error(post(mallory_api, "expense", "2024-01-02", "1", account=bank.pk), 400, attr="account")
    check_error(post(mallory_api, "transfer", "2024-01-02", "1", to_account=bank.pk), 400, attr="to_account")
    response = post(mallory_api, "expense", "2024-01-02", "1", category_id=coffee["category_id"])
    check_error(response, 400, attr="category_id", code="does_not_exist")
    check_error(mallory_api.patch(address(coffee), {"account": bank.pk}), 404)
    assert (
        record(mallory_api, "expense", "2024-01-02", "1", category="Food:Coffee")["category_id"]
        != coffee["category_id"]
    )
    assert Entry.objects.get(pk=coffee["id"]).amount == 180


def test_it_is_closed_to_the_anonymous(anonymous_api, coffee):
    for response in (
        anonymous_api.get(ENTRIES),
        anonymous_api.post(ENTRIES, {}),
        anonymous_api.get(address(coffee)),
        anonymous_api.delete(address(coffee)),
        anonymous_api.post(f"{address(coffee)}restore/"),
    ):
        check_error(response, 401)


def test_an_entry_of_an_account_that_was_deleted_meanwhile(asha, asha_api, bank):
    pk = bank.pk
    bank.delete()
    check_error(post(asha_api, "expense", "2024-01-02", "1", account=pk), 400, attr="account", code="does_not_exist")


def test_erasing_a_person_takes_it_all(asha, asha_api, bank, coffee):
    record(asha_api, "transfer", "2024-01-02", "5", to_account=bank.pk)
    asha.delete()

    assert not Entry.objects.exists()
    assert not Category.objects.exists()
