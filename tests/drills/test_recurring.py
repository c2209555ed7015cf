"""Several that make what is due of schedules at once, and are killed at that: each day is made once, none is lost."""

import random
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
import time_machine

from core.models import User
from ledger.models import Entry, RecurringEntry
from ledger.services.entries import EntryInput
from ledger.services.recurring import RecurringInput, recurring_create, recurring_make_due
from portfolio.models import Asset, Instalment, Transaction
from portfolio.services.instalments import instalments_make_due
from portfolio.services.plans import PlanInput, plan_create, plans_make_due
from tests.drills.conftest import closes, threads
from tests.drills.site import Site, kill_group

PROCESSES = 3


FIRST, SECOND = date(2024, 1, 1), date(2024, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_three_threads_at_once(asha, bob, infosys):
    """On New Year, four entries and two plans of two people are due at once; on the next day again."""
    with time_machine.travel(datetime(2023, 12, 30, tzinfo=UTC), tick=False):
        for person in (asha, bob):
            schedules(person, infosys)
    for day in (FIRST, SECOND):
        with time_machine.travel(datetime(2024, 1, day.day, 12, tzinfo=UTC), tick=False):
            closes(infosys, {day: 10})
            together = Barrier(PROCESSES)
            with threads() as start:
                for thread in [start(work, together) for _ in range(PROCESSES)]:
                    thread.result()

    rows = RecurringEntry.objects.order_by("pk")
    made = Entry.objects.order_by("recurring_id", "date").values_list("recurring_id", "date")
    assert list(made) == [(row.pk, day) for row in rows for day in (FIRST, SECOND)]
    assert {row.next_on for row in rows} == {date(2024, 1, 3)}
    assert Instalment.objects.filter(status="made").count() == Instalment.objects.count() == 4
    for person in (asha, bob):
        bought = Transaction.objects.filter(user=person).order_by("date").values_list("date", "quantity")
        assert list(bought) == [(FIRST, 10), (SECOND, 10)]


def schedules(person: User, asset: Asset) -> None:
    account = person.accounts.get()
    entry = EntryInput(account=account, kind="expense", date=FIRST, amount=Decimal(1))
    for name in ("Rent", "Milk"):
        recurring_create(user=person, data=RecurringInput(name=name, entry=entry, starts_on=FIRST, frequency="daily"))
    plan = PlanInput(name="SIP", account=account, asset=asset, amount=Decimal(100), starts_on=FIRST, frequency="daily")
    plan_create(user=person, data=plan)


def work(together: Barrier) -> None:
    for make in (recurring_make_due, plans_make_due, instalments_make_due):
        together.wait()
        while make():
            pass


def test_three_processes_of_which_one_is_killed(site: Site) -> None:
    drill(site, days=15, kills=1, seed=random.randrange(10**9))


@pytest.mark.drill
def test_three_processes_of_which_many_are_killed(site: Site) -> None:
    drill(site, days=120, kills=40, seed=random.randrange(10**9))


def drill(site: Site, *, days: int, kills: int, seed: int) -> None:
    """Each that is killed begins again at once; at the end one goes through all days in peace."""
    chance = random.Random(seed)
    site.run(*command("seed", days))
    working = [site.begin(*command("work", days)) for _ in range(PROCESSES)]
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(1, 6))
            number = chance.randrange(PROCESSES)
            kill_group(working[number])
            working[number] = site.begin(*command("work", days))
        for process in working:
            assert process.wait() == 0, (f"seed {seed}", site.log.read_text()[-5000:])
    finally:
        for process in working:
            kill_group(process)
    site.run(*command("work", days))
    assert site.asked(*command("problems", days)) == [], f"seed {seed}"


def command(name: str, days: int) -> tuple[str, ...]:
    return "-m", "tests.drills.recurring", name, str(days)
