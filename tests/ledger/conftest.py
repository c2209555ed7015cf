"""Accounts of a person, short ways to write entries over the API, and what their sums must be."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.fields import money_of
from core.models import Account, User
from ledger.daily import account_days, category_days
from ledger.models import Entry
from ledger.signals import ledger_changed

ENTRIES = "/api/v1/entries/"
CATEGORIES = "/api/v1/categories/"


@pytest.fixture
def main(asha: User) -> Account:
    return asha.accounts.get(is_default=True)


@pytest.fixture
def bank(asha: User) -> Account:
    return Account.objects.create(user=asha, name="HDFC", kind="bank", currency="INR")


@pytest.fixture
def dollars(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Wise", kind="bank", currency="USD")


@pytest.fixture
def heard() -> Iterator[list[tuple[int, date]]]:
    """(person, first day) of each change that was told."""
    seen: list[tuple[int, date]] = []

    def note(sender: Any, user_id: int, since: date, **_: Any) -> None:
        seen.append((user_id, since))

    ledger_changed.connect(note)
    yield seen
    ledger_changed.disconnect(note)


def post(client: APIClient, kind: str, day: str, amount: Any, **fields: Any) -> Any:
    return client.post(ENTRIES, {"kind": kind, "date": day, "amount": amount, **fields})


def record(client: APIClient, kind: str, day: str, amount: Any, **fields: Any) -> Any:
    """The body of the answer to an entry that must be accepted."""
    response = post(client, kind, day, amount, **fields)
    assert response.status_code == 201, response.content
    return response.json()


def category(client: APIClient, name: str, **fields: Any) -> Any:
    response = client.post(CATEGORIES, {"name": name, **fields})
    assert response.status_code == 201, response.content
    return response.json()


def listed(client: APIClient, **query: Any) -> list[Any]:
    response = client.get(ENTRIES, query)
    assert response.status_code == 200, response.content
    rows: list[Any] = response.json()["results"]
    return rows


def account_sums(user: User) -> dict[tuple[Any, ...], tuple[Decimal, Decimal]]:
    """The stored sums: (account, currency, day) → (outside, moved), where there is any."""
    return {
        (row.account, row.currency, date(row.year, 1, 1) + timedelta(days=at)): (
            money_of(int(row.outside[at])),
            money_of(int(row.moved[at])),
        )
        for row in account_days(user.pk)
        for at in range(366)
        if row.outside[at] or row.moved[at]
    }


def category_sums(user: User) -> dict[tuple[Any, ...], tuple[Decimal, int]]:
    """The stored sums: (kind, category, currency, day) → (amount, count), where there is any."""
    return {
        (row.kind, row.category, row.currency, date(row.year, 1, 1) + timedelta(days=at)): (
            money_of(int(row.amount[at])),
            int(row.count[at]),
        )
        for row in category_days(user.pk, first_year=1900, last_year=2100)
        for at in range(366)
        if row.amount[at] or row.count[at]
    }


def check_sums(user: User) -> None:
    """They are what the rows make, added up here one by one."""
    accounts: defaultdict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    categories: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [Decimal(0), 0])

    def count(kind: str, row: Entry, currency: str, amount: Decimal) -> None:
        total = categories[kind, row.category_id, currency, row.date]
        total[0] += amount
        total[1] += 1

    for row in Entry.objects.filter(user=user, deleted_at=None).select_related("account", "to_account"):
        charged, unit = row.amount, row.currency
        if row.account_amount is not None:
            charged, unit = row.account_amount, row.account.currency
        if row.kind != "transfer":
            accounts[row.account_id, unit, row.date][0] += charged if row.kind == "income" else -charged
            count(row.kind, row, unit, charged)
            continue
        accounts[row.account_id, unit, row.date][1] -= charged
        arrived, there = (
            (row.amount, row.currency) if row.to_amount is None else (row.to_amount, row.to_account.currency)
        )
        accounts[row.to_account_id, there, row.date][1] += arrived
        if row.fee:
            accounts[row.account_id, row.currency, row.date][0] -= row.fee
            count("expense", row, row.currency, row.fee)

    assert account_sums(user) == {key: tuple(value) for key, value in accounts.items() if any(value)}
    assert category_sums(user) == {key: tuple(value) for key, value in categories.items()}
