"""A household of two months, and short ways to note entries and budgets."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import Account, User
from core.services import account_create
from ledger.services.budgets import BudgetInput, budget_create
from ledger.services.categories import category_at
from ledger.services.entries import EntryInput, entry_record
from portfolio.services.prices import prices_record


def note(account: Account, day: str, kind: str, amount: str, category: str | None = None, **fields: Any) -> Any:
    """note(bank, "2024-01-05", "expense", "300", "Food:Coffee")"""
    tree = "income" if kind == "income" else "expense"
    found = category_at(user=account.user, kind=tree, path=category) if category else None
    data = EntryInput(
        account=account, kind=kind, date=date.fromisoformat(day), amount=Decimal(amount), category=found, **fields
    )
    return entry_record(user=account.user, data=data)


def budget(user: User, amount: str, category: str | None = None, *, since: str = "", **fields: Any) -> Any:
    """budget(asha, "1000", "Food", since="2023-12", carries_over=True)"""
    starts_on = date.fromisoformat(f"{since}-01") if since else None
    return budget_create(
        user=user, data=BudgetInput(amount=Decimal(amount), category=category, starts_on=starts_on, **fields)
    )


@pytest.fixture
def bank(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Bank", "kind": "bank"})


@pytest.fixture
def card(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Card", "kind": "card", "currency": "USD"})


@pytest.fixture
def household(asha: User, bank: Account, card: Account, dollar: Any, at_noon: None) -> None:
    """December 2023 is over, January 2024 has 31 days, of which 10 are gone.

    December: rent 20,000, groceries 6,000, coffee 500; salary 50,000.
    January: rent 20,000; groceries 2,000 less a refund of 400; coffee of 10 $ at 83 on the 3rd and 5 $ at 84 on the
    6th, that is 830 + 420 = 1,250; something for 50 without a category; a transfer that cost 15; salary 40,000.
    """
    rates = {date(2023, 12, 1): 82, date(2024, 1, 1): 83, date(2024, 1, 4): 84}
    prices_record(closes={dollar.pk: {day: Decimal(rate) for day, rate in rates.items()}})
    note(bank, "2023-12-01", "income", "50000", "Salary", payee="Acme")
    note(bank, "2023-12-02", "expense", "20000", "Rent", payee="Landlord")
    note(bank, "2023-12-10", "expense", "6000", "Food:Groceries", payee="Market")
    note(bank, "2023-12-20", "expense", "500", "Food:Coffee")
    note(bank, "2024-01-01", "income", "40000", "Salary", payee="Acme")
    note(bank, "2024-01-02", "expense", "20000", "Rent", payee="Landlord")
    note(bank, "2024-01-02", "expense", "2000", "Food:Groceries", payee="Market")
    note(bank, "2024-01-05", "expense", "-400", "Food:Groceries", payee="Market")
    note(card, "2024-01-03", "expense", "10", "Food:Coffee", payee="Roaster")
    note(card, "2024-01-06", "expense", "5", "Food:Coffee", payee="Roaster")
    note(bank, "2024-01-07", "expense", "50")
    note(bank, "2024-01-08", "transfer", "840", to_account=card, to_amount=Decimal(10), fee=Decimal(15), payee="SBI")
