"""What happens where the engine fails: it is logged, counted and noted on the mark, and nobody is locked out by it.

A bad row is no reason to show nothing: what was stored before stays readable, and says that it is not fresh.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import Error
from django.utils import timezone

from analytics.facts import FAILURES
from analytics.models import HistoryMark
from analytics.rebuild import history_rebuild
from core.errors import ApplicationError, Unavailable
from core.kept import Kept
from core.models import User

LONGEST_WAIT = timedelta(hours=1)
AGAIN_AFTER = 60
"""Seconds in which readers do not try the same again; an edit makes it another."""
ENTRY_BYTES = 200
_broken: Kept[int, float] = Kept(2**20)
"""By person, until when nobody tries; the version is the generation of their edits."""

logger = logging.getLogger(__name__)


def rebuild_tried(user: User, mark: HistoryMark) -> bool:
    """False where the engine cannot rebuild this history, as it is now."""
    until = _broken.get(user.pk, mark.generation)
    if until is not None and monotonic() < until:
        return False
    try:
        history_rebuild(user)
    except (Error, ApplicationError):
        raise
    except Exception as error:  # whatever it is, there may be a stored history to show
        logger.exception("The history of person %s could not be rebuilt", user.pk)
        _broken.put(user.pk, mark.generation, monotonic() + AGAIN_AFTER, size=ENTRY_BYTES)
        failure_note(user, error)
        return False
    return True


def failure_note(user: User, error: Exception) -> None:
    """The mark stays, says what went wrong, and is tried again later by the background."""
    FAILURES.inc()
    mark = HistoryMark.objects.filter(user=user).first()
    if mark is None:  # the person was erased meanwhile
        return
    wait = min(timedelta(seconds=settings.LEASE_SECONDS * 2 ** min(mark.failures, 16)), LONGEST_WAIT)
    HistoryMark.objects.filter(user=user).update(
        failures=mark.failures + 1,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        lease_until=timezone.now() + wait,
    )


def refuse_unstored(user: User, mark: HistoryMark) -> None:
    """Where a rebuild failed, what is stored must at least be in the person's currency."""
    if mark.built_through is None or mark.currency != user.base_currency:
        raise unavailable()


@contextmanager
def computing(user: User) -> Iterator[None]:
    """Figures that are computed on the spot, for which nothing stored can stand in."""
    try:
        yield
    except (Error, ApplicationError):
        raise
    except Exception as error:  # whatever it is, the other figures of this person are still there
        logger.exception("Figures of person %s could not be computed", user.pk)
        FAILURES.inc()
        raise unavailable() from error


def unavailable() -> Unavailable:
    detail = "These figures cannot be computed just now; the failure has been logged."
    return Unavailable(detail, retry_after=AGAIN_AFTER, code="not_computed")
