"""The WSGI application, called inside this process on the connection of the test, with each request taken back."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections, transaction

Start = Callable[..., Any]


class Application:
    """A WSGI application, to be called from whatever thread.

    keeps: what a request wrote stays; otherwise each request meets the data as the test made them.
    """

    def __init__(self, *, keeps: bool = False) -> None:
        self.requests = 0
        self.errors: list[BaseException] = []
        self.keeps = keeps
        self._inner = get_wsgi_application()
        self._connection = connections["default"]

    def __enter__(self) -> "Application":
        self._connection.inc_thread_sharing()
        for signal in (request_started, request_finished):  # it would close one that is inside a transaction
            signal.disconnect(close_old_connections)
        got_request_exception.connect(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        got_request_exception.disconnect(self._note)
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        self._connection.dec_thread_sharing()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        connections["default"] = self._connection
        self.requests += 1
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the client of werkzeug cannot unpack what it asks for
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]  # durable ones may be inside, as in every test
        with block:
            response: Any = self._inner(environ, start_response)
            body = list(response)
            response.close()
            if not self.keeps:
                transaction.set_rollback(True)
        return body

    def _note(self, sender: Any, **_: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            self.errors.append(error)
