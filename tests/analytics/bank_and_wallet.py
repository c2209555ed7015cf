"""A bank and a wallet in ten days."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import Account, User
from core.services import account_create
from ledger.models import Balance
from ledger.services.balances import BalanceInput, balance_record
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from tests.analytics.money_makers import entered


def state(account: Account, day: str, balance: str) -> Balance:
    data = BalanceInput(account=account, date=date.fromisoformat(day), balance=Decimal(balance))
    return balance_record(user=account.user, data=data)


@pytest.fixture
def wallet(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Wallet", "kind": "wallet", "currency": "USD"})


@pytest.fixture
def money(bank: Account, wallet: Account, dollar: Asset, at_noon: None) -> dict[str, Any]:
    """A salary, a rent, a bank that has 100 more than that, and 84 rupees that become a dollar."""
    rates = {date(2024, 1, 1): 83, date(2024, 1, 4): 84, date(2024, 1, 9): 82}
    prices_record(closes={dollar.pk: {day: Decimal(rate) for day, rate in rates.items()}})
    return {
        "salary": entered(bank, "income", "2024-01-02", "1000"),
        "rent": entered(bank, "expense", "2024-01-04", "300"),
        "statement": state(bank, "2024-01-06", "800"),
        "moved": entered(bank, "transfer", "2024-01-08", "84", to_account=wallet, to_amount=Decimal(1)),
        "opened": state(bank, "2024-01-01", "0"),
    }
