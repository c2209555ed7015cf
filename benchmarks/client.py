"""One production server and a client that keeps its connection, as a browser does."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from benchmarks.timing import Work
from core.models import ApiToken, User

SECONDS_TO_START = 60
IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Client:
    """Asks in the name of a person."""

    connection: http.client.HTTPConnection
    key: str

    def get(self, path: str, *, headers: dict[str, str] | None = None, status: int = 200) -> tuple[bytes, str]:
        """The body and its ETag; the run ends where the status is another."""
        self.connection.request("GET", path, headers={"Authorization": f"Token {self.key}", **(headers or {})})
        response = self.connection.getresponse()
        body = response.read()
        if response.status != status:
            raise SystemExit(f"{path} answered {response.status}: {body[:200]!r}")
        return body, response.headers["ETag"]

    def post(self, path: str, body: dict[str, object]) -> None:
        headers = {"Authorization": f"Token {self.key}", "Content-Type": "application/json"}
        self.connection.request("POST", path, body=orjson.dumps(body), headers=headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise SystemExit(f"{path} answered {response.status}: {answer[:200]!r}")


@contextmanager
def client_of(user: User) -> Iterator[Client]:
    with clients_of([user]) as (client,):
        yield client


@contextmanager
def clients_of(users: Sequence[User]) -> Iterator[list[Client]]:
    """Of one server, each with a connection of its own."""
    with server() as port:
        connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in users]
        keys = [ApiToken.issue(user, "benchmarks")[1] for user in users]
        yield [Client(connection, key) for connection, key in zip(connections, keys, strict=True)]
        for connection in connections:
            connection.close()


def in_rounds(works: dict[str, Work], *, rounds: int) -> dict[str, float]:
    """Medians in milliseconds. Each is asked several times in a row, as by people, and all take turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            work()
            for _ in range(IN_A_ROW):
                start = time.perf_counter()
                work()
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def server() -> Iterator[int]:
    """The port of a production server, which is stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    options = ["--workers", "1", "--blocking-threads", "1", "--log-level", "warning", "--no-ws"]
    process = subprocess.Popen(
        [*command, *options, "pandaledger.wsgi:application"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"},
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start within {SECONDS_TO_START} seconds.")
