"""Whether this process can serve: checks that are quick, wait for nobody, and tell no secrets.

A check of the database or of the background engine that fails takes the process out of service (503). Old prices and
waiting mail do not: another process would have the same, so they are only told.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core import background
from core.facts import mail_waiting

OK, LATE, FAILED = "ok", "late", "failed"
LONGEST_MS = 2000
"""For which Postgres may work, or wait for a lock, at any query of a check."""
MAIL_IS_LATE = 900.0
"""Seconds after which something is wrong with the mail server."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """status: ok, late (told, and served nevertheless) or failed. facts: for those who watch the site."""

    status: str = OK
    facts: Mapping[str, Any] | None = None


Check = Callable[[], Finding]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    _checks[name] = check


def findings() -> dict[str, Finding]:
    """Of all checks, by name. Without a database nothing else can be asked of it."""
    try:
        with _in_short():
            return {name: check() for name, check in _checks.items()}
    except Error:
        logger.exception("The database does not answer the check of readiness")
        return {"database": Finding(status=FAILED), "background": background_runs()}


@contextmanager
def _in_short() -> Iterator[None]:
    if connection.vendor != "postgresql":  # readers of SQLite wait for nobody; a transaction would, for who writes
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
        yield


def database_answers() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(facts={"vendor": connection.vendor})


def migrations_are_applied() -> Finding:
    missing = sorted(_on_disk() - MigrationRecorder(connection).applied_migrations().keys())
    names = [f"{app}.{name}" for app, name in missing]
    return Finding(status=FAILED if names else OK, facts={"missing": names})


@lru_cache(maxsize=1)
def _on_disk() -> frozenset[tuple[str, str]]:
    """They do not change while the process runs. What was squashed into another counts as that one."""
    loader = MigrationLoader(None)
    return frozenset(loader.graph.nodes)


def background_runs() -> Finding:
    if settings.BACKGROUND != "thread":
        return Finding(facts={"runs": "in another process"})
    dead = [lane.name for lane in background.lanes() if not lane.is_alive]
    return Finding(status=FAILED if dead else OK, facts={"dead": dead})


def mail_is_sent() -> Finding:
    count, seconds = mail_waiting()
    return Finding(status=LATE if seconds > MAIL_IS_LATE else OK, facts={"waiting": count, "oldest_seconds": seconds})


def register_checks() -> None:
    register("database", database_answers)
    register("migrations", migrations_are_applied)
    register("background", background_runs)
    register("mail", mail_is_sent)
