"""The embedded engine: one thread a process, which no error ends, and what it does to histories that are due."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from analytics import due
from analytics.models import HistoryMark
from analytics.rebuild import history_rebuild
from core import background
from core.models import User
from core.services import account_create
from portfolio.models import Asset
from tests.analytics.conftest import NET_WORTH, enter
from tests.conftest import api_of


def eventually(condition, seconds: float = 10) -> bool:
    """Whether it holds within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def loop(transactional_db, settings):
    """The real loop in a thread that ends with the test, which asks nothing of anybody but `work`."""
    stopped = threading.Event()
    monitor: list[background.Work] = []

    class Stop(BaseException):
        pass

    def work() -> bool:
        if stopped.is_set():
            connection.close()
            raise Stop
        return max([source() for source in monitor], default=False)

    def run() -> None:
        try:
            lane.loop()
        except Stop:
            return

    settings.SWEEP_SECONDS = 0.05
    lane = background.Lane("test")
    lane.sources.append(work)
    thread = threading.Thread(target=run, name="test of the loop", daemon=True)
    thread.start()
    yield monitor
    stopped.set()
    lane.wake()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def marked(transactional_db, asha):
    asset = Asset.objects.create(symbol="INFY", name="Infosys", asset_class="stock", currency="INR")
    enter(asha.accounts.get(), "buy", "2024-01-05", asset, quantity="1", price="1")
    return asha


def fresh(user: User) -> bool:
    return HistoryMark.objects.get(user=user).dirty_from is None


def test_it_works(marked, loop):
    assert not fresh(marked)
    loop.append(due.rebuild_due_history)

    assert eventually(lambda: fresh(marked))
    mark = HistoryMark.objects.get()
    assert (mark.builds, mark.lease_owner, mark.lease_until) == (1, "", None)


def test_work_is_registered_once():
    before = list(background.lane(background.HISTORY).sources)
    background.register(due.rebuild_due_history)

    assert background.lane(background.HISTORY).sources == before
    assert before.count(due.rebuild_due_history) == 1


@pytest.fixture
def idle(settings, monkeypatch):
    """No thread yet, and one that does nothing until the test is over."""
    over, started = threading.Event(), []

    def loop() -> None:
        started.append(threading.current_thread().name)
        over.wait()

    lane = background.lane(background.HISTORY)
    monkeypatch.setattr(lane, "thread", None)
    monkeypatch.setattr(lane, "loop", loop)
    settings.BACKGROUND = "thread"
    yield started
    over.set()
    if lane.thread is not None:
        lane.thread.join()


def test_waking_starts_one_thread(idle):
    callers = [threading.Thread(target=background.wake) for _ in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert eventually(lambda: idle)
    assert idle == ["background-history"]


def test_a_thread_that_died_is_started_again(idle, monkeypatch):
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    monkeypatch.setattr(background.lane(background.HISTORY), "thread", dead)
    background.wake()

    assert eventually(lambda: idle)


def test_a_command_that_does_its_work_by_hand_starts_no_thread(idle):
    with background.by_hand():
        background.wake()
        assert background.lane(background.HISTORY).thread is None
    background.wake()
    assert eventually(lambda: idle)


def test_no_thread_where_another_process_does_the_work(idle, settings):
    settings.BACKGROUND = "off"
    background.wake()

    assert (idle, background.lane(background.HISTORY).thread) == ([], None)


@pytest.mark.parametrize("times", [1, 3])
def test_an_error_of_the_database_does_not_end_the_loop(loop, marked, times):
    """Real ones: a statement that the database refuses, then a connection that is gone."""
    failures: list[bool] = []
    done: list[bool] = []

    def broken() -> bool:
        if len(failures) >= times:
            done.append(True)
            return False
        failures.append(True)
        if len(failures) == 2:
            connection.ensure_connection()
            connection.connection.close()  # as when the server restarts; Django does not know yet
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
        return False

    loop.append(broken)

    assert eventually(lambda: done)
    loop.append(due.rebuild_due_history)
    assert eventually(lambda: fresh(marked))


def test_what_nobody_foresaw_does_not_end_the_loop(loop, caplog):
    """Nobody may wake that lane for hours."""
    done: list[int] = []

    def broken() -> bool:
        done.append(1)
        if len(done) == 1:
            raise ArithmeticError("pear")
        return False

    loop.append(broken)

    assert eventually(lambda: len(done) > 1)
    assert [record.exc_info[0] for record in caplog.records] == [ArithmeticError]


def test_a_history_that_fails_is_tried_again_later(marked, monkeypatch):
    def burst(user):
        raise DatabaseError("disk full")

    monkeypatch.setattr(due, "history_rebuild", burst)
    waits = []
    for failures in range(1, 4):
        assert due.rebuild_due_history() is True
        assert due.rebuild_due_history() is False
        mark = HistoryMark.objects.get()
        assert (mark.failures, mark.last_error) == (failures, "DatabaseError: disk full")
        assert mark.lease_until is not None
        waits.append(mark.lease_until - timezone.now())
        HistoryMark.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]
    monkeypatch.undo()
    assert due.rebuild_due_history() is True
    assert fresh(marked)
    assert HistoryMark.objects.get().failures == 0


def test_one_that_fails_does_not_hold_up_the_others(marked, bob, monkeypatch):
    asset = Asset.objects.get()
    enter(bob.accounts.get(), "buy", "2024-01-05", asset, quantity="1", price="1")

    def burst(user):
        if user == marked:
            raise ArithmeticError("pear")
        return history_rebuild(user)

    monkeypatch.setattr(due, "history_rebuild", burst)
    while due.rebuild_due_history():
        pass

    assert fresh(bob)
    assert not fresh(marked)


def test_a_person_who_is_erased_meanwhile_ends_nothing(marked, bob, monkeypatch):
    enter(bob.accounts.get(), "buy", "2024-01-05", Asset.objects.get(), quantity="1", price="1")

    def erased(user):
        if user == marked:
            User.objects.get(pk=user.pk).delete()
        return history_rebuild(user)

    monkeypatch.setattr(due, "history_rebuild", erased)
    while due.rebuild_due_history():
        pass

    assert fresh(bob)
    assert list(User.objects.all()) == [bob]


def test_a_leased_history_is_left_alone_until_the_lease_ends(marked):
    HistoryMark.objects.update(lease_owner="another", lease_until=timezone.now() + timedelta(seconds=60))
    assert due.rebuild_due_history() is False
    HistoryMark.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert due.rebuild_due_history() is True
    assert fresh(marked)


def test_a_reader_does_not_wait_for_a_lease(marked):
    HistoryMark.objects.update(lease_owner="another", lease_until=timezone.now() + timedelta(seconds=60))

    assert api_of(marked).get(NET_WORTH).json()["fresh"] is True
    assert due.rebuild_due_history() is False


def test_everyone_who_is_due_gets_their_turn(marked, bob, mallory):
    asset = Asset.objects.get()
    for user in (bob, mallory):
        account = account_create(user=user, fields={"name": "Second"})
        enter(account, "buy", "2024-01-05", asset, quantity="1", price="1")

    background.run_due()

    assert all(fresh(user) for user in (marked, bob, mallory))
