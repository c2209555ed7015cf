"""A herd before a fast server: the replica of the upstreams beside it, and the people who poll it."""

import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.drills.seed_herd import BEGIN
from tests.drills.site import Client, Site, site_in

HOUR = 3600
PATHS = ("/api/v1/market/", "/api/v1/analytics/summary/")
THREADS = 8


class FastSite(Site):
    """Its processes share a clock that runs fast."""

    def start(self) -> None:
        options = {"interface": "wsgi", "host": "127.0.0.1", "port": self.port, "blocking-threads": 4}
        options |= {"workers": self.settings["WEB_WORKERS"], "log-level": "warning"}
        flags = [f"--{name}={value}" for name, value in options.items()]
        self.server = self.begin("-m", "granian", *flags, "tests.drills.hasty:application")
        assert self.wait(), self.log.read_text()


@dataclass
class Upstream:
    """The replica in a process of its own, told and asked over HTTP."""

    address: str
    ca: str

    def tell(self, path: str, **what: Any) -> Any:
        return self._ask("POST", path, json.dumps(what))

    def requests(self) -> list[float]:
        """When each request to Yahoo came, by the replica's clock."""
        records = self._ask("GET", "/__log__", None)["requests"]
        return sorted(record["at"] for record in records if record["host"].endswith("yahoo.com"))

    def _ask(self, method: str, path: str, body: str | None) -> Any:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        connection.request(method, path, body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status == 200, content
        return json.loads(content)


@contextmanager
def upstream() -> Iterator[Upstream]:
    with subprocess.Popen([sys.executable, "-m", "tests.upstream"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = dict(process.stdout.readline().strip().split("=", 1) for _ in range(2))
        try:
            yield Upstream(told["UPSTREAM_PROXY"], told["UPSTREAM_CA"])
        finally:
            process.terminate()


@contextmanager
def fast_site(folder: Path, replica: Upstream, *, speed: float, workers: int) -> Iterator[FastSite]:
    """Migrated, and not started. Leases and sweeps are in its own seconds, so they are as long as the speed asks."""
    with site_in(folder) as made:
        settings = {
            "LIVE_PRICES": "true",
            "UPSTREAM_PROXY": replica.address,
            "UPSTREAM_CA": replica.ca,
            "WEB_WORKERS": str(workers),
            "LEASE_SECONDS": str(int(60 * speed)),
            "HASTE": str(speed),
            "HASTE_FROM": str(BEGIN.timestamp()),
        }
        site = FastSite(folder, made.database, settings)
        try:
            yield site
        finally:
            site.kill()


def begin(site: FastSite, replica: Upstream) -> None:
    """All clocks at the same instant, from now on."""
    replica.tell("/__clock__", at=BEGIN.isoformat(), speed=float(site.settings["HASTE"]))
    site.settings["HASTE_SINCE"] = str(time.time())
    site.start()


@dataclass
class Reads:
    """Of one stretch of time: how long each took in milliseconds, and what was answered."""

    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, more: "Reads") -> None:
        self.taken += more.taken
        self.statuses += more.statuses

    def quantile(self, share: float) -> float:
        return sorted(self.taken)[int(share * (len(self.taken) - 1))]

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    def __str__(self) -> str:
        return f"{len(self.taken)} reads, median {self.median:.1f} ms, p99 {self.quantile(0.99):.1f} ms"


@dataclass
class Herd:
    """People by their keys; together they read `rate` times a second, whoever's turn it is."""

    port: int
    keys: list[str]
    rate: float

    def poll(self, seconds: float) -> Reads:
        reads, until = Reads(), time.monotonic() + seconds
        with ThreadPoolExecutor(THREADS) as pool:
            for part in list(pool.map(lambda _: self._poll_until(until), range(THREADS))):
                reads.add(part)
        return reads

    def _poll_until(self, until: float) -> Reads:
        reads, due = Reads(), time.monotonic() + random.random() * THREADS / self.rate
        while due < until:
            threading.Event().wait(max(0.0, due - time.monotonic()))
            self._read(random.choice(self.keys), random.choice(PATHS), reads)
            due += THREADS / self.rate
        return reads

    def _read(self, key: str, path: str, reads: Reads) -> None:
        client = Client(self.port, key)
        begun = time.perf_counter()
        status, _ = client.ask("GET", path)
        reads.taken.append((time.perf_counter() - begun) * 1000)
        reads.statuses[status] += 1
        client.close()


def most_in_an_hour(times: list[float]) -> int:
    most = first = 0
    for last, moment in enumerate(times):
        while times[first] < moment - HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most
