"""Rules tried on the entries that are there, and applied to them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.models import Account, User
from ledger.models import CategoryYear, Entry
from ledger.services.entries import EntryInput, entries_record
from tests.bank_files.conftest import take
from tests.conftest import check_error

RULES, TRY, APPLY = "/api/v1/rules/", "/api/v1/rules/try/", "/api/v1/rules/apply/"
DAY = date(2024, 1, 8)
FILE = "Date,Details,Amount\n2024-01-05,From savings,100.00\n2024-01-06,Coffee,-5.00\n"
COFFEE = {
    "name": "Coffee",
    "conditions": [{"field": "payee", "op": "contains", "value": "coffee"}],
    "category": "Food:Coffee",
}


@pytest.fixture
def bank(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Bank", kind="bank", currency="INR")


def spent(account: Account, payee: str, **fields: Any) -> Entry:
    common = {"account": account, "kind": "expense", "date": DAY, "amount": Decimal(100), "payee": payee}
    return entries_record(user=account.user, rows=[EntryInput(**{**common, **fields})])[0]


def posted(api: APIClient, address: str, **asked: Any) -> dict[str, Any]:
    response = api.post(address, asked, format="json")
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def kept(api: APIClient, **rule: Any) -> int:
    response = api.post(RULES, {**COFFEE, **rule}, format="json")
    assert response.status_code == 201, response.content
    return int(response.json()["id"])


def category_of(entry: Entry) -> str | None:
    return Entry.objects.values_list("category__name", flat=True).get(pk=entry.pk)


def test_tried_it_tells_what_would_change_and_writes_nothing(asha: User, asha_api: APIClient, bank: Account) -> None:
    coffee, tea = spent(bank, "Coffee House", tags=("treat",)), spent(bank, "Tea House")
    tried = posted(asha_api, TRY, rule={**COFFEE, "add_tags": ["out"]})
    assert (tried["checked"], tried["changed"]) == (2, 1)
    assert tried["by_rule"] == [{"rule": None, "name": "Coffee", "changed": 1, "unfit": 0}]
    before = {
        "kind": "expense", "amount": "100", "account": bank.pk, "account_amount": None, "to_account": None,
        "to_amount": None, "category": None, "payee": "Coffee House", "description": "", "tags": ["treat"],
    }  # fmt: skip
    after = {**before, "category": "Food:Coffee", "tags": ["treat", "out"]}
    assert tried["examples"] == [
        {"entry": coffee.pk, "date": "2024-01-08", "currency": "INR", "before": before, "after": after,
         "rules": [None], "unfit": []}
    ]  # fmt: skip
    assert [category_of(entry) for entry in (coffee, tea)] == [None, None]
    assert not asha.categories.exists()
    assert not asha.rules.exists()


def test_applied_it_is_written_with_its_sums(asha: User, asha_api: APIClient, bank: Account) -> None:
    coffee, tea = spent(bank, "Coffee House"), spent(bank, "Tea House", amount=Decimal(30))
    rule = kept(asha_api)
    applied = posted(asha_api, APPLY)
    assert (applied["checked"], applied["changed"]) == (2, 1)
    assert applied["by_rule"] == [{"rule": rule, "name": "Coffee", "changed": 1, "unfit": 0}]
    assert [category_of(entry) for entry in (coffee, tea)] == ["Coffee", None]
    # 8 January is the 8th day of the year: 100 of it is coffee now, 30 is still without a category.
    sums = {row.category_id: np.frombuffer(row.amount, "<i8")[7] for row in CategoryYear.objects.filter(user=asha)}
    assert sums == {asha.categories.get(name="Coffee").pk: 1_000_000, None: 300_000}
    again = posted(asha_api, APPLY)
    assert (again["checked"], again["changed"]) == (1, 0)


def test_an_unsaved_rule_is_applied_and_its_category_made(asha: User, asha_api: APIClient, bank: Account) -> None:
    coffee = spent(bank, "Coffee House")
    assert posted(asha_api, APPLY, rule=COFFEE)["changed"] == 1
    assert category_of(coffee) == "Coffee"
    assert not asha.rules.exists()


def test_the_words_of_what_it_changes_are_searched(asha_api: APIClient, bank: Account) -> None:
    entry = spent(bank, "CFFHS 12")
    rule = {**COFFEE, "conditions": [{"field": "payee", "op": "contains", "value": "cffhs"}], "payee": "Coffee House"}
    posted(asha_api, APPLY, rule={**rule, "add_tags": ["treat"]})
    for search, found in (("coffee", [entry.pk]), ("#treat", [entry.pk]), ("cffhs", [])):
        rows = asha_api.get("/api/v1/entries/", {"search": search}).json()["results"]
        assert [row["id"] for row in rows] == found


def test_what_was_chosen_by_hand_stays_unless_asked_for(asha: User, asha_api: APIClient, bank: Account) -> None:
    fun = asha.categories.create(kind="expense", name="Fun")
    chosen = spent(bank, "Coffee bar", category=fun)
    kept(asha_api)
    assert posted(asha_api, APPLY)["checked"] == 0
    assert category_of(chosen) == "Fun"
    assert posted(asha_api, APPLY, only_uncategorized=False)["changed"] == 1
    assert category_of(chosen) == "Coffee"


def test_all_active_rules_or_those_that_are_named(asha_api: APIClient, bank: Account) -> None:
    entry = spent(bank, "Coffee House")
    first = kept(asha_api, name="first", category="First")
    second = kept(asha_api, name="second", category="Second", is_active=False)
    third = kept(asha_api, name="third", category="Third")
    assert [row["rule"] for row in posted(asha_api, TRY)["by_rule"]] == [first, third]
    tried = posted(asha_api, TRY, ids=[second, first])
    assert [row["rule"] for row in tried["by_rule"]] == [first, second]
    assert tried["examples"][0]["rules"] == [first, second]
    assert tried["examples"][0]["after"]["category"] == "Second"
    posted(asha_api, APPLY, ids=[third])
    assert category_of(entry) == "Third"


def test_only_the_entries_that_are_asked_for(asha: User, asha_api: APIClient, bank: Account) -> None:
    purse = Account.objects.create(user=asha, name="Purse", kind="cash")
    old, here = spent(bank, "Coffee", date=date(2023, 12, 31)), spent(purse, "Coffee beans")
    spent(bank, "Coffee").delete()
    for filters, found in (
        ({"from": "2024-01-01"}, [here.pk]),
        ({"to": "2023-12-31"}, [old.pk]),
        ({"account": purse.pk}, [here.pk]),
        ({"search": "bean"}, [here.pk]),
        ({}, [old.pk, here.pk]),
    ):
        tried = posted(asha_api, TRY, rule=COFFEE, filters=filters)
        assert [row["entry"] for row in tried["examples"]] == found
        assert tried["checked"] == len(found)


def test_a_deleted_entry_is_left_alone(asha_api: APIClient, bank: Account) -> None:
    entry = spent(bank, "Coffee")
    asha_api.delete(f"/api/v1/entries/{entry.pk}/")
    assert posted(asha_api, APPLY, rule=COFFEE)["checked"] == 0
    assert category_of(entry) is None


def test_it_makes_a_transfer_of_what_came_in(asha: User, asha_api: APIClient, bank: Account) -> None:
    savings = Account.objects.create(user=asha, name="Savings", kind="bank", currency="INR")
    entry = spent(bank, "From savings", kind="income")
    words = [{"field": "payee", "op": "has_word", "value": "savings"}]
    tried = posted(asha_api, APPLY, rule={"name": "Own", "conditions": words, "to_account": savings.pk})
    assert tried["examples"][0]["after"]["to_account"] == bank.pk
    entry.refresh_from_db()
    assert (entry.kind, entry.account, entry.to_account, entry.amount) == ("transfer", savings, bank, 100)
    assert not CategoryYear.objects.filter(user=asha, kind="income").exclude(amount=bytes(8 * 366)).exists()


def test_what_a_rule_made_a_transfer_from_elsewhere_is_known_when_its_file_comes_again(
    asha: User, asha_api: APIClient, bank: Account
) -> None:
    savings = Account.objects.create(user=asha, name="Savings", kind="bank", currency="INR")
    assert take(bank, FILE).created == 2
    words = [{"field": "text", "op": "has_word", "value": "savings"}]
    assert posted(asha_api, APPLY, rule={"name": "Own", "conditions": words, "to_account": savings.pk})["changed"] == 1
    again = take(bank, FILE)
    assert (again.created, again.duplicates) == (0, 2)
    assert Entry.objects.count() == 2


def test_what_does_not_fit_is_told(asha_api: APIClient, bank: Account) -> None:
    spent(bank, "Coffee", kind="income", amount=Decimal(-100))  # given back, so it is no refund
    spent(bank, "Coffee")
    tried = posted(asha_api, TRY, rule=COFFEE)
    assert tried["by_rule"] == [{"rule": None, "name": "Coffee", "changed": 1, "unfit": 1}]
    assert tried["changed"] == 1


def test_a_refund_in_a_bank_file_is_no_income(asha: User, asha_api: APIClient, bank: Account) -> None:
    kept(asha_api, conditions=[{"field": "text", "op": "contains", "value": "coffee"}])
    file = "Date,Details,Amount\n2024-01-05,Coffee,-5.00\n2024-01-06,Coffee back,2.00\n"
    assert take(bank, file).created == 2
    entries = Entry.objects.order_by("date").values_list("kind", "amount", "category__name")
    assert list(entries) == [("expense", 5, "Coffee"), ("expense", -2, "Coffee")]
    assert take(bank, file).duplicates == 2


def test_where_one_entry_cannot_change_none_does(asha: User, asha_api: APIClient, bank: Account) -> None:
    first, second = spent(bank, "Coffee"), spent(bank, "Coffee", date=date(2023, 1, 1))
    Account.objects.filter(pk=bank.pk).update(opened_on=date(2023, 6, 1))  # as it should not be
    response = asha_api.post(APPLY, {"rule": COFFEE}, format="json")
    check_error(response, 400)
    assert f"entry {second.pk}" in response.json()["errors"][0]["detail"]
    assert [category_of(entry) for entry in (first, second)] == [None, None]
    assert not asha.categories.exists()


def test_more_entries_than_a_batch(asha: User, asha_api: APIClient, bank: Account) -> None:
    common: dict[str, Any] = {"account": bank, "kind": "expense", "date": DAY, "amount": Decimal(1)}
    rows = [EntryInput(**common, payee="Coffee" if i % 2 else "Tea") for i in range(2500)]
    entries_record(user=asha, rows=rows)
    applied = posted(asha_api, APPLY, rule=COFFEE)
    assert (applied["checked"], applied["changed"], len(applied["examples"])) == (2500, 1250, 100)
    assert Entry.objects.filter(category__name="Coffee").count() == 1250
    sums = CategoryYear.objects.get(user=asha, category__name="Coffee")
    assert np.frombuffer(sums.amount, "<i8")[7] == 1250 * 10_000


def test_queries_do_not_grow_with_the_entries(asha: User, asha_api: APIClient, bank: Account) -> None:
    asha.categories.create(kind="expense", name="Fun")
    coffee = EntryInput(account=bank, kind="expense", date=DAY, amount=Decimal(1), payee="Coffee")
    counts = []
    for path, number in (("Food", 5), ("Fun", 500)):
        entries_record(user=asha, rows=[coffee] * number)
        with CaptureQueriesContext(connection) as captured:
            assert posted(asha_api, TRY, rule={**COFFEE, "category": path})["changed"] == number
            assert posted(asha_api, APPLY, rule={**COFFEE, "category": "Fun"})["changed"] == number
            # SQLite takes each row of a batch, and some dozens of rows of the log, in a statement of their own;
            # Postgres draws the ids of many rows of the log in one
            own = 'UPDATE|INSERT INTO "core_activity"|nextval'
            counts.append(sum(not re.search(own, query["sql"]) for query in captured))
    assert counts[1] <= counts[0]


def test_nothing_of_anybody_else_changes(
    asha: User, asha_api: APIClient, mallory_api: APIClient, anonymous_api: APIClient, bank: Account
) -> None:
    entry, rule = spent(bank, "Coffee"), kept(asha_api)
    for address in (TRY, APPLY):
        check_error(anonymous_api.post(address, {}, format="json"), 401)
        assert posted(mallory_api, address, rule=COFFEE)["checked"] == 0
        check_error(mallory_api.post(address, {"ids": [rule]}, format="json"), 400, attr="ids", code="does_not_exist")
        refused = mallory_api.post(address, {"rule": COFFEE, "filters": {"account": bank.pk}}, format="json")
        check_error(refused, 400, attr="filters.account")
    assert category_of(entry) is None


@pytest.mark.parametrize(
    ("asked", "attr"),
    [
        ({"rule": COFFEE, "ids": [1]}, "ids"),
        ({"ids": []}, "ids"),
        ({"ids": ["x"]}, "ids.0"),
        ({"rule": {**COFFEE, "conditions": []}}, "rule.conditions.non_field_errors"),
        ({"rule": {"name": "Coffee"}}, "rule.conditions"),
        ({"filters": {"from": "yesterday"}}, "filters.from"),
        ({"filters": {"colour": "red"}}, "filters.colour"),
        ({"filters": {"account": {"a": 1}}}, "filters.account"),
        ({"filters": {"category": [1]}}, "filters.category"),
        ({"filters": {"amount_min": "NaN"}}, "filters.amount_min"),
        ({"filters": []}, "filters"),
        ({"only_uncategorized": "perhaps"}, "only_uncategorized"),
        ({"everything": True}, "everything"),
    ],
)
def test_what_is_wrong_is_named(asha_api: APIClient, asked: dict[str, Any], attr: str) -> None:
    for address in (TRY, APPLY):
        check_error(asha_api.post(address, asked, format="json"), 400, attr=attr)


def test_the_conditions_of_an_unsaved_rule_are_checked(asha_api: APIClient) -> None:
    rule = {**COFFEE, "conditions": [{"field": "payee", "op": "contains", "value": "*"}]}
    response = asha_api.post(TRY, {"rule": rule}, format="json")
    check_error(response, 400, attr="rule.conditions.0.value")
