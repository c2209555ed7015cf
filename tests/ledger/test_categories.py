"""/categories/."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from ledger.models import Budget, Category, Entry, RecurringEntry, Rule
from ledger.services.budgets import BudgetInput, budget_create
from ledger.services.categories import category_create, category_update
from ledger.services.category_moves import category_delete
from tests.conftest import check_error
from tests.ledger.conftest import CATEGORIES, category, category_sums, check_sums, record


def address(row) -> str:
    return f"{CATEGORIES}{row['id']}/"


@pytest.fixture
def food(asha_api):
    return category(asha_api, "Food")


@pytest.fixture
def coffee(asha_api, food):
    return category(asha_api, "Coffee", parent=food["id"])


def paths(client):
    return [row["path"] for row in client.get(CATEGORIES, {"ordering": "name"}).json()["results"]]


def test_it_works(asha, food, coffee):
    assert coffee == {
        "id": Category.objects.get(name="Coffee").pk,
        "name": "Coffee",
        "parent": food["id"],
        "kind": "expense",
        "path": "Food:Coffee",
    }
    assert Category.objects.get(name="Coffee").user == asha


def test_it_has_the_kind_of_its_parent(asha_api):
    salary = category(asha_api, "Salary", kind="income")

    assert category(asha_api, "Bonus", parent=salary["id"])["kind"] == "income"
    response = asha_api.post(CATEGORIES, {"name": "Odd", "parent": salary["id"], "kind": "expense"})
    check_error(response, 400, attr="parent", code="wrong_kind")


def test_expenses_and_incomes_have_trees_of_their_own(asha_api, food):
    assert category(asha_api, "Food", kind="income")["id"] != food["id"]
    assert [row["name"] for row in asha_api.get(CATEGORIES, {"kind": "income"}).json()["results"]] == ["Food"]


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"name": "FOOD"}, "name", "unique"),
        ({"name": "  "}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": "a:b"}, "name", "separator"),
        ({"name": "x" * 101}, "name", "max_length"),
        ({"kind": "gift"}, "kind", "invalid_choice"),
        ({"parent": 10**12}, "parent", "does_not_exist"),
        ({"parent": "Food"}, "parent", "invalid"),
        ({"path": "Food:New"}, "path", "read_only"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_it_rejects(asha_api, food, fields, attr, code):
    check_error(asha_api.post(CATEGORIES, {"name": "New", **fields}), 400, attr=attr, code=code)
    assert Category.objects.count() == 1


def test_names_beyond_ascii_are_told_apart_without_case(asha_api):
    category(asha_api, "Ärzte")
    check_error(asha_api.post(CATEGORIES, {"name": "ÄRZTE"}), 400, attr="name", code="unique")
    assert record(asha_api, "expense", "2024-01-02", "1", category="ärzte")["category"] == "Ärzte"


def test_it_changes_name_and_place(asha_api, food, coffee):
    drinks = category(asha_api, "Drinks")

    body = asha_api.patch(address(coffee), {"parent": drinks["id"], "name": "Espresso"}).json()
    assert body == {**coffee, "parent": drinks["id"], "name": "Espresso", "path": "Drinks:Espresso"}
    assert asha_api.patch(address(drinks), {"parent": food["id"]}).json()["path"] == "Food:Drinks"
    assert paths(asha_api) == ["Food:Drinks", "Food:Drinks:Espresso", "Food"]
    assert asha_api.patch(address(coffee), {"parent": None}).json()["path"] == "Espresso"


def test_it_takes_back_what_it_gave(asha_api, coffee):
    assert asha_api.put(address(coffee), asha_api.get(address(coffee)).json()).json() == coffee
    assert asha_api.put(address(coffee), {**coffee, "name": "COFFEE"}).json()["path"] == "Food:COFFEE"


def test_it_rejects_changes(asha_api, food, coffee):
    salary = category(asha_api, "Salary", kind="income")
    category(asha_api, "Tea", parent=food["id"])

    check_error(asha_api.patch(address(food), {"parent": coffee["id"]}), 400, attr="parent", code="cycle")
    check_error(asha_api.patch(address(food), {"parent": food["id"]}), 400, attr="parent", code="cycle")
    check_error(asha_api.patch(address(food), {"parent": salary["id"]}), 400, attr="parent", code="wrong_kind")
    check_error(asha_api.patch(address(food), {"kind": "income"}), 400, attr="kind", code="unchangeable")
    check_error(asha_api.patch(address(coffee), {"name": "tea"}), 400, attr="name", code="unique")


@pytest.fixture
def ten(asha):
    """Each below the one before."""
    rows = [category_create(user=asha, name="1")]
    while len(rows) < 10:
        rows.append(category_create(user=asha, name=str(len(rows) + 1), parent=rows[-1]))
    return rows


def test_there_are_ten_levels(asha_api, ten):
    """A path cannot name more, and an archive with more is refused."""
    response = asha_api.post(CATEGORIES, {"name": "11", "parent": ten[-1].pk})
    check_error(response, 400, attr="parent", code="max_levels")
    renamed = asha_api.patch(f"{CATEGORIES}{ten[-1].pk}/", {"name": "Last", "parent": ten[-2].pk})
    assert renamed.json()["path"] == "1:2:3:4:5:6:7:8:9:Last"


def test_what_is_below_counts_where_one_is_moved(asha_api, ten, food, coffee):
    response = asha_api.patch(address(food), {"parent": ten[8].pk})
    check_error(response, 400, attr="parent", code="max_levels")
    assert asha_api.patch(address(food), {"parent": ten[7].pk}).status_code == 200
    assert asha_api.patch(address(food), {"parent": None}).status_code == 200
    response = asha_api.delete(f"{address(food)}?move_to={ten[9].pk}")
    check_error(response, 400, attr="move_to", code="max_levels")
    assert asha_api.delete(f"{address(food)}?move_to={ten[8].pk}").status_code == 204
    assert paths(asha_api)[-1].endswith("9:Coffee")


def test_an_unused_one_is_deleted(asha_api, coffee):
    assert asha_api.delete(address(coffee)).status_code == 204
    assert paths(asha_api) == ["Food"]


def test_one_in_use_stays(asha, asha_api, food, coffee):
    check_error(asha_api.delete(address(food)), 409, code="in_use")
    entry = record(asha_api, "expense", "2024-01-02", "1", category="Food:Coffee")
    asha_api.delete(f"/api/v1/entries/{entry['id']}/")
    Budget.objects.create(user=asha, category_id=coffee["id"], month=date(2024, 1, 1), amount=5, currency="INR")

    response = asha_api.delete(address(coffee))
    check_error(response, 409, code="in_use")
    assert "1 entry (1 of them deleted), 1 budget" in response.json()["errors"][0]["detail"]
    assert Category.objects.count() == 2


def test_another_one_takes_what_used_it(asha, asha_api, food, coffee):
    tea = category(asha_api, "Tea")
    category(asha_api, "Filter", parent=coffee["id"])
    for day, amount, path in (
        ("2024-01-02", "1", "Tea"),
        ("2024-01-02", "2", "Food:Coffee"),
        ("2023-06-01", "4", "Food:Coffee"),
    ):
        record(asha_api, "expense", day, amount, category=path)
    deleted = record(asha_api, "expense", "2024-01-02", "8", category="Food:Coffee")
    asha_api.delete(f"/api/v1/entries/{deleted['id']}/")
    bought = {"user": asha, "category_id": coffee["id"]}
    Budget.objects.create(month=date(2024, 1, 1), amount=5, currency="INR", **bought)
    Rule.objects.create(name="Cups", **bought)
    RecurringEntry.objects.create(
        name="Cup", kind="expense", account=asha.accounts.get(), amount=1, currency="INR", starts_on=date(2024, 1, 1),
        **bought,
    )  # fmt: skip

    assert asha_api.delete(f"{address(coffee)}?move_to={tea['id']}").status_code == 204

    assert paths(asha_api) == ["Tea:Filter", "Food", "Tea"]
    for model in (Entry, Budget, Rule, RecurringEntry):
        assert set(model.objects.values_list("category", flat=True)) == {tea["id"]}
    assert category_sums(asha) == {
        ("expense", tea["id"], "INR", date(2023, 6, 1)): (4, 1),
        ("expense", tea["id"], "INR", date(2024, 1, 2)): (3, 2),
    }
    asha_api.post(f"/api/v1/entries/{deleted['id']}/restore/")
    check_sums(asha)


@pytest.mark.parametrize("target", ["itself", "below"])
def test_it_moves_nothing_into_what_goes(asha_api, food, coffee, target):
    pk = {"itself": food["id"], "below": coffee["id"]}[target]
    check_error(asha_api.delete(f"{address(food)}?move_to={pk}"), 400, attr="move_to", code="cycle")


def test_it_moves_nothing_to_another_kind_or_nowhere(asha_api, mallory_api, food):
    salary = category(asha_api, "Salary", kind="income")
    theirs = category(mallory_api, "Food")

    check_error(asha_api.delete(f"{address(food)}?move_to={salary['id']}"), 400, attr="move_to", code="wrong_kind")
    check_error(asha_api.delete(f"{address(food)}?move_to={theirs['id']}"), 400, attr="move_to", code="does_not_exist")
    for text in ("0", "x", "", "1e3", "9" * 50):
        check_error(asha_api.delete(f"{address(food)}?move_to={text}"), 400, attr="move_to")
    assert Category.objects.filter(pk=food["id"]).exists()


def test_what_there_can_be_one_of_stands_in_the_way(asha, asha_api, food, coffee):
    tea = category(asha_api, "Tea")
    for row in (coffee, tea):
        Budget.objects.create(user=asha, category_id=row["id"], month=date(2024, 3, 1), amount=5, currency="INR")
    response = asha_api.delete(f"{address(coffee)}?move_to={tea['id']}")
    check_error(response, 409, code="budget_twice")
    assert "2024-03" in response.json()["errors"][0]["detail"]

    category(asha_api, "COFFEE", parent=tea["id"])
    check_error(asha_api.delete(f"{address(food)}?move_to={tea['id']}"), 409, code="name_twice")
    assert Category.objects.count() == 4


def test_a_category_goes_up_into_its_parent(asha, asha_api, food, coffee):
    record(asha_api, "expense", "2024-01-02", "2", category="Food:Coffee")

    assert asha_api.delete(f"{address(coffee)}?move_to={food['id']}").status_code == 204
    assert Entry.objects.get().category_id == food["id"]
    check_sums(asha)


def test_it_hides_other_peoples_categories(mallory_api, food, coffee):
    for method in ("get", "patch", "put", "delete"):
        check_error(getattr(mallory_api, method)(address(food)), 404, code="not_found")
    check_error(mallory_api.post(CATEGORIES, {"name": "x", "parent": food["id"]}), 400, attr="parent")
    own = category(mallory_api, "Own")
    check_error(mallory_api.patch(address(own), {"parent": food["id"]}), 400, attr="parent", code="does_not_exist")
    assert paths(mallory_api) == ["Own"]


def test_it_is_closed_to_the_anonymous(anonymous_api, food):
    for response in (
        anonymous_api.get(CATEGORIES),
        anonymous_api.post(CATEGORIES, {"name": "x"}),
        anonymous_api.delete(address(food)),
    ):
        check_error(response, 401)


def test_a_parent_or_target_that_was_deleted_meanwhile_is_unknown(asha):
    """It was there when the request was read, and is gone when its person is locked."""
    food, gone = (Category.objects.create(user=asha, kind="expense", name=name) for name in ("Food", "Gone"))
    Category.objects.filter(pk=gone.pk).delete()
    budget = BudgetInput(amount=Decimal(1), category=gone, month=date(2024, 1, 1))

    for write, attr in (
        (lambda: category_create(user=asha, name="Tea", parent=gone), "parent"),
        (lambda: category_update(category=food, changes={"parent": gone}), "parent"),
        (lambda: category_delete(category=food, move_to=gone), "move_to"),
        (lambda: budget_create(user=asha, data=budget), "category_id"),
    ):
        with pytest.raises(InvalidInput) as refused:
            write()
        assert (refused.value.attr, refused.value.errors[0].code) == (attr, "does_not_exist")
