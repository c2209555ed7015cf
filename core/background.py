"""The embedded engine: threads in each process that do what is due, woken on commit and by a sweep.

Each lane is one thread, so that what waits for a provider of prices never holds up what takes milliseconds. What is
due is always a query over rows, so a wake-up that gets lost costs a few seconds and no work.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, close_old_connections

from core.actor import PROGRAM, acting
from core.metrics import BROKEN_PIECES, PIECES

Work = Callable[[], bool]
"""Does one piece of what is due; False where nothing was."""
HISTORY = "history"
"""The lane that computes; all others may wait for somebody else's server."""

logger = logging.getLogger(__name__)
_starting = threading.Lock()
_is_by_hand = False


class Lane:
    """One thread and its work; what was registered first comes first, again after every piece."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: list[Work] = []
        self.thread: threading.Thread | None = None
        self._wake = threading.Event()

    def start(self) -> None:
        """Run the thread in this process, once; also where it died, or was left behind by a fork."""
        with _starting:
            if settings.BACKGROUND == "thread" and not _is_by_hand and (not self.thread or not self.thread.is_alive()):
                self.thread = threading.Thread(target=self.loop, name=f"background-{self.name}", daemon=True)
                self.thread.start()

    def wake(self) -> None:
        self.start()
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def run_due(self) -> None:
        with acting(PROGRAM):
            while any(work() for work in self.sources):
                PIECES.labels(self.name).inc()

    def loop(self) -> None:
        while True:
            try:
                self.run_due()
            except Error:  # the database went away; rows keep what is due until it is back
                logger.exception("Background work (%s) stopped at the database", self.name)
                BROKEN_PIECES.labels(self.name).inc()
            except Exception:  # a thread that ended would be missed only when somebody wakes it
                logger.exception("Background work (%s) failed", self.name)
                BROKEN_PIECES.labels(self.name).inc()
            close_old_connections()
            self._wake.wait(settings.SWEEP_SECONDS)
            self._wake.clear()


_lanes: dict[str, Lane] = {}


def worker() -> str:
    """This thread among those of all processes and hosts, as leases name it."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_native_id()}"


def lane(name: str) -> Lane:
    return _lanes.setdefault(name, Lane(name))


def lanes() -> list[Lane]:
    """Those that have work to do."""
    return [each for each in list(_lanes.values()) if each.sources]


def register(work: Work, *, lane_name: str = HISTORY) -> None:
    sources = lane(lane_name).sources
    if work not in sources:
        sources.append(work)


def start() -> None:
    for each in list(_lanes.values()):
        each.start()


def wake(lane_name: str = HISTORY) -> None:
    """Something may be due: called after commit."""
    lane(lane_name).wake()


def run_due(lane_name: str = HISTORY) -> None:
    """Do everything of a lane that is due now, in this thread."""
    lane(lane_name).run_due()


@contextmanager
def by_hand() -> Iterator[None]:
    """No thread is started here: a command that must not end before its work is done calls `run_due` itself."""
    global _is_by_hand
    before, _is_by_hand = _is_by_hand, True
    try:
        yield
    finally:
        _is_by_hand = before
