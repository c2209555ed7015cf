"""Recurring entries and terms with their rates in the admin."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from analytics.models import HistoryMark
from core.models import Account, User
from ledger.models import Balance, Category, Entry, RecurringEntry, Terms
from tests.admin.conftest import inputs_of
from tests.conftest import PASSWORD
from tests.ledger.conftest import account_sums, check_sums


def page_of(model: str, name: str, *args: object) -> str:
    return reverse(f"admin:ledger_{model}_{name}", args=args)


def refused(page: Any) -> Any:
    assert page.status_code == 200
    return page.context["adminform"].form.errors


# --- Recurring entries


def rent(bank: Account, **changes: Any) -> dict[str, Any]:
    rule = {"frequency": "monthly", "interval": "1", "starts_on": "2024-01-31", "ends_on": "2024-03-31"}
    return {"name": "Rent", "account": bank.pk, "kind": "expense", "amount": "900", "fee": "0", **rule, **changes}


def test_a_recurring_entry_makes_what_is_due(root: Client, asha: User, bank: Account) -> None:
    assert root.post(page_of("recurringentry", "add"), rent(bank, tags="home")).status_code == 302
    row = RecurringEntry.objects.get()
    assert (row.user, row.currency, row.tags, row.next_on) == (asha, "INR", ["home"], None)
    days = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    assert account_sums(asha) == {(bank.pk, "INR", day): (Decimal(-900), Decimal(0)) for day in days}
    assert HistoryMark.objects.get(user=asha).dirty_from == days[0]


def test_a_change_concerns_the_days_to_come_and_what_was_made_stays(root: Client, asha: User, bank: Account) -> None:
    root.post(page_of("recurringentry", "add"), rent(bank))
    row = RecurringEntry.objects.get()
    url = page_of("recurringentry", "change", row.pk)
    sent = {**inputs_of(root.get(url)), "amount": "950", "ends_on": "2999-01-01"}
    assert root.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (row.amount, row.next_on is not None) == (950, True)
    assert set(Entry.objects.values_list("amount", flat=True)) == {900}
    assert root.post(page_of("recurringentry", "delete", row.pk), {"post": "yes"}).status_code == 302
    assert Entry.objects.filter(deleted_at=None).count() == 3
    check_sums(asha)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("amount", "0"), ("amount", "1e12"), ("interval", "0"), ("interval", "1001"), ("starts_on", "1899-01-01")),
        *(("ends_on", "2024-01-01"), ("kind", "transfer"), ("tags", "#home"), ("currency", "XXX"), ("fee", "5")),
        *(("frequency", "hourly"), ("account", "0")),
    ],
)
def test_an_impossible_recurring_entry_is_refused(root: Client, bank: Account, field: str, value: str) -> None:
    errors = refused(root.post(page_of("recurringentry", "add"), rent(bank, **{field: value})))
    assert ("to_account" if value == "transfer" else field) in errors
    assert not RecurringEntry.objects.exists()
    assert not Entry.objects.exists()


def test_it_is_of_an_own_category(root: Client, bank: Account, bob: User) -> None:
    strange = Category.objects.create(user=bob, kind="expense", name="Home")
    assert "category" in refused(root.post(page_of("recurringentry", "add"), rent(bank, category=strange.pk)))


# --- Terms


def terms_of(bank: Account, *rates: tuple[str, str], **changes: Any) -> dict[str, Any]:
    return {"account": bank.pk, "product": "ppf", "starts_on": "2024-01-01", **rates_of(*rates), **changes}


def rates_of(*rates: tuple[str, str], known: Terms | None = None, gone: int | None = None) -> dict[str, Any]:
    """What a browser would send of the table: first the rates that the terms have, in their order."""
    ids = [] if known is None else [rate.pk for rate in known.rates.all()]
    sent: dict[str, Any] = {"rates-TOTAL_FORMS": len(rates), "rates-INITIAL_FORMS": len(ids)}
    for index, (since, rate) in enumerate(rates):
        sent |= {f"rates-{index}-since": since, f"rates-{index}-rate": rate}
    for index, pk in enumerate(ids):
        sent |= {f"rates-{index}-id": pk, f"rates-{index}-terms": known.pk}
    return sent if gone is None else {**sent, f"rates-{gone}-DELETE": "on"}


def rates(terms: Terms) -> list[tuple[str, Decimal]]:
    return [(str(rate.since), rate.rate) for rate in terms.rates.all()]


@pytest.fixture
def terms(root: Client, bank: Account) -> Terms:
    sent = terms_of(bank, ("2024-01-01", "0.071"), ("2024-04-01", "0.072"), ("", ""))
    assert root.post(page_of("terms", "add"), sent).status_code == 302
    return Terms.objects.get()


def test_terms_are_made_with_their_rates_as_usual_of_the_product(terms: Terms, asha: User) -> None:
    assert (terms.user, terms.credited, terms.basis) == (asha, "financial_year", "lowest_after_fifth")
    assert rates(terms) == [("2024-01-01", Decimal("0.071")), ("2024-04-01", Decimal("0.072"))]
    assert HistoryMark.objects.get(user=asha).dirty_from == date(2024, 1, 1)


def test_rates_are_changed_added_and_deleted_and_the_history_hears(root: Client, terms: Terms, bank: Account) -> None:
    HistoryMark.objects.update(dirty_from=None)
    url = page_of("terms", "change", terms.pk)
    kept = inputs_of(root.get(url))
    told = (("2024-01-01", "0.071"), ("2024-04-01", "0.08"), ("2024-07-01", "0.00000001"))
    assert root.post(url, {**kept, **rates_of(*told, known=terms, gone=0)}).status_code == 302
    assert rates(terms) == [("2024-04-01", Decimal("0.08")), ("2024-07-01", Decimal("0.00000001"))]
    assert HistoryMark.objects.get(user=bank.user).dirty_from == date(2024, 1, 1)
    assert 'value="0.00000001"' in root.get(url).content.decode()
    (message,) = LogEntry.objects.filter(object_id=str(terms.pk), action_flag=CHANGE)
    assert [next(iter(part)) for part in json.loads(message.change_message)] == ["added", "changed", "deleted"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("product", "lottery"), ("starts_on", "1899-12-31"), ("matures_on", "2024-01-01"), ("installment", "0")),
        *(("matures_on", "2199-01-01"), ("credited", "daily"), ("account", "0"), ("installment", "1e12")),
    ],
)
def test_impossible_terms_are_refused(root: Client, bank: Account, field: str, value: str) -> None:
    """What is counted by months cannot be credited daily, which is told at the basis."""
    sent = terms_of(bank, ("2024-01-01", "0.071"), **{field: value})
    assert ("basis" if field == "credited" else field) in refused(root.post(page_of("terms", "add"), sent))
    assert not Terms.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [("2024-01-01", "11")],
        [("2024-01-01", "-1.5")],
        [("2024-01-01", "NaN")],
        [("0001-01-01", "0.07")],
        [("2024-01-01", "")],
        [("2024-01-01", "0.07"), ("2024-01-01", "0.08")],
    ],
)
def test_impossible_rates_are_refused(root: Client, bank: Account, wrong: list[tuple[str, str]]) -> None:
    page = root.post(page_of("terms", "add"), terms_of(bank, *wrong))
    assert page.status_code == 200
    assert page.context["errors"]
    assert not Terms.objects.exists()


def test_terms_keep_a_rate(root: Client, terms: Terms) -> None:
    url = page_of("terms", "change", terms.pk)
    told = rates_of(("2024-01-01", "0.071"), ("2024-04-01", "0.072"), known=terms)
    gone = {f"rates-{index}-DELETE": "on" for index in range(2)}
    page = root.post(url, {**inputs_of(root.get(url)), **told, **gone})
    assert refused(page)["__all__"] == ["At least one rate is needed."]
    assert len(rates(terms)) == 2


def test_deleted_terms_are_heard_of_by_the_history(root: Client, terms: Terms, bank: Account) -> None:
    """The balance of February was worked back through January."""
    Balance.objects.create(user=bank.user, account=bank, date=date(2024, 2, 1), balance=Decimal(5))
    HistoryMark.objects.update(dirty_from=None)
    assert root.post(page_of("terms", "delete", terms.pk), {"post": "yes"}).status_code == 302
    assert not Terms.objects.exists()
    assert HistoryMark.objects.get(user=bank.user).dirty_from == date(1900, 1, 1)


def test_staff_who_may_change_terms_may_change_rates_and_others_look(terms: Terms) -> None:
    user = User.objects.create_user("staff@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_terms"))
    client = Client()
    client.force_login(user)
    url = page_of("terms", "change", terms.pk)
    page = client.get(url).content.decode()
    assert ("0.071" in page, 'name="rates-0-rate"' in page) == (True, False)
    assert client.post(url, {}).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="change_terms"))
    assert 'name="rates-0-rate"' in client.get(url).content.decode()
