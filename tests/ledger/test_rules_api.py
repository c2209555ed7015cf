"""/rules/ over the API: their order, what is refused, and that they are nobody else's."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from core.models import Account, User
from ledger.models import Category, Rule
from tests.conftest import check_error

RULES = "/api/v1/rules/"
COFFEE = {"field": "payee", "op": "contains", "value": "Coffee"}


def described(**fields: Any) -> dict[str, Any]:
    return {"name": "Coffee", "conditions": [COFFEE], "category": "Food:Coffee", **fields}


def made(api: APIClient, **fields: Any) -> dict[str, Any]:
    response = api.post(RULES, described(**fields), format="json")
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def names(api: APIClient) -> list[tuple[str, int]]:
    return [(row["name"], row["position"]) for row in api.get(RULES).json()["results"]]


def test_it_is_kept_as_it_was_described(asha: User, asha_api: APIClient) -> None:
    savings = Account.objects.create(user=asha, name="Savings", kind="bank")
    food = made(asha_api, payee="Coffee House", add_tags=["treat"], match="any", stops=True, is_active=False)
    assert food == {
        "id": food["id"], "name": "Coffee", "position": 0, "is_active": False, "match": "any", "conditions": [COFFEE],
        "category": "Food:Coffee", "category_id": Category.objects.get(name="Coffee").pk, "category_kind": "expense",
        "payee": "Coffee House", "description": "", "add_tags": ["treat"], "to_account": None, "stops": True,
    }  # fmt: skip
    assert asha_api.get(f"{RULES}{food['id']}/").json() == food
    saved = made(asha_api, category=None, to_account=savings.pk)
    assert (saved["category"], saved["category_kind"], saved["to_account"]) == (None, None, savings.pk)
    assert (saved["position"], saved["is_active"], saved["match"], saved["stops"]) == (1, True, "all", False)


def test_a_category_is_made_when_new_and_found_when_not(asha: User, asha_api: APIClient) -> None:
    first, second = made(asha_api), made(asha_api, category="food:COFFEE")
    assert first["category_id"] == second["category_id"]
    assert sorted(Category.objects.values_list("name", "kind")) == [("Coffee", "expense"), ("Food", "expense")]
    income = made(asha_api, category="Food", category_kind="income")
    assert Category.objects.get(pk=income["category_id"]).kind == "income"
    by_id = made(asha_api, category=None, category_id=first["category_id"])
    assert by_id["category"] == "Food:Coffee"


def test_a_rule_that_is_refused_makes_no_category(asha_api: APIClient) -> None:
    response = asha_api.post(RULES, described(add_tags=["two words"]), format="json")
    check_error(response, 400, attr="add_tags", code="space")
    assert not Category.objects.exists()


def test_what_was_read_can_be_sent_back(asha_api: APIClient) -> None:
    rule = made(asha_api)
    response = asha_api.put(f"{RULES}{rule['id']}/", rule, format="json")
    assert (response.status_code, response.json()) == (200, rule)


def test_a_partial_change_leaves_the_rest(asha_api: APIClient) -> None:
    rule = made(asha_api, payee="Coffee House", add_tags=["treat"])
    changed = asha_api.patch(f"{RULES}{rule['id']}/", {"name": "Cafés"}, format="json").json()
    assert changed == {**rule, "name": "Cafés"}
    moved = asha_api.patch(f"{RULES}{rule['id']}/", {"category": "Fun"}, format="json").json()
    assert moved["category"] == "Fun"
    none = asha_api.patch(f"{RULES}{rule['id']}/", {"category": None}, format="json").json()
    assert (none["category"], none["category_id"], none["payee"]) == (None, None, "Coffee House")


def test_they_have_an_order(asha_api: APIClient) -> None:
    ids = {name: made(asha_api, name=name)["id"] for name in "abc"}
    made(asha_api, name="first", position=0)
    assert names(asha_api) == [("first", 0), ("a", 1), ("b", 2), ("c", 3)]
    moved = asha_api.patch(f"{RULES}{ids['c']}/", {"position": 1}, format="json").json()
    assert moved["position"] == 1
    assert names(asha_api) == [("first", 0), ("c", 1), ("a", 2), ("b", 3)]
    beyond = asha_api.patch(f"{RULES}{ids['c']}/", {"position": 400}, format="json").json()
    assert beyond["position"] == 3
    assert asha_api.delete(f"{RULES}{ids['a']}/").status_code == 204
    made(asha_api, name="last")
    assert names(asha_api) == [("first", 0), ("b", 1), ("c", 2), ("last", 3)]


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"conditions": [COFFEE, COFFEE, {**COFFEE, "value": "***"}]}, "conditions.2.value"),
        ({"conditions": [{**COFFEE, "op": "at_least"}]}, "conditions.0.op"),
        ({"conditions": [{**COFFEE, "op": "matches"}]}, "conditions.0.op"),
        ({"conditions": [{**COFFEE, "field": "colour"}]}, "conditions.0.field"),
        ({"conditions": [COFFEE, {"field": "payee", "op": "contains"}]}, "conditions.1.value"),
        ({"conditions": [{**COFFEE, "value": None}]}, "conditions.0.value"),
        ({"conditions": [{**COFFEE, "value": {"a": 1}}]}, "conditions.0.value"),
        ({"conditions": [{**COFFEE, "case": True}]}, "conditions.0.case"),
        ({"conditions": [{"field": "amount", "op": "at_least", "value": "1e13"}]}, "conditions.0.value"),
        ({"conditions": []}, "conditions.non_field_errors"),
        ({"conditions": [COFFEE] * 21}, "conditions.non_field_errors"),
        ({"conditions": "payee"}, "conditions.non_field_errors"),
        ({"conditions": ["payee"]}, "conditions.0.non_field_errors"),
        ({"match": "none"}, "match"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"conditions": [{**COFFEE, "value": "a\0b"}]}, "conditions.0.value"),
        ({"category": "Food::Coffee"}, "category"),
        ({"category": "x" * 101}, "category"),
        ({"category_id": 10**6, "category": None}, "category_id"),
        ({"category_id": 2**63}, "category_id"),
        ({"to_account": 10**6, "category": None}, "to_account"),
        ({"position": -1}, "position"),
        ({"add_tags": ["a", "Á"]}, "add_tags"),
        ({"add_tags": ["#a"]}, "add_tags"),
        ({"payee": "x" * 201}, "payee"),
        ({"color": "red"}, "color"),
        ({"category": None}, None),  # sets nothing
    ],
)
def test_what_is_wrong_is_named(asha_api: APIClient, fields: dict[str, Any], attr: str | None) -> None:
    check_error(asha_api.post(RULES, described(**fields), format="json"), 400, attr=attr)
    assert not Rule.objects.exists()


def test_a_transfer_has_no_category(asha: User, asha_api: APIClient) -> None:
    savings = Account.objects.create(user=asha, name="Savings", kind="bank")
    response = asha_api.post(RULES, described(to_account=savings.pk), format="json")
    check_error(response, 400, attr="category", code="contradiction")


def test_an_id_and_a_path_name_the_same_category(asha_api: APIClient) -> None:
    rule = made(asha_api)
    response = asha_api.patch(f"{RULES}{rule['id']}/", {**rule, "category": "Fun"}, format="json")
    check_error(response, 400, attr="category", code="contradiction")


def test_there_are_not_too_many(asha: User, asha_api: APIClient) -> None:
    Rule.objects.bulk_create(Rule(user=asha, name="x", position=i, conditions=[COFFEE]) for i in range(500))
    check_error(asha_api.post(RULES, described(), format="json"), 400, code="too_many")


def test_nobody_else_sees_them_or_uses_what_is_not_theirs(
    asha: User, asha_api: APIClient, mallory: User, mallory_api: APIClient, anonymous_api: APIClient
) -> None:
    rule = made(asha_api)
    address = f"{RULES}{rule['id']}/"
    assert mallory_api.get(RULES).json()["results"] == []
    for call in (mallory_api.get, mallory_api.delete):
        check_error(call(address), 404)
    check_error(mallory_api.patch(address, {"name": "mine"}, format="json"), 404)
    for call in (anonymous_api.get, anonymous_api.post):
        check_error(call(RULES), 401)
    account = asha.accounts.get()
    for fields, attr in (
        ({"category_id": rule["category_id"], "category": None}, "category_id"),
        ({"to_account": account.pk, "category": None}, "to_account"),
        ({"conditions": [{"field": "account", "op": "is", "value": account.pk}]}, "conditions.0.value"),
    ):
        check_error(mallory_api.post(RULES, described(**fields), format="json"), 400, attr=attr)
    assert Rule.objects.get().name == "Coffee"


def test_reading_many_takes_no_more_queries(asha_api: APIClient, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        made(asha_api, category=f"Food:{number}")
    with django_assert_max_num_queries(5):
        assert len(asha_api.get(RULES).json()["results"]) == 4


def test_sent_twice_it_is_made_once(asha_api: APIClient) -> None:
    for _ in range(2):
        response = asha_api.post(RULES, described(), format="json", headers={"Idempotency-Key": "one"})
        assert response.status_code == 201
    assert Rule.objects.count() == 1
