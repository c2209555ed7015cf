"""Everyday money in another currency needs rates as an asset does: from its first year on, and at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import background
from core.currencies import currencies_used
from core.models import Account, User
from core.services import account_create, user_update
from ledger.models import Balance, Budget
from ledger.services.entries import EntryInput, entries_record, entry_record
from portfolio.lanes import SYNC
from portfolio.models import Asset, PriceSource
from portfolio.sync import needs
from portfolio.tracked import currencies_of
from tests.sync.conftest import Shelf, buy, flat, listed, source_of, stored
from tests.sync.test_needs import pairs, wanted

pytestmark = pytest.mark.usefixtures("clock")
SINCE_2023 = {"USDINR=X": (date(2022, 12, 22), True)}
"""A year of entries counts from its first day, and rates from ten days before."""


@pytest.fixture
def dollars(asha: User) -> Account:
    return account_create(user=asha, fields={"name": "Chase", "kind": "bank", "currency": "USD"})


def spend(account: Account, day: str = "2023-06-15", **fields: Any) -> None:
    amount = {"kind": "expense", "date": date.fromisoformat(day), "amount": Decimal(10), **fields}
    entry_record(user=account.user, data=EntryInput(account=account, **amount))


def state(account: Account, day: str) -> None:
    Balance.objects.create(user=account.user, account=account, date=date.fromisoformat(day), balance=100)


class TestWhatIsNeeded:
    def test_a_dollar_account_alone(self, dollars: Account) -> None:
        spend(dollars)

        needs.needs_note()

        assert pairs() == SINCE_2023

    def test_a_balance_that_was_stated(self, dollars: Account) -> None:
        state(dollars, "2023-06-15")

        needs.needs_note()

        assert pairs() == {"USDINR=X": (date(2023, 6, 5), True)}

    def test_an_entry_in_another_currency_than_its_account(self, asha: User) -> None:
        spend(asha.accounts.get(is_default=True), currency="EUR")

        needs.needs_note()

        first = (date(2022, 12, 22), True)
        assert pairs() == {"EURUSD=X": first, "USDINR=X": first}

    def test_what_the_account_was_charged_is_in_its_currency(self, asha: User) -> None:
        """10 euros for 900 rupees: both are known, and nothing is to be converted."""
        spend(asha.accounts.get(is_default=True), currency="EUR", account_amount=Decimal(900))

        needs.needs_note()

        assert pairs() == {}

    def test_a_budget(self, asha: User) -> None:
        Budget.objects.create(user=asha, month=date(2023, 7, 1), amount=500, currency="USD")

        needs.needs_note()

        assert pairs() == {"USDINR=X": (date(2023, 6, 21), True)}

    def test_an_account_without_anything_needs_none(self, dollars: Account) -> None:
        needs.needs_note()
        assert pairs() == {}

    def test_a_broker_that_keeps_no_money_has_the_currency_of_its_entries_alone(self, asha: User) -> None:
        broker = account_create(user=asha, fields={"name": "Schwab", "currency": "USD"})
        spend(broker, currency="INR")

        needs.needs_note()

        assert pairs() == {}

    def test_one_currency_needs_none(self, bob: User) -> None:
        spend(bob.accounts.get(is_default=True))
        needs.needs_note()
        assert pairs() == {}

    def test_rates_reach_back_to_the_first_of_all(self, dollars: Account, acme: Asset) -> None:
        """An account since 2019 and a share since 2023."""
        spend(dollars, "2019-03-01")
        buy(dollars.user.accounts.get(is_default=True), acme, "2023-06-15")

        needs.needs_note()

        assert pairs() == {"USDINR=X": (date(2018, 12, 22), True)}
        assert wanted(acme) == (date(2023, 6, 5), True)

    def test_the_index_that_is_compared_with_reaches_back_as_far(self, bob: User) -> None:
        index = listed("^GSPC", asset_class="index")
        deposit = account_create(user=bob, fields={"name": "CD", "kind": "deposit", "currency": "USD"})
        state(deposit, "2021-05-10")

        needs.needs_note()

        assert wanted(index) == (date(2021, 4, 30), True)

    def test_another_base_currency(self, asha: User, dollars: Account) -> None:
        spend(dollars)
        user_update(user=asha, changes={"base_currency": "USD"})
        needs.needs_note()
        assert pairs() == {}

    def test_the_demo_has_its_own(self, dollars: Account) -> None:
        User.objects.filter(pk=dollars.user_id).update(is_demo=True)
        spend(dollars)
        needs.needs_note()
        assert pairs() == {}

    def test_few_statements_whatever_the_number(self, asha: User, dollars: Account) -> None:
        def count() -> int:
            needs.needs_note()
            with CaptureQueriesContext(connection) as queries:
                needs.needs_note()
            return len(queries)

        spend(dollars)
        few = count()
        for number in range(5):
            person = User.objects.create_user(f"p{number}@example.com")
            bank = account_create(user=person, fields={"name": "Bank", "kind": "bank", "currency": "USD"})
            for year in range(2015, 2023):
                spend(bank, f"{year}-02-01")
            state(bank, "2015-02-01")

        assert count() == few

    def test_one_person_is_told_of_alone(self, asha: User, dollars: Account, bob: User) -> None:
        spend(dollars)
        spend(bob.accounts.get(is_default=True))
        assert currencies_used(asha.pk) == {asha.pk: {"USD": date(2023, 1, 1)}}
        assert currencies_used().keys() == {asha.pk, bob.pk}
        assert currencies_of(asha) == {"USD"}


class TestTellingOfIt:
    @pytest.fixture
    def edit(self, django_capture_on_commit_callbacks: Any) -> Any:
        def edit(make: Any) -> bool:
            """Whether the lane looks at once."""
            needs.needs_note()
            needs.needs_note_if_due()
            with django_capture_on_commit_callbacks(execute=True):
                make()
            return needs.needs_note_if_due()

        return edit

    def test_only_what_is_new_is_told(self, dollars: Account, edit: Any) -> None:
        assert edit(lambda: spend(dollars))
        assert not edit(lambda: spend(dollars, "2023-09-01"))
        assert edit(lambda: spend(dollars, "2022-09-01"))
        assert edit(lambda: spend(dollars, currency="GBP"))
        assert not edit(lambda: state(dollars, "2023-12-31"))

    def test_money_in_their_own_currency_is_none_of_it(self, asha: User, edit: Any) -> None:
        bank = account_create(user=asha, fields={"name": "HDFC", "kind": "bank", "currency": "INR"})
        assert not edit(lambda: spend(bank))

    def test_rates_that_somebody_enters_are_not_asked_for(self, dollars: Account, edit: Any) -> None:
        Asset.objects.create(symbol="USDINR=X", name="Rupees", asset_class="fx", currency="INR")
        assert not edit(lambda: spend(dollars))

    def test_one_question_where_there_is_nothing_to_tell(
        self, asha: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        bank = account_create(user=asha, fields={"name": "HDFC", "kind": "bank", "currency": "INR"})
        rows = [
            EntryInput(account=bank, kind="expense", date=date(2023, 1, 1 + n % 28), amount=Decimal(1 + n))
            for n in range(40)
        ]
        with django_capture_on_commit_callbacks() as callbacks:
            entries_record(user=asha, rows=rows)
        with CaptureQueriesContext(connection) as queries:
            for callback in callbacks:
                callback()
        assert len([one for one in queries if "ledger_accountyear" in one["sql"]]) == 1

    def test_the_rates_come_from_the_first_day_on(
        self, shelf: Shelf, dollars: Account, django_capture_on_commit_callbacks: Any
    ) -> None:
        """An entry of June 2023; the lane runs once, as it does when it is woken."""
        pair = listed("USDINR=X", currency="INR", asset_class="fx")
        shelf.put("USDINR=X", flat("2022-12-01", "2024-01-30", "83"), currency="INR")
        with django_capture_on_commit_callbacks(execute=True):
            spend(dollars)

        background.run_due(SYNC)

        assert min(stored(pair)) == "2022-12-22"
        assert PriceSource.objects.get(asset=pair).is_held
        assert source_of(pair).wanted_from == date(2022, 12, 22)
