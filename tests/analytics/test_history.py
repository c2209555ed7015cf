"""The stored history: whatever is edited, in whatever order, it is what a full rebuild would make."""

import contextlib
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from analytics import rebuild
from analytics.history import history_read
from analytics.inputs import inputs_load
from analytics.models import SERIES, HistoryMark, HistoryYear
from analytics.rebuild import history_rebuild
from analytics.selectors import history_state
from core.calendar import YEAR_LENGTH
from core.days import today_for
from core.errors import Conflict, InvalidInput
from core.models import User
from core.services import account_update, user_update
from portfolio.models import Asset, CorporateAction, Transaction
from portfolio.services.actions import action_change, action_delete, action_record
from portfolio.services.prices import prices_record
from portfolio.services.transactions import (
    TransactionInput,
    transaction_change,
    transaction_delete,
    transaction_record,
)
from tests.analytics.conftest import TODAY, closes, enter, travel

SHARES = ("priced", "stale", "estimated")


def check_stored(user: User) -> None:
    """Bring the history up to date as a reader does, and compare it with one that is computed as a whole."""
    assert history_state(user).fresh
    mark, today = HistoryMark.objects.get(user=user), today_for(user)
    inputs = inputs_load(user_id=user.pk, currency=user.base_currency, last=today)
    years = sorted(HistoryYear.objects.filter(user=user).values_list("year", flat=True))
    if inputs is None:
        assert (mark.first_day, years) == (None, [])
        return
    full = inputs.timeline()
    assert (mark.first_day, mark.currency, full.last) == (full.first, user.base_currency, today)
    assert years == list(range(full.first.year, today.year + 1))
    stored = history_read(user_id=user.pk, first=full.first, last=today)
    some = np.nan_to_num(full.holdings + full.cash + full.other_assets, nan=1e9) > 1  # less has no shares to speak of
    for name in SERIES:
        ours, theirs = stored.series[name], getattr(full, name)
        if name in SHARES:
            ours, theirs = ours[some], theirs[some]
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-6, equal_nan=True, err_msg=name)


class Editor:
    """Makes random edits through the services; those that the books refuse change nothing."""

    def __init__(self, user: User, seed: int) -> None:
        self.user, self.random = user, random.Random(seed)
        self.accounts = list(user.accounts.order_by("pk"))
        self.assets = [
            Asset.objects.create(symbol=symbol, name=symbol, asset_class="stock", currency=currency)
            for symbol, currency in (("A", "INR"), ("B", "USD"), ("C", "EUR"), ("D", "INR"))
        ]
        self.pairs = [
            Asset.objects.create(symbol=f"{pair}=X", name=pair, asset_class="fx", currency=pair[3:])
            for pair in ("USDINR", "EURUSD")
        ]

    def edit(self) -> None:
        edits = self.edits()
        (chosen,) = self.random.choices(list(edits), list(edits.values()))
        with contextlib.suppress(InvalidInput, Conflict):
            chosen()

    def edits(self) -> dict[Callable[[], None], int]:
        """How often each is made."""
        often: dict[Callable[[], None], int] = {self.record: 30, self.change: 8, self.delete: 10, self.price: 25}
        return often | {self.act: 6, self.unact: 4, self.account: 3, self.currency: 1}

    def day(self) -> date:
        """Often one of the last days, or around a New Year, else some day of three years."""
        today = today_for(self.user)
        back = self.random.choice((self.random.randrange(1100), self.random.randrange(30), 0))
        new_year = date(self.random.randrange(today.year - 2, today.year + 1), 1, 1)
        return self.random.choice((today - timedelta(days=back), new_year, new_year - timedelta(days=1)))

    def input(self) -> TransactionInput:
        kind = self.random.choice(
            "buy buy buy sell sell dividend deposit withdrawal transfer_in transfer_out fee".split()
        )
        money, amount = kind in ("deposit", "withdrawal", "fee"), Decimal(self.random.randrange(1, 9000)) / 4
        given: dict[str, Any] = {"amount": amount} if money or kind == "dividend" else {}
        if not money and kind != "dividend":
            given = {"quantity": Decimal(self.random.randrange(1, 50)) / 8}
            if kind != "transfer_out":
                given["price"] = Decimal(self.random.randrange(1, 400)) / 2
        return TransactionInput(
            account=self.random.choice(self.accounts),
            asset=None if money else self.random.choice(self.assets),
            kind=kind,
            date=self.day(),
            fee=Decimal(self.random.choice((0, 0, 3))),
            **given,
        )

    def record(self) -> None:
        transaction_record(user=self.user, data=self.input())

    def change(self) -> None:
        if rows := list(Transaction.objects.order_by("pk")):
            transaction_change(transaction=self.random.choice(rows), data=self.input())

    def delete(self) -> None:
        if rows := list(Transaction.objects.order_by("date", "pk")):
            row = rows[0] if self.random.random() < 0.3 else self.random.choice(rows)
            transaction_delete(transaction=row)

    def price(self) -> None:
        asset = self.random.choice([*self.assets, *self.pairs])
        values = [None, *(Decimal(self.random.randrange(1, 500)) / 4 for _ in range(3))]
        prices_record(closes={asset.pk: {self.day(): self.random.choice(values) for _ in range(2)}})

    def act(self) -> None:
        asset = self.random.choice(self.assets)
        kind = self.random.choice(("split", "bonus", "spinoff", "merger"))
        fields = {"asset": asset, "kind": kind, "ratio": Decimal(2)}
        if kind in ("spinoff", "merger"):
            fields["new_asset"] = self.assets[3 - self.assets.index(asset)]
        if kind == "spinoff":
            fields["cost_fraction"] = Decimal("0.25")
        ahead = self.random.choice((0, 0, 0, 5))
        action_record(user=None, fields={**fields, "ex_date": self.day() + timedelta(days=ahead)})

    def unact(self) -> None:
        if rows := list(CorporateAction.objects.order_by("pk")):
            row = self.random.choice(rows)
            if self.random.random() < 0.5:
                action_delete(action=row)
            else:
                action_change(action=row, changes={"ex_date": self.day(), "ratio": Decimal(3)})

    def account(self) -> None:
        account = self.random.choice(self.accounts)
        account.refresh_from_db()
        changes = (
            {"tracks_cash": not account.tracks_cash}
            if self.random.random() < 0.6
            else {"cost_method": "average" if account.cost_method == "fifo" else "fifo"}
        )
        account_update(account=account, changes=changes)

    def currency(self) -> None:
        user_update(user=self.user, changes={"base_currency": self.random.choice(("INR", "USD"))})


def check_edits(user: User, *, seed: int, edits: int, editor_of: type[Editor] = Editor) -> None:
    """Random edits, seen after each or after a few, while days, weeks and a New Year pass."""
    with travel(date(2023, 12, 20)):
        editor = editor_of(user, seed)
    now = date(2023, 12, 20)
    for _ in range(edits):
        now += timedelta(days=editor.random.choice((0, 0, 0, 0, 1, 8)))
        with travel(now):
            editor.edit()
            if editor.random.random() < 0.7:
                check_stored(user)
    with travel(now):
        check_stored(user)


def test_it_works(asha, asha_api, story):
    assert history_rebuild(asha) is True

    mark = HistoryMark.objects.get(user=asha)
    assert (mark.first_day, mark.built_through, mark.dirty_from) == (date(2024, 1, 1), TODAY, None)
    (year,) = HistoryYear.objects.all()
    assert (year.user, year.year, len(year.net_worth)) == (asha, 2024, YEAR_LENGTH)
    assert year.net_worth[:2].tolist() == [1000, 84_000]
    assert year.net_worth[9] == 85_414
    assert np.isnan(year.net_worth[10:]).all()
    check_stored(asha)


@pytest.mark.parametrize("seed", range(8))
def test_after_any_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=60)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(100, 160))
def test_after_hundreds_of_edits_it_is_what_a_full_rebuild_makes(asha, schwab, seed):
    check_edits(asha, seed=seed, edits=300)


@pytest.mark.parametrize("days", [1, 7, 31, 51, 52, 400])
def test_later_days_are_added(asha, story, days):
    """From 10 January 2024: over the leap day (51 is 1 March), and over New Year."""
    history_rebuild(asha)
    with travel(TODAY + timedelta(days=days)):
        check_stored(asha)


def test_day_by_day_over_new_year_and_the_leap_day(asha, main, infosys, dollar, apple):
    closes(dollar, d2023_12_20="80", d2023_12_31="81")
    closes(infosys, d2023_12_29="100")
    enter(main, "buy", "2023-12-30", infosys, quantity="3", price="99")
    enter(main, "buy", "2023-12-31", apple, quantity="3", price="7")
    for first in (date(2023, 12, 30), date(2024, 2, 27)):
        for offset in range(5):
            with travel(first + timedelta(days=offset)):
                check_stored(asha)


def test_without_the_first_transaction_it_begins_later(asha, story):
    history_rebuild(asha)
    transaction_delete(transaction=story["infosys"])
    check_stored(asha)

    assert HistoryMark.objects.get().first_day == date(2024, 1, 2)
    assert np.isnan(HistoryYear.objects.get().net_worth[0])


def test_years_that_are_no_longer_held_go(asha, main, infosys, at_noon):
    old = enter(main, "buy", "2020-05-05", infosys, quantity="1", price="1")
    enter(main, "buy", "2023-05-05", infosys, quantity="1", price="1")
    history_rebuild(asha)
    assert HistoryYear.objects.count() == 5

    transaction_delete(transaction=old)
    check_stored(asha)
    assert sorted(HistoryYear.objects.values_list("year", flat=True)) == [2023, 2024]
    assert np.isnan(HistoryYear.objects.get(year=2023).net_worth[:124]).all()


def test_without_any_transaction_it_is_empty_and_fresh(asha, main, infosys, at_noon):
    row = enter(main, "buy", "2020-05-05", infosys, quantity="1", price="1")
    history_rebuild(asha)
    transaction_delete(transaction=row)
    check_stored(asha)

    mark = HistoryMark.objects.get()
    assert (mark.first_day, mark.dirty_from, HistoryYear.objects.count()) == (None, None, 0)
    enter(main, "buy", "2021-05-05", infosys, quantity="1", price="1")
    check_stored(asha)


def test_a_fresh_history_is_not_stored_again(asha, story):
    history_rebuild(asha)
    history_rebuild(asha)

    assert HistoryMark.objects.get().builds == 1


def test_an_edit_during_the_rebuild_leaves_its_mark(asha, main, infosys, story, monkeypatch):
    def load_and_edit(**query):
        loaded = inputs_load(**query)
        enter(main, "buy", "2024-01-06", infosys, quantity="1", price="1")
        return loaded

    monkeypatch.setattr(rebuild, "inputs_load", load_and_edit)
    history_rebuild(asha)
    monkeypatch.undo()

    assert HistoryMark.objects.get().dirty_from is not None
    check_stored(asha)


def test_a_rebuild_that_another_has_overtaken_stores_nothing(asha, main, infosys, story, monkeypatch):
    def load_and_be_overtaken(**query):
        loaded = inputs_load(**query)
        monkeypatch.undo()
        enter(main, "buy", "2024-01-06", infosys, quantity="1", price="1")
        assert history_rebuild(asha) is True
        return loaded

    monkeypatch.setattr(rebuild, "inputs_load", load_and_be_overtaken)

    assert history_rebuild(asha) is False
    assert HistoryMark.objects.get().builds == 1
    check_stored(asha)


class TestZones:
    """Which day is the last one is decided where the person is. It is 20:00 UTC on 30 June 2024."""

    EVENING = date(2024, 6, 30), "20:00"

    def test_each_has_their_own_last_day(self, asha, bob, apple):
        with travel(*self.EVENING):
            for user in (asha, bob):
                enter(user.accounts.get(), "buy", "2024-06-28", apple, quantity="1", price="1")
                check_stored(user)

        assert HistoryMark.objects.get(user=asha).built_through == date(2024, 7, 1)
        assert HistoryMark.objects.get(user=bob).built_through == date(2024, 6, 30)

    def test_who_flies_east_gets_a_day(self, bob, bob_api, apple):
        with travel(*self.EVENING):
            enter(bob.accounts.get(), "buy", "2024-06-28", apple, quantity="1", price="1")
            check_stored(bob)
            bob_api.patch("/api/v1/me/", {"timezone": "Asia/Kolkata"})
            bob.refresh_from_db()
            check_stored(bob)
        assert HistoryMark.objects.get().built_through == date(2024, 7, 1)

    def test_who_flies_west_may_edit_what_they_call_tomorrow(self, asha, asha_api, main, infosys):
        with travel(*self.EVENING):
            enter(main, "buy", "2024-06-28", infosys, quantity="1", price="1")
            row = enter(main, "buy", "2024-07-01", infosys, quantity="2", price="1")
            check_stored(asha)
            asha_api.patch("/api/v1/me/", {"timezone": "America/New_York"})
            asha.refresh_from_db()
            body = asha_api.get("/api/v1/analytics/net-worth/").json()
            assert (body["dates"][-1], body["series"]["net_worth"], body["fresh"]) == ("2024-06-30", [1, 1, 1], True)
            transaction_delete(transaction=row)
            check_stored(asha)
        with travel(date(2024, 7, 3)):
            check_stored(asha)

    def test_who_has_only_what_they_call_tomorrow_has_nothing_yet(self, asha, asha_api, main, infosys):
        with travel(*self.EVENING):
            enter(main, "buy", "2024-07-01", infosys, quantity="2", price="1")
            asha_api.patch("/api/v1/me/", {"timezone": "America/New_York"})
            body = asha_api.get("/api/v1/analytics/net-worth/").json()
            assert (body["dates"], body["fresh"]) == ([], True)
            asha.refresh_from_db()
            check_stored(asha)
        with travel(date(2024, 7, 1)):
            check_stored(asha)
