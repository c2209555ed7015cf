"""Takes a person out of the database with all that is theirs: every row that names them, in one transaction."""

import logging
from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet

from core.batches import batches
from core.erasure_traces import Traces, traces_erase
from core.errors import Conflict
from core.locks import everyone_lock, person_lock_to_erase
from core.models import Account, Activity, ApiToken, IdempotencyKey, User
from core.signals import person_erasing

_OWN = ((Activity, "user"), (IdempotencyKey, "user"), (ApiToken, "user"))
logger = logging.getLogger(__name__)


@transaction.atomic
def person_erase(*, user: User) -> None:
    """All of it or, where anything goes wrong, nothing; it cannot be undone.

    What is everybody's stays: the catalogue with its prices, and facts of it that an administrator entered.
    """
    user_id = user.pk
    if user.is_superuser:
        everyone_lock()  # one after the other, so that the last two do not go at the same moment
        _refuse_last_superuser(user)
    person_lock_to_erase(user_id)
    traces = Traces.of(user)
    person_erasing.send(sender=User, user_id=user_id)
    Activity.objects.filter(actor=user_id).exclude(user=user_id).update(actor=None, key_name="")
    rows_erase(_OWN, user_id=user_id)
    traces_erase(traces, user)
    admin_log_forget(Account.objects.filter(user=user_id))
    User.objects.filter(pk=user_id).delete()  # with the accounts and what little else hangs on them, of whichever app
    transaction.on_commit(lambda: logger.info("A person was erased"))


def rows_erase(tables: Sequence[tuple[type[Model], str]], *, user_id: int) -> None:
    """Delete the rows of these models, in this order, with one statement each; with the path to the person in them."""
    for model, path in tables:
        rows = model._base_manager.filter(**{path: user_id}).order_by()
        admin_log_forget(rows)
        rows._raw_delete(using=rows.db)


def _refuse_last_superuser(user: User) -> None:
    superusers = User.objects.filter(is_superuser=True, is_active=True)
    if list(superusers.values_list("pk", flat=True)) == [user.pk]:
        detail = "You are the last superuser: nobody could manage this server any more. Make another one first."
        raise Conflict(detail, code="last_superuser")


def admin_log_forget(rows: QuerySet[Any]) -> None:
    """What administrators did to them: the log of the admin says what they were called."""
    meta = rows.model._meta
    of_model = {"content_type__app_label": meta.app_label, "content_type__model": meta.model_name}
    noted = LogEntry.objects.filter(**of_model).order_by().values_list("object_id", flat=True)
    for batch in batches({int(text) for text in noted.distinct() if text and text.isdecimal()}):
        theirs = [str(pk) for pk in rows.filter(pk__in=batch).values_list("pk", flat=True)]
        LogEntry.objects.filter(**of_model, object_id__in=theirs).delete()
