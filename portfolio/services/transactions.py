"""Writes of transactions; the holdings follow in the same database transaction, or nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction as database
from django.db.models import QuerySet

from core.errors import FieldError, InvalidInput, NotFound
from core.locks import person_lock
from core.models import User
from portfolio.books.events import BooksError
from portfolio.models import Transaction
from portfolio.services.books import Book, books_known, books_project_locked
from portfolio.services.transaction_checks import inputs_checked
from portfolio.services.transaction_rules import TransactionInput, currency_of

__all__ = [
    "TransactionInput",
    "transaction_change",
    "transaction_delete",
    "transaction_record",
    "transactions_delete",
    "transactions_record",
]

_PLAIN_FIELDS = ("kind", "date", "time", "quantity", "price", "fee", "tax", "amount", "fx_rate", "note")
_BATCH = 2000


@database.atomic
def transaction_record(*, user: User, data: TransactionInput) -> Transaction:
    person_lock(user.pk)
    (checked,) = inputs_checked(user=user, rows=[data])
    return _saved(_filled(Transaction(user=user), checked), before=[])


@database.atomic
def transactions_record(*, user: User, rows: Sequence[TransactionInput]) -> list[Transaction]:
    """All or nothing; what is wrong is named by row and field, `3.quantity`, rows counted from 0."""
    person_lock(user.pk)
    checked = inputs_checked(user=user, rows=rows, numbered=True)
    created = Transaction.objects.bulk_create(
        [_filled(Transaction(user=user), data) for data in checked], batch_size=_BATCH
    )
    prefixes = {row.pk: f"{index}." for index, row in enumerate(created)}
    with _books_errors_named(prefixes.get):
        books_project_locked(user_id=user.pk, asset_ids={row.asset_id for row in created})
    return created


@database.atomic
def transaction_change(*, transaction: Transaction, data: TransactionInput) -> Transaction:
    person_lock(transaction.user_id)
    row = _present(transaction)
    (checked,) = inputs_checked(user=row.user, rows=[data], replaces=row)
    before = [(row.user_id, row.asset_id)]
    return _saved(_filled(row, checked), before=before)


@database.atomic
def transaction_delete(*, transaction: Transaction) -> None:
    person_lock(transaction.user_id)
    row = _present(transaction)
    with _books_errors_named(_nothing_written):
        row.delete()


@database.atomic
def transactions_delete(*, user: User, transactions: QuerySet[Transaction]) -> int:
    """Delete those among `transactions` that are the person's; how many there were."""
    person_lock(user.pk)
    with _books_errors_named(_nothing_written):
        _, by_model = transactions.filter(user_id=user.pk).delete()
    return by_model.get(Transaction._meta.label, 0)


def _present(transaction: Transaction) -> Transaction:
    """The row as it is now: another request may have changed or deleted it meanwhile, or given it to somebody else."""
    rows = Transaction.objects.select_related("user").filter(pk=transaction.pk, user_id=transaction.user_id)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _filled(row: Transaction, data: TransactionInput) -> Transaction:
    row.account, row.asset = data.account, data.asset
    row.currency = currency_of(data)
    row.external_id = data.external_id or None
    for name in _PLAIN_FIELDS:
        setattr(row, name, getattr(data, name))
    return row


def _saved(row: Transaction, *, before: list[Book]) -> Transaction:
    """Saving brings the books up to date (`portfolio.receivers`), or is refused by them. before: those it was in,
    none of a new one."""
    with _books_errors_named(lambda pk: "" if pk == row.pk else None), books_known(row, before):
        row.save(force_insert=not before, force_update=bool(before))
    return row


def _nothing_written(_: int) -> None:
    return None


@contextmanager
def _books_errors_named(prefix_of: Callable[[int], str | None]) -> Iterator[None]:
    """Turn what the books refuse into an error that names the field, where it is a field of what is being written.

    prefix_of: what stands before the name of a field of the transaction with an id, None if that is not being written.
    """
    try:
        yield
    except BooksError as error:
        raise _refusal(error, prefix_of(error.entry.id)) from error


def _refusal(error: BooksError, prefix: str | None) -> InvalidInput:
    if prefix is not None:
        return InvalidInput.many([FieldError(f"{prefix}{error.field}", error.code, str(error))])
    detail = f"This would make the {error.entry.kind} on {error.entry.day} impossible. {error}"
    return InvalidInput(detail, code=error.code)
