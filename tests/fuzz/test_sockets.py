"""Broken HTTP, sent byte by byte to the production server: it goes on answering, and fails at none of it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.management.commands.serve import THREADS_PER_WORKER
from tests.test_serve import ROOT, answer, free_port, serving

HOST = b"Host: 127.0.0.1\r\n"
ME = b"PATCH /api/v1/me/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
LOGIN = b"POST /_allauth/app/v1/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
MALFORMED = {
    "nothing": b"\r\n\r\n",
    "noise": bytes(range(256)) * 40,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 60,
    "HTTP/0.9": b"GET /\r\n",
    "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "a host with spaces": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a bare newline": b"GET / HTTP/1.1\n" + HOST + b"\n",
    "a space before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"X : 1\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n 2\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "10,000 headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n" * 10_000 + b"\r\n",
    "a header of 1 MB": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 2**20 + b"\r\n\r\n",
    "an address of 1 MB": b"GET /" + b"x" * 2**20 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address of bytes": b"GET /\xff\xfe\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole address": b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an odd method": b"G\xcbT / HTTP/1.1\r\n" + HOST + b"\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "two lengths": ME + b"Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
    "a length below zero": ME + b"Content-Length: -1\r\n\r\n{}",
    "a length of no number": ME + b"Content-Length: two\r\n\r\n{}",
    "a length beyond all": ME + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "a length and chunks": ME + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a smuggled request": ME + b"Content-Length: 0\r\n\r\n{}GET /metrics HTTP/1.1\r\n" + HOST + b"\r\n",
    "another transfer coding": ME + b"Transfer-Encoding: gzip\r\n\r\n{}",
    "chunks": ME + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks of no size": ME + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk below zero": ME + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond all": ME + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n",
    "an upgrade": b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "a range of trailers": ME + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: 1\r\n" * 1000 + b"\r\n",
}
CUT_OFF = {
    "in the first line": b"GET /api/v1",
    "in the headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: ",
    "in the body": ME + b"Content-Length: 1000\r\n\r\n{",
    "in a chunk": ME + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n{",
}
"""What ends too early, because the line was cut."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Its port and its log."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "LIVE_PRICES": "off",
        "API_ANONYMOUS_REQUESTS_PER_MINUTE": "0",
    }
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
    with serving(environment, log=folder / "log") as server:
        answer(f"http://127.0.0.1:{port}/", server)
        yield port, folder / "log"
        assert server.poll() is None  # the one that was started, all the while


@pytest.fixture(autouse=True)
def it_goes_on(site: tuple[int, Path]) -> Iterator[None]:
    yield
    port, log = site
    good = b"GET /api/v1/me/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert status(said(port, good)) == 401
    failed = log.read_text().partition("Traceback")
    assert not failed[1], failed[0][-300:] + failed[2][:3000]


def said(port: int, sent: bytes, *, is_cut: bool = False) -> bytes:
    """What came back until the other side had no more to say, or a second passed."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        try:
            line.sendall(sent)
            if is_cut:
                line.shutdown(socket.SHUT_WR)
            line.settimeout(1)
            while part := line.recv(65536):
                received += part
        except (TimeoutError, ConnectionError):
            pass  # it hung up, as it may
    return received


def status(received: bytes) -> int | None:
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/") else None


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_request(site: tuple[int, Path], sent: bytes) -> None:
    code = status(said(site[0], sent))
    assert code is None or code < 500, code


@pytest.mark.parametrize("sent", CUT_OFF.values(), ids=CUT_OFF)
def test_what_is_cut_off(site: tuple[int, Path], sent: bytes) -> None:
    code = status(said(site[0], sent, is_cut=True))
    assert code is None or 400 <= code < 500, code


@pytest.mark.parametrize(
    ("begun", "lines"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: ", 200),
        (LOGIN + b"Content-Length: 1000\r\n\r\n{", int(THREADS_PER_WORKER) - 1),
    ],
    ids=["headers", "bodies"],
)
def test_lines_that_are_left_open(site: tuple[int, Path], begun: bytes, lines: int) -> None:
    """A body that never ends holds one of the threads (a proxy in front reads bodies whole: docs/deployment.md), a
    header that never ends holds none."""
    with ExitStack() as opened:
        for _ in range(lines):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", site[0]), timeout=10))
            line.sendall(begun)
        assert status(said(site[0], b"GET /api/v1/me/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")) == 401
