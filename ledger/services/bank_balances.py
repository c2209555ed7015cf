"""Balances that a bank file states: kept beside those that are there, and never instead of them in silence."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.activity import changes_record, deletes_record, states_of
from core.batches import batches
from core.days import EARLIEST_DAY
from core.models import Account
from ledger.bank_files.items import StatedBalance
from ledger.models import Balance, BankImport
from ledger.services.bank_rows import Target
from ledger.services.bank_taken import Disagreement, Taken, listed
from ledger.services.entry_rules import account_day_errors
from ledger.services.statements_told import Stated, changes_since, statements_tell

BATCH = 1000


def balances_take(*, target: Target, stated: Iterable[StatedBalance], created_days: set[date], taken: Taken) -> None:
    """Write what the file states of the account, of each day the last.

    created_days: of which the file had new rows. What another file stated of such a day it stated before the day was
    over: it is replaced, or withdrawn where this file states nothing.
    """
    by_day = {one.date: one for one in stated if _is_usable(one, target, taken)}
    there = {row.date: row for row in Balance.objects.filter(account=target.account)}
    touched = [*_created(by_day, there, target), *_corrected(by_day, there, created_days, target)]
    for day, one in by_day.items():
        row = there.get(day)
        if row is not None and row.balance != one.balance and day not in touched:
            listed(taken.balances_disagreeing, Disagreement(one.line, day, one.balance, row.balance))
    withdrawn = [row for day, row in there.items() if _is_unfinished(row, created_days, target) and day not in by_day]
    _delete(withdrawn)
    taken.balances_created = len(by_day.keys() - there.keys())
    taken.balances_replaced = sorted(day for day in touched if day in there)
    taken.balances_withdrawn = sorted(row.date for row in withdrawn)
    _tell(target.account, [*touched, *(row.date for row in withdrawn)])


def balances_withdraw(bank_import: BankImport) -> None:
    """Delete what a file stated."""
    rows = list(bank_import.balances.all())
    _delete(rows)
    _tell(bank_import.account, [row.date for row in rows])


def _delete(rows: Sequence[Balance]) -> None:
    """In bulk, of which nobody is told."""
    for batch in batches(rows):
        gone = Balance.objects.filter(pk__in=[row.pk for row in batch])
        deletes_record(gone)
        gone._raw_delete(using=gone.db)


def _tell(account: Account, days: Iterable[date]) -> None:
    """Once, when all is written."""
    rows = (Stated(account.user_id, account.pk, day) for day in days)
    statements_tell(Balance, changes_since(Balance, rows))


def _created(by_day: dict[date, StatedBalance], there: dict[date, Balance], target: Target) -> Iterator[date]:
    new = [
        Balance(
            user=target.user,
            account=target.account,
            date=day,
            balance=one.balance,
            bank_import=target.bank_import,
        )
        for day, one in by_day.items()
        if day not in there
    ]
    Balance.objects.bulk_create(new, batch_size=BATCH)
    return (row.date for row in new)


def _corrected(
    by_day: dict[date, StatedBalance], there: dict[date, Balance], created_days: set[date], target: Target
) -> list[date]:
    rows = [
        row
        for day, row in there.items()
        if day in by_day and by_day[day].balance != row.balance and _is_unfinished(row, created_days, target)
    ]
    before = states_of(rows)
    for row in rows:
        row.balance, row.bank_import = by_day[row.date].balance, target.bank_import
    changes_record(before, rows)
    Balance.objects.bulk_update(rows, ["balance", "bank_import"], batch_size=BATCH)
    return [row.date for row in rows]


def _is_unfinished(row: Balance, created_days: set[date], target: Target) -> bool:
    """Whether another file stated it that did not have all rows of the day."""
    return row.bank_import_id not in (None, target.bank_import.pk) and row.date in created_days


def _is_usable(one: StatedBalance, target: Target, taken: Taken) -> bool:
    reason = _unusable(one, target)
    if reason:
        taken.warn(one.line, "balance", f"The balance of {one.date} is not taken: {reason}", code="balance_unusable")
    return not reason


def _unusable(one: StatedBalance, target: Target) -> str:
    account = target.account
    if not account.keeps_money:
        return f"{account.name!r} keeps no money."
    if not EARLIEST_DAY <= one.date <= target.today:
        return "the day is not one from 1900 to today."
    if account.kind == Account.Kind.LOAN and one.balance > 0:
        return "what is owed is negative."
    return next((error.detail for error in account_day_errors(account, one.date)), "")
