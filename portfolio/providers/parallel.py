"""The same question about many symbols, side by side, until it is clear that nobody answers."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

from portfolio.providers.base import ProviderDown, ProviderError, RateLimited, Spend
from portfolio.providers.deadline import Deadline

T = TypeVar("T")
THREADS = 24
_PATIENCE = 8
"""After so many failures in a row the others are not tried."""


class Round(Generic[T]):
    """What came of asking about each symbol: `found`, or `failed` with the reason.

    Requests are counted in the thread that asks, before each is sent: counting needs the database, and threads of
    a pool would each keep a connection to it.
    """

    def __init__(self, ask: Callable[[str], T], *, spend: Spend, deadline: Deadline) -> None:
        self.found: dict[str, T] = {}
        self.failed: dict[str, ProviderError] = {}
        self._ask, self._spend, self._deadline = ask, spend, deadline
        self._failures_in_a_row = 0
        self._outage: ProviderError | None = None

    def run(self, symbols: Sequence[str]) -> "Round[T]":
        waiting = deque(symbols)
        running: dict[Future[T], str] = {}
        with ThreadPoolExecutor(max_workers=min(THREADS, max(1, len(symbols)))) as pool:
            while running or (waiting and self._outage is None):
                while waiting and len(running) < THREADS and self._may_ask():
                    symbol = waiting.popleft()
                    running[pool.submit(self._ask, symbol)] = symbol
                for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                    self._note(running.pop(future), future)
        if self._outage is not None:
            self.failed |= dict.fromkeys(waiting, self._outage)
        return self

    def _may_ask(self) -> bool:
        if self._outage is not None:
            return False
        try:
            self._deadline.left()
            self._spend()
        except ProviderDown as error:
            self._outage = error
        return self._outage is None

    def _note(self, symbol: str, future: Future[T]) -> None:
        try:
            self.found[symbol] = future.result()
            self._failures_in_a_row = 0
        except ProviderError as error:
            self.failed[symbol] = error
            self._count(error)

    def _count(self, error: ProviderError) -> None:
        self._failures_in_a_row = self._failures_in_a_row + 1 if isinstance(error, ProviderDown) else 0
        if isinstance(error, RateLimited) or self._failures_in_a_row >= _PATIENCE:
            self._outage = error
