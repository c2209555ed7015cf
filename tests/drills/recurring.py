"""`python -m tests.drills.recurring seed|work|problems DAYS`: schedules, a process that makes them, what is wrong.

The clock of a process that works goes through so many days, four times in each, as fast as it can.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
import time_machine

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
ZONES = ("Asia/Kolkata", "America/New_York", "Pacific/Kiritimati", "UTC")
SCHEDULES = (("daily", 1, 1), ("weekly", 2, 5), ("monthly", 1, 31))
"""Frequency, interval and first day in January."""
STEP = timedelta(hours=6)
TO_MONDAY = {5: 2, 6: 1}
CLOSED_ON = date(2024, 1, 9)
"""The last day of an account of which a daily entry is made."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    os.environ["BACKGROUND"] = "off"  # it would go by the clock of the machine
    django.setup()
    _, name, days = sys.argv
    print(json.dumps({"seed": seed, "work": work, "problems": problems}[name](int(days))))  # noqa: T201


def seed(days: int) -> int:
    from core.models import User

    for number, zone in enumerate(ZONES):
        person = User.objects.create_user(f"{number}@example.com", "a pass phrase", base_currency="INR", timezone=zone)
        with time_machine.travel(BEGIN + timedelta(days=days), tick=False):
            fund = _fund(person, days)
        with time_machine.travel(BEGIN - timedelta(days=2), tick=False):
            _schedules(person, fund)
    return len(ZONES)


def _fund(person: Any, days: int) -> Any:
    """With a close on each weekday."""
    from portfolio.services.assets import asset_create
    from portfolio.services.prices import prices_record

    fields = {"symbol": "FUND", "name": "A fund", "asset_class": "mutual_fund", "currency": "INR"}
    fund = asset_create(owner=person, fields=fields)
    window = [BEGIN.date() + timedelta(days=number) for number in range(days)]
    prices_record(closes={fund.pk: {day: Decimal(100) for day in window if day.weekday() < 5}})
    return fund


def _schedules(person: Any, fund: Any) -> None:
    from core.services import account_create, account_update
    from portfolio.services.plans import PlanInput, plan_create

    bank = account_create(user=person, fields={"name": "Bank", "kind": "bank"})
    closing = account_create(user=person, fields={"name": "Closing", "kind": "bank"})
    for schedule in SCHEDULES:
        _recurring(bank, *schedule)
    _recurring(closing, *SCHEDULES[0])
    account_update(account=closing, changes={"closed_on": CLOSED_ON})
    plan = PlanInput(
        name="SIP", account=bank, asset=fund, amount=Decimal(1000), frequency="daily", interval=3,
        starts_on=date(2024, 1, 3),
    )  # fmt: skip
    plan_create(user=person, data=plan)


def _recurring(account: Any, frequency: str, interval: int, day: int) -> None:
    from ledger.services.entries import EntryInput
    from ledger.services.recurring import RecurringInput, recurring_create

    starts_on = date(2024, 1, day)
    entry = EntryInput(account=account, kind="expense", date=starts_on, amount=Decimal(10))
    data = RecurringInput(name=frequency, entry=entry, frequency=frequency, interval=interval, starts_on=starts_on)
    recurring_create(user=account.user, data=data)


def work(days: int) -> int:
    """As the lane does it, which also goes on after the database was busy for too long."""
    from django.db import OperationalError

    clock = time_machine.travel(BEGIN, tick=False).start()
    for number in range(days * 4):
        clock.move_to(BEGIN + number * STEP)
        for _ in range(3):
            try:
                _make_due()
                break
            except OperationalError:
                continue
    return days


def _make_due() -> None:
    from ledger.services.recurring import recurring_make_due
    from portfolio.services.instalments import instalments_make_due
    from portfolio.services.plans import plans_make_due

    while any(make() for make in (recurring_make_due, plans_make_due, instalments_make_due)):
        pass


def problems(days: int) -> list[str]:
    with time_machine.travel(BEGIN + (days * 4 - 1) * STEP, tick=False):
        return [*_entry_problems(), *_plan_problems(), *_sum_problems()]


def _entry_problems() -> Iterator[str]:
    from core.days import today_for
    from ledger.models import Entry, RecurringEntry

    for row in RecurringEntry.objects.select_related("user", "account"):
        last = min(today_for(row.user), row.account.closed_on or date.max)
        wanted = list(row.schedule.days(date(2024, 1, 1), last))
        made = list(Entry.objects.filter(recurring=row).order_by("recurring_on").values_list("recurring_on", flat=True))
        if made != wanted:
            yield f"{row.user} {row.name}: {Counter(made)} and not {wanted}"
        if row.next_on != row.schedule.after(last) or bool(row.last_error) != (row.account.closed_on is not None):
            yield f"{row.user} {row.name}: next is {row.next_on}, {row.last_error!r}"


def _plan_problems() -> Iterator[str]:
    """Of each day an instalment; of each that has a close by now, one purchase of 10 units on the next weekday."""
    from core.days import today_for
    from portfolio.models import Instalment, InvestmentPlan, Transaction

    for plan in InvestmentPlan.objects.select_related("user", "asset"):
        today = today_for(plan.user)
        due = list(plan.schedule.days(date(2024, 1, 1), today))
        if list(Instalment.objects.filter(plan=plan).values_list("due_on", flat=True)) != due:
            yield f"{plan.user}: instalments are missing or too many"
        weekdays = [day + timedelta(days=TO_MONDAY.get(day.weekday(), 0)) for day in due]
        wanted = sorted(day for day in weekdays if day <= min(today, plan.asset.prices_to or date.min))
        bought = list(Transaction.objects.filter(user=plan.user).order_by("date").values_list("date", "quantity"))
        if bought != [(day, 10) for day in wanted]:
            yield f"{plan.user}: bought {bought} and not {wanted}"


def _sum_problems() -> Iterator[str]:
    from core.models import User
    from ledger.daily import account_days
    from ledger.models import Entry
    from portfolio.services.rebuild import holdings_rebuild

    for person in User.objects.all():
        stored = sum(int(row.outside.sum()) for row in account_days(person.pk))
        if stored != -10 * 10_000 * Entry.objects.filter(user=person).count():
            yield f"{person}: the sums of accounts say {stored}"
        yield from (f"{person}: {difference}" for difference in holdings_rebuild(user_id=person.pk, write=False))


if __name__ == "__main__":
    main()
