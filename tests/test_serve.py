"""The production server and the first superuser, as a deployer starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from core.management.commands.ensure_superuser import superuser_ensure
from core.models import User

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield server
        finally:
            server.kill()
            server.wait()


def answer(url: str, server: subprocess.Popen[bytes]) -> str:
    """The page, as soon as the server is up."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310
                return str(response.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "PORT": str(free_port()),
        "HOST": "127.0.0.1",
        "ADMIN_EMAIL": "boss@example.com",
        "ADMIN_PASSWORD": "correct horse",
    }


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_stops_when_told_to(environment: dict[str, str], tmp_path: Path, stop: signal.Signals) -> None:
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
    site = f"http://127.0.0.1:{environment['PORT']}"
    log = tmp_path / "log"
    with serving(environment, log=log) as server:
        assert "PandaLedger" in answer(f"{site}/", server)
        assert "swagger" in answer(f"{site}/api/docs/", server)
        assert "Traceback" not in log.read_text()
        server.send_signal(stop)
        assert server.wait(timeout=20) == 0
    for line in ("Made the superuser boss@example.com", f"{site}/api/docs/", f"{site}/admin/"):
        assert line in log.read_text()


@pytest.mark.django_db
def test_the_superuser_can_log_in(settings: LazySettings) -> None:
    settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD = "Boss@Example.com", "correct horse"
    call_command("ensure_superuser")
    boss = User.objects.get(email="boss@example.com")
    assert boss.is_superuser
    assert boss.is_staff
    assert boss.check_password("correct horse")
    assert boss.accounts.filter(is_default=True).count() == 1


@pytest.mark.django_db
def test_an_existing_person_is_never_changed() -> None:
    anna = User.objects.create_user("anna@example.com", "her own secret")
    person, is_new = superuser_ensure(email="anna@example.com", password="correct horse")
    anna.refresh_from_db()
    assert (person, is_new) == (anna, False)
    assert anna.check_password("her own secret")
    assert not anna.is_superuser


@pytest.mark.django_db
def test_no_superuser_is_made_without_being_asked_for(settings: LazySettings) -> None:
    settings.ADMIN_EMAIL = settings.ADMIN_PASSWORD = ""
    call_command("ensure_superuser")
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_make_one_superuser() -> None:
    def start(_: int) -> bool:
        try:
            return superuser_ensure(email="boss@example.com", password="correct horse")[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(start, range(4)))
    assert sorted(made) == [False, False, False, True]
    assert User.objects.get().is_superuser


def test_it_refuses_a_port_where_another_server_listens(environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        refused = subprocess.run(
            [sys.executable, ROOT / "manage.py", "serve"], env=environment, capture_output=True, text=True, timeout=60
        )
    assert refused.returncode != 0
    assert f"PORT: cannot listen at 127.0.0.1:{environment['PORT']}" in refused.stderr
    assert "Traceback" not in refused.stderr
