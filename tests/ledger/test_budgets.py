"""/budgets/: what a person means to spend."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import User
from ledger.models import Budget, Category
from ledger.services.categories import category_at
from tests.conftest import check_error

BUDGETS = "/api/v1/budgets/"


def one(budget: Any) -> str:
    return f"{BUDGETS}{budget['id'] if isinstance(budget, dict) else budget.pk}/"


def made(api: Any, **fields: Any) -> dict[str, Any]:
    response = api.post(BUDGETS, fields, format="json")
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def refused(api: Any, attr: str, code: str | None = None, **fields: Any) -> None:
    check_error(api.post(BUDGETS, fields, format="json"), 400, attr=attr, code=code)


@pytest.fixture
def coffee(asha: User) -> Category:
    return category_at(user=asha, kind="expense", path="Food:Coffee")


def test_a_budget_of_the_whole_recurs_from_a_month_on(asha_api):
    budget = made(asha_api, amount="50000", starts_on="2024-04")

    assert budget.pop("id")
    assert budget == {
        "category": None,
        "category_id": None,
        "month": None,
        "starts_on": "2024-04",
        "ends_on": None,
        "amount": "50000",
        "currency": "INR",
        "carries_over": False,
    }


def test_a_budget_of_a_category_for_one_month(asha_api, coffee):
    budget = made(asha_api, category_id=coffee.pk, amount="12.3456", currency="usd", month="2024-05", carries_over=True)

    assert (budget["category"], budget["category_id"]) == ("Food:Coffee", coffee.pk)
    assert (budget["month"], budget["amount"], budget["currency"]) == ("2024-05", "12.3456", "USD")
    assert Budget.objects.get().month == date(2024, 5, 1)
    assert asha_api.get(one(budget)).json() == budget
    assert asha_api.get(BUDGETS).json()["results"] == [budget]


def test_a_category_is_made_when_it_is_new(asha_api, asha, coffee):
    budget = made(asha_api, category="food:Tea", amount="100", month="2024-05")

    assert budget["category"] == "Food:Tea"
    assert asha.categories.get(name="Tea").parent == coffee.parent
    assert made(asha_api, category="food : coffee", amount="1", month="2024-05")["category_id"] == coffee.pk


def test_no_category_is_made_where_the_budget_is_refused(asha_api, asha):
    refused(asha_api, "ends_on", category="New", amount="1", starts_on="2024-05", ends_on="2024-04")
    assert not asha.categories.exists()


@pytest.mark.parametrize(
    ("attr", "fields"),
    [
        ("amount", {"month": "2024-05"}),
        ("amount", {"month": "2024-05", "amount": "-1"}),
        ("amount", {"month": "2024-05", "amount": "1.00001"}),
        ("amount", {"month": "2024-05", "amount": "1000000000000"}),
        ("amount", {"month": "2024-05", "amount": "NaN"}),
        ("amount", {"month": "2024-05", "amount": None}),
        ("month", {"amount": "1"}),
        ("month", {"amount": "1", "month": None, "ends_on": "2024-05"}),
        ("month", {"amount": "1", "month": "2024-05-01"}),
        ("month", {"amount": "1", "month": "2024-13"}),
        ("month", {"amount": "1", "month": "1899-12"}),
        ("month", {"amount": "1", "month": "2200-01"}),
        ("month", {"amount": "1", "month": 202405}),
        ("starts_on", {"amount": "1", "month": "2024-05", "starts_on": "2024-05"}),
        ("ends_on", {"amount": "1", "month": "2024-05", "ends_on": "2024-05"}),
        ("ends_on", {"amount": "1", "starts_on": "2024-05", "ends_on": "2024-04"}),
        ("currency", {"amount": "1", "month": "2024-05", "currency": "XXX"}),
        ("carries_over", {"amount": "1", "month": "2024-05", "carries_over": "maybe"}),
        ("category", {"amount": "1", "month": "2024-05", "category": "Food::Tea"}),
        ("category", {"amount": "1", "month": "2024-05", "category": ""}),
        ("category_id", {"amount": "1", "month": "2024-05", "category_id": 2**63 - 1}),
        ("category_id", {"amount": "1", "month": "2024-05", "category_id": 2**63}),
        ("colour", {"amount": "1", "month": "2024-05", "colour": "red"}),
    ],
)
def test_it_refuses_what_is_wrong_by_name(asha_api, attr, fields):
    refused(asha_api, attr, **fields)
    assert not Budget.objects.exists()


def test_only_expenses_have_budgets(asha_api, asha):
    salary = category_at(user=asha, kind="income", path="Salary")
    refused(asha_api, "category_id", "wrong_kind", category_id=salary.pk, amount="1", month="2024-05")


def test_path_and_id_must_name_the_same(asha_api, coffee):
    same = {"category": "Food:Coffee", "category_id": coffee.pk}
    assert made(asha_api, **same, amount="1", month="2024-05")["category_id"] == coffee.pk
    refused(asha_api, "category", "contradiction", category="Rent", category_id=coffee.pk, amount="1", month="2024-06")


def test_there_is_one_of_each(asha_api, bob_api, coffee):
    made(asha_api, amount="1", month="2024-05")
    made(asha_api, amount="1", starts_on="2024-05")
    made(asha_api, category_id=coffee.pk, amount="1", month="2024-05")
    made(asha_api, category_id=coffee.pk, amount="1", starts_on="2024-05")
    made(asha_api, amount="1", month="2024-06")
    made(bob_api, amount="1", month="2024-05")

    refused(asha_api, "month", "unique", amount="2", month="2024-05")
    refused(asha_api, "starts_on", "unique", amount="2", starts_on="2024-05", ends_on="2024-07")
    refused(asha_api, "month", "unique", category="food:coffee", amount="2", month="2024-05")
    refused(asha_api, "starts_on", "unique", category_id=coffee.pk, amount="2", starts_on="2024-05")
    assert Budget.objects.count() == 6


def test_the_database_holds_it_too(asha, coffee):
    for category in (None, coffee):
        Budget.objects.create(user=asha, category=category, amount=1, currency="INR", month=date(2024, 5, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            Budget.objects.create(user=asha, category=category, amount=2, currency="INR", month=date(2024, 5, 1))


def test_it_changes(asha_api, coffee):
    budget = made(asha_api, category_id=coffee.pk, amount="100", starts_on="2024-05", carries_over=True)
    url = one(budget)

    changed = asha_api.patch(url, {"amount": "120.5"}, format="json").json()
    assert changed == {**budget, "amount": "120.5"}
    changed = asha_api.patch(url, {"starts_on": None, "month": "2024-07"}, format="json").json()
    assert (changed["starts_on"], changed["month"], changed["category_id"]) == (None, "2024-07", coffee.pk)
    changed = asha_api.patch(url, {"category": "Rent"}, format="json").json()
    assert changed["category"] == "Rent"
    changed = asha_api.patch(url, {"category_id": None}, format="json").json()
    assert (changed["category"], changed["category_id"]) == (None, None)
    assert asha_api.put(url, changed, format="json").json() == changed
    plain = asha_api.put(url, {"amount": "5", "month": "2024-07"}, format="json").json()
    assert (plain["amount"], plain["carries_over"]) == ("5", False)


def test_a_change_that_makes_two_of_one_is_refused(asha_api):
    made(asha_api, amount="1", month="2024-05")
    other = made(asha_api, amount="1", month="2024-06")

    check_error(asha_api.patch(one(other), {"month": "2024-05"}, format="json"), 400, attr="month", code="unique")
    check_error(asha_api.patch(one(other), {"starts_on": "2024-05"}, format="json"), 400, attr="starts_on")
    assert asha_api.get(one(other)).json() == other


def test_it_goes(asha_api):
    budget = made(asha_api, amount="1", month="2024-05")

    assert asha_api.delete(one(budget)).status_code == 204
    assert asha_api.get(one(budget)).status_code == 404


def test_strangers_see_nothing_of_it(asha_api, mallory_api, anonymous_api, coffee):
    budget = made(asha_api, category_id=coffee.pk, amount="1", month="2024-05")

    assert mallory_api.get(BUDGETS).json()["results"] == []
    for method in ("get", "patch", "put", "delete"):
        assert getattr(mallory_api, method)(one(budget), {}, format="json").status_code == 404
        assert getattr(anonymous_api, method)(one(budget), {}, format="json").status_code == 401
    refused(mallory_api, "category_id", "does_not_exist", category_id=coffee.pk, amount="1", month="2024-05")
    assert anonymous_api.get(BUDGETS).status_code == 401
    assert anonymous_api.post(BUDGETS, {}, format="json").status_code == 401
    assert Budget.objects.get().amount == Decimal(1)


def test_a_repeat_with_the_same_key_makes_one(asha_api):
    fields = {"amount": "1", "month": "2024-05"}
    first, second = (asha_api.post(BUDGETS, fields, format="json", headers={"Idempotency-Key": "b1"}) for _ in "12")
    assert first.json() == second.json()
    assert Budget.objects.count() == 1


def test_the_list_asks_as_often_however_long_it_is(asha_api, asha):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert asha_api.get(BUDGETS, {"page_size": 100}).status_code == 200
        return len(asked)

    made(asha_api, category="A", amount="1", month="2024-05")
    few = questions()
    for name in "BCDEFG":
        made(asha_api, category=f"{name}:Below", amount="1", month="2024-05")
    assert questions() == few


def test_a_category_takes_its_budgets_with_it(asha_api, coffee):
    made(asha_api, category_id=coffee.pk, amount="1", month="2024-05")
    coffee.delete()
    assert not Budget.objects.exists()
