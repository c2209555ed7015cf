"""Keep the holdings equal to what the books make of the transactions, in the same database transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.locks import person_lock
from core.models import Account
from portfolio.books.events import ZERO, Action, Entry, gross_of
from portfolio.books.movements import first_difference, pack
from portfolio.books.position import Position
from portfolio.books.replay import Key, replay
from portfolio.models import CorporateAction, Holding, Transaction
from portfolio.signals import books_changed, holdings_begun

FIGURES = ("quantity", "cost_basis", "invested", "realized_gain", "income", "fees", "costs", "first_on", "last_on")
_ACTION = ("id", "asset_id", "kind", "ex_date", "ratio", "new_asset_id", "cost_fraction", "cash_per_share")
"""The columns of an `Action`, in its order."""
CASH_BOOK = None
"""Stands among asset ids for the transactions that have no asset."""
Book = tuple[int, int | None]
"""(person, asset) of a transaction."""
_KNOWN = "_books_known"


@contextmanager
def books_known(row: Transaction, before: list[Book]) -> Iterator[None]:
    """For as long as `row` is being saved, by who has its person locked: these are the books that it was in."""
    vars(row)[_KNOWN] = before
    try:
        yield
    finally:
        del vars(row)[_KNOWN]


def books_before(row: Transaction) -> list[Book] | None:
    """What `books_known` says just now; None where nobody does."""
    return vars(row).get(_KNOWN)


@dataclass(frozen=True, slots=True)
class _Family:
    """Assets that replay together, and the confirmed actions of all of them."""

    asset_ids: frozenset[int | None]
    actions: tuple[Action, ...]


@transaction.atomic(savepoint=False)
def books_project(*, user_id: int, asset_ids: Iterable[int | None]) -> date | None:
    """Replay what touches the assets and write the holdings that differ; the earliest day that changed.

    Raises BooksError, with nothing written, where the transactions contradict themselves.
    """
    person_lock(user_id)
    return books_project_locked(user_id=user_id, asset_ids=asset_ids)


@transaction.atomic(savepoint=False)
def books_project_locked(*, user_id: int, asset_ids: Iterable[int | None]) -> date | None:
    """The same for who has the person locked in this database transaction."""
    family = _family(asset_ids, user_id=user_id)
    since = _holdings_write(user_id, family.asset_ids, _replayed(user_id, family))
    if since is not None:
        books_changed.send(sender=Holding, user_id=user_id, since=since)
    return since


def books_replay(
    *,
    user_id: int,
    asset_ids: Iterable[int | None],
    until: date | None = None,
    cost_method: Account.CostMethod | None = None,
) -> dict[Key, Position]:
    """The positions in these assets, and in those that replay with them, as the transactions make them.

    until: the last day of what counts. cost_method: how all accounts close, instead of each as it says.
    """
    return _replayed(user_id, _family(asset_ids, user_id=user_id), until=until, cost_method=cost_method)


def asset_family(asset_ids: Iterable[int | None], *, user_id: int | None) -> frozenset[int | None]:
    """The assets, and all that confirmed actions join to them: cost flows between them, so they replay together.

    user_id: whose private assets count too, since their actions are theirs alone; None for the catalogue.
    """
    return _family(asset_ids, user_id=user_id).asset_ids


def _family(asset_ids: Iterable[int | None], *, user_id: int | None) -> _Family:
    concerns = Q(asset__owner=None) | Q(asset__owner=user_id)
    family = set(asset_ids)
    reached = {pk for pk in family if pk is not CASH_BOOK}
    actions: dict[int, Action] = {}
    while reached:
        touching = CorporateAction.objects.filter(
            Q(asset__in=reached) | Q(new_asset__in=reached), concerns, status=CorporateAction.Status.CONFIRMED
        )
        found = [Action(*row) for row in touching.order_by().values_list(*_ACTION)]
        actions |= {action.id: action for action in found}
        joined = [action for action in found if action.new_asset is not None]
        reached = {pk for action in joined for pk in (action.asset, action.new_asset) if pk is not None} - family
        family |= reached
    return _Family(frozenset(family), tuple(actions.values()))


def _replayed(
    user_id: int, family: _Family, *, until: date | None = None, cost_method: Account.CostMethod | None = None
) -> dict[Key, Position]:
    accounts = list(Account.objects.filter(user_id=user_id).values_list("pk", "cost_method", "currency"))
    currencies = {pk: currency for pk, _, currency in accounts}
    return replay(
        _entries(user_id, list(family.asset_ids), currencies=currencies, until=until),
        [action for action in family.actions if until is None or action.day <= until],
        average_accounts=[pk for pk, method, _ in accounts if (cost_method or method) == Account.CostMethod.AVERAGE],
    )


def _entries(
    user_id: int, asset_ids: list[int | None], *, currencies: dict[int, str], until: date | None
) -> list[Entry]:
    wanted = Q(asset_id__in=[pk for pk in asset_ids if pk is not CASH_BOOK])
    if CASH_BOOK in asset_ids:
        wanted |= Q(asset=None)
    rows = Transaction.objects.filter(wanted, user_id=user_id)
    if until is not None:
        rows = rows.filter(date__lte=until)
    columns = ("id", "account_id", "asset_id", "kind", "date", "currency", "quantity", "price", "amount", "fee", "tax")
    return [
        _entry(row, rate=rate, at=at, account_currency=currencies[row[1]])
        for *row, at, rate in rows.values_list(*columns, "time", "fx_rate")
    ]


def _entry(row: list[Any], *, rate: Any, at: Any, account_currency: str) -> Entry:
    pk, account, asset, kind, day, currency, quantity, price, amount, fee, tax = row
    gross = amount if amount is not None else None if price is None or quantity is None else gross_of(quantity, price)
    return Entry(
        id=pk,
        account=account,
        asset=asset,
        kind=kind,
        day=day,
        currency=currency,
        quantity=quantity or ZERO,
        gross=gross,
        fee=fee,
        tax=tax,
        at=at,
        rate=rate,
        rate_currency=account_currency if rate is not None else "",
    )


def _holdings_write(user_id: int, scope: frozenset[int | None], positions: dict[Key, Position]) -> date | None:
    stored = holdings_by_key(user_id, scope)
    days: list[date] = []
    create: list[Holding] = []
    is_begun = False
    for key, position in positions.items():
        row = holding_row(user_id, position)
        old = stored.pop(key, None)
        changed = first_difference(old.movements if old else b"", row.movements)
        if changed is not None:
            days.append(changed)
        is_begun |= _begins(old, row)
        if old is None:
            create.append(row)
        elif changed is not None or holding_differences(old, row):
            row.pk = old.pk
            row.save(force_update=True)
    Holding.objects.bulk_create(create)
    for old in stored.values():  # no transaction is left in these
        days.append(old.first_on)
        old.delete()
    if is_begun:
        transaction.on_commit(_tell_begun)
    return min(days, default=None)


def _begins(old: Holding | None, row: Holding) -> bool:
    """Whether prices may be needed that were not needed before."""
    return old is None or row.first_on < old.first_on or (not old.quantity and bool(row.quantity))


def _tell_begun() -> None:
    """Whoever fetches prices need not wait for their next look."""
    holdings_begun.send(sender=Holding)


def holdings_by_key(user_id: int, scope: Iterable[int | None] | None = None) -> dict[Key, Holding]:
    rows = Holding.objects.filter(user_id=user_id)
    if scope is not None:
        wanted = Q(asset_id__in=[pk for pk in scope if pk is not CASH_BOOK])
        rows = rows.filter(wanted | Q(asset=None) if CASH_BOOK in scope else wanted)
    return {(row.account_id, row.asset_id, row.currency): row for row in rows}


def holding_row(user_id: int, position: Position) -> Holding:
    """The holding that a position makes, not saved."""
    return Holding(
        user_id=user_id,
        account_id=position.account,
        asset_id=position.asset,
        currency=position.currency,
        movements=pack(position.movements),
        **{name: getattr(position, name) for name in FIGURES},
    )


def holding_differences(old: Holding, new: Holding) -> tuple[str, ...]:
    """Names of the figures that differ; of `movements`, whether any movement does."""
    fields = [name for name in FIGURES if getattr(old, name) != getattr(new, name)]
    if bytes(old.movements) != new.movements:
        fields.append("movements")
    return tuple(fields)
