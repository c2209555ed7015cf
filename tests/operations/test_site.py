"""The server as a deployer starts it, with two workers: it says that it is ready, and counts for both as one."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.test_metrics import ROOT, TOKEN, samples
from tests.test_serve import answer, free_port, serving

REQUESTS = 40


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "PORT": str(free_port()),
        "HOST": "127.0.0.1",
        "WEB_WORKERS": "2",
        "LIVE_PRICES": "false",
        "METRICS_TOKEN": TOKEN,
        "LOG_FORMAT": "json",
    }


@pytest.fixture
def log(environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "-v0"], env=environment, check=True, cwd=ROOT)
    path = tmp_path / "log"
    with serving(environment, log=path) as server:
        answer(f"http://127.0.0.1:{environment['PORT']}/healthz/live", server)
        yield path


def get(url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return str(response.read().decode())


def test_two_workers_count_as_one(environment: dict[str, str], log: Path) -> None:
    site = f"http://127.0.0.1:{environment['PORT']}"
    ready = json.loads(get(f"{site}/healthz/ready"))
    assert ready["checks"]["background"] == {"status": "ok", "dead": []}
    for _ in range(REQUESTS):  # each over a connection of its own, so that both workers get some
        get(f"{site}/?word=sentinel")
    home = frozenset({"method": "GET", "route": "", "status": "200"}.items())
    counted = "pandaledger_request_seconds_count", home
    assert {samples(get(f"{site}/metrics"))[counted] for _ in range(8)} == {REQUESTS}
    assert len(list(Path(environment["DATA_DIR"], "metrics", environment["PORT"]).glob("histogram_*.db"))) == 2
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert len([line for line in lines if line.get("path") == "/"]) == REQUESTS
    assert "sentinel" not in log.read_text()
    assert TOKEN not in log.read_text()
