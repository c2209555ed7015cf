"""Every page of everyday money in the admin opens, for those who may, and reads no more when there is more."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.admin.base import CappedPaginator
from core.models import Account, User
from ledger.models import (
    AccountYear,
    Balance,
    BankImport,
    BankKey,
    Budget,
    Category,
    CategoryYear,
    ColumnMapping,
    Entry,
    MatchedRow,
    RecurringEntry,
    Rule,
    Terms,
    TermsRate,
)

WRITABLE = (Balance, Budget, Category, Entry, RecurringEntry, Rule, Terms)
READ_ONLY = (BankImport, ColumnMapping, MatchedRow)
DAY = date(2024, 1, 8)


def page(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:ledger_{model._meta.model_name}_{name}", args=args)


def add_rows(user: User, number: int) -> None:
    """A row of each kind."""
    bank = Account.objects.create(user=user, name=f"Bank {number}", kind="bank", currency="INR")
    food = Category.objects.create(user=user, kind="expense", name=f"Food {number}")
    Category.objects.create(user=user, kind="expense", name="Coffee", parent=food)
    Budget.objects.create(user=user, category=food, month=date(2024, 1, 1), amount=Decimal(900), currency="INR")
    Rule.objects.create(user=user, name="Shop", category=food, to_account=bank, conditions=[])
    terms = Terms.objects.create(user=user, account=bank, product="savings", credited="quarterly", starts_on=DAY)
    TermsRate.objects.create(terms=terms, since=DAY, rate=Decimal("0.03"))
    file = BankImport.objects.create(user=user, account=bank, format="csv", file_name="january.csv")
    ColumnMapping.objects.create(user=user, account=bank, header="Date", header_digest="0" * 64, mapping={})
    common = {"user": user, "account": bank, "bank_import": file}
    Balance.objects.create(**common, date=DAY, balance=Decimal(-20))
    money = {"kind": "expense", "amount": Decimal(9), "currency": "INR", "category": food}
    entry = Entry.objects.create(**common, **money, date=DAY)
    MatchedRow.objects.create(bank_import=file, account=bank, entry=entry, likeness="0" * 32, likeness_no=1)
    RecurringEntry.objects.create(user=user, name="Rent", account=bank, next_on=DAY, starts_on=DAY, **money)


@pytest.fixture
def rows(asha: User) -> None:
    add_rows(asha, 1)


@pytest.mark.parametrize("model", [*WRITABLE, *READ_ONLY])
def test_list_and_page_open_and_others_are_sent_to_the_log_in(
    root: Client, asha: User, rows: None, model: type[Model]
) -> None:
    other = Client()
    other.force_login(asha)
    pages = [page(model, "changelist"), *(page(model, "change", row.pk) for row in model._default_manager.all())]
    assert len(pages) > 1
    for address in (*pages, page(model, "add")):
        answer = other.get(address)
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)
    for address in pages:
        assert root.get(address).status_code == 200
    assert root.get(pages[0], {"q": "shop"}).status_code == 200


@pytest.mark.parametrize("model", WRITABLE)
def test_form_for_a_new_one_and_question_before_deleting_open(root: Client, rows: None, model: type[Model]) -> None:
    assert root.get(page(model, "add")).status_code == 200
    for row in model._default_manager.all():
        assert root.get(page(model, "delete", row.pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_files_brought_cannot_be_written(root: Client, rows: None, model: type[Model]) -> None:
    row = model._default_manager.get()
    assert root.get(page(model, "add")).status_code == 403
    assert root.post(page(model, "change", row.pk), {}).status_code == 403
    assert root.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.exists()


def test_every_model_but_the_sums_has_a_page() -> None:
    """Sums are made from entries: `manage.py rebuild_ledger` shows where they differ. Rates are with their terms.
    The keys of an account's bank rows say nothing to anybody."""
    ours = {model for model in admin.site._registry if model._meta.app_label == "ledger"}
    assert ours == {*WRITABLE, *READ_ONLY}
    assert ours == set(apps.get_app_config("ledger").get_models()) - {AccountYear, BankKey, CategoryYear, TermsRate}


def test_lists_ask_the_same_questions_of_many_rows_as_of_few(root: Client, asha: User, bob: User, rows: None) -> None:
    few = {model: queries(root, page(model, "changelist")) for model in (*WRITABLE, *READ_ONLY)}
    for number in range(2, 12):
        add_rows(asha if number % 2 else bob, number)
    assert {model: queries(root, page(model, "changelist")) for model in few} == few
    assert max(few.values()) <= 6  # session, person, a capped count, the rows, and a save point around


def test_entries_are_not_counted_to_their_end(
    root: Client, asha: User, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rows(asha, 2)
    monkeypatch.setattr(CappedPaginator, "most", 1)
    with CaptureQueriesContext(connection) as captured:
        assert "more than 1 entries" in root.get(page(Entry, "changelist")).content.decode()
    asked = [query["sql"] for query in captured if "ledger_entry" in query["sql"]]
    counts = [sql for sql in asked if "COUNT(" in sql]
    assert counts
    assert all("LIMIT 2" in sql and "JOIN" not in sql for sql in counts)
    assert not any('"words"' in sql for sql in asked)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
