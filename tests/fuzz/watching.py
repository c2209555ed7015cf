"""Sends a request, looks at its answer and at what was written, and takes it all back."""

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.test import Client

MOST_TOLD = 60
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
_COUNTS = {"core.RateCount", "sessions.Session"}
"""What a refused request may leave behind: that it was counted."""


@dataclass
class Watch:
    """Of all requests: the statuses, and each time that something was not as it must be."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def check(self, *, fewest: int) -> None:
        told = "\n".join(sorted(set(self.problems))[:MOST_TOLD])
        assert not self.problems, f"{len(self.problems)} problems\n{told}"
        assert sum(self.statuses.values()) >= fewest, self.statuses


class Watcher:
    """Every request meets the data as they were when the watcher was made."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.watch = Watch()
        self.client = Client(raise_request_exception=False, headers=headers)
        self.note_what_is_there()

    def note_what_is_there(self) -> None:
        self._before = _fingerprint()

    def send(self, title: str, method: str, url: str, *, allowed: frozenset[int] | None = None, **request: Any) -> None:
        """allowed: the statuses that the schema says; without, whatever is no failure of the server."""
        with _taken_back() as wrote, _raised() as errors:
            answer = self.client.generic(method, url, **request)
            self.watch.statuses[answer.status_code] += 1
            found = [*_wrong(answer, allowed), *(f"raised {error!r:.300}" for error in errors)]
            if answer.status_code >= 400 and wrote and _fingerprint() != self._before:
                found.append(f"was refused with {answer.status_code}, but wrote: {wrote[0]:.200}")
        self.watch.problems += [f"{title}: {problem}" for problem in found]


def _wrong(answer: Any, allowed: frozenset[int] | None) -> Iterator[str]:
    status = answer.status_code
    if status >= 500 and not (allowed and status in allowed):
        yield f"a {status}: {answer.content[:200]!r}"
    elif allowed is not None and status not in allowed:
        yield f"a {status}, which is not documented: {answer.content[:200]!r}"
    if allowed is not None and status >= 400 and not _has_the_shape(answer):
        yield f"a {status} in another shape: {answer.content[:200]!r}"


def _has_the_shape(answer: Any) -> bool:
    try:
        body = json.loads(answer.content)
        return set(body) == {"type", "errors"} and all(set(e) == {"code", "detail", "attr"} for e in body["errors"])
    except (ValueError, TypeError):
        return False


@contextmanager
def _taken_back() -> Iterator[list[str]]:
    """The statements that wrote."""
    wrote: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if _WRITES.match(sql):
            wrote.append(sql)
        return execute(sql, *arguments)

    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # durable ones may be inside, as in every test
    with block, connection.execute_wrapper(note):
        yield wrote
        transaction.set_rollback(True)


@contextmanager
def _raised() -> Iterator[list[Any]]:
    errors: list[Any] = []

    def note(sender: Any, **_: Any) -> None:
        errors.append(sys.exc_info()[1])

    got_request_exception.connect(note)
    try:
        yield errors
    finally:
        got_request_exception.disconnect(note)


def _fingerprint() -> dict[str, int]:
    """Of all rows of each table."""
    return {
        model._meta.label: zlib.crc32(repr(sorted(model._default_manager.values_list(), key=repr)).encode())
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in _COUNTS
    }
