"""Two that write at once: whatever the order, the books are right and every history ends equal to a full rebuild."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from analytics.due import rebuild_due_history
from analytics.inputs import inputs_load
from analytics.models import HistoryMark, HistoryYear
from analytics.rebuild import _save, _seen, _since, _sources_held, history_rebuild
from core import background
from core.days import today_for
from core.locks import person_lock
from core.models import User
from core.services import user_update
from portfolio.books.events import BooksError
from portfolio.models import Asset, Transaction
from portfolio.services.actions import action_record
from portfolio.services.rebuild import holdings_rebuild
from portfolio.services.transactions import TransactionInput, transaction_change, transaction_delete
from tests.conftest import api_of, check_error
from tests.drills.conftest import BLINK, PATIENCE, Held, closes, enter, threads
from tests.drills.truth import history_problems

pytestmark = pytest.mark.django_db(transaction=True)
BOUGHT, LATER = date(2024, 1, 2), date(2024, 3, 1)
on_postgres = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has one writer: these two cannot meet"
)


def check(*people: User) -> None:
    """All is right once the background has done what is due."""
    background.run_due()
    for person in people:
        assert holdings_rebuild(user_id=person.pk, write=False) == []
        assert list(history_problems(person)) == []


def waits(thread: Future[Any]) -> bool:
    time.sleep(BLINK)
    return not thread.done()


def test_the_last_share_is_sold_once(asha, infosys):
    """Eight at once, over the API."""
    enter(asha, "buy", BOUGHT, infosys)
    body = {"kind": "sell", "date": LATER.isoformat(), "asset": infosys.pk, "quantity": "1", "price": "110"}
    together = Barrier(8)

    def sell() -> Any:
        client = api_of(asha)
        together.wait()
        return client.post("/api/v1/transactions/", body)

    with threads() as start:
        answers = [thread.result() for thread in [start(sell) for _ in range(8)]]

    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(refused) == 7
    for answer in refused:
        check_error(answer, 400, attr="quantity", code="oversold")
    assert Transaction.objects.filter(kind="sell").count() == 1
    check(asha)


def edit_at_random(person: User, assets: tuple[Asset, ...], seed: int) -> None:
    """Twelve edits; the last of `assets` is a rate."""
    chance = random.Random(seed)
    for _ in range(12):
        day = BOUGHT + timedelta(days=chance.randrange(700))
        if chance.random() < 0.4:
            closes(chance.choice(assets), {day: chance.randint(50, 150)})
            continue
        row = enter(person, chance.choice(("buy", "sell")), day, chance.choice(assets[:-1]))
        if chance.random() < 0.3:
            transaction_delete(transaction=row)


def test_edits_and_rebuilds_of_one_person(asha, infosys, apple, dollar):
    """Editors, readers and background threads, for a while; the last edit is in the history, as all are."""
    closes(infosys, {BOUGHT: 100})
    closes(dollar, {BOUGHT: 80})
    for asset in (infosys, apple):
        enter(asha, "buy", BOUGHT, asset, quantity=1000)

    def rebuild(work: Callable[[], bool]) -> None:
        for _ in range(25):
            work()

    with threads() as start:
        running = [start(edit_at_random, asha, (infosys, apple, dollar), seed) for seed in range(4)]
        running += [start(rebuild, rebuild_due_history) for _ in range(2)]
        running += [start(rebuild, lambda: history_rebuild(asha)) for _ in range(2)]
    for thread in running:
        thread.result()
    check(asha)


def test_people_prices_and_actions_never_wait_for_each_other(asha, bob, infosys, apple, dollar):
    """No deadlock: buys of two people, closes of what they buy, and splits of it."""
    together = Barrier(4)
    split = {"asset": infosys, "kind": "split", "ratio": Decimal(2)}

    def run(turn: int) -> None:
        together.wait()
        for number in range(15):
            day = BOUGHT + timedelta(days=number)
            if turn < 2:
                enter((asha, bob)[turn], "buy", day, (infosys, apple)[(number + turn) % 2])
            elif turn == 2:
                closes((infosys, apple, dollar)[number % 3], {day: 100 + number})
            elif number % 3 == 0:
                action_record(user=None, fields={**split, "ex_date": day})

    with threads() as start:
        running = [start(run, turn) for turn in range(4)]
    for thread in running:
        thread.result()
    check(asha, bob)


def test_a_hundred_edits_are_built_once(asha, infosys):
    enter(asha, "buy", BOUGHT, infosys)
    background.run_due()
    builds = HistoryMark.objects.get().builds
    for number in range(100):
        enter(asha, "buy", BOUGHT + timedelta(days=number), infosys)
    check(asha)

    assert HistoryMark.objects.get().builds == builds + 1


def test_a_rebuild_that_was_overtaken_stores_nothing(asha, infosys):
    enter(asha, "buy", BOUGHT, infosys)
    history_rebuild(asha)
    enter(asha, "buy", LATER, infosys)
    seen, today = _seen(asha), today_for(asha)
    inputs = inputs_load(user_id=asha.pk, currency="INR", last=today)
    assert inputs is not None
    computed = inputs.timeline(_since(seen, "INR", today))

    enter(asha, "buy", BOUGHT, infosys, quantity=5)
    assert history_rebuild(asha)
    stored = HistoryMark.objects.get().builds
    with transaction.atomic():
        assert not _save(asha, seen, inputs=inputs, computed=computed, today=today)

    assert HistoryMark.objects.get().builds == stored
    check(asha)


def test_an_edit_during_a_rebuild_leaves_its_mark(asha, infosys):
    enter(asha, "buy", LATER, infosys)
    seen, today = _seen(asha), today_for(asha)
    inputs = inputs_load(user_id=asha.pk, currency="INR", last=today)
    assert inputs is not None
    enter(asha, "buy", BOUGHT, infosys)
    with transaction.atomic():
        assert _save(asha, seen, inputs=inputs, computed=inputs.timeline(), today=today)

    assert HistoryMark.objects.get().dirty_from == BOUGHT
    check(asha)


def test_a_close_that_arrives_while_days_are_added(asha, infosys):
    """It waits for the days, finds them built, and marks them."""
    closes(infosys, {BOUGHT: 100})
    enter(asha, "buy", BOUGHT, infosys)
    seen, today = _seen(asha), today_for(asha)
    with threads() as start:
        with _sources_held(asha.pk):
            inputs = inputs_load(user_id=asha.pk, currency="INR", last=today)
            assert inputs is not None
            writer = start(closes, infosys, {today: 110})
            assert waits(writer)
            assert _save(asha, seen, inputs=inputs, computed=inputs.timeline(), today=today)
        writer.result(PATIENCE)

    assert HistoryMark.objects.get().dirty_from == today
    check(asha)


def test_a_rate_of_a_new_pair_while_the_first_history_is_built(asha, apple):
    """Nobody can hold a pair that is not there yet: the rate marks the history that is under way."""
    closes(apple, {BOUGHT: 100})
    enter(asha, "buy", BOUGHT, apple)
    seen, today = _seen(asha), today_for(asha)
    inputs = inputs_load(user_id=asha.pk, currency="INR", last=today)
    assert inputs is not None
    assert inputs.unknown == ("USD",)
    pair = Asset.objects.create(symbol="USDINR=X", name="Rupees for a dollar", asset_class="fx", currency="INR")
    closes(pair, {BOUGHT: 80})
    with transaction.atomic():
        assert _save(asha, seen, inputs=inputs, computed=inputs.timeline(), today=today)

    assert HistoryMark.objects.get().dirty_from is not None
    check(asha)


def test_a_currency_that_changes_while_a_history_is_built_in_the_one_before(asha, apple, dollar):
    """There and back again: the rebuild in dollars stores last, and must not be taken for true."""
    closes(dollar, {BOUGHT: 80})
    enter(asha, "buy", BOUGHT, apple)
    history_rebuild(asha)
    user_update(user=asha, changes={"base_currency": "USD"})
    seen, today = _seen(asha), today_for(asha)
    inputs = inputs_load(user_id=asha.pk, currency="USD", last=today)
    assert inputs is not None
    user_update(user=asha, changes={"base_currency": "INR"})
    with transaction.atomic():
        assert _save(seen.user, seen, inputs=inputs, computed=inputs.timeline(), today=today)
    check(asha)

    assert HistoryMark.objects.get().currency == "INR"


def test_a_currency_that_changed_after_the_request_began(asha, apple, dollar):
    closes(dollar, {BOUGHT: 80})
    enter(asha, "buy", BOUGHT, apple)
    user_update(user=User.objects.get(pk=asha.pk), changes={"base_currency": "USD"})
    assert asha.base_currency == "INR"
    history_rebuild(asha)

    assert HistoryMark.objects.get().currency == "USD"
    check(asha)


@on_postgres
def test_closes_written_while_their_first_buyer_has_not_committed(asha, infosys):
    """The writer of the closes cannot see the holding; the rebuild after the purchase waits for the closes."""
    with threads() as start:
        bought = Held(start, lambda: enter(asha, "buy", BOUGHT, infosys))
        priced = Held(start, lambda: closes(infosys, {LATER: 150}))
        bought.commit()
        rebuilt = start(history_rebuild, asha)
        assert waits(rebuilt)
        priced.commit()
        assert rebuilt.result(PATIENCE)

    check(asha)


@on_postgres
@pytest.mark.parametrize("is_first", [True, False])
def test_a_split_while_somebody_is_buying(asha, infosys, is_first):
    """The split is for the shares that are being bought, too, whether or not there were some before."""
    if not is_first:
        enter(asha, "buy", BOUGHT, infosys)
    split = {"asset": infosys, "kind": "split", "ex_date": LATER, "ratio": Decimal(2)}
    with threads() as start:
        bought = Held(start, lambda: enter(asha, "buy", BOUGHT, infosys))
        splitting = start(lambda: action_record(user=None, fields=split))
        assert waits(splitting)
        bought.commit()
        splitting.result(PATIENCE)

    assert asha.holdings.get().quantity == (2 if is_first else 4)
    check(asha)


@on_postgres
def test_buying_while_a_split_is_written(asha, infosys):
    split = {"asset": infosys, "kind": "split", "ex_date": LATER, "ratio": Decimal(2)}
    with threads() as start:
        splitting = Held(start, lambda: action_record(user=None, fields=split))
        buying = start(enter, asha, "buy", BOUGHT, infosys)
        assert waits(buying)
        splitting.commit()
        buying.result(PATIENCE)

    assert asha.holdings.get().quantity == 2
    check(asha)


@on_postgres
def test_closes_and_a_purchase_of_one_asset_do_not_deadlock(asha, infosys):
    """The writer of closes waits for the mark that the buyer holds, and the buyer for nothing that the writer holds."""
    enter(asha, "buy", BOUGHT, infosys)
    background.run_due()
    with threads() as start:
        bought = Held(start, lambda: enter(asha, "buy", LATER, infosys))
        writer = start(closes, infosys, {LATER: 150})
        assert waits(writer)
        bought.commit()
        writer.result(PATIENCE)

    check(asha)


@on_postgres
def test_closes_of_two_assets_mark_the_same_people(asha, bob, infosys, apple):
    for person in (asha, bob):
        for asset in (infosys, apple):
            enter(person, "buy", BOUGHT, asset)
    background.run_due()
    with threads() as start:
        first = Held(start, lambda: closes(infosys, {LATER: 150}))
        second = start(closes, apple, {LATER: 150})
        assert waits(second)
        first.commit()
        second.result(PATIENCE)

    check(asha, bob)


def test_a_person_erased_while_their_history_is_built(asha, bob, infosys):
    for person in (asha, bob):
        enter(person, "buy", BOUGHT, infosys)
    seen, today = _seen(asha), today_for(asha)
    with threads() as start:
        with _sources_held(asha.pk):
            inputs = inputs_load(user_id=asha.pk, currency="INR", last=today)
            assert inputs is not None
            erasing = start(lambda: User.objects.get(pk=asha.pk).delete())
            assert waits(erasing)
            assert _save(asha, seen, inputs=inputs, computed=inputs.timeline(), today=today)
        erasing.result(PATIENCE)

    assert not HistoryYear.objects.filter(user_id=asha.pk).exists()
    with transaction.atomic():
        assert not _save(asha, seen, inputs=inputs, computed=inputs.timeline(), today=today)
    check(bob)


def test_today_moves_back_over_new_year(asha, infosys):
    """On Christmas Island it is 2025, on Hawaii 2024: what was built of 2025 is not there any more, until it is."""
    user_update(user=asha, changes={"timezone": "Pacific/Kiritimati"})
    with time_machine.travel(datetime(2024, 12, 31, 11, tzinfo=UTC), tick=False):
        assert today_for(asha) == date(2025, 1, 1)
        late = enter(asha, "buy", date(2025, 1, 1), infosys)
        enter(asha, "buy", BOUGHT, infosys)
        check(asha)
        user_update(user=asha, changes={"timezone": "Pacific/Honolulu"})
        transaction_delete(transaction=late)
        check(asha)
        assert HistoryMark.objects.get().built_through == date(2024, 12, 31)
    with time_machine.travel(datetime(2025, 1, 2, 12, tzinfo=UTC), tick=False):
        assert history_rebuild(asha)
        check(asha)


def test_without_the_first_transaction_and_without_any(asha, infosys):
    first = enter(asha, "buy", date(2020, 5, 5), infosys)
    second = enter(asha, "buy", LATER, infosys)
    check(asha)
    transaction_delete(transaction=first)
    check(asha)
    assert HistoryMark.objects.get().first_day == LATER
    transaction_delete(transaction=second)
    check(asha)
    assert HistoryMark.objects.get().first_day is None
    assert not HistoryYear.objects.exists()


def test_edits_of_two_threads_to_one_row(asha, infosys):
    """The later one wins as a whole; neither is mixed with the other."""
    row = enter(asha, "buy", BOUGHT, infosys, quantity=10)
    together = Barrier(6)

    def change(number: int) -> None:
        data = TransactionInput(
            account=asha.accounts.get(), asset=infosys, kind="buy", date=BOUGHT + timedelta(days=number),
            quantity=Decimal(number), price=Decimal(number),
        )  # fmt: skip
        together.wait()
        transaction_change(transaction=row, data=data)

    with threads() as start:
        running = [start(change, number) for number in range(1, 7)]
    for thread in running:
        thread.result()

    row.refresh_from_db()
    assert row.quantity == row.price == (row.date - BOUGHT).days
    check(asha)


@on_postgres
def test_a_row_that_moves_to_another_person_while_both_are_edited(asha, bob, infosys):
    """Whoever has the first person goes on to the second without waiting for the one who waits."""
    first, second = sorted((asha, bob), key=lambda person: person.pk)
    row = enter(first, "buy", BOUGHT, infosys)
    row.user, row.account = second, second.accounts.get()
    with threads() as start:
        with transaction.atomic():
            person_lock(first.pk)
            moving = start(row.save)
            assert waits(moving)
            person_lock(second.pk)
        moving.result(PATIENCE)

    assert second.holdings.get().quantity == 1
    assert not first.holdings.exists()
    check(first, second)


@on_postgres
def test_saving_a_row_waits_for_whoever_edits_its_person(asha, infosys):
    """Also once its saving was refused: what was known then is not known any more."""
    row = enter(asha, "buy", BOUGHT, infosys)
    row.kind = "sell"
    with pytest.raises(BooksError):
        row.save()
    row.kind = "buy"
    with threads() as start:
        with transaction.atomic():
            person_lock(asha.pk)
            saving = start(row.save)
            assert waits(saving)
        saving.result(PATIENCE)

    check(asha)
