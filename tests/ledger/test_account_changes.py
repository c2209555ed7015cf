"""What everyday money allows to be changed of an account, and what follows."""

from datetime import date

import pytest

from core.models import Account
from ledger.models import Balance, Entry
from tests.conftest import check_error
from tests.ledger.conftest import ENTRIES, record

ACCOUNTS = "/api/v1/accounts/"


def change(client, account, **fields):
    return client.patch(f"{ACCOUNTS}{account.pk}/", fields)


@pytest.fixture
def used(asha, asha_api, main, bank):
    """An expense of 5 January, money that arrived on the 9th, and a statement of the 12th."""
    record(asha_api, "expense", "2024-01-05", "1", account=bank.pk)
    record(asha_api, "transfer", "2024-01-09", "1", account=main.pk, to_account=bank.pk)
    Balance.objects.create(user=asha, account=bank, date=date(2024, 1, 12), balance=100)
    return bank


def test_an_account_in_use_stays_and_says_why(asha_api, main, used, dollars):
    response = asha_api.delete(f"{ACCOUNTS}{used.pk}/")
    check_error(response, 409, code="in_use")
    assert response.json()["errors"][0]["detail"] == "'HDFC' has balances and entries; delete or move them first."

    record(asha_api, "transfer", "2024-01-09", "1", account=main.pk, to_account=dollars.pk)
    response = asha_api.delete(f"{ACCOUNTS}{dollars.pk}/")
    assert response.json()["errors"][0]["detail"] == "'Wise' has entries; delete or move them first."


def test_an_account_of_deleted_entries_says_until_when(asha, asha_api, bank):
    row = record(asha_api, "expense", "2024-01-05", "1", account=bank.pk)
    asha_api.delete(f"{ENTRIES}{row['id']}/")
    Entry.objects.update(deleted_at="2026-11-20T20:00:00Z")  # the 21st in Kolkata

    response = asha_api.delete(f"{ACCOUNTS}{bank.pk}/")
    check_error(response, 409, code="in_use")
    assert "'HDFC' has a deleted entry that can be restored until 2026-12-21" in response.json()["errors"][0]["detail"]
    Entry.objects.all().delete()
    assert asha_api.delete(f"{ACCOUNTS}{bank.pk}/").status_code == 204


def test_its_currency_stays(asha_api, used):
    response = change(asha_api, used, currency="USD")
    check_error(response, 409, attr="currency", code="in_use")
    assert "balances and entries" in response.json()["errors"][0]["detail"]


def test_it_cannot_open_later_or_close_earlier_than_it_was_used(asha_api, used):
    response = change(asha_api, used, opened_on="2024-01-06")
    check_error(response, 400, attr="opened_on")
    assert "2024-01-05" in response.json()["errors"][0]["detail"]
    response = change(asha_api, used, closed_on="2024-01-11")
    check_error(response, 400, attr="closed_on")
    assert "2024-01-12" in response.json()["errors"][0]["detail"]
    assert change(asha_api, used, opened_on="2024-01-05", closed_on="2024-01-12").status_code == 200


def test_where_money_arrives_counts_as_well(asha_api, main, bank):
    record(asha_api, "transfer", "2024-01-09", "1", account=main.pk, to_account=bank.pk)

    check_error(change(asha_api, bank, opened_on="2024-01-10"), 400, attr="opened_on")
    check_error(change(asha_api, bank, closed_on="2024-01-08"), 400, attr="closed_on")


def test_another_kind_is_told_since_its_first_day(asha, asha_api, used, heard):
    heard.clear()
    assert change(asha_api, used, kind="wallet", name="Purse").status_code == 200
    assert change(asha_api, used, tracks_cash=True).status_code == 200

    assert heard == [(asha.pk, date(2024, 1, 5))] * 2


def test_a_new_name_or_an_unused_account_is_not_told(asha_api, used, dollars, heard):
    heard.clear()
    assert change(asha_api, used, name="HDFC 2").status_code == 200
    assert change(asha_api, dollars, kind="cash").status_code == 200

    assert heard == []
    assert Account.objects.get(pk=dollars.pk).kind == "cash"
