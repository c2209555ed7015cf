"""What follows from rows of the ledger, whichever way these are written: words, sums, and who is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils.timezone import localtime

from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.signals import account_changing, account_deleting
from ledger.effects import Counted, counted_rows
from ledger.models import Balance, Entry, Terms, TermsRate
from ledger.search import words_of
from ledger.selectors import RESTORABLE_FOR
from ledger.services.statements_told import Stated, changes_since, statements_tell
from ledger.services.sums import SumsChange
from ledger.signals import ledger_changed

_BEFORE = "_before"
"""Where an instance keeps, between the signals around its saving, what the database had of it."""
_LEAVING = "_leaving"
"""Where what is being deleted keeps the rows that go with it: they are all gone before the first is told of."""
_STATED: Mapping[type[Model], tuple[str, ...]] = {
    Balance: ("user_id", "account_id", "date"),
    Terms: ("user_id", "account_id", "starts_on"),
    TermsRate: ("terms__user_id", "terms__account_id", "terms__starts_on"),
}
"""The columns of `Stated`."""


@receiver(pre_save, sender=Entry)
def entry_remember(instance: Entry, *, raw: bool, **_: Any) -> None:
    if raw:  # a fixture brings its sums
        return
    vars(instance)[_BEFORE] = _stored_locked(instance)
    instance.words = words_of(instance.payee, instance.description, instance.note, tags=instance.tags)


@receiver(post_save, sender=Entry)
def entry_saved(instance: Entry, *, raw: bool, **_: Any) -> None:
    if raw:
        return
    change = SumsChange()
    change.take(vars(instance).pop(_BEFORE))
    change.add(counted_rows(Entry.objects.filter(pk=instance.pk)))
    change.write()


@receiver(pre_delete, sender=Entry)
def entry_leaving(instance: Entry, *, origin: Any, **_: Any) -> None:
    if not _is_erasure(origin):
        vars(origin).setdefault(_LEAVING, []).extend(_stored_locked(instance))


@receiver(post_delete, sender=Entry)
def entry_deleted(*, origin: Any, **_: Any) -> None:
    """Once for all that a queryset deletes."""
    rows = [] if _is_erasure(origin) else vars(origin).pop(_LEAVING, [])
    if rows:
        change = SumsChange()
        change.take(rows)
        change.write()


@receiver(pre_save, sender=Balance)
@receiver(pre_save, sender=Terms)
@receiver(pre_save, sender=TermsRate)
def statement_remember(sender: type[Model], instance: Any, *, raw: bool, **_: Any) -> None:
    if not raw:
        vars(instance)[_BEFORE] = changes_since(sender, _stated_locked(sender, instance))


@receiver(post_save, sender=Balance)
@receiver(post_save, sender=Terms)
@receiver(post_save, sender=TermsRate)
def statement_saved(sender: type[Model], instance: Any, *, raw: bool, **_: Any) -> None:
    if not raw:
        statements_tell(sender, vars(instance).pop(_BEFORE), changes_since(sender, _stated(sender, instance)))


@receiver(pre_delete, sender=Balance)
@receiver(pre_delete, sender=Terms)
@receiver(pre_delete, sender=TermsRate)
def statement_leaving(sender: type[Model], instance: Any, *, origin: Any, **_: Any) -> None:
    if not _is_erasure(origin):
        vars(origin).setdefault(_LEAVING, []).extend(_stated_locked(sender, instance))


@receiver(post_delete, sender=Balance)
@receiver(post_delete, sender=Terms)
@receiver(post_delete, sender=TermsRate)
def statement_deleted(sender: type[Model], *, origin: Any, **_: Any) -> None:
    """Once for all that goes, as terms with their rates."""
    rows = [] if _is_erasure(origin) else vars(origin).pop(_LEAVING, [])
    statements_tell(sender, changes_since(sender, rows))


@receiver(account_changing)
def account_changed(account: Account, changes: Mapping[str, tuple[Any, Any]], **_: Any) -> None:
    days = list(_days_used(account))
    if not days:
        return
    _refuse_narrower(changes, first=min(days), last=max(days))
    if changes.keys() & {"tracks_cash", "kind", "closed_on"}:
        ledger_changed.send(sender=Account, user_id=account.user_id, since=min(days))


@receiver(account_deleting)
def account_leaving(account: Account, **_: Any) -> None:
    """What could still be restored is not among the entries that a person sees."""
    named = Entry.objects.filter(Q(account=account) | Q(to_account=account))
    found = named.aggregate(count=Count("pk"), last=Max("deleted_at"), kept=Count("pk", filter=Q(deleted_at=None)))
    if found["count"] and not found["kept"]:
        deleted = "a deleted entry" if found["count"] == 1 else f"{found['count']} deleted entries"
        gone = localtime(found["last"] + RESTORABLE_FOR, account.user.zone).date()
        detail = f"{account.name!r} has {deleted} that can be restored until {gone}; restore and move them, or wait."
        raise Conflict(detail, code="in_use")


def _stored_locked(instance: Entry) -> list[Counted]:
    """What the database has of it, once nobody else changes the entries of the person whom it leaves or comes to."""
    stored = Entry.objects.filter(pk=instance.pk) if instance.pk else Entry.objects.none()
    people = {instance.user_id, *stored.order_by().values_list("user_id", flat=True)}
    for user_id in sorted(people):  # as locks are taken
        person_lock(user_id)
    return list(counted_rows(stored))


def _stated_locked(sender: type[Model], instance: Any) -> list[Stated]:
    """What the database has of it, once nobody else changes the accounts of the person whom it leaves or comes to."""
    stored = _stated(sender, instance)
    owner = instance.terms.user_id if sender is TermsRate else instance.user_id
    for user_id in sorted({owner, *(row.user_id for row in stored)}):  # as locks are taken
        person_lock(user_id)
    return _stated(sender, instance)


def _stated(sender: type[Model], instance: Any) -> list[Stated]:
    rows = sender._base_manager.filter(pk=instance.pk) if instance.pk else sender._base_manager.none()
    return [Stated(*row) for row in rows.values_list(*_STATED[sender])]


def _is_erasure(origin: Any) -> bool:
    """Whether a person goes with all that is theirs: then there are no sums to keep."""
    return isinstance(origin, User) or (isinstance(origin, QuerySet) and origin.model is User)


def _days_used(account: Account) -> list[date]:
    """The first and the last of its entries and balances."""
    kept = Entry.objects.filter(deleted_at=None)
    sources = (kept.filter(account=account), kept.filter(to_account=account), Balance.objects.filter(account=account))
    bounds = [rows.order_by().aggregate(first=Min("date"), last=Max("date")) for rows in sources]
    return [day for row in bounds for day in row.values() if day is not None]


def _refuse_narrower(changes: Mapping[str, tuple[Any, Any]], *, first: date, last: date) -> None:
    _, opened_on = changes.get("opened_on", (None, None))
    if opened_on is not None and opened_on > first:
        raise InvalidInput(f"The account has an entry or balance before that, on {first}.", attr="opened_on")
    _, closed_on = changes.get("closed_on", (None, None))
    if closed_on is not None and closed_on < last:
        raise InvalidInput(f"The account has an entry or balance after that, on {last}.", attr="closed_on")
