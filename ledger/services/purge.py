"""Delete for good what was deleted so long ago that it cannot be restored any more."""

import time

from django.db import transaction
from django.db.models import CASCADE

from ledger.models import Entry
from ledger.selectors import restorable_since

BATCH = 1000
SECONDS_BETWEEN = 3600.0
"""Nobody sees what is purged, so an hour later is soon enough; the index that is asked may be long."""


class PurgeWork:
    """Background work: a batch at each look, and an hour later where nothing was due.

    It never asks to go on at once: a million rows of a file that was undone must not hold up what people wait for.
    """

    def __init__(self) -> None:
        self._next_look = 0.0

    def __call__(self) -> bool:
        if time.monotonic() >= self._next_look and not entries_purge():
            self._next_look = time.monotonic() + SECONDS_BETWEEN
        return False


@transaction.atomic
def entries_purge() -> int:
    """At most BATCH entries, and how many. Nothing counts them, so no sum changes and nobody is locked out."""
    due = Entry.objects.filter(deleted_at__lt=restorable_since()).order_by()
    ids = [row.pk for row in due.only("pk").select_for_update(skip_locked=True)[:BATCH]]
    for relation in Entry._meta.related_objects:
        if relation.on_delete is CASCADE:
            relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids}).delete()
    rows = Entry.objects.filter(pk__in=ids)
    rows._raw_delete(using=rows.db)
    return len(ids)
