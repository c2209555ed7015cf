"""What was read and decoded once, kept in the process for as long as its version is the one in the database."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The values that were asked for last, up to a number of bytes; safe to use from several threads.

    A value belongs to a key and a version. Whoever writes what it was made from gives it a new version, a random
    number: so it is another one also after a write that was rolled back and repeated.
    """

    def __init__(self, most_bytes: int) -> None:
        self._values: OrderedDict[K, tuple[Hashable, V, int]] = OrderedDict()
        self._room = most_bytes
        self._lock = Lock()

    def get(self, key: K, version: Hashable) -> V | None:
        with self._lock:
            kept = self._values.get(key)
            if kept is None or kept[0] != version:
                return None
            self._values.move_to_end(key)
            return kept[1]

    def put(self, key: K, version: Hashable, value: V, *, size: int) -> None:
        """Keep `value`, of `size` bytes, in the place of what was kept for the key."""
        with self._lock:
            if key in self._values:
                self._room += self._values.pop(key)[2]
            self._values[key] = (version, value, size)
            self._room -= size
            while self._room < 0:
                self._room += self._values.popitem(last=False)[1][2]
