"""Doing the same thing at the same moment from several threads, each with its own connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Callable[[int], T], *, times: int, threads: int = 8) -> list[T]:
    """What each call gave; the first calls of all threads begin together."""
    gate = threading.Barrier(threads)
    waited = threading.local()

    def run(number: int) -> T:
        if not hasattr(waited, "done"):
            waited.done = True
            gate.wait(30)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(times)))
