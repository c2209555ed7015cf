"""Amounts of everyday money are exact on both databases, which order, compare and add them up."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F, Max, Min, Sum, Value
from django.db.models.functions import Abs, Coalesce
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.fields import MOST_MONEY, MoneyField, money_of, money_units
from ledger.models import Balance, Entry
from tests.conftest import make_person

MOST = MOST_MONEY - Decimal("0.0001")
AMOUNTS = st.decimals(min_value=-MOST, max_value=MOST, places=4).filter(bool)


@pytest.fixture
def enter(asha, main):
    def make(*amounts: str) -> None:
        for amount in amounts:
            Entry.objects.create(
                user=asha, account=main, kind="expense", date=date(2024, 1, 2), amount=Decimal(amount), currency="INR"
            )

    return make


@pytest.mark.parametrize(
    ("amount", "units"),
    [("0", 0), ("0.0001", 1), ("-0.0001", -1), ("12.5", 125_000), ("1E+3", 10_000_000), ("1.50000", 15_000)],
)
def test_units(amount, units):
    assert money_units(Decimal(amount)) == units
    assert money_of(units) == Decimal(amount)


def test_smaller_parts_have_no_units():
    with pytest.raises(ValueError, match="more than 4 decimals"):
        money_units(Decimal("0.00001"))


@given(AMOUNTS)
def test_units_and_back(amount):
    assert money_of(money_units(amount)) == amount


def test_what_is_stored_is_what_was_given(enter):
    """As floats, 0.1 + 0.2 is not 0.3, and the largest has two digits too many."""
    enter("0.1", "0.2", str(MOST), "-999999999999.9999")

    assert [str(value) for value in Entry.objects.order_by("pk").values_list("amount", flat=True)] == [
        "0.1", "0.2", "999999999999.9999", "-999999999999.9999",
    ]  # fmt: skip


def test_sums(enter):
    enter("0.1", "0.2", "-0.0001")

    found = Entry.objects.aggregate(
        sum=Sum("amount"), least=Min("amount"), most=Max("amount"), charged=Sum(Coalesce("account_amount", "amount"))
    )
    assert found == {
        "sum": Decimal("0.2999"), "least": Decimal("-0.0001"), "most": Decimal("0.2"), "charged": Decimal("0.2999"),
    }  # fmt: skip
    assert Entry.objects.filter(amount__gt=5).aggregate(sum=Sum("amount")) == {"sum": None}


def test_groups(enter):
    enter("1.5", "2.5", "2.5")

    rows = Entry.objects.order_by("amount").values_list("amount").annotate(sum=Sum("amount"))
    assert list(rows) == [(Decimal("1.5"), Decimal("1.5")), (Decimal("2.5"), Decimal(5))]


def test_order_and_comparison(enter):
    """As text, 10 would come before 9, and -1 after -2."""
    enter("9", "10", "-1", "-2", "9.0001")

    def amounts(**query):
        return [
            str(value) for value in Entry.objects.filter(**query).order_by("amount").values_list("amount", flat=True)
        ]

    assert amounts() == ["-2", "-1", "9", "9.0001", "10"]
    assert amounts(amount__gt=Decimal(9)) == ["9.0001", "10"]
    assert amounts(amount__lte="9") == ["-2", "-1", "9"]
    assert amounts(amount=9) == ["9"]
    assert amounts(amount__in=[Decimal("-1.0"), 10]) == ["-1", "10"]
    assert amounts(amount__range=(-1, Decimal("9.0001"))) == ["-1", "9", "9.0001"]


def test_columns_against_each_other(asha, enter):
    enter("5")
    Balance.objects.create(user=asha, account=asha.accounts.get(), date=date(2024, 1, 2), balance=Decimal("5.0001"))

    assert Entry.objects.filter(amount__lt=F("account__balances__balance")).count() == 1
    Entry.objects.update(amount=F("amount") + Value(Decimal("0.0001"), MoneyField()))
    assert Entry.objects.get().amount == Decimal("5.0001")
    assert Entry.objects.annotate(size=Abs("amount")).get().size == Decimal("5.0001")


def test_nothing_is_nothing(enter):
    enter("5")

    row = Entry.objects.get()
    assert (row.account_amount, row.to_amount, row.fee) == (None, None, Decimal(0))


class TestSums(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(AMOUNTS, min_size=1, max_size=8))
    def test_any_amounts(self, amounts):
        person = make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")
        fields = {"user": person, "account": person.accounts.get(), "date": date(2024, 1, 2), "currency": "INR"}
        Entry.objects.bulk_create(Entry(kind="income", amount=amount, **fields) for amount in amounts)

        assert list(Entry.objects.order_by("amount").values_list("amount", flat=True)) == sorted(amounts)
        assert Entry.objects.aggregate(sum=Sum("amount"))["sum"] == sum(amounts)
        middle = sorted(amounts)[len(amounts) // 2]
        assert Entry.objects.filter(amount__lt=middle).count() == sum(amount < middle for amount in amounts)
