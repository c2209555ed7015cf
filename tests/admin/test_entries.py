"""Entries in the admin: sums and history follow every write, a delete is undone, and a search is that of the ledger."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.models import HistoryMark
from core.models import Account, User
from ledger.admin import entries as entries_admin
from ledger.models import Category, Entry
from ledger.services.entries import EntryInput, entries_delete, entry_record
from tests.admin.conftest import inputs_of, messages_of
from tests.conftest import PASSWORD
from tests.ledger.conftest import account_sums, check_sums

LIST = reverse("admin:ledger_entry_changelist")
ADD = reverse("admin:ledger_entry_add")
DAY = date(2024, 1, 8)


def page_of(name: str, entry: Entry) -> str:
    return reverse(f"admin:ledger_entry_{name}", args=[entry.pk])


def spent(account: Account, day: date = DAY) -> Decimal:
    """What entries brought the account on the day: negative where it was spent."""
    outside, _ = account_sums(account.user).get((account.pk, "INR", day), (Decimal(0), Decimal(0)))
    return outside


def refused(page: Any) -> Any:
    assert page.status_code == 200
    return page.context["adminform"].form.errors


def choose(client: Client, action: str, *rows: Entry) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(LIST, chosen, follow=True)


def found(client: Client, **query: str) -> list[str]:
    return [row.payee for row in client.get(LIST, query).context["cl"].result_list]


def test_an_edit_reaches_the_sums_and_the_history(root: Client, bank: Account, entry: Entry) -> None:
    HistoryMark.objects.update(dirty_from=None)
    data = inputs_of(root.get(page_of("change", entry)))
    assert (data["amount"], data["tags"]) == (Decimal("100.5"), "home gift")
    sent = {**data, "amount": "40", "tags": "home food", "date": "2024-01-06"}
    assert root.post(page_of("change", entry), sent).status_code == 302
    entry.refresh_from_db()
    assert (entry.amount, entry.tags, entry.words) == (40, ["home", "food"], "shop home food #home #food")
    assert (spent(bank), spent(bank, date(2024, 1, 6))) == (0, -40)
    assert HistoryMark.objects.get(user=bank.user).dirty_from == date(2024, 1, 6)


def test_a_new_entry_belongs_to_the_owner_of_the_account(root: Client, asha: User, bank: Account) -> None:
    data = {"account": bank.pk, "kind": "income", "date": "2024-01-08", "amount": "5", "fee": "0"}
    assert root.post(ADD, data).status_code == 302
    row = Entry.objects.get()
    assert (row.user, row.currency, row.tags, row.external_id) == (asha, "INR", [], None)
    assert spent(bank) == 5
    assert HistoryMark.objects.get(user=asha).dirty_from == DAY


def test_what_the_services_refuse_is_told_at_its_field(root: Client, bank: Account, entry: Entry, bob: User) -> None:
    strange = Category.objects.create(user=bob, kind="expense", name="Food")
    for field, value in (
        *(("category", strange.pk), ("to_account", bank.pk), ("account", bob.accounts.get().pk), ("account", "9" * 30)),
        *(("tags", "#a"), ("tags", "home HOME"), ("payee", "a\0b"), ("kind", "gift"), ("currency", "XXX")),
        *(("amount", "0"), ("amount", "NaN"), ("amount", "1e12"), ("amount", "0.00001"), ("account_amount", "3")),
        *(("date", "2999-01-01"), ("date", "1899-12-31"), ("date", "0001-01-01"), ("fee", "1")),
    ):
        sent = {**inputs_of(root.get(page_of("change", entry))), field: str(value)}
        assert field in refused(root.post(page_of("change", entry), sent)), (field, value)
    assert spent(bank) == Decimal("-100.5")
    check_sums(bank.user)


def test_deleted_it_counts_no_longer_and_cannot_be_changed(root: Client, bank: Account, entry: Entry) -> None:
    HistoryMark.objects.update(dirty_from=None)
    data = inputs_of(root.get(page_of("change", entry)))
    assert root.post(page_of("delete", entry), {"post": "yes"}).status_code == 302
    assert Entry.objects.get().deleted_at is not None
    assert spent(bank) == 0
    assert HistoryMark.objects.get(user=bank.user).dirty_from == DAY
    assert "home" in root.get(page_of("change", entry)).content.decode()
    assert root.post(page_of("change", entry), data).status_code == 403
    assert root.post(page_of("delete", entry), {"post": "yes"}).status_code == 403


def test_many_are_deleted_and_restored_at_once(root: Client, bank: Account, entry: Entry, bob: User) -> None:
    account = Account.objects.create(user=bob, name="Bank", kind="bank", currency="USD")
    his = entry_record(user=bob, data=EntryInput(account=account, kind="income", date=DAY, amount=Decimal(7)))
    choose(root, "delete_selected", entry, his)
    assert not Entry.objects.filter(deleted_at=None).exists()
    assert (account_sums(bank.user), account_sums(bob)) == ({}, {})
    assert messages_of(choose(root, "restore", entry, his)) == ["2 entries restored."]
    assert spent(bank) == Decimal("-100.5")
    check_sums(bank.user)
    check_sums(bob)
    assert messages_of(choose(root, "restore", entry)) == ["0 entries restored."]


def test_what_cannot_be_restored_says_why(root: Client, bank: Account, entry: Entry) -> None:
    entries_delete(user=bank.user, entries=[entry])
    Account.objects.filter(pk=bank.pk).update(closed_on=date(2024, 1, 7))
    told = messages_of(choose(root, "restore", entry))
    assert "'Bank' is not open on 2024-01-08" in told[0]
    assert told[1:] == ["0 entries restored."]
    Account.objects.filter(pk=bank.pk).update(closed_on=None)
    Entry.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    assert messages_of(choose(root, "restore", entry)) == ["0 entries restored."]
    assert Entry.objects.get().deleted_at is not None


def test_staff_who_may_only_look_restore_nothing(bank: Account, entry: Entry) -> None:
    user = User.objects.create_user("staff@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_entry"))
    client = Client()
    client.force_login(user)
    entries_delete(user=bank.user, entries=[entry])
    choose(client, "restore", entry)
    assert Entry.objects.get().deleted_at is not None
    assert client.get(page_of("change", entry)).status_code == 200
    assert client.get(ADD).status_code == 403


@pytest.fixture
def payees(bank: Account, bob: User) -> None:
    """Asha's and Bob's Café Ínés, and what Asha paid to the UPI id shop@okaxis, which is deleted."""
    account = Account.objects.create(user=bob, name="Bank", kind="bank", currency="USD")
    for where, payee in ((bank, "Café Ínés"), (account, "Café Ínés of Bob"), (bank, "shop@okaxis")):
        data = EntryInput(account=where, kind="expense", date=DAY, amount=Decimal(1), payee=payee, tags=("treat",))
        entry_record(user=where.user, data=data)
    entries_delete(user=bank.user, entries=Entry.objects.filter(payee="shop@okaxis"))


@pytest.mark.parametrize(
    ("query", "payees_found"),
    [
        ({"q": "ines caf"}, ["Café Ínés of Bob", "Café Ínés"]),
        ({"q": "cafe Asha@example.com"}, ["Café Ínés"]),
        ({"q": "bob@example.com"}, ["Café Ínés of Bob"]),
        ({"q": "nes"}, []),
        ({"q": "shop@okaxis"}, ["shop@okaxis"]),
        ({"q": "#treat"}, ["shop@okaxis", "Café Ínés of Bob", "Café Ínés"]),
        ({"q": "#treat", "deleted_at__isempty": "1"}, ["Café Ínés of Bob", "Café Ínés"]),
        ({"deleted_at__isempty": "0"}, ["shop@okaxis"]),
        ({"kind__exact": "income"}, []),
        ({"q": "!?"}, ["shop@okaxis", "Café Ínés of Bob", "Café Ínés"]),
    ],
)
def test_entries_are_searched_and_filtered(
    root: Client, payees: None, query: dict[str, str], payees_found: list[str]
) -> None:
    assert found(root, **query) == payees_found


def test_of_many_people_one_must_be_named(root: Client, payees: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries_admin, "MOST_SEARCHED", 2)
    page = root.get(LIST, {"q": "cafe"})
    assert messages_of(page) == ["Name the person, too, by their e-mail address."]
    assert page.context["cl"].result_count == 0
    assert found(root, q="cafe asha@example.com") == ["Café Ínés"]


def test_a_page_asks_few_questions(root: Client, entry: Entry) -> None:
    food = Category.objects.create(user=entry.user, kind="expense", name="Food")
    Entry.objects.update(category=food)
    with CaptureQueriesContext(connection) as captured:
        root.get(page_of("change", entry))
    assert len(captured) <= 12, [query["sql"] for query in captured]
