"""`manage.py rebuild_ledger`."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledger.models import AccountYear, CategoryYear, Entry
from tests.ledger.conftest import account_sums, check_sums, record


def rebuild(*arguments: str) -> str:
    output = StringIO()
    call_command("rebuild_ledger", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def story(asha, asha_api, main, bank, dollars):
    """Of each kind something, also abroad, with a fee, and deleted."""
    record(asha_api, "expense", "2024-01-02", "100", category="Food:Coffee")
    record(asha_api, "expense", "2024-01-02", "-30", category="Food:Coffee")
    record(asha_api, "expense", "2023-05-05", "40", account=bank.pk, currency="USD", account_amount="3340.25")
    record(asha_api, "expense", "2023-05-05", "10", account=bank.pk, currency="USD")
    record(asha_api, "income", "2024-01-31", "90000", account=bank.pk, category="Salary")
    record(
        asha_api, "transfer", "2024-02-29", "8300", account=bank.pk, to_account=dollars.pk, to_amount="100", fee="50",
        category="Bank:Fees",
    )  # fmt: skip
    record(asha_api, "transfer", "2024-03-01", "5", account=main.pk, to_account=dollars.pk, fee="0.5")
    gone = record(asha_api, "income", "2024-12-31", "7")
    asha_api.delete(f"/api/v1/entries/{gone['id']}/")


@pytest.fixture
def wrong(asha, story, bank):
    """Written past the sums: the income of January is another, Wise has nothing of 2024, Food is not counted."""
    Entry.objects.filter(kind="income", date=date(2024, 1, 31)).update(amount=Decimal(80_000))
    AccountYear.objects.filter(account__name="Wise", currency="USD").delete()
    CategoryYear.objects.filter(category__name="Coffee").delete()
    CategoryYear.objects.create(
        user=asha, year=2020, kind="expense", currency="EUR", amount=bytes([1] * 2928), count=bytes([1] * 1464)
    )


def test_it_works(asha, wrong, heard):
    output = rebuild()

    assert set(output.splitlines()) == {
        "asha@example.com: HDFC 2024 INR: outside",
        "asha@example.com: Wise 2024 USD: missing",
        "asha@example.com: Food:Coffee expense 2024 INR: missing",
        "asha@example.com: Salary income 2024 INR: amount",
        "asha@example.com: without category expense 2020 EUR: superfluous",
        "5 differences found.",
    }
    check_sums(asha)
    assert not CategoryYear.objects.filter(year=2020).exists()
    assert heard == [(asha.pk, date(2024, 1, 31))]
    assert rebuild() == "0 differences found.\n"


def test_check_writes_nothing_and_fails(asha, wrong, heard):
    before = account_sums(asha)
    with pytest.raises(CommandError) as caught:
        rebuild("--check")

    assert caught.value.returncode == 1
    assert (account_sums(asha), heard) == (before, [])


def test_check_passes_where_all_is_right(story):
    assert rebuild("--check") == "0 differences found.\n"


def test_all_are_made_again(asha, story):
    AccountYear.objects.all().delete()
    CategoryYear.objects.all().delete()

    rebuild()
    check_sums(asha)


def test_one_person_alone(mallory, wrong):
    assert rebuild("--user", "Mallory@example.com") == "0 differences found.\n"
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        rebuild("--user", "nobody@example.com")
