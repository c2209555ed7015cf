"""The stored history with everyday money: whatever is edited, it is what a full rebuild would make, and never stale."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import rebuild
from analytics.inputs import inputs_load
from analytics.models import HistoryMark, HistoryYear
from analytics.rebuild import history_rebuild
from core.models import Account, User
from core.services import account_create, account_update
from ledger.models import Balance, Entry, Terms
from ledger.selectors import deleted_entries_of, entries_of
from ledger.services.balances import BalanceInput, balance_change, balance_delete, balance_record
from ledger.services.entries import (
    EntryInput,
    entries_delete,
    entries_record,
    entries_restore,
    entry_change,
    entry_record,
)
from ledger.services.terms import TermsInput, terms_create, terms_delete
from portfolio.models import Asset
from tests.analytics.conftest import NET_WORTH, SUMMARY, TODAY, closes, enter, travel
from tests.analytics.test_history import Editor, check_edits, check_stored
from tests.analytics.test_live import quote
from tests.analytics.test_marks import built, dirty

D = Decimal


@pytest.fixture
def bank(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Bank", "kind": "bank"})


@pytest.fixture
def wallet(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Wallet", "kind": "wallet", "currency": "USD"})


def write(account: Account, kind: str, day: str, amount: str, **more: Any) -> Entry:
    data = EntryInput(account=account, kind=kind, date=date.fromisoformat(day), amount=D(amount), **more)
    return entry_record(user=account.user, data=data)


def state(account: Account, day: str, balance: str) -> Balance:
    data = BalanceInput(account=account, date=date.fromisoformat(day), balance=D(balance))
    return balance_record(user=account.user, data=data)


class HouseholdEditor(Editor):
    """Edits everyday money as well, in accounts of every kind."""

    def __init__(self, user: User, seed: int) -> None:
        super().__init__(user, seed)
        for kind, currency in (("bank", "INR"), ("wallet", "USD"), ("deposit", "INR"), ("card", "EUR")):
            fields = {"name": f"My {kind}", "kind": kind, "currency": currency}
            self.accounts.append(account_create(user=user, fields=fields))

    def edits(self) -> dict[Callable[[], None], int]:
        entries = {self.write: 40, self.rewrite: 10, self.erase: 12, self.restore: 5, self.cancel: 4}
        told = {self.state: 14, self.restate: 5, self.unstate: 6, self.earn: 2, self.unearn: 1, self.kind: 2}
        return super().edits() | entries | told

    def amount(self) -> Decimal:
        return D(self.random.randrange(1, 900_000)) / 100

    def entry(self) -> EntryInput:
        account, other = self.random.sample(self.accounts, 2)
        kind = self.random.choice(("expense", "income", "transfer"))
        is_transfer = kind == "transfer"
        return EntryInput(
            account=account,
            kind=kind,
            date=self.day(),
            amount=self.amount(),
            currency=self.random.choice(("", "", "INR", "USD")),
            to_account=other if is_transfer else None,
            fee=self.random.choice((D(0), D(7))) if is_transfer else D(0),
        )

    def write(self) -> None:
        entries_record(user=self.user, rows=[self.entry() for _ in range(self.random.choice((1, 1, 3)))])

    def cancel(self) -> None:
        """Two that add up to nothing on the same day."""
        account, day, amount = self.random.choice(self.accounts), self.day(), self.amount()
        both = [EntryInput(account=account, kind=kind, date=day, amount=amount) for kind in ("income", "expense")]
        entries_record(user=self.user, rows=both)

    def rewrite(self) -> None:
        if rows := list(entries_of(self.user).order_by("pk")):
            entry_change(entry=self.random.choice(rows), data=self.entry())

    def erase(self) -> None:
        rows = list(entries_of(self.user).order_by("date", "pk"))
        first = rows[: self.random.randrange(1, 3)]
        some = self.random.sample(rows, min(len(rows), 2))
        entries_delete(user=self.user, entries=self.random.choice((first, some)))

    def restore(self) -> None:
        entries_restore(user=self.user, entries=list(deleted_entries_of(self.user)[:2]))

    def stated(self) -> BalanceInput:
        return BalanceInput(account=self.random.choice(self.accounts), date=self.day(), balance=self.amount())

    def state(self) -> None:
        balance_record(user=self.user, data=self.stated())

    def restate(self) -> None:
        if rows := list(Balance.objects.order_by("pk")):
            balance_change(balance=self.random.choice(rows), data=self.stated())

    def unstate(self) -> None:
        if rows := list(Balance.objects.order_by("pk")):
            balance_delete(balance=self.random.choice(rows))

    def earn(self) -> None:
        account, day = self.random.choice(self.accounts), self.day()
        rates = [(day, D("0.06")), (day + timedelta(days=90), D("0.07"))]
        terms_create(user=self.user, data=TermsInput(account=account, product="savings", starts_on=day, rates=rates))

    def unearn(self) -> None:
        if rows := list(Terms.objects.order_by("pk")):
            terms_delete(terms=self.random.choice(rows))

    def kind(self) -> None:
        account = self.random.choice(self.accounts)
        account.refresh_from_db()
        account_update(account=account, changes={"kind": self.random.choice(("bank", "deposit", "broker", "other"))})


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=60, editor_of=HouseholdEditor)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_hundreds_of_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=300, editor_of=HouseholdEditor)
