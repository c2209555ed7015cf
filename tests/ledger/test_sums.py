"""The sums of entries are what the entries make, whatever is done to these and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.errors import InvalidInput
from core.models import Account
from ledger.models import AccountYear, Category, CategoryYear, Entry
from ledger.selectors import entries_of
from ledger.services.categories import category_at
from ledger.services.category_moves import category_delete
from ledger.services.entries import (
    EntryInput,
    entries_change,
    entries_delete,
    entries_insert,
    entries_record,
    entries_restore,
    entry_record,
    entry_update,
)
from ledger.services.rebuild import ledger_rebuild
from tests.conftest import make_person
from tests.ledger.conftest import account_sums, category_sums, check_sums

DAY = date(2024, 1, 2)
DAYS = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31))  # ends of arrays, a leap day
AMOUNTS = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal("999999999999.9999"), places=4)


def spent(account: Account, amount: int | Decimal = 1, **fields: Any) -> EntryInput:
    return EntryInput(**{"account": account, "kind": "expense", "date": DAY, "amount": Decimal(amount), **fields})


def test_it_works(asha, main, bank):
    """1 January is the first element, 31 December of a leap year the last."""
    entries_record(user=asha, rows=[spent(bank, 3, date=date(2024, 1, 1)), spent(bank, 5, date=date(2024, 12, 31))])

    (row,) = AccountYear.objects.all()
    assert (row.account, row.year, row.currency) == (bank, 2024, "INR")
    days = memoryview(row.outside).cast("q")
    assert (len(days), days[0], days[365], sum(map(abs, days))) == (366, -30_000, -50_000, 80_000)
    (without,) = CategoryYear.objects.all()
    assert (without.category, without.kind, without.year) == (None, "expense", 2024)
    counts = memoryview(without.count).cast("i")
    assert (len(counts), counts[0], counts[365], sum(counts)) == (366, 1, 1, 2)


def test_the_smallest_and_the_largest_amount(asha, bank):
    most = Decimal("999999999999.9999")
    entries_record(user=asha, rows=[spent(bank, amount=most), spent(bank, amount=Decimal("0.0001"))])

    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-Decimal("1000000000000"), 0)}


def test_more_than_can_be_kept_of_a_day_is_refused(asha, bank):
    """900 times a million millions are 9e14 or 9e18 ten-thousandths: just what is kept. One more is too much."""
    most = Decimal("999999999999")
    entries_record(user=asha, rows=[spent(bank, amount=most)] * 450)
    entries_record(user=asha, rows=[spent(bank, amount=most)] * 450)

    for rows in ([spent(bank, amount=most)], [spent(bank, amount=most)] * 1000):
        with pytest.raises(InvalidInput, match="add up"):
            entries_record(user=asha, rows=rows)
    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-900 * most, 0)}


def test_what_is_zero_is_not_kept(asha, bank):
    row = entry_record(user=asha, data=spent(bank))
    entries_delete(user=asha, entries=[row])

    assert not AccountYear.objects.exists()
    assert not CategoryYear.objects.exists()


def test_an_entry_that_is_saved_by_hand(asha, mallory, main, bank, heard):
    row = Entry.objects.create(user=asha, account=bank, kind="expense", date="2024-01-02", amount="5", currency="INR")
    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-5, 0)}

    row.amount, row.kind, row.date = Decimal(7), "income", date(2023, 3, 3)
    row.save()
    assert account_sums(asha) == {(bank.pk, "INR", date(2023, 3, 3)): (7, 0)}
    check_sums(asha)

    row.user, row.account = mallory, mallory.accounts.get()
    row.save()
    assert (account_sums(asha), len(account_sums(mallory))) == ({}, 1)

    row.amount = Decimal(99)  # not saved
    row.delete()
    assert (account_sums(mallory), category_sums(mallory)) == ({}, {})
    first = date(2023, 3, 3)
    assert heard == [(asha.pk, DAY), (asha.pk, first), (asha.pk, first), (mallory.pk, first), (mallory.pk, first)]


def test_entries_that_a_query_deletes(asha, mallory, bank, heard):
    entries_record(user=asha, rows=[spent(bank, n) for n in range(1, 6)])
    kept = entry_record(user=mallory, data=spent(mallory.accounts.get(), 7))
    heard.clear()

    Entry.objects.filter(account=bank, amount__lt=4).delete()
    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-9, 0)}  # 4 and 5 are left
    assert heard == [(asha.pk, DAY)]
    Entry.objects.exclude(pk=kept.pk).delete()
    assert account_sums(asha) == {}
    check_sums(mallory)


def test_a_deleted_entry_that_goes_for_good_changes_nothing(asha, bank, heard):
    row = entry_record(user=asha, data=spent(bank))
    entries_delete(user=asha, entries=[row])
    heard.clear()
    Entry.objects.all().delete()

    assert (account_sums(asha), heard) == ({}, [])


def test_what_changes_no_money_is_not_told(asha, bank, heard):
    row = entry_record(user=asha, data=spent(bank))
    heard.clear()
    entry_update(entry=row, changes={"payee": "Noir", "category": "Food"})

    assert heard == []
    check_sums(asha)


def test_a_write_that_fails_leaves_the_sums(asha, bank):
    with transaction.atomic():
        entry_record(user=asha, data=spent(bank))
        transaction.set_rollback(True)

    assert account_sums(asha) == {}


def test_sums_do_not_care_about_a_query_of_many(asha, bank):
    """Deleting by a query is done in batches, and told once."""
    entries_insert(user=asha, rows=[spent(bank)] * 2500)
    assert entries_delete(user=asha, entries=entries_of(asha)) == 2500
    assert account_sums(asha) == {}
    assert entries_restore(user=asha, entries=Entry.objects.filter(user=asha)) == 2500
    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-2500, 0)}


@st.composite
def stated(draw: st.DrawFn, accounts: list[Account]) -> EntryInput:
    kind = draw(st.sampled_from(["expense", "income", "transfer"]))
    account = draw(st.sampled_from(accounts))
    currency = draw(st.sampled_from(["INR", "USD", "EUR"]))
    fields: dict[str, Any] = {"amount": draw(AMOUNTS), "currency": currency, "kind": kind}
    if currency != account.currency and draw(st.booleans()):
        fields["account_amount"] = draw(AMOUNTS)
    if kind == "transfer":
        target = draw(st.sampled_from([one for one in accounts if one != account]))
        fields |= {"to_account": target, "fee": draw(st.sampled_from([Decimal(0), Decimal("2.5")]))}
        if currency != target.currency and draw(st.booleans()):
            fields["to_amount"] = draw(AMOUNTS)
    elif draw(st.booleans()):
        fields |= {name: -fields[name] for name in ("amount", "account_amount") if name in fields}
    return EntryInput(account=account, date=draw(st.sampled_from(DAYS)), **fields)


class TestAnySequence(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_of_writes(self, data):
        person = make_person("asha@example.com", currency="INR", zone="Asia/Kolkata")
        accounts = [
            person.accounts.get(),
            Account.objects.create(user=person, name="Wise", kind="bank", currency="USD"),
            Account.objects.create(user=person, name="N26", kind="bank", currency="EUR"),
        ]
        for _ in range(data.draw(st.integers(1, 8))):
            self.write(person, accounts, data.draw)
        check_sums(person)
        assert ledger_rebuild(user_id=person.pk, write=False) == []

    def write(self, person, accounts, draw):
        """One of the ways in which entries change."""
        kept, deleted = (list(Entry.objects.filter(deleted_at__isnull=is_kept)) for is_kept in (True, False))
        some = draw(st.lists(st.sampled_from(kept), unique=True)) if kept else []
        ways = {
            "record": lambda: entry_record(user=person, data=draw(stated(accounts))),
            "many": lambda: entries_record(user=person, rows=draw(st.lists(stated(accounts), max_size=5))),
            "move": lambda: self.change(person, some, date=draw(st.sampled_from(DAYS))),
            "categorize": lambda: self.change(person, some, category=draw(st.sampled_from(["A", "A:B", "C"]))),
            "delete": lambda: entries_delete(user=person, entries=some),
            "restore": lambda: entries_restore(user=person, entries=deleted),
            "save": lambda: self.save(some, draw(AMOUNTS)),
            "erase": lambda: Entry.objects.filter(pk__in=[row.pk for row in some]).delete(),
            "give": lambda: self.give_up(person),
        }
        ways[draw(st.sampled_from(sorted(ways)))]()

    def change(self, person, entries, **changes):
        entries_change(user=person, entries=entries, changes=changes)

    def save(self, entries, amount):
        for row in entries:
            row.amount = amount
            row.save()

    def give_up(self, person):
        """The first category goes into another one of its kind, if there are two at the top."""
        top = list(Category.objects.filter(kind="expense", parent=None, children=None))
        if len(top) > 1:
            category_delete(category=top[0], move_to=top[1])


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment(asha, bank):
    """Four of them, ten entries each, in the same category, which all of them make."""
    together = Barrier(4)

    def write(turn: int) -> None:
        together.wait()
        try:
            for number in range(10):
                row = entry_record(user=asha, data=spent(bank, 1 + turn))
                entry_update(entry=row, changes={"category": "Food:Coffee"})
                if number % 5 == 0:
                    entries_delete(user=asha, entries=[row])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    # of each ten, eight are left: 8 × (1 + 2 + 3 + 4)
    assert account_sums(asha) == {(bank.pk, "INR", DAY): (-80, 0)}
    assert category_sums(asha) == {
        ("expense", category_at(user=asha, kind="expense", path="Food:Coffee").pk, "INR", DAY): (80, 32)
    }
    assert Category.objects.count() == 2
