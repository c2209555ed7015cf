"""The server: a proxy that takes every CONNECT itself and speaks TLS in the place of the host that was meant."""

import contextlib
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.upstream.certificates import HOSTS
from tests.upstream.faults import Fault, Faults, spoiled
from tests.upstream.messages import Answer, Request, text_answer

KNOWN = tuple(host.removeprefix("*.") for host in HOSTS)


class Proxy(ThreadingHTTPServer):
    """answer: says what a request is answered; note: hears of each, and tells which fault it met."""

    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, *, context: ssl.SSLContext, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.context = context
        self.faults = faults
        self.latency: Callable[[], float] = lambda: 0.0
        self.answer: Callable[[Request], Answer] = lambda _: text_answer("", 404)
        self.note: Callable[[Request], Callable[[Fault], None]] = lambda _: lambda _: None
        self.errors: list[str] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def close_connections(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An error of the replica itself: the fixture fails the test that met it."""
        self.errors.append(traceback.format_exc())
        super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes, and the second would wait 40 ms for an ACK
    server: Proxy
    host = ""

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """One that fails keeps no other from closing: the socket stays open while one of its files is."""
        self.server.closed(self.connection)
        for close in (super().finish, self.wfile.close, self.rfile.close, self.connection.close):
            with contextlib.suppress(OSError):
                close()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
            super().handle()

    def log_message(self, *args: Any) -> None:
        """Requests are kept in the records instead."""

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0].lower()
        if self.server.faults.take(host, connecting=True):
            self.close_connection = True
        elif not host.endswith(KNOWN):
            self.send_error(502, "The replica knows no such host")
        else:
            self.send_response_only(200, "Connection established")
            self.end_headers()
            self._speak_tls(host)

    def _speak_tls(self, host: str) -> None:
        """Shakes hands here, in the thread of this connection: another's that is slow keeps nobody waiting."""
        self.server.closed(self.connection)
        self.rfile.close()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.server.opened(self.connection)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.host = host
        self.close_connection = False

    def do_GET(self) -> None:
        request = self._request()
        tell = self.server.note(request)
        is_told = request.path.startswith("/__")  # of these, nothing goes wrong: they are what ends it
        fault = None if is_told else self.server.faults.take(request.address)
        time.sleep(0 if is_told else self.server.latency())
        if fault is None:
            self._send(self.server.answer(request))
        else:
            tell(fault)
            self._spoil(fault, request)

    do_POST = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        cookies: SimpleCookie = SimpleCookie()
        with contextlib.suppress(CookieError):
            cookies.load(self.headers.get("Cookie", ""))
        return Request(
            method=self.command,
            host=self.host or (parts.hostname or ""),
            path=unquote(parts.path) or "/",
            query_text=unquote(parts.query),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            cookies={name: cookie.value for name, cookie in cookies.items()},
            user_agent=self.headers.get("User-Agent", ""),
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )

    def _head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()

    def _send(self, answer: Answer) -> None:
        self._head(answer)
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _spoil(self, fault: Fault, request: Request) -> None:
        lifted = self.server.faults.lifted
        instead = spoiled(fault, request)
        if instead is not None:
            self._send(instead)
        elif fault.mode == "slow":
            lifted.wait(fault.seconds)
            self._send(self.server.answer(request))
        elif fault.mode == "hang":
            lifted.wait(fault.seconds)
        elif fault.mode == "truncate":
            self._cut(self.server.answer(request))
        elif fault.mode == "trickle":
            self._trickle(self.server.answer(request), fault.seconds)
        self.close_connection = self.close_connection or fault.mode in ("hang", "drop", "truncate")

    def _cut(self, answer: Answer) -> None:
        self._head(answer)
        self.wfile.write(answer.body[: len(answer.body) // 2])
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.settimeout(1)
            with contextlib.suppress(OSError):
                self.connection.unwrap()  # says that this was all

    def _trickle(self, answer: Answer, seconds: float) -> None:
        lifted = self.server.faults.lifted
        self._head(answer)
        for i in range(len(answer.body)):
            if lifted.wait(seconds):
                self.wfile.write(answer.body[i:])
                return
            self.wfile.write(answer.body[i : i + 1])
