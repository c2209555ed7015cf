"""The embedded engine: one thread in each process that does what is due, woken on commit and by a sweep.

What is due is always a query over rows, so a wake-up that gets lost costs a few seconds and no work.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, close_old_connections

Work = Callable[[], bool]
"""Does one piece of what is due; False where nothing was."""

logger = logging.getLogger(__name__)
_sources: list[Work] = []
_wake = threading.Event()
_starting = threading.Lock()
_thread: threading.Thread | None = None
_is_by_hand = False


def register(work: Work) -> None:
    if work not in _sources:
        _sources.append(work)


def start() -> None:
    """Run the thread in this process, once; also where it died, or was left behind by a fork."""
    global _thread
    with _starting:
        if settings.BACKGROUND == "thread" and not _is_by_hand and (_thread is None or not _thread.is_alive()):
            _thread = threading.Thread(target=_loop, name="background", daemon=True)
            _thread.start()


def wake() -> None:
    """Something may be due: called after commit."""
    start()
    _wake.set()


def run_due() -> None:
    """Do everything that is due now, in this thread."""
    for work in _sources:
        while work():
            pass


@contextmanager
def by_hand() -> Iterator[None]:
    """No thread is started here: a command that must not end before its work is done calls `run_due` itself."""
    global _is_by_hand
    before, _is_by_hand = _is_by_hand, True
    try:
        yield
    finally:
        _is_by_hand = before


def _loop() -> None:
    while True:
        try:
            run_due()
        except Error:  # the database went away; rows keep what is due until it is back
            logger.exception("Background work stopped at the database")
        close_old_connections()
        _wake.wait(settings.SWEEP_SECONDS)
        _wake.clear()
