"""What was read and decoded once, kept in the process for as long as its version is the one in the database."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """The values that were asked for last, up to a number of bytes; safe to use from several threads.

    A value belongs to a key and a version. Whoever writes what it was made from gives it a new version, a random
    number: so it is another one also after a write that was rolled back and repeated.
    """

    def __init__(self, most_bytes: int) -> None:
        self._values: OrderedDict[int, tuple[int, V, int]] = OrderedDict()
        self._room = most_bytes
        self._lock = Lock()

    def get(self, key: int, version: int) -> V | None:
        with self._lock:
            known, value, _ = self._values.get(key, (None, None, 0))
            if value is None or known != version:
                return None
            self._values.move_to_end(key)
            return value

    def put(self, key: int, version: int, value: V, *, size: int) -> None:
        """Keep `value`, of `size` bytes, in the place of what was kept for the key."""
        with self._lock:
            self._room += self._values.pop(key, (0, None, 0))[2]
            self._values[key] = (version, value, size)
            self._room -= size
            while self._room < 0:
                self._room += self._values.popitem(last=False)[1][2]
