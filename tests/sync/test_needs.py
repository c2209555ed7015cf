"""Which histories are needed from which day on, and that an edit says so at once and for nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Account, User
from core.services import account_create, user_update
from portfolio.models import Asset, PriceSource, Quote
from portfolio.providers.base import WrongAnswer
from portfolio.services.actions import action_record
from portfolio.services.transactions import transaction_delete
from portfolio.signals import holdings_begun
from portfolio.sync import needs
from tests.sync.conftest import Shelf, buy, flat, listed, source_of, stored, sync

pytestmark = pytest.mark.usefixtures("clock")


def wanted(asset: Asset) -> tuple[date | None, bool]:
    source = source_of(asset)
    return source.wanted_from, source.is_held


def pairs() -> dict[str, tuple[date | None, bool]]:
    rows = PriceSource.objects.filter(asset__asset_class="fx", asset__owner=None)
    return {row.symbol: (row.wanted_from, row.is_held) for row in rows}


def test_the_first_day_of_anybody_counts(acme: Asset, account: Account, asha: User) -> None:
    buy(account, acme, "2023-06-15")
    buy(asha.accounts.get(is_default=True), acme, "2022-03-11")

    needs.needs_note()

    assert wanted(acme) == (date(2022, 3, 1), True)
    assert source_of(acme).due_at == datetime(2024, 1, 31, 12, tzinfo=UTC)


def test_what_is_gone_is_not_needed(acme: Asset, account: Account) -> None:
    bought = buy(account, acme, "2023-06-15")
    needs.needs_note()
    transaction_delete(transaction=bought)

    needs.needs_note()

    assert wanted(acme) == (None, False)


def test_a_failed_fetch_stays_due_when_it_said(acme: Asset, account: Account) -> None:
    buy(account, acme, "2023-06-15")
    needs.needs_note()
    later = datetime(2024, 1, 31, 12, 9, tzinfo=UTC)
    PriceSource.objects.update(failures=3, due_at=later)
    buy(account, acme, "2022-06-15")

    needs.needs_note()

    assert source_of(acme).due_at == later


def test_a_second_look_writes_nothing(acme: Asset, account: Account) -> None:
    buy(account, acme, "2023-06-15")
    assert needs.needs_note() > 0

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert needs.needs_note() == 0

    assert not [one["sql"] for one in queries if one["sql"].startswith(("UPDATE", "INSERT"))]


def test_few_statements_whatever_the_number(account: Account, asha: User) -> None:
    def count() -> int:
        needs.needs_note()
        with CaptureQueriesContext(connection) as queries:
            needs.needs_note()
        return len(queries)

    buy(account, listed("A0"), "2023-06-15")
    buy(asha.accounts.get(is_default=True), listed("B0"), "2023-06-15")
    few = count()
    for number in range(1, 30):
        buy(account, listed(f"A{number}"), "2023-06-15")
        buy(asha.accounts.get(is_default=True), listed(f"B{number}"), "2023-06-15")

    assert count() == few <= 24


def test_a_family_is_needed_from_its_first_day(account: Account) -> None:
    """A bought in 2020, renamed to B in 2023: the history of B from 2020 stands in where A is no longer known."""
    old, new = listed("OLD"), listed("NEW")
    buy(account, old, "2020-06-15")
    fields = {"asset": old, "kind": "rename", "ex_date": date(2023, 6, 1), "ratio": Decimal(1), "new_asset": new}
    action_record(user=None, fields=fields)

    needs.needs_note()

    assert wanted(old) == (date(2020, 6, 5), False)
    assert wanted(new) == (date(2020, 6, 5), True)


def test_what_is_watched_is_needed_for_a_month(acme: Asset) -> None:
    Quote.objects.create(asset=acme, watched_at=datetime(2024, 1, 30, 12, tzinfo=UTC))
    needs.needs_note()
    assert wanted(acme) == (date(2023, 12, 17), True)

    Quote.objects.update(watched_at=datetime(2024, 1, 24, 11, tzinfo=UTC))
    needs.needs_note()

    assert wanted(acme) == (None, False)


def test_private_assets_and_those_without_a_source_are_left_alone(account: Account, bob: User) -> None:
    mine = Asset.objects.create(owner=bob, symbol="HOUSE", name="House", asset_class="other", currency="USD")
    odd = Asset.objects.create(owner=bob, symbol="ODD", name="Odd", asset_class="stock", currency="USD")
    imported = Asset.objects.create(symbol="OLDCO", name="Old", asset_class="stock", currency="USD")
    PriceSource.objects.create(asset=odd, provider="yahoo", symbol="ODD")
    for asset in (mine, odd, imported):
        buy(account, asset, "2023-06-15")

    needs.needs_note()

    assert wanted(odd) == (None, False)
    assert PriceSource.objects.count() == 1


class TestPairs:
    def test_one_currency_needs_none(self, acme: Asset, account: Account) -> None:
        buy(account, acme, "2023-06-15")

        needs.needs_note()

        assert pairs() == {}

    def test_a_dollar_share_in_a_rupee_portfolio(self, acme: Asset, asha: User) -> None:
        buy(asha.accounts.get(is_default=True), acme, "2023-06-15")

        needs.needs_note()

        assert pairs() == {"USDINR=X": (date(2023, 6, 5), True)}
        pair = Asset.objects.get(symbol="USDINR=X")
        pair.full_clean()
        assert (pair.currency, pair.owner, pair.source.provider) == ("INR", None, "yahoo")

    def test_majors_are_quoted_in_dollars_and_all_meet_there(self, asha: User) -> None:
        main = asha.accounts.get(is_default=True)
        buy(main, listed("SAP.DE", currency="EUR"), "2023-06-15")
        buy(main, listed("7203.T", currency="JPY"), "2023-09-15")

        needs.needs_note()

        first = (date(2023, 6, 5), True)
        assert pairs() == {"EURUSD=X": first, "USDJPY=X": first, "USDINR=X": first}

    def test_an_account_that_keeps_cash_and_another_base(self, acme: Asset, account: Account, bob: User) -> None:
        buy(account, acme, "2023-06-15")
        account_create(user=bob, fields={"name": "Revolut", "currency": "GBP", "tracks_cash": True})
        needs.needs_note()
        assert pairs().keys() == {"GBPUSD=X"}

        user_update(user=bob, changes={"base_currency": "CHF"})
        needs.needs_note()

        assert pairs().keys() == {"GBPUSD=X", "USDCHF=X"}

    def test_a_pair_that_is_there_is_taken_and_a_private_one_does_not_count(self, acme: Asset, asha: User) -> None:
        fields = {"symbol": "USDINR=X", "name": "Rupees", "asset_class": "fx", "currency": "INR"}
        Asset.objects.create(owner=asha, **fields)
        buy(asha.accounts.get(is_default=True), acme, "2023-06-15")

        needs.needs_note()
        needs.needs_note()

        assert Asset.objects.filter(symbol="USDINR=X", owner=None).count() == 1
        assert source_of(Asset.objects.get(symbol="USDINR=X", owner=None)).wanted_from == date(2023, 6, 5)

    def test_rates_that_somebody_enters_stay_theirs(self, acme: Asset, asha: User) -> None:
        Asset.objects.create(symbol="USDINR=X", name="Rupees", asset_class="fx", currency="INR")
        buy(asha.accounts.get(is_default=True), acme, "2023-06-15")

        needs.needs_note()

        assert pairs() == {}

    def test_the_demo_has_its_own(self, acme: Asset, asha: User) -> None:
        User.objects.filter(pk=asha.pk).update(is_demo=True)
        buy(asha.accounts.get(is_default=True), acme, "2023-06-15")

        needs.needs_note()

        assert pairs() == {}


class TestTellingOfIt:
    @pytest.fixture
    def told(self) -> Any:
        times: list[int] = []

        def note(**_: Any) -> None:
            times.append(1)

        holdings_begun.connect(note)
        yield times
        holdings_begun.disconnect(note)

    @pytest.fixture
    def edit(self, acme: Asset, account: Account, told: list[int], django_capture_on_commit_callbacks: Any) -> Any:
        def edit(day: str, **how: str) -> int:
            told.clear()
            with django_capture_on_commit_callbacks(execute=True):
                buy(account, acme, day, **how)
            return len(told)

        return edit

    def test_only_what_begins_is_told(self, edit: Any) -> None:
        assert edit("2023-06-15") == 1
        assert edit("2023-07-15") == 0
        assert edit("2023-08-15", kind="sell") == 0
        assert edit("2023-05-15") == 1
        assert edit("2023-09-15", kind="sell", quantity="20") == 0
        assert edit("2023-10-16") == 1

    def test_a_look_is_due_once_a_minute_or_when_told(self, db: None, clock: Any) -> None:
        needs.needs_changed()
        assert needs.needs_note_if_due()
        assert not needs.needs_note_if_due()
        needs.needs_changed()
        assert needs.needs_note_if_due()
        clock.shift(timedelta(seconds=59))
        assert not needs.needs_note_if_due()
        clock.shift(timedelta(seconds=2))
        assert needs.needs_note_if_due()


def test_what_failed_and_was_given_up_is_fetched_when_it_is_needed_again(
    shelf: Shelf, acme: Asset, account: Account
) -> None:
    """Also where nobody has any of it now: a purchase and a sale, both long ago."""
    shelf.put("ACME", flat("2023-01-02", "2024-01-30", "100"))
    shelf.errors["ACME"] = WrongAnswer("It has no currency.")
    bought = buy(account, acme, "2023-06-15")
    sync()
    transaction_delete(transaction=bought)
    sync()
    assert (source_of(acme).wanted_from, source_of(acme).due_at) == (None, None)

    del shelf.errors["ACME"]
    buy(account, acme, "2023-06-15")
    buy(account, acme, "2023-07-14", kind="sell")
    sync()
    assert min(stored(acme)) == "2023-06-05"
