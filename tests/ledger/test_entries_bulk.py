"""/entries/bulk/ and what is below it: all or nothing."""

from datetime import date
from time import perf_counter

import pytest

from core.models import Account
from ledger.models import Category, Entry
from tests.conftest import check_error
from tests.ledger.conftest import ENTRIES, account_sums, category_sums, check_sums, listed, record

BULK = f"{ENTRIES}bulk/"


def row(**fields):
    return {"kind": "expense", "date": "2024-01-02", "amount": "10", **fields}


@pytest.fixture
def three(asha_api, bank):
    """Their ids: two expenses, and an income in the bank."""
    body = [row(category="Food", tags=["a"]), row(date="2024-01-03"), row(kind="income", account=bank.pk)]
    response = asha_api.post(BULK, body)
    assert response.status_code == 201, response.content
    return [entry["id"] for entry in response.json()]


def change(client, ids, **changes):
    return client.patch(BULK, {"ids": ids, "changes": changes})


def test_it_works(asha, asha_api, bank, heard):
    body = [
        row(category="Food:Coffee", external_id="a"),
        row(category="food", date="2023-05-05"),
        row(kind="income", account=bank.pk, amount="500", category="Food"),
        row(kind="transfer", account=bank.pk, to_account=asha.accounts.get(name="Main").pk, fee="1"),
    ]

    response = asha_api.post(BULK, body)

    assert response.status_code == 201, response.content
    answer = response.json()
    assert [line["category"] for line in answer] == ["Food:Coffee", "Food", "Food", None]
    assert [line["id"] for line in answer] == sorted(Entry.objects.values_list("pk", flat=True))
    assert sorted(Category.objects.values_list("kind", "name")) == [
        ("expense", "Coffee"), ("expense", "Food"), ("income", "Food"),
    ]  # fmt: skip
    assert heard == [(asha.pk, date(2023, 5, 5))]
    check_sums(asha)


def test_an_empty_list_is_nothing(asha_api):
    response = asha_api.post(BULK, [])

    assert (response.status_code, response.json()) == (201, [])


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"amount": "0"}, "3.amount", "zero"),
        ({"amount": "NaN"}, "3.amount", "invalid"),
        ({"date": "2999-01-01"}, "3.date", "future"),
        ({"account": 10**12}, "3.account", "does_not_exist"),
        ({"category_id": 10**12}, "3.category_id", "does_not_exist"),
        ({"category": "a::b"}, "3.category", "blank"),
        ({"kind": "transfer"}, "3.to_account", "required"),
        ({"external_id": "row-1"}, "3.external_id", "unique"),
        ({"tags": ["a b"]}, "3.tags", "space"),
        ({"colour": "red"}, "3.colour", "unknown_field"),
    ],
)
def test_one_bad_row_of_many_is_named(asha_api, fields, attr, code):
    body = [row(external_id=f"row-{index}", category=f"New {index}") for index in range(6)]
    body[3] |= fields

    response = asha_api.post(BULK, body)

    check_error(response, 400, attr=attr, code=code)
    assert [error["attr"] for error in response.json()["errors"]] == [attr]
    assert not Entry.objects.exists()
    assert not Category.objects.exists()


@pytest.mark.parametrize("body", [{}, "x", None, 3, [3], [[]], ["x"], [None]])
def test_it_rejects_what_is_no_list_of_objects(asha_api, body):
    check_error(asha_api.post(BULK, body), 400)
    assert not Entry.objects.exists()


def test_it_reports_at_most_a_hundred_rows(asha_api):
    for fields in ({"amount": "x"}, {"account": 10**12}, {"amount": "0"}):
        response = asha_api.post(BULK, [row(**fields)] * 300)
        check_error(response, 400)
        rows = [error["attr"].partition(".")[0] for error in response.json()["errors"]]
        assert rows == [str(index) for index in range(100)]


def test_it_takes_at_most_ten_thousand(asha_api):
    check_error(asha_api.post(BULK, [row()] * 10_001), 400, code="max_length")
    check_error(change(asha_api, [1] * 10_001, note="x"), 400, code="max_length")
    check_error(asha_api.post(f"{BULK}delete/", {"ids": [1] * 10_001}), 400, code="max_length")


def test_ten_thousand_rows_take_seconds(asha, asha_api, bank):
    body = [
        row(category=f"Kind {n % 40}", account=bank.pk, external_id=f"r{n}", amount=str(n + 1)) for n in range(10_000)
    ]
    start = perf_counter()
    created = asha_api.post(BULK, body)
    assert created.status_code == 201
    ids = [entry["id"] for entry in created.json()]
    assert change(asha_api, ids, category="All", add_tags=["x"]).status_code == 200
    assert asha_api.post(f"{BULK}delete/", {"ids": ids}).json() == {"count": 10_000}
    assert asha_api.post(f"{BULK}restore/", {"ids": ids}).json() == {"count": 10_000}

    assert perf_counter() - start < 60
    # 1 + 2 + … + 10,000
    assert account_sums(asha) == {(bank.pk, "INR", date(2024, 1, 2)): (-50_005_000, 0)}
    ((_, total),) = category_sums(asha).items()
    assert total == (50_005_000, 10_000)


def test_the_same_change_of_each(asha, asha_api, three, heard):
    response = change(asha_api, three, category="Fun:Games", payee="Noir", add_tags=["b"], remove_tags=["A"], note="n")

    assert response.status_code == 200, response.content
    assert [(line["id"], line["category"], line["payee"], line["tags"], line["note"]) for line in response.json()] == [
        (pk, "Fun:Games", "Noir", ["b"], "n") for pk in three
    ]
    assert [line["id"] for line in listed(asha_api, search="noir", ordering="id")] == three
    kinds = Entry.objects.order_by("pk").values_list("category__kind", flat=True)
    assert list(kinds) == ["expense", "expense", "income"]
    assert heard == []  # no account has more or less
    check_sums(asha)


def test_entries_move_to_another_account(asha, asha_api, three, bank, heard):
    response = change(asha_api, three, account=bank.pk)

    assert {line["account"] for line in response.json()} == {bank.pk}
    # 10 from the income on the 2nd is as much as the first expense took
    assert account_sums(asha) == {(bank.pk, "INR", date(2024, 1, 3)): (-10, 0)}
    assert heard == [(asha.pk, date(2024, 1, 2))]
    check_sums(asha)


def test_expenses_become_transfers(asha, asha_api, three, bank):
    response = change(asha_api, three[:2], kind="transfer", to_account=bank.pk, category=None)

    assert [(line["kind"], line["to_account"], line["category"]) for line in response.json()] == [
        ("transfer", bank.pk, None)
    ] * 2
    check_sums(asha)


def test_an_entry_that_is_named_twice_is_changed_once(asha, asha_api, three):
    assert len(change(asha_api, [three[0]] * 3, date="2024-02-02").json()) == 1
    assert asha_api.post(f"{BULK}delete/", {"ids": [three[0]] * 3}).json() == {"count": 1}
    check_sums(asha)


@pytest.mark.parametrize(
    ("changes", "attr", "code"),
    [
        ({"kind": "income"}, "0.category", "wrong_kind"),
        ({"kind": "transfer"}, "0.to_account", "required"),
        ({"date": "2999-01-01"}, "changes.date", "future"),
        ({"account": 10**12}, "changes.account", "does_not_exist"),
        ({"category_id": 10**12}, "changes.category_id", "does_not_exist"),
        ({"category": "a:"}, "changes.category", "blank"),
        ({"tags": ["a b"]}, "0.tags", "space"),
        ({"add_tags": [f"t{n}" for n in range(20)]}, "0.tags", "max_length"),
        ({"payee": "x" * 201}, "changes.payee", "max_length"),
        ({"amount": "5"}, "changes.amount", "unknown_field"),
    ],
)
def test_it_rejects_changes(asha, asha_api, three, changes, attr, code):
    before = list(Entry.objects.order_by("pk").values())

    check_error(change(asha_api, three, **changes), 400, attr=attr, code=code)
    assert list(Entry.objects.order_by("pk").values()) == before
    check_sums(asha)


@pytest.mark.parametrize("body", [[], {}, {"ids": [1]}, {"changes": {}}, {"ids": "x", "changes": {}}, {"ids": [0]}])
def test_it_rejects_what_is_no_change(asha_api, body):
    check_error(asha_api.patch(BULK, body), 400)


def test_a_strangers_entry_is_named_by_its_place(asha, asha_api, mallory_api, three):
    own = record(mallory_api, "expense", "2024-01-02", "1")["id"]
    ids = [own, three[0]]

    check_error(change(mallory_api, ids, note="mine"), 400, attr="ids.1", code="does_not_exist")
    for action in ("delete", "restore"):
        check_error(mallory_api.post(f"{BULK}{action}/", {"ids": ids}), 400, attr="ids.1", code="does_not_exist")
    check_error(asha_api.post(f"{BULK}delete/", {"ids": [*three, own]}), 400, attr="ids.3", code="does_not_exist")
    assert Entry.objects.filter(deleted_at=None, note="").count() == 4
    check_error(change(mallory_api, [own], account=asha.accounts.first().pk), 400, attr="changes.account")


def test_delete_and_restore(asha, asha_api, three, heard):
    assert asha_api.post(f"{BULK}delete/", {"ids": three}).json() == {"count": 3}
    assert listed(asha_api) == []
    assert [line["id"] for line in listed(asha_api, deleted="true", ordering="id")] == three
    check_sums(asha)
    check_error(asha_api.post(f"{BULK}delete/", {"ids": three}), 400, attr="ids.0", code="does_not_exist")

    assert asha_api.post(f"{BULK}restore/", {"ids": three}).json() == {"count": 3}
    assert asha_api.post(f"{BULK}restore/", {"ids": three}).json() == {"count": 0}
    assert len(listed(asha_api)) == 3
    check_sums(asha)
    assert heard == [(asha.pk, date(2024, 1, 2))] * 2


def test_a_row_of_a_bank_file_stays_one_row_of_its_account(asha, asha_api, bank):
    """The same row was taken into two accounts; it cannot be moved beside itself."""
    other = Account.objects.create(user=asha, name="Other", kind="bank")
    fields = {"user": asha, "kind": "expense", "date": date(2024, 1, 2), "amount": 5, "currency": "INR"}
    twins = [Entry.objects.create(account=account, likeness="x", likeness_no=0, **fields) for account in (bank, other)]

    check_error(change(asha_api, [twins[0].pk], account=other.pk), 400, attr="0.account", code="unique")
    assert change(asha_api, [twins[0].pk], account=asha.accounts.get(name="Main").pk).status_code == 200


def test_a_post_with_a_key_happens_once(asha_api):
    first, second = (asha_api.post(BULK, [row()], headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert (first.status_code, second.content) == (201, first.content)
    assert Entry.objects.count() == 1


def test_it_is_closed_to_the_anonymous(anonymous_api):
    check_error(anonymous_api.post(BULK, []), 401)
    check_error(anonymous_api.patch(BULK, {}), 401)
    for action in ("delete", "restore"):
        check_error(anonymous_api.post(f"{BULK}{action}/", {"ids": []}), 401)
