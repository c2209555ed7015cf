"""Say from which day on accounts are different by what was stated of them, or by their terms."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Model

from core.days import EARLIEST_DAY
from ledger.models import Balance
from ledger.signals import ledger_changed


class Stated(NamedTuple):
    """Of a balance its day, of terms and their rates the day on which they start."""

    user_id: int
    account_id: int
    day: date


def changes_since(sender: type[Model], rows: Iterable[Stated]) -> dict[int, date]:
    """By person, the first day on which an account is different by these rows of a model: those that are stored now,
    or that are all gone.

    All days before the first statement of an account are worked back from it.
    """
    earliest: dict[tuple[int, int], date] = {}
    for user_id, account_id, day in rows:
        earliest[user_id, account_id] = min(day, earliest.get((user_id, account_id), day))
    since: dict[int, date] = {}
    for (user_id, account_id), day in earliest.items():
        first = EARLIEST_DAY if _is_worked_back(sender, account_id, day) else day
        since[user_id] = min(first, since.get(user_id, first))
    return since


def statements_tell(sender: type[Model], *changes: dict[int, date]) -> None:
    """Once to each person whom some of the changes concern."""
    for user_id in sorted({user_id for change in changes for user_id in change}):
        since = min(change[user_id] for change in changes if user_id in change)
        ledger_changed.send(sender=sender, user_id=user_id, since=since)


def _is_worked_back(sender: type[Model], account_id: int, day: date) -> bool:
    statements = Balance.objects.filter(account_id=account_id)
    if sender is Balance:
        return not statements.filter(date__lt=day).exists()
    return statements.exists() and not statements.filter(date__lte=day).exists()
