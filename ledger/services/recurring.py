"""Writes of recurring entries, and of the entries that they make: each day of a schedule once."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max, QuerySet

from core import background
from core.days import today_for
from core.errors import InvalidInput, NotFound
from core.locks import person_lock
from core.models import User
from core.recurrence import next_after_change
from core.recurrence_work import Hindrance, check_missed, check_schedule, due_make, row_make, row_skip
from ledger.models import Entry, RecurringEntry
from ledger.services.entries import EntryInput, entries_insert
from ledger.services.entry_checks import entries_checked
from ledger.services.entry_rules import account_day_errors, currency_of, entry_errors

_SCHEDULE = ("name", "frequency", "interval", "starts_on", "ends_on", "is_paused")
_ENTRY = (
    "kind", "account", "to_account", "amount", "account_amount", "to_amount", "fee", "category", "payee",
    "description", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringInput:
    """entry: what is made on each day; its own `date` says nothing."""

    name: str
    entry: EntryInput
    starts_on: date
    frequency: str = RecurringEntry.Frequency.MONTHLY
    interval: int = 1
    ends_on: date | None = None
    is_paused: bool = False


@transaction.atomic
def recurring_create(*, user: User, data: RecurringInput) -> RecurringEntry:
    """Its days up to today are made at once."""
    person_lock(user.pk)
    row = _filled(RecurringEntry(user=user), data)
    _check_open(row)
    check_missed(row)
    row.next_on = row.schedule.first()
    row.save(force_insert=True)
    return _made(row)


@transaction.atomic
def recurring_change(*, recurring: RecurringEntry, data: RecurringInput) -> RecurringEntry:
    """Of the days to come; what is due already is made as it was before."""
    person_lock(recurring.user_id)
    row = _made(_present(recurring))
    before = copy(row)
    _filled(row, data)
    last_made = Entry.objects.filter(recurring=row).aggregate(last=Max("recurring_on"))["last"]
    row.go_on_from(next_after_change(before, row, last_made=last_made, today=today_for(row.user)))
    row.save(force_update=True)
    return _made(row)


@transaction.atomic
def recurring_skip(*, recurring: RecurringEntry, on: date | None = None) -> RecurringEntry:
    """Leave its next day out; see `row_skip`."""
    person_lock(recurring.user_id)
    row = _present(recurring)
    row_skip(row, on=on)
    return row


@transaction.atomic
def recurring_delete(*, recurring: RecurringEntry) -> None:
    """What it made stays."""
    person_lock(recurring.user_id)
    _present(recurring).delete()


def recurring_make_due() -> bool:
    """The work of the background: a round of what is due of all people; False where nothing is."""
    return due_make(_rows(), _make)


def _rows() -> QuerySet[RecurringEntry]:
    return RecurringEntry.objects.select_related("user", "account", "to_account", "category")


def _present(recurring: RecurringEntry) -> RecurringEntry:
    """As it is now: another request may have changed or deleted it meanwhile."""
    row = _rows().filter(pk=recurring.pk, user_id=recurring.user_id).first()
    if row is None:
        raise NotFound
    return row


def _filled(row: RecurringEntry, data: RecurringInput) -> RecurringEntry:
    (entry,) = entries_checked(user=row.user, rows=[data.entry], is_dated=False)
    for name in _SCHEDULE:
        setattr(row, name, getattr(data, name))
    for name in _ENTRY:
        setattr(row, name, getattr(entry, name))
    row.currency, row.tags = currency_of(entry), list(entry.tags)
    check_schedule(row)
    return row


def _check_open(row: RecurringEntry) -> None:
    for account in filter(None, (row.account, row.to_account)):
        for error in account_day_errors(account, row.starts_on):
            raise InvalidInput(error.detail, attr="starts_on", code=error.code)


def _made(row: RecurringEntry) -> RecurringEntry:
    """With what is due made; the background goes on where that is very much."""
    row_make(row, _make)
    transaction.on_commit(background.wake)
    return row


def _make(row: RecurringEntry, days: list[date]) -> Hindrance | None:
    """A day that was made before, whoever moved `next_on` back since, is left out."""
    made = Entry.objects.filter(recurring=row, recurring_on__range=(days[0], days[-1]))
    known = set(made.values_list("recurring_on", flat=True))
    inputs: list[EntryInput] = []
    hindrance: Hindrance | None = None
    for day in days:
        data = input_on(row, day)
        error = next(iter(entry_errors(data, today=day)), None)
        if error is not None:
            hindrance = Hindrance(day, error.detail)
            break
        inputs.append(data)
    entries_insert(user=row.user, rows=[data for data in inputs if data.recurring_on not in known])
    return hindrance


def input_on(row: RecurringEntry, day: date) -> EntryInput:
    """The entry of a day."""
    stated = {name: getattr(row, name) for name in (*_ENTRY, "currency")}
    return EntryInput(**stated, tags=tuple(row.tags), date=day, recurring=row, recurring_on=day)
