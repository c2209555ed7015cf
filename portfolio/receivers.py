"""Holdings follow from transactions and corporate actions, whichever way these are written; connected by the app."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from core import background
from core.errors import Conflict, InvalidInput
from core.locks import person_lock
from core.models import Account, User
from core.signals import account_changing
from portfolio.books.events import BooksError
from portfolio.locks import assets_lock, effects_lock
from portfolio.models import Asset, CorporateAction, Holding, PriceYear, Transaction
from portfolio.services.books import (
    Book,
    asset_family,
    books_before,
    books_project,
    books_project_locked,
)
from portfolio.signals import books_changed, prices_changed

_BEFORE = "_before"
"""Where an instance keeps, between the signals around its saving, what the database had of it."""


@receiver(pre_save, sender=Transaction)
def transaction_remember(instance: Transaction, *, raw: bool, **_: Any) -> None:
    """Note whose books and which asset the stored row belongs to: an edit may move it to others."""
    if raw:
        return
    before = books_before(instance)
    vars(instance)[_BEFORE] = _books_locked(instance) if before is None else before


def _books_locked(instance: Transaction) -> list[Book]:
    """Those of the stored row, once nobody else changes the books of the person whom it leaves or comes to."""
    stored = Transaction.objects.filter(pk=instance.pk) if instance.pk else Transaction.objects.none()
    people = {instance.user_id, *stored.values_list("user_id", flat=True)}
    for user_id in sorted(people):  # as locks are taken
        person_lock(user_id)
    return list(stored.values_list("user_id", "asset_id"))


@receiver(post_save, sender=Transaction)
def transaction_saved(instance: Transaction, *, raw: bool, **_: Any) -> None:
    if raw:  # a fixture brings its holdings
        return
    books: defaultdict[int, set[int | None]] = defaultdict(set)
    for user_id, asset_id in [*vars(instance).pop(_BEFORE), (instance.user_id, instance.asset_id)]:
        books[user_id].add(asset_id)
    for user_id in sorted(books):
        project = books_project_locked if user_id == instance.user_id else books_project
        project(user_id=user_id, asset_ids=books[user_id])


@receiver(post_delete, sender=Transaction)
def transaction_deleted(instance: Transaction, *, origin: Any, **_: Any) -> None:
    """Once for all that a queryset deletes in one asset: they are all gone before the first of these signals."""
    if _is_erasure(origin):
        return
    done: set[tuple[int, int | None]] = vars(origin).setdefault("_projected", set())
    if (instance.user_id, instance.asset_id) not in done:
        done.add((instance.user_id, instance.asset_id))
        books_project(user_id=instance.user_id, asset_ids={instance.asset_id})


@receiver(pre_save, sender=CorporateAction)
def action_remember(instance: CorporateAction, *, raw: bool, **_: Any) -> None:
    if not raw:
        stored = CorporateAction.objects.filter(pk=instance.pk) if instance.pk else CorporateAction.objects.none()
        vars(instance)[_BEFORE] = list(stored)


@receiver(post_save, sender=CorporateAction)
def action_saved(instance: CorporateAction, *, raw: bool, **_: Any) -> None:
    if not raw:
        _effects_apply([*vars(instance).pop(_BEFORE), instance])


@receiver(post_delete, sender=CorporateAction)
def action_deleted(instance: CorporateAction, *, origin: Any, **_: Any) -> None:
    if not _is_erasure(origin):
        _effects_apply([instance])


@receiver(pre_delete, sender=Asset)
def asset_leaving(instance: Asset, *, origin: Any, **_: Any) -> None:
    """While the row is there to say whom it concerns: with a currency pair, its rates go."""
    if _is_erasure(origin):
        return
    assets_lock([instance.pk])
    stored = Asset.objects.filter(pk=instance.pk, prices_from__isnull=False)
    since = dict(stored.values_list("pk", "prices_from"))
    if since:
        prices_changed.send(sender=PriceYear, since=since)


@receiver(prices_changed)
def closes_came(**_: Any) -> None:
    """An instalment of an investment plan may have waited for them."""
    transaction.on_commit(background.wake)


@receiver(account_changing)
def account_changed(account: Account, changes: Mapping[str, tuple[Any, Any]], **_: Any) -> None:
    days = Transaction.objects.filter(account=account).aggregate(first=Min("date"), last=Max("date"))
    if days["first"] is None:
        return
    _refuse_narrower(changes, first=days["first"], last=days["last"])
    if "cost_method" in changes:
        traded = Transaction.objects.filter(account=account).values_list("asset_id", flat=True)
        books_project(user_id=account.user_id, asset_ids=set(traded.distinct().order_by()))
    if changes.keys() & {"tracks_cash", "kind"}:  # whether its cash counts, and as what
        books_changed.send(sender=Account, user_id=account.user_id, since=days["first"])


def _is_erasure(origin: Any) -> bool:
    """Whether a person goes with all that is theirs: then there are no books to keep."""
    return isinstance(origin, User) or (isinstance(origin, QuerySet) and origin.model is User)


def _effects_apply(versions: list[CorporateAction]) -> None:
    """An action came, went or changed from one version to another: bring up to date what follows from it.

    Those who bought only after it have the same books, but the close that is carried across it is another.
    """
    effective = [action for action in versions if action.status == CorporateAction.Status.CONFIRMED]
    effects_lock(action.asset for action in effective)
    _holders_project(effective)
    for action in effective:
        prices_changed.send(sender=CorporateAction, since={action.asset_id: action.ex_date})


def _holders_project(actions: list[CorporateAction]) -> None:
    """Bring the books of everyone whom the actions concern up to date, or refuse for all of them."""
    assets: defaultdict[int, set[int | None]] = defaultdict(set)
    for action in actions:
        changed = {action.asset_id, action.new_asset_id or action.asset_id}
        for user_id in _concerned(action.asset.owner_id, changed):
            assets[user_id] |= changed
    with transaction.atomic():
        contradicted = sum(not _agrees(user_id, assets[user_id]) for user_id in sorted(assets))  # as locks are taken
        if contradicted:
            people = "1 person" if contradicted == 1 else f"{contradicted} people"
            raise Conflict(f"The transactions of {people} contradict this corporate action.", code="contradiction")


def _concerned(owner_id: int | None, asset_ids: set[int]) -> set[int]:
    """Of a private asset its owner; else who traded the assets, or holds them by way of another."""
    if owner_id is not None:
        return {owner_id}
    family = asset_family(asset_ids, user_id=None)
    sources = (Transaction.objects.filter(asset__in=family), Holding.objects.filter(asset__in=family))
    return {pk for rows in sources for pk in rows.values_list("user_id", flat=True).distinct().order_by()}


def _agrees(user_id: int, asset_ids: set[int | None]) -> bool:
    try:
        with transaction.atomic():
            books_project(user_id=user_id, asset_ids=asset_ids)
    except BooksError:
        return False
    return True


def _refuse_narrower(changes: Mapping[str, tuple[Any, Any]], *, first: date, last: date) -> None:
    _, opened_on = changes.get("opened_on", (None, None))
    if opened_on is not None and opened_on > first:
        raise InvalidInput(f"The account has a transaction before that, on {first}.", attr="opened_on")
    _, closed_on = changes.get("closed_on", (None, None))
    if closed_on is not None and closed_on < last:
        raise InvalidInput(f"The account has a transaction after that, on {last}.", attr="closed_on")
