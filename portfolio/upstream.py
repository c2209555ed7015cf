"""What a web request asks of providers: it waits for a bounded time, few wait at once, and nobody asks for too much.

Each question runs in a thread of its own pool, which also does what may wait for the database (the budget, the cache).
So a request that has waited long enough goes on; the answer, when it comes, is kept for the next one who asks.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connections

from core.limits import count_up, forget, key_of
from portfolio.live.gate import hourly_limit
from portfolio.providers.base import ProviderDown, ProviderError, TimedOut

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

WAITING_AT_ONCE = 2
"""Requests of one process that wait for providers; the others have threads to go on with."""
QUESTIONS_AT_ONCE = 4
HOUR = 3600
SHARE_OF_A_PERSON = 1 / 6
"""Of what may be asked of a provider in an hour: the prices of all others need the rest."""

logger = logging.getLogger(__name__)
_permits = BoundedSemaphore(WAITING_AT_ONCE)
_pool = ThreadPoolExecutor(max_workers=QUESTIONS_AT_ONCE, thread_name_prefix="upstream")
_under_way: dict[Hashable, Future[Any]] = {}
_starting = Lock()


class Busy(ProviderDown):
    """Not asked: as many requests as may do so are waiting for a provider."""

    code = "busy"


class AskedTooOften(ProviderDown):
    """Not asked: this person has had their share of the hour."""

    code = "throttled"


def count_question(user_id: int, provider: str) -> None:
    """Before each question that one person is the reason of; in all processes together."""
    asked = count_up(_questions_key(user_id, provider), window=timedelta(seconds=HOUR))
    if asked.count > hourly_limit(provider) * SHARE_OF_A_PERSON:
        detail = "You have looked up as much as one person may in an hour; what is in the catalogue is found as ever."
        raise AskedTooOften(detail, retry_after=asked.seconds_left)


def questions_forget(user_id: int, providers: Iterable[str]) -> None:
    """What was counted of a person who goes."""
    forget(*(_questions_key(user_id, provider) for provider in providers))


def _questions_key(user_id: int, provider: str) -> str:
    return key_of("questions", provider, user_id)


def answers(questions: Mapping[K, Callable[[], T]], *, seconds: float) -> dict[K, T | ProviderError]:
    """What each question gives, or why it gave nothing in that time. The same key is asked once at a time."""
    if not _permits.acquire(blocking=False):
        return {key: Busy("Others are being looked up just now; try again in a moment.") for key in questions}
    try:
        futures = {key: _asked(key, question) for key, question in questions.items()}
        wait(futures.values(), timeout=seconds)
        return {key: _answer(future, seconds) for key, future in futures.items()}
    finally:
        _permits.release()


def _asked(key: Hashable, question: Callable[[], T]) -> "Future[T | ProviderError]":
    with _starting:
        if key not in _under_way:
            _under_way[key] = _pool.submit(_run, question)
        future = _under_way[key]
    future.add_done_callback(partial(_forget, key))
    return future


def _forget(key: Hashable, future: "Future[Any]") -> None:
    with _starting:
        if _under_way.get(key) is future:
            del _under_way[key]


def _run(question: Callable[[], T]) -> T | ProviderError:
    try:
        return question()
    except ProviderError as error:
        return error
    except (DatabaseError, InterfaceError):
        logger.exception("A question to a provider stopped at the database")
        return ProviderDown("The database could not answer in time.")
    finally:
        connections.close_all()


def _answer(future: "Future[T | ProviderError]", seconds: float) -> T | ProviderError:
    """One that has not begun is called off: nobody waits for it any more."""
    if future.done() and not future.cancelled():
        return future.result()
    future.cancel()
    return TimedOut(f"No answer within {seconds:g} seconds.")
