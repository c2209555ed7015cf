"""What a change of the data below does to the histories: it marks them, within its own transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from analytics.marks import (
    histories_mark_for_closes,
    histories_mark_for_rates,
    history_mark,
    history_mark_for_currency,
)
from core.models import User
from portfolio.models import Asset
from portfolio.signals import books_changed, prices_changed


@receiver(books_changed)
def mark_person(sender: Any, user_id: int, since: date, **kwargs: Any) -> None:
    """Every `post_save` and `post_delete` of a transaction or an action ends here, and each bulk write once."""
    history_mark(user_id=user_id, since=since)


@receiver(prices_changed)
def mark_holders(sender: Any, since: Mapping[int, date], **kwargs: Any) -> None:
    histories_mark_for_closes(since)
    for pair in Asset.objects.filter(pk__in=since, asset_class=Asset.Class.FX):
        histories_mark_for_rates(pair, since[pair.pk])


@receiver(post_save, sender=User)
def mark_for_currency(sender: Any, instance: User, created: bool, **kwargs: Any) -> None:
    if not created:
        history_mark_for_currency(instance)
