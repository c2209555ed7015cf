"""What a change of the data below does to the histories: it marks them, within its own transaction."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from analytics.marks import (
    histories_mark_for_closes,
    histories_mark_for_rates,
    history_mark,
    history_mark_for_currency,
)
from core.days import EARLIEST_DAY
from core.models import Account, User
from core.signals import account_changing
from ledger.signals import ledger_changed
from portfolio.models import Asset
from portfolio.signals import books_changed, prices_changed


@receiver(books_changed)
@receiver(ledger_changed)
def mark_person(sender: Any, user_id: int, since: date, **kwargs: Any) -> None:
    """Every `post_save` and `post_delete` of a transaction, an action or an entry ends here, and each bulk write
    once."""
    history_mark(user_id=user_id, since=since)


@receiver(account_changing)
def mark_for_kind(sender: Any, account: Account, changes: Mapping[str, Any], **kwargs: Any) -> None:
    """Money of another kind of account is no longer cash, or is now; that of entries alone ledger tells of."""
    if "kind" in changes and account.tracks_cash:
        history_mark(user_id=account.user_id, since=EARLIEST_DAY)


@receiver(prices_changed)
def mark_holders(sender: Any, since: Mapping[int, date], **kwargs: Any) -> None:
    histories_mark_for_closes(since)
    for pair in Asset.objects.filter(pk__in=since, asset_class=Asset.Class.FX):
        histories_mark_for_rates(pair, since[pair.pk])


@receiver(post_save, sender=User)
def mark_for_currency(
    sender: Any, instance: User, created: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    if not created and (update_fields is None or "base_currency" in update_fields):
        history_mark_for_currency(instance)


@receiver(pre_delete, sender=User)
def wait_for_rebuild(sender: Any, instance: User, **kwargs: Any) -> None:
    """What a rebuild that is under way stores would outlive the person."""
    list(User.objects.select_for_update().filter(pk=instance.pk).values_list("pk"))
