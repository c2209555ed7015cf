"""Locks that put writers in order: of one person's data, or of what is everybody's.

On Postgres, locks are taken in this order, so that no two wait for each other: everyone, assets by id, person, mark of
a history. On SQLite a transaction that writes excludes all others, and these do nothing.
"""

from django.db import connection

from core.errors import NotFound
from core.models import User
from core.signals import person_locking

_EVERYONE = 7_264_361
"""Any number that no other advisory lock of this database has."""


def person_lock(user_id: int) -> None:
    """Let one writer at a time change the books of a person: two sales of the same last share must meet."""
    _advisory_lock("pg_advisory_xact_lock_shared")
    locked = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:  # before every write: the model's query takes twice as long
        cursor.execute(f"SELECT 1 FROM {User._meta.db_table} WHERE id = %s{locked}", [user_id])
        if cursor.fetchone() is None:
            raise NotFound


def person_lock_to_erase(user_id: int) -> None:
    """Let whoever is writing rows of a person finish, a rebuild of their history too, and nobody begin any more: who
    waits for this finds that there is no such person."""
    _advisory_lock("pg_advisory_xact_lock_shared")
    person_locking.send(sender=User, user_id=user_id)
    if not User.objects.select_for_update().filter(pk=user_id).values_list("pk"):
        raise NotFound


def everyone_lock() -> None:
    """Let nobody else change any books: this concerns all who hold an asset, also those who are just buying it."""
    _advisory_lock("pg_advisory_xact_lock")


def _advisory_lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_EVERYONE])
