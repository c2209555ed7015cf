"""The production server in a process of its own, with an administrator's key, and how much memory it takes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.safety.conftest import outbox, smtp  # noqa: F401
from tests.test_serve import ROOT, answer, free_port, serving

BOSS, PASSWORD = "boss@example.com", "correct horse battery"


@dataclass(frozen=True)
class Site:
    port: int
    key: str
    log: Path
    pid: int

    @property
    def peak(self) -> int:
        """MiB that its processes have had at most."""
        return max(_peak(pid) for pid in (self.pid, *_children(self.pid)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "PORT": str(free_port()),
        "HOST": "127.0.0.1",
        "BACKGROUND": "off",
        "LIVE_PRICES": "off",
        "LOG_LEVEL": "DEBUG",
        "ADMIN_EMAIL": BOSS,
        "ADMIN_PASSWORD": PASSWORD,
    }
    run = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*run, "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
    log = folder / "log"
    with serving(environment, log=log) as server:
        answer(f"http://127.0.0.1:{environment['PORT']}/", server)
        made = subprocess.run(
            [*run, "create_token", BOSS], env=environment, check=True, cwd=ROOT, capture_output=True, text=True
        )
        yield Site(port=int(environment["PORT"]), key=made.stdout.split()[-1], log=log, pid=server.pid)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) // 1024
