"""Everyday money in the admin: written through the services, so that sums and rules agree with what is there."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Account, User
from ledger.models import (
    AccountYear,
    Balance,
    BankImport,
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
from ledger.services.entries import EntryInput, entry_record
from tests.admin.conftest import inputs_of

JANUARY_8 = 7
"""Its place among the days of a year."""


@pytest.fixture
def bank(asha: User) -> Account:
    return Account.objects.create(user=asha, name="Bank", kind="bank", currency="INR")


@pytest.fixture
def entry(bank: Account) -> Entry:
    fields = {"account": bank, "kind": "expense", "date": date(2024, 1, 8), "amount": Decimal("100.5")}
    return entry_record(user=bank.user, data=EntryInput(**fields, payee="Shop", tags=("home", "gift")))


def page(model: str, name: str, *args: object) -> str:
    return reverse(f"admin:ledger_{model}_{name}", args=args)


def spent(account: Account) -> int:
    return int(np.frombuffer(AccountYear.objects.get(account=account).outside, "<i8")[JANUARY_8])


def test_an_edit_reaches_the_sums(root: Client, bank: Account, entry: Entry) -> None:
    address = page("entry", "change", entry.pk)
    data = inputs_of(root.get(address))
    assert (data["amount"], data["tags"]) == (Decimal("100.5"), "home gift")
    sent = {**data, "amount": "40", "tags": "home food"}
    assert root.post(address, sent).status_code == 302
    entry.refresh_from_db()
    assert (entry.amount, entry.tags) == (40, ["home", "food"])
    assert spent(bank) == -400_000


def test_a_new_entry_belongs_to_the_owner_of_the_account(root: Client, asha: User, bank: Account) -> None:
    data = {"account": bank.pk, "kind": "income", "date": "2024-01-08", "amount": "5", "fee": "0"}
    assert root.post(page("entry", "add"), data).status_code == 302
    row = Entry.objects.get()
    assert (row.user, row.currency, row.tags, row.external_id) == (asha, "INR", [], None)
    assert spent(bank) == 50_000


def test_what_the_services_refuse_is_told_at_its_field(root: Client, bank: Account, entry: Entry, bob: User) -> None:
    address = page("entry", "change", entry.pk)
    strange = Category.objects.create(user=bob, kind="expense", name="Food")
    for field, value in (("category", strange.pk), ("to_account", bank.pk), ("tags", "#a"), ("amount", "0")):
        sent = {**inputs_of(root.get(address)), "tags": "home", field: str(value)}
        refused = root.post(address, sent)
        assert refused.status_code == 200
        assert refused.context["adminform"].form.errors[field]
    assert spent(bank) == -1_005_000


def test_deleted_it_counts_no_longer_and_can_be_restored(root: Client, bank: Account, entry: Entry) -> None:
    assert root.post(page("entry", "delete", entry.pk), {"post": "yes"}).status_code == 302
    assert Entry.objects.get().deleted_at is not None
    assert not AccountYear.objects.exclude(outside=bytes(8 * 366)).exists()


def test_many_are_deleted_at_once(root: Client, bank: Account, entry: Entry) -> None:
    data = {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"}
    assert root.post(page("entry", "changelist"), data).status_code == 302
    assert Entry.objects.get().deleted_at is not None


def test_a_category_a_budget_a_balance_and_a_rule_are_made(root: Client, asha: User, bank: Account) -> None:
    assert root.post(page("category", "add"), {"user": asha.pk, "kind": "expense", "name": "Food"}).status_code == 302
    food = Category.objects.get()
    budget = {"user": asha.pk, "category": food.pk, "starts_on": "2024-01-01", "amount": "900", "currency": "INR"}
    assert root.post(page("budget", "add"), budget).status_code == 302
    assert Budget.objects.get().amount == 900
    balance = {"account": bank.pk, "date": "2024-01-08", "balance": "-20.5"}
    assert root.post(page("balance", "add"), balance).status_code == 302
    assert Balance.objects.get().user == asha
    conditions = '[{"field": "payee", "op": "contains", "value": "shop"}]'
    rule = {"user": asha.pk, "name": "Shop", "match": "all", "conditions": conditions, "category": food.pk}
    assert root.post(page("rule", "add"), {**rule, "position": "0", "add_tags": "a b"}).status_code == 302
    assert (Rule.objects.get().add_tags, Rule.objects.get().category) == (["a", "b"], food)


@pytest.mark.parametrize("conditions", ['{"field": "payee"}', '["payee"]', "[]", '"payee"', '[{"field": "colour"}]'])
def test_conditions_of_a_rule_are_checked(root: Client, asha: User, conditions: str) -> None:
    rule = {"user": asha.pk, "name": "Shop", "match": "all", "conditions": conditions, "payee": "x", "position": "0"}
    refused = root.post(page("rule", "add"), rule)
    assert refused.status_code == 200
    assert refused.context["adminform"].form.errors
    assert not Rule.objects.exists()


def test_a_category_in_use_stays(root: Client, asha: User, bank: Account, entry: Entry) -> None:
    food = Category.objects.create(user=asha, kind="expense", name="Food")
    Entry.objects.filter(pk=entry.pk).update(category=food)
    root.post(page("category", "delete", food.pk), {"post": "yes"})
    assert Category.objects.get() == food


WRITABLE = (Balance, Budget, Category, Entry, Rule)
READ_ONLY = (AccountYear, BankImport, CategoryYear, ColumnMapping, MatchedRow, RecurringEntry, Terms)


@pytest.fixture
def everything(asha: User, bank: Account, entry: Entry) -> None:
    """A row of each kind."""
    day = date(2024, 1, 8)
    food = Category.objects.create(user=asha, kind="expense", name="Food")
    Budget.objects.create(user=asha, category=food, month=date(2024, 1, 1), amount=Decimal(900), currency="INR")
    Balance.objects.create(user=asha, account=bank, date=day, balance=Decimal(-20))
    Rule.objects.create(user=asha, name="Shop", category=food, conditions=[])
    terms = Terms.objects.create(user=asha, account=bank, product="savings", credited="quarterly", starts_on=day)
    TermsRate.objects.create(terms=terms, since=day, rate=Decimal("0.03"))
    file = BankImport.objects.create(user=asha, account=bank, format="csv", file_name="january.csv")
    MatchedRow.objects.create(bank_import=file, account=bank, entry=entry, likeness="0" * 32, likeness_no=1)
    ColumnMapping.objects.create(user=asha, account=bank, header="Date", header_digest="0" * 64, mapping={})
    fields = {"kind": "expense", "amount": Decimal(9), "currency": "INR", "frequency": "monthly", "starts_on": day}
    RecurringEntry.objects.create(user=asha, name="Rent", account=bank, next_on=day, **fields)


@pytest.mark.parametrize("model", [*WRITABLE, *READ_ONLY])
def test_list_and_page_open_and_others_are_sent_to_the_log_in(
    root: Client, asha: User, everything: None, model: type[Model]
) -> None:
    name = model._meta.model_name or ""
    row = model._default_manager.get()
    other = Client()
    other.force_login(asha)
    for address in (page(name, "changelist"), page(name, "change", row.pk)):
        assert root.get(address).status_code == 200
        assert other.get(address).status_code == 302
    assert root.get(page(name, "changelist"), {"q": "shop"}).status_code == 200


@pytest.mark.parametrize("model", WRITABLE)
def test_form_for_a_new_one_and_question_before_deleting_open(
    root: Client, everything: None, model: type[Model]
) -> None:
    name = model._meta.model_name or ""
    assert root.get(page(name, "add")).status_code == 200
    assert root.get(page(name, "delete", model._default_manager.get().pk)).status_code == 200


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_is_made_from_other_rows_cannot_be_written(root: Client, everything: None, model: type[Model]) -> None:
    name, row = model._meta.model_name or "", model._default_manager.get()
    assert root.get(page(name, "add")).status_code == 403
    assert root.post(page(name, "change", row.pk), {}).status_code == 403
    assert root.post(page(name, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_every_model_has_an_admin() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label == "ledger"}
    assert ours == {*WRITABLE, *READ_ONLY}
    assert {*WRITABLE, *READ_ONLY, TermsRate} == set(apps.get_app_config("ledger").get_models())


@pytest.mark.parametrize("model", [Entry, Balance, Category])
def test_a_list_asks_the_same_questions_of_many_rows_as_of_few(
    root: Client, asha: User, everything: None, model: type[Model]
) -> None:
    address = page(model._meta.model_name or "", "changelist")
    few = queries(root, address)
    for number in range(5):
        account = Account.objects.create(user=asha, name=f"Bank {number}", kind="bank", currency="INR")
        food = Category.objects.create(user=asha, kind="expense", name=f"Food {number}")
        common = {"user": asha, "account": account, "date": date(2024, 1, 9)}
        Balance.objects.create(**common, balance=Decimal(5))
        Entry.objects.create(**common, kind="expense", amount=Decimal(1), currency="INR", category=food)
    assert queries(root, address) == few


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
