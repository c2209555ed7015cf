"""One question to Yahoo, as its many layers see it: how long it may take, what went wrong first, what was answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from portfolio.providers.base import ProviderError
from portfolio.providers.deadline import Deadline


class Operation:
    """first_error: also of requests that yfinance does without, and so the cause of what fails later.

    answer: the last response to a request for data, with its status and its body as they were sent.
    """

    def __init__(self, seconds: float) -> None:
        self.deadline = Deadline(seconds)
        self.first_error: ProviderError | None = None
        self.answer: Any = None

    def noted(self, error: ProviderError) -> ProviderError:
        self.first_error = self.first_error or error
        return error


_current: ContextVar[Operation] = ContextVar("yahoo_operation")


def current() -> Operation:
    """LookupError outside of one: nothing is asked of Yahoo without a deadline."""
    return _current.get()


@contextmanager
def operation(seconds: float) -> Iterator[Operation]:
    token = _current.set(Operation(seconds))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
