"""Import transactions: rows whose external_id is known stay as they are, all others are new."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.batches import batches
from core.errors import InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.money import plain
from portfolio.books.events import ZERO
from portfolio.imports.formats import TRANSACTIONS, TransactionRow, transactions_parse
from portfolio.models import Asset, Transaction
from portfolio.services.import_assets import Symbols
from portfolio.services.import_source import Imported, Source
from portfolio.services.transaction_checks import inputs_checked
from portfolio.services.transaction_rules import TransactionInput, currency_of
from portfolio.services.transactions import transactions_record

_COLUMN_OF = {"asset": "symbol"}
_COMPARED = ("date", "kind", "quantity", "price", "fee", "tax", "amount", "note")

Lined = tuple[int, TransactionInput]


def transactions_import(source: Source) -> Imported:
    if source.user is None:
        raise ValueError("Transactions belong to a person.")
    person_lock(source.user.pk)
    rows = source.rows(TRANSACTIONS, transactions_parse)
    symbols = source.symbols(row.symbol for row in rows if row.symbol)
    imported = Imported(rows=len(rows), created_assets=symbols.created)
    stated = list(_without_repeats(source, _stated(source, rows, symbols)))
    new = _without_known(source.user, stated, imported)
    _warn_of_duplicates(source.user, new, imported)
    _write(source, source.user, new)
    imported.created = len(new)
    return imported


def _stated(source: Source, rows: Sequence[TransactionRow], symbols: Symbols) -> list[Lined]:
    """The rows with their account and asset; those that name what is not there are noted instead."""
    accounts = list(Account.objects.filter(user=source.user))
    by_name = {account.name.lower(): account for account in accounts}
    by_name[""] = next(account for account in accounts if account.is_default)
    stated: list[Lined] = []
    for row in rows:
        account = by_name.get(row.account.lower())
        if account is None:
            source.problems.add(
                row.line, "account", f"You have no account {row.account[:100]!r}.", code="unknown_account"
            )
        asset = symbols.asset(row.symbol, line=row.line, currency=row.currency) if row.symbol else None
        if account is not None and (asset is not None or not row.symbol):
            stated.append((row.line, _input(row, account, asset)))
        if source.problems.enough:
            break
    return stated


def _input(row: TransactionRow, account: Account, asset: Asset | None) -> TransactionInput:
    return TransactionInput(
        account=account,
        asset=asset,
        kind=row.kind,
        date=row.day,
        quantity=row.quantity,
        price=row.price,
        fee=ZERO if row.fee is None else row.fee,
        tax=ZERO if row.tax is None else row.tax,
        amount=row.amount,
        currency=row.currency,
        note=row.note,
        external_id=row.external_id or None,
    )


def _without_repeats(source: Source, stated: Sequence[Lined]) -> Iterator[Lined]:
    """Two rows with one external_id contradict each other, even where they are equal."""
    first_lines: dict[str, int] = {}
    for line, data in stated:
        first = first_lines.setdefault(data.external_id, line) if data.external_id else line
        if first == line:
            yield line, data
        else:
            source.problems.add(
                line, "external_id", f"{data.external_id!r} is the external_id of line {first} too.", code="repeated"
            )


def _without_known(user: User, stated: Sequence[Lined], imported: Imported) -> list[Lined]:
    """Those that are new; what the file says of the others is compared with what is stored."""
    known = _known(user, [data.external_id for _, data in stated if data.external_id])
    new: list[Lined] = []
    for line, data in stated:
        stored = known.get(data.external_id or "")
        if stored is None:
            new.append((line, data))
            continue
        imported.skipped += 1
        different = list(_differences(stored, data))
        imported.changed += bool(different)
        for column, before in different:
            detail = f"{data.external_id!r} is known with {before or 'nothing'} here; it was left as it is."
            imported.warn(line, column, detail, code="changed")
    return new


def _known(user: User, external_ids: Sequence[str]) -> dict[str, Transaction]:
    known: dict[str, Transaction] = {}
    for batch in batches(external_ids):
        rows = Transaction.objects.filter(user=user, external_id__in=batch).select_related("account", "asset")
        known |= {str(row.external_id): row for row in rows}
    return known


def _differences(stored: Transaction, data: TransactionInput) -> Iterator[tuple[str, str]]:
    """Columns in which a row is not what is stored under its external_id, and what that is."""
    for name in _COMPARED:
        before = getattr(stored, name)
        if before != getattr(data, name):
            yield name, "" if before is None else plain(before) if isinstance(before, Decimal) else str(before)
    if stored.currency != currency_of(data):
        yield "currency", stored.currency
    if stored.account_id != data.account.pk:
        yield "account", stored.account.name
    if stored.asset != data.asset:
        yield "symbol", str(stored.asset or "")


def _warn_of_duplicates(user: User, stated: Sequence[Lined], imported: Imported) -> None:
    """Two equal fills are two fills, so they are written; but the same file a second time looks just like that."""
    anonymous = [(line, data) for line, data in stated if not data.external_id]
    if not anonymous:
        return
    days = [data.date for _, data in anonymous]
    stored = set(
        Transaction.objects.filter(user=user, date__range=(min(days), max(days))).values_list(
            "account_id", "asset_id", "date", "kind", "quantity", "price", "amount"
        )
    )
    for line, data in anonymous:
        asset_id = None if data.asset is None else data.asset.pk
        if (data.account.pk, asset_id, data.date, data.kind, data.quantity, data.price, data.amount) in stored:
            imported.possible_duplicates += 1
            detail = "You have an equal transaction already; an external_id would tell whether it is the same."
            imported.warn(line, None, detail, code="possible_duplicate")


def _write(source: Source, user: User, stated: Sequence[Lined]) -> None:
    """All of them, or the problems of all of them; beside other problems they are only checked."""
    inputs = [data for _, data in stated]
    source.progress.stage("Writing")
    try:
        if source.problems:
            inputs_checked(user=user, rows=inputs, numbered=True)
        elif inputs:
            transactions_record(user=user, rows=inputs)
    except InvalidInput as error:
        _note(source, error, [line for line, _ in stated])
    source.problems.refuse()


def _note(source: Source, error: InvalidInput, lines: Sequence[int]) -> None:
    """By the lines of the file, where the service counts the rows that it was given."""
    for item in error.errors:
        row, _, name = (item.attr or "").partition(".")
        line = lines[int(row)] if row else None
        source.problems.add(line, _COLUMN_OF.get(name, name) or None, item.detail, code=item.code)
