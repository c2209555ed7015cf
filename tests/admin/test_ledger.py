"""Categories, budgets, balances, rules and bank files in the admin: what the services refuse is told at its field."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics.models import HistoryMark
from core.models import Account, User
from ledger.models import Balance, BankImport, Budget, Category, Entry, Rule
from ledger.services.bank_imports import FileInput, file_take
from tests.admin.conftest import inputs_of, messages_of
from tests.conftest import PASSWORD
from tests.ledger.conftest import account_sums, check_sums

EARLIEST = date(1900, 1, 1)
CONDITIONS = '[{"field": "payee", "op": "contains", "value": "shop"}]'


def page_of(model: str, name: str, *args: object) -> str:
    return reverse(f"admin:ledger_{model}_{name}", args=args)


def refused(page: Any) -> Any:
    assert page.status_code == 200
    return page.context["adminform"].form.errors


def edit(client: Client, row: Any, **changes: Any) -> Any:
    url = page_of(row._meta.model_name, "change", row.pk)
    return client.post(url, {**inputs_of(client.get(url)), **changes})


def remove(client: Client, row: Any) -> Any:
    return client.post(page_of(row._meta.model_name, "delete", row.pk), {"post": "yes"}, follow=True)


@pytest.fixture
def food(asha: User) -> Category:
    return Category.objects.create(user=asha, kind="expense", name="Food")


# --- Categories


def test_a_category_is_made_renamed_moved_and_deleted(root: Client, asha: User, food: Category) -> None:
    new = {"user": asha.pk, "kind": "expense", "name": "  Tea  room "}
    assert root.post(page_of("category", "add"), new).status_code == 302
    tea = Category.objects.get(name="Tea room")
    assert edit(root, tea, name="Coffee", parent=food.pk).status_code == 302
    tea.refresh_from_db()
    assert (tea.name, tea.parent, tea.kind) == ("Coffee", food, "expense")
    assert "parent" in refused(edit(root, food, parent=tea.pk))  # below itself
    remove(root, tea)
    assert Category.objects.get() == food


@pytest.mark.parametrize(("field", "value"), [("name", "food"), ("name", "Food:Tea"), ("name", ""), ("kind", "gift")])
def test_an_impossible_category_is_refused(root: Client, asha: User, food: Category, field: str, value: str) -> None:
    new = {"user": asha.pk, "kind": "expense", "name": "Tea", field: value}
    assert field in refused(root.post(page_of("category", "add"), new))


def test_a_category_is_not_below_that_of_somebody_else(root: Client, bob: User, food: Category) -> None:
    new = {"user": bob.pk, "kind": "expense", "name": "Tea", "parent": food.pk}
    assert "parent" in refused(root.post(page_of("category", "add"), new))


def test_a_category_in_use_stays(root: Client, food: Category, entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(category=food)
    assert "1 entry" in root.get(page_of("category", "delete", food.pk)).content.decode()
    remove(root, food)
    assert Category.objects.get() == food
    Entry.objects.update(category=None)
    Budget.objects.create(user=food.user, category=food, month=date(2024, 1, 1), amount=Decimal(9), currency="INR")
    assert "used by 1 budget" in messages_of(remove(root, food))[0]
    assert Category.objects.get() == food


# --- Budgets


def test_a_budget_is_made_changed_and_deleted(root: Client, asha: User, food: Category) -> None:
    new = {"user": asha.pk, "category": food.pk, "starts_on": "2024-01-20", "amount": "900"}
    assert root.post(page_of("budget", "add"), new).status_code == 302
    budget = Budget.objects.get()
    assert (budget.amount, budget.currency, budget.starts_on) == (900, "INR", date(2024, 1, 1))
    assert edit(root, budget, amount="950.5", carries_over="on").status_code == 302
    budget.refresh_from_db()
    assert (budget.amount, budget.carries_over) == (Decimal("950.5"), True)
    assert "starts_on" in refused(root.post(page_of("budget", "add"), new))
    remove(root, budget)
    assert not Budget.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", "-1"), ("amount", "1e12"), ("amount", "NaN"), ("currency", "XXX"), ("month", "2200-01-01")),
        *(("month", "0001-01-01"), ("month", ""), ("ends_on", "2024-02-01")),
    ],
)
def test_an_impossible_budget_is_refused(root: Client, asha: User, field: str, value: str) -> None:
    new = {"user": asha.pk, "month": "2024-01-01", "amount": "900", field: value}
    assert field in refused(root.post(page_of("budget", "add"), new))
    assert not Budget.objects.exists()


def test_a_budget_is_of_an_own_category_of_expenses(root: Client, asha: User, bob: User, food: Category) -> None:
    salary = Category.objects.create(user=asha, kind="income", name="Salary")
    for user, category in ((bob, food), (asha, salary)):
        new = {"user": user.pk, "category": category.pk, "month": "2024-01-01", "amount": "900"}
        assert "category" in refused(root.post(page_of("budget", "add"), new))


# --- Balances


def test_a_balance_is_made_changed_and_deleted_and_the_history_hears(root: Client, asha: User, bank: Account) -> None:
    """All days before the first statement are worked back from it."""
    new = {"account": bank.pk, "date": "2024-01-08", "balance": "-20.5"}
    assert root.post(page_of("balance", "add"), new).status_code == 302
    balance = Balance.objects.get()
    assert (balance.user, balance.balance) == (asha, Decimal("-20.5"))
    for write in (lambda: edit(root, balance, balance="30"), lambda: remove(root, balance)):
        assert HistoryMark.objects.get(user=asha).dirty_from == EARLIEST
        HistoryMark.objects.update(dirty_from=None)
        write()
    assert HistoryMark.objects.get(user=asha).dirty_from == EARLIEST
    assert not Balance.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("balance", "1e12"), ("balance", "-1e12"), ("balance", "0.00001"), ("balance", "Infinity")),
        *(("date", "2999-01-01"), ("date", "1899-12-31"), ("date", "2024-01-07"), ("account", "0")),
    ],
)
def test_an_impossible_balance_is_refused(root: Client, asha: User, bank: Account, field: str, value: str) -> None:
    Balance.objects.create(user=asha, account=bank, date=date(2024, 1, 7), balance=Decimal(1))
    new = {"account": bank.pk, "date": "2024-01-08", "balance": "5", field: value}
    assert field in refused(root.post(page_of("balance", "add"), new))
    assert Balance.objects.count() == 1


def test_an_account_that_keeps_no_money_has_no_balance(root: Client, asha: User) -> None:
    new = {"account": asha.accounts.get(is_default=True).pk, "date": "2024-01-08", "balance": "5"}
    assert "keeps no money" in refused(root.post(page_of("balance", "add"), new))["account"][0]


# --- Rules


def rule_of(user: User, **changes: Any) -> dict[str, Any]:
    return {"user": user.pk, "name": "Shop", "match": "all", "conditions": CONDITIONS, "payee": "x", **changes}


def test_a_rule_is_made_last_moved_and_deleted(root: Client, asha: User, food: Category) -> None:
    for name in ("One", "Two"):
        sent = rule_of(asha, name=name, category=food.pk, add_tags="a b", is_active="on")
        assert root.post(page_of("rule", "add"), sent).status_code == 302
    one, two = Rule.objects.all()
    assert (one.name, two.name, two.position, two.add_tags) == ("One", "Two", 1, ["a", "b"])
    assert edit(root, two, position="0").status_code == 302
    assert [rule.name for rule in Rule.objects.all()] == ["Two", "One"]
    amount = '[{"field": "amount", "op": "at_least", "value": 10.50}]'
    assert edit(root, two, conditions=amount).status_code == 302
    two.refresh_from_db()
    assert two.conditions == [{"field": "amount", "op": "at_least", "value": "10.5"}]
    remove(root, one)
    assert Rule.objects.get() == two


@pytest.mark.parametrize(
    "conditions",
    [
        *('{"field": "payee"}', '["payee"]', "[]", '"payee"', "5", "nonsense", "", "[" * 2000, "[" * 100_000),
        *('[{"field": "colour"}]', '[{"field": "payee", "op": "is", "value": "a"}]', f"[{'1' * 5000}]"),
        *('[{"field": "payee", "op": "contains", "value": "a\\u0000b"}]', '[{"field": ["payee"]}]'),
        *('[{"field": "payee", "op": "contains", "value": "\\ud800"}]', '[{"field": "payee", "op": [1]}]'),
        *('[{"field": "amount", "op": "at_least", "value": NaN}]', f'[{{"value": {"9" * 50}}}]'),
        *('[{"field": "account", "op": "is", "value": 999999}]', f"[{', '.join([CONDITIONS[1:-1]] * 21)}]"),
    ],
)
def test_conditions_of_a_rule_are_checked(root: Client, asha: User, conditions: str) -> None:
    page = root.post(page_of("rule", "add"), rule_of(asha, conditions=conditions))
    assert "conditions" in refused(page)
    assert page.context["adminform"].form["conditions"].value() == conditions
    assert not Rule.objects.exists()


def test_which_condition_is_wrong_is_said(root: Client, asha: User) -> None:
    wrong = f'[{CONDITIONS[1:-1]}, {{"field": "kind", "op": "is", "value": "gift"}}]'
    (told,) = refused(root.post(page_of("rule", "add"), rule_of(asha, conditions=wrong)))["conditions"]
    assert told == "1.value: Must be one of expense, income, transfer."


def test_a_rule_sets_what_is_of_its_person(root: Client, bob: User, food: Category, bank: Account) -> None:
    assert "category" in refused(root.post(page_of("rule", "add"), rule_of(bob, category=food.pk)))
    assert "to_account" in refused(root.post(page_of("rule", "add"), rule_of(bob, to_account=bank.pk)))
    assert "add_tags" in refused(root.post(page_of("rule", "add"), rule_of(bob, add_tags="#a")))


# --- Bank files


@pytest.fixture
def bank_import(asha: User, bank: Account) -> BankImport:
    """Two rows of January, and the balance after each."""
    file = b"Date,Description,Amount,Balance\n2024-01-08,Shop,-10,90\n2024-01-09,Salary,50,140\n"
    file_take(user=asha, account=bank, data=FileInput(file=io.BytesIO(file), name="january.csv"))
    return BankImport.objects.get()


def undo(client: Client, *rows: BankImport) -> Any:
    chosen = {"action": "undo", "_selected_action": [row.pk for row in rows]}
    return client.post(page_of("bankimport", "changelist"), chosen, follow=True)


def test_an_import_is_undone_once(root: Client, asha: User, bank_import: BankImport) -> None:
    assert len(account_sums(asha)) == 2
    entries = root.get(page_of("entry", "changelist"), {"bank_import__id__exact": bank_import.pk})
    assert entries.context["cl"].result_count == 2
    assert messages_of(undo(root, bank_import)) == ["1 of 1 undone."]
    assert not Entry.objects.filter(deleted_at=None).exists()
    assert not Balance.objects.exists()
    check_sums(asha)
    assert messages_of(undo(root, bank_import))[1:] == ["0 of 1 undone."]


def test_staff_who_may_only_look_undo_nothing(bank_import: BankImport) -> None:
    user = User.objects.create_user("staff@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_bankimport"))
    client = Client()
    client.force_login(user)
    undo(client, bank_import)
    bank_import.refresh_from_db()
    assert bank_import.undone_at is None
    user.user_permissions.add(Permission.objects.get(codename="change_bankimport"))
    undo(client, bank_import)
    bank_import.refresh_from_db()
    assert bank_import.undone_at is not None
