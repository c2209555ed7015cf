"""Transactions in the admin: the books have the last word, and nothing is half-written."""

from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from core.models import User
from portfolio.models import Holding, Transaction
from tests.admin.conftest import Portfolio, inputs_of, messages_of

LIST = reverse("admin:portfolio_transaction_changelist")
ADD = reverse("admin:portfolio_transaction_add")


def change_page(transaction: Transaction) -> str:
    return reverse("admin:portfolio_transaction_change", args=[transaction.pk])


def test_an_edit_reaches_the_holding(root: Client, portfolio: Portfolio) -> None:
    data = {**inputs_of(root.get(change_page(portfolio.sale))), "quantity": "5"}
    assert root.post(change_page(portfolio.sale), data).status_code == 302
    assert Transaction.objects.get(pk=portfolio.sale.pk).quantity == 5
    assert Holding.objects.get().quantity == 10  # (10 − 5) × 2


def test_overselling_is_refused_with_a_readable_message(root: Client, portfolio: Portfolio) -> None:
    before = _everything()
    data = {**inputs_of(root.get(change_page(portfolio.sale))), "quantity": "11"}
    page = root.post(change_page(portfolio.sale), data)
    assert page.status_code == 200
    (error,) = page.context["adminform"].form.errors["quantity"]
    assert "2024-03-01" in error
    assert "10" in error
    assert page.context["adminform"].form["quantity"].value() == "11"
    assert _everything() == before


def test_an_earlier_purchase_cannot_shrink_below_a_later_sale(root: Client, portfolio: Portfolio) -> None:
    before = _everything()
    data = {**inputs_of(root.get(change_page(portfolio.buy))), "quantity": "3"}
    page = root.post(change_page(portfolio.buy), data)
    (error,) = page.context["adminform"].form.non_field_errors()
    assert "sell on 2024-03-01 impossible" in error
    assert _everything() == before


def test_a_new_one_belongs_to_the_owner_of_the_account(root: Client, portfolio: Portfolio) -> None:
    assert root.post(ADD, _purchase(portfolio)).status_code == 302
    row = Transaction.objects.latest("id")
    assert (row.user, row.currency, row.quantity) == (portfolio.user, "INR", Decimal("0.00000001"))
    page = root.get(change_page(row)).content.decode()
    assert 'value="0.00000001"' in page


def test_bad_input_is_named(root: Client, portfolio: Portfolio) -> None:
    for field, value in (
        ("quantity", "NaN"),
        ("quantity", "1e30"),
        ("quantity", "-1"),
        ("quantity", "0"),
        ("price", "abc"),
        ("date", "2999-01-01"),
        ("date", "0001-01-01"),
        ("currency", "USD"),
        ("kind", "gift"),
        ("account", "999999999999999999999999"),
        ("asset", "0"),
        ("note", "a\0b"),
    ):
        page = root.post(ADD, {**_purchase(portfolio), field: value})
        assert page.status_code == 200
        assert field in page.context["adminform"].form.errors, (field, value)
    assert Transaction.objects.count() == 2


def test_it_does_not_move_to_another_person(root: Client, portfolio: Portfolio, bob: User) -> None:
    data = {**inputs_of(root.get(change_page(portfolio.sale))), "account": bob.accounts.get().pk}
    page = root.post(change_page(portfolio.sale), data)
    assert "account" in page.context["adminform"].form.errors
    assert not bob.transactions.exists()


def test_deleting_what_a_sale_needs_is_refused(root: Client, portfolio: Portfolio) -> None:
    before = _everything()
    url = reverse("admin:portfolio_transaction_delete", args=[portfolio.buy.pk])
    page = root.post(url, {"post": "yes"}, follow=True)
    assert "impossible" in messages_of(page)[0]
    assert _everything() == before


def test_deleting_several_is_all_or_nothing(root: Client, portfolio: Portfolio) -> None:
    before = _everything()
    page = root.post(LIST, _delete(portfolio.buy), follow=True)
    assert "impossible" in messages_of(page)[0]
    assert _everything() == before
    question = root.post(LIST, {**_delete(portfolio.buy, portfolio.sale), "post": ""})
    assert "2024-03-01 sell ACME" in question.content.decode()
    root.post(LIST, _delete(portfolio.buy, portfolio.sale))
    assert not Transaction.objects.exists()
    assert not Holding.objects.exists()


def _purchase(portfolio: Portfolio) -> dict[str, Any]:
    return {
        "account": portfolio.account.pk,
        "asset": portfolio.asset.pk,
        "kind": "buy",
        "date": "2024-07-01",
        "quantity": "0.00000001",
        "price": "60",
        "fee": "0",
        "tax": "0",
    }


def _delete(*rows: Transaction) -> dict[str, Any]:
    return {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}


def _everything() -> tuple[list[Any], list[Any]]:
    return list(Transaction.objects.values()), list(Holding.objects.values())
