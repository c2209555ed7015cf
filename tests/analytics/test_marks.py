"""Marks: who is marked by which change, from which day, in how many statements, and in whose transaction."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from analytics.models import HistoryMark
from analytics.selectors import history_state
from core.models import User
from core.services import account_update, user_update
from portfolio.models import Asset
from portfolio.services.prices import prices_record
from portfolio.services.transactions import TransactionInput, transaction_delete, transactions_record
from tests.analytics.conftest import TODAY, closes, enter, travel
from tests.conftest import make_person


@pytest.fixture
def shared(db) -> Asset:
    return Asset.objects.create(symbol="TCS", name="Tata Consultancy", asset_class="stock", currency="INR")


def built(user: User) -> HistoryMark:
    state = history_state(user)
    assert state.fresh
    return HistoryMark.objects.get(user=user)


def dirty() -> dict[str, date | None]:
    """By name, from which day on each history is untrue."""
    marks = HistoryMark.objects.filter(dirty_from__isnull=False).select_related("user")
    return {mark.user.email.partition("@")[0]: mark.dirty_from for mark in marks}


@pytest.fixture
def holders(asha, bob, mallory, shared, apple, at_noon):
    """Asha and Bob hold the shared asset, Mallory another; all their histories are true."""
    closes(shared, d2024_01_01="100")
    enter(asha.accounts.get(), "buy", "2024-01-03", shared, quantity="1", price="100")
    enter(bob.accounts.get(), "buy", "2024-01-05", shared, quantity="1", price="100")
    enter(mallory.accounts.get(), "buy", "2024-01-02", apple, quantity="1", price="100")
    for user in (asha, bob, mallory):
        built(user)


def test_it_works(holders, shared):
    closes(shared, d2024_01_07="101")

    assert dirty() == {"asha": date(2024, 1, 7), "bob": date(2024, 1, 7)}


def test_an_old_close_marks_from_the_day_of_the_first_holding(holders, shared):
    closes(shared, d2024_01_02="99")

    assert dirty() == {"asha": date(2024, 1, 3), "bob": date(2024, 1, 5)}


def test_a_close_of_a_day_that_is_not_built_marks_nobody(holders, shared):
    with travel(date(2024, 1, 12)):
        closes(shared, d2024_01_11="101", d2024_01_12="102")

    assert dirty() == {}


def test_a_close_of_a_day_that_some_have_built(holders, shared, asha):
    with travel(date(2024, 1, 12)):
        built(asha)
        closes(shared, d2024_01_11="101")

    assert dirty() == {"asha": date(2024, 1, 11)}


def test_the_same_close_again_marks_nobody(holders, shared):
    closes(shared, d2024_01_01="100")

    assert dirty() == {}


def test_what_was_sold_before_marks_nobody(holders, shared, asha, bob):
    enter(asha.accounts.get(), "sell", "2024-01-06", shared, quantity="1", price="100")
    built(asha)

    closes(shared, d2024_01_07="101")
    assert dirty() == {"bob": date(2024, 1, 7)}

    closes(shared, d2024_01_05="101")
    assert dirty() == {"asha": date(2024, 1, 5), "bob": date(2024, 1, 5)}


def test_many_holders_are_marked_in_one_statement(holders, shared):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            closes(shared, d2024_01_07=str(100 + Asset.objects.count() + User.objects.count()))
        return len(captured)

    few = statements()
    for index in range(5):
        person = make_person(f"p{index}@example.com", currency="INR", zone="Asia/Kolkata")
        enter(person.accounts.get(), "buy", "2024-01-03", shared, quantity="1", price="1")
        built(person)
    assert statements() == few
    assert len(dirty()) == 7


def test_many_closes_of_many_assets_are_one_statement(holders, asha):
    assets = [
        Asset.objects.create(symbol=f"A{index}", name="A", asset_class="stock", currency="INR") for index in range(3)
    ]
    for asset in assets:
        enter(asha.accounts.get(), "buy", "2024-01-04", asset, quantity="1", price="1")
    built(asha)
    with CaptureQueriesContext(connection) as captured:
        prices_record(closes={asset.pk: {date(2024, 1, 8 - i): Decimal(5)} for i, asset in enumerate(assets)})

    assert sum("UPDATE analytics_historymark" in query["sql"] for query in captured) == 1
    assert dirty() == {"asha": date(2024, 1, 6)}


def test_a_rate_marks_those_who_have_something_foreign(holders, dollar, asha, apple):
    closes(dollar, d2024_01_01="80")
    assert dirty() == {"bob": date(2024, 1, 5), "mallory": date(2024, 1, 2)}  # from the beginning: it is the first
    for name in dirty():
        built(User.objects.get(email=f"{name}@example.com"))

    closes(dollar, d2024_01_07="81")
    assert dirty() == {"bob": date(2024, 1, 7), "mallory": date(2024, 1, 7)}
    closes(dollar, d2024_01_01="79")
    assert dirty() == {"bob": date(2024, 1, 5), "mallory": date(2024, 1, 2)}


def test_the_first_rate_stands_for_the_days_before_it(holders, dollar):
    closes(dollar, d2024_01_09="80")

    assert dirty() == {"bob": date(2024, 1, 5), "mallory": date(2024, 1, 2)}


def test_a_private_rate_marks_its_owner(holders, mallory, dollar):
    closes(dollar, d2024_01_01="80")
    for email in ("bob@example.com", "mallory@example.com"):
        built(User.objects.get(email=email))
    own = Asset.objects.create(owner=mallory, symbol="USDINR=X", name="Mine", asset_class="fx", currency="INR")

    closes(own, d2024_01_09="90")

    assert dirty() == {"mallory": date(2024, 1, 2)}


def test_a_rate_marks_whose_account_is_foreign(asha, schwab, dollar, at_noon):
    enter(schwab, "deposit", "2024-01-03", amount="1", currency="INR")
    enter(schwab, "withdrawal", "2024-01-03", amount="1", currency="INR")
    built(asha)

    closes(dollar, d2024_01_05="80")

    assert dirty() == {"asha": date(2024, 1, 3)}


def test_a_hundred_edits_are_one_mark(holders, asha, shared):
    before = HistoryMark.objects.get(user=asha)
    with transaction.atomic():
        for day in range(100):
            enter(asha.accounts.get(), "buy", f"2024-01-{10 - day % 5:02}", shared, quantity="1", price="1")
    mark = HistoryMark.objects.get(user=asha)

    assert mark.dirty_from == date(2024, 1, 6)
    assert (mark.generation, mark.builds) == (before.generation + 100, before.builds)
    assert built(asha).builds == before.builds + 1


def test_a_mark_is_in_the_transaction_of_its_edit(holders, asha, shared):
    before = HistoryMark.objects.filter(user=asha).values().get()

    with transaction.atomic():
        enter(asha.accounts.get(), "buy", "2024-01-06", shared, quantity="1", price="1")
        closes(shared, d2024_01_04="5")
        assert dirty()["asha"] == date(2024, 1, 4)
        transaction.set_rollback(True)

    assert dirty() == {}
    assert HistoryMark.objects.filter(user=asha).values().get() == before


def test_an_edit_of_a_note_or_a_refused_one_marks_nobody(holders, asha, asha_api):
    row = asha.transactions.get()
    assert asha_api.patch(f"/api/v1/transactions/{row.pk}/", {"note": "mine"}).status_code == 200
    assert asha_api.patch(f"/api/v1/transactions/{row.pk}/", {"quantity": "-1"}).status_code == 400

    assert dirty() == {}


def test_an_edit_marks_from_the_earlier_of_its_two_days(holders, asha, asha_api):
    row = asha.transactions.get()

    assert asha_api.patch(f"/api/v1/transactions/{row.pk}/", {"date": "2024-01-08"}).status_code == 200
    assert dirty() == {"asha": date(2024, 1, 3)}
    built(asha)
    assert asha_api.patch(f"/api/v1/transactions/{row.pk}/", {"date": "2024-01-05"}).status_code == 200
    assert dirty() == {"asha": date(2024, 1, 5)}


def test_a_delete_marks_from_its_day(holders, asha):
    transaction_delete(transaction=asha.transactions.get())

    assert dirty() == {"asha": date(2024, 1, 3)}


def test_a_later_edit_leaves_an_earlier_mark(holders, asha, shared):
    for day in ("2024-01-04", "2024-01-08"):
        enter(asha.accounts.get(), "buy", day, shared, quantity="1", price="1")

    assert dirty() == {"asha": date(2024, 1, 4)}


def test_accounts_and_people(holders, asha):
    account_update(account=asha.accounts.get(), changes={"name": "Renamed"})
    user_update(user=asha, changes={"name": "Renamed", "base_currency": "INR"})
    assert dirty() == {}
    account_update(account=asha.accounts.get(), changes={"tracks_cash": True})
    assert dirty() == {"asha": date(2024, 1, 3)}
    built(asha)
    user_update(user=asha, changes={"base_currency": "USD"})
    assert dirty() == {"asha": date(2024, 1, 3)}


@pytest.fixture
def count(asha, asha_api, at_noon):
    """How many statements a full rebuild, an edit's and the graph take."""

    asha_api.get("/api/v1/me/")  # that the key was used is noted once an hour

    def statements() -> tuple[int, int]:
        HistoryMark.objects.filter(user=asha).update(built_through=None, builds=0)
        with CaptureQueriesContext(connection) as rebuild:
            built(asha)
        with CaptureQueriesContext(connection) as graph:
            assert asha_api.get("/api/v1/analytics/net-worth/").json()["fresh"]
        return len(rebuild), len(graph)

    return statements


def test_queries_do_not_grow_with_transactions_assets_and_years(asha, main, count):
    def more(number: int, years: int) -> None:
        rows = []
        for index in range(number):
            asset = Asset.objects.create(
                symbol=f"S{years}X{index}", name="S", asset_class="stock", currency=("INR", "USD")[index % 2]
            )
            closes(asset, d2010_06_01="5", d2024_01_02="6")
            day = date(TODAY.year - index % years, 1, 1 + index % 9)
            rows.append(
                TransactionInput(account=main, asset=asset, kind="buy", date=day, quantity=Decimal(2), price=Decimal(3))
            )
        transactions_record(user=asha, rows=rows)

    more(20, 1)
    small = count()
    more(200, 10)
    large = count()

    assert large == small
    assert max(small) <= 20
