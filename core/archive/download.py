"""An archive on its way to who asked for it: a few at a time, since each keeps the database at work."""

import threading
import weakref
from collections import Counter
from collections.abc import Iterator

from core.archive.writer import archive_stream
from core.errors import TooMany
from core.models import User

MOST_AT_ONCE = 2
"""Of one person, in one process."""
RETRY_AFTER = 20
_running: Counter[int] = Counter()
_lock = threading.RLock()  # a dropped one may be finished while this thread holds it


class Download:
    """The parts of an archive. It counts as under way until it is closed, or dropped by a server that never began."""

    def __init__(self, person: User) -> None:
        _begin(person.pk)
        self._end = weakref.finalize(self, _finish, person.pk)
        self._parts = archive_stream(person)

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        self._parts.close()
        self._end()


def _begin(person_id: int) -> None:
    with _lock:
        if _running[person_id] >= MOST_AT_ONCE:
            detail = f"{MOST_AT_ONCE} exports are under way; wait until one is done."
            raise TooMany(detail, retry_after=RETRY_AFTER)
        _running[person_id] += 1


def _finish(person_id: int) -> None:
    with _lock:
        _running[person_id] -= 1
        if not _running[person_id]:
            del _running[person_id]
