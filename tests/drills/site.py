"""A real server on a database of its own, that can be killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
SECONDS_FOR_AN_ANSWER = 60

NoAnswer = (OSError, HTTPException)
"""What a client meets whose server was killed."""


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """The URL of a new database: beside the one of DATABASE_URL if that is Postgres, else a file in `folder`."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'drill.sqlite3'}"
        return
    name = f"drill_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "SWEEP_SECONDS": "1",
            "LEASE_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
            "API_REQUESTS_PER_MINUTE": "0",
            "API_ANONYMOUS_REQUESTS_PER_MINUTE": "0",
            "PYTHONWARNINGS": "",
            **self.settings,
        }

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def run(self, *arguments: str) -> str:
        """The output of a Python command that ends by itself."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def asked(self, *arguments: str) -> Any:
        """What a command answers in JSON."""
        return json.loads(self.run(*arguments))

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A Python command in a process group of its own, for `kill_group`."""
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        self.server = self.begin("manage.py", "serve")
        assert self.wait(), self.log.read_text()

    def wait(self) -> bool:
        """Until it answers; False if it ended instead."""
        assert self.server is not None
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self.server.poll() is not None:
                return False
            assert time.monotonic() < deadline, "The server does not start."
            time.sleep(0.05)
        return True

    def kill(self) -> None:
        """The server and all its workers, at once and without a warning."""
        if self.server is not None:
            kill_group(self.server)
            self.server = None

    def kill_workers(self) -> None:
        """The server's children alone; it starts new ones."""
        assert self.server is not None
        workers = children_of(self.server.pid)
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    def _answers(self) -> bool:
        client = Client(self.port, "")
        try:
            return client.ask("GET", "/api/v1/me/")[0] == 401
        except NoAnswer:
            return False
        finally:
            client.close()


def children_of(pid: int) -> list[int]:
    """From Linux' own list where there is one, else from a program that other systems have."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(child) for child in listed.read_text().split()]
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=True)
    return [int(child) for child in found.stdout.split()]


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """It and all its children, unless they have ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Client:
    """One connection of one person, as a script has it."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_FOR_AN_ANSWER)
        self._token = token

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> tuple[int, Any]:
        """The status and the body, when all of it has arrived; else one of `NoAnswer` is raised."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Token {self._token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self._connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None

    def close(self) -> None:
        self._connection.close()


@contextmanager
def site_in(folder: Path, **settings: str) -> Iterator[Site]:
    """Migrated, and not started."""
    with own_database(folder) as database:
        site = Site(folder, database, settings)
        site.run("manage.py", "migrate", "--verbosity", "0")
        try:
            yield site
        finally:
            site.kill()
