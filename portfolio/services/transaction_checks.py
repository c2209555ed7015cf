"""What transactions must be beside each other: of accounts and assets of the person, with external ids of their own."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from core.batches import batches
from core.days import today_for
from core.errors import FieldError, InvalidInput
from core.models import Account, User
from portfolio.models import Transaction
from portfolio.selectors import assets_by_ids
from portfolio.services.transaction_rules import TransactionInput, transaction_errors

MOST_ERRORS = 100

Numbered = list[tuple[int, TransactionInput]]


def inputs_checked(
    *, user: User, rows: Sequence[TransactionInput], replaces: Transaction | None = None, numbered: bool = False
) -> list[TransactionInput]:
    """The rows with their accounts and assets as they are now; raises InvalidInput with all that is wrong.

    replaces: the transaction that the one row is a new version of.
    numbered: errors name row and field, as `3.quantity`, counted from 0.
    Call it with the person locked, so that what was checked stays true.
    """
    current, errors = _current(user, rows)
    today = today_for(user)
    for index, data in current:
        errors.extend((index, error) for error in transaction_errors(data, today=today))
    errors.extend(_external_id_errors(user, current, replaces))
    if errors:
        errors.sort(key=lambda item: item[0])
        raise InvalidInput.many([_addressed(*item, numbered=numbered) for item in errors[:MOST_ERRORS]])
    return [data for _, data in current]


def _addressed(index: int, error: FieldError, *, numbered: bool) -> FieldError:
    return replace(error, attr=f"{index}.{error.attr}") if numbered else error


def _current(user: User, rows: Sequence[TransactionInput]) -> tuple[Numbered, list[tuple[int, FieldError]]]:
    accounts = {row.pk: row for row in Account.objects.filter(user_id=user.pk)}
    assets = assets_by_ids(user, {row.asset.pk for row in rows if row.asset is not None})
    current: Numbered = []
    errors: list[tuple[int, FieldError]] = []
    for index, data in enumerate(rows):
        account = accounts.get(data.account.pk)
        asset = None if data.asset is None else assets.get(data.asset.pk)
        if account is None:
            errors.append((index, FieldError("account", "does_not_exist", "There is no such account.")))
        if asset is None and data.asset is not None:
            errors.append((index, FieldError("asset", "does_not_exist", "There is no such asset.")))
        elif account is not None:
            current.append((index, replace(data, account=account, asset=asset)))
    return current, errors


def _external_id_errors(user: User, rows: Numbered, replaces: Transaction | None) -> Iterator[tuple[int, FieldError]]:
    named = [(index, data.external_id) for index, data in rows if data.external_id]
    taken = _taken(user, {name for _, name in named}, replaces)
    for index, name in named:
        if name in taken:
            detail = f"You have a transaction with the external_id {name!r}."
            yield index, FieldError("external_id", "unique", detail)
        taken.add(name)


def _taken(user: User, names: Collection[str], replaces: Transaction | None) -> set[str]:
    others = Transaction.objects.filter(user_id=user.pk)
    if replaces is not None:
        others = others.exclude(pk=replaces.pk)
    return {
        str(name)
        for batch in batches(names)
        for name in others.filter(external_id__in=batch).values_list("external_id", flat=True)
    }
