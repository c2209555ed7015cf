"""kill -9 at a random moment, while edits and rebuilds run: what was answered is there, nothing is half-written."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from tests.drills.conftest import until_rebuilt
from tests.drills.editors import Editor, editors
from tests.drills.site import Site


def test_nothing_is_lost(site: Site) -> None:
    drill(site, rounds=3, seed=random.randrange(10**9))


@pytest.mark.drill
def test_nothing_is_lost_in_fifty_kills(site: Site) -> None:
    drill(site, rounds=50, seed=random.randrange(10**9))


def drill(site: Site, *, rounds: int, seed: int) -> None:
    """Each round goes on from what the one before left."""
    chance = random.Random(seed)
    seeded = site.asked("-m", "tests.drills.seed")
    clients = editors(seeded, chance)
    site.start()
    for number in range(rounds):
        edit_and_kill(site, clients, seconds=chance.uniform(0.05, 2), workers_alone=chance.random() < 0.3)
        check(site, clients, seeded, where=f"round {number} of seed {seed}")
    assert sum(client.answered for client in clients) > rounds


def edit_and_kill(site: Site, clients: list[Editor], *, seconds: float, workers_alone: bool) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(len(clients)) as pool:
        running = [pool.submit(client.edit_until, stop, port=site.port) for client in clients]
        wait(running, timeout=seconds)
        if workers_alone:
            site.kill_workers()
        else:
            site.kill()
        stop.set()
    for thread in running:
        thread.result()


def check(site: Site, clients: list[Editor], seeded: dict[str, Any], *, where: str) -> None:
    if site.server is None or not site.wait():  # it gives up by itself where its workers die soon after each other
        site.start()
    for client in clients:
        client.repeat(port=site.port)
    until_rebuilt(site, seeded)
    truth = site.asked("-m", "tests.drills.truth")
    stored = truth["facts"]
    for client in clients:
        client.settle(stored)
    known = {name: value for client in clients for name, value in client.known.items()}
    lost = {name: (value, stored.get(name)) for name, value in known.items() if stored.get(name) != value}
    rows = {name for name in stored if name.startswith(("row", "action"))}
    assert not lost, where
    assert rows <= known.keys(), where
    assert not truth["problems"], (where, truth["problems"], site.log.read_text()[-5000:])
    assert not [problem for client in clients for problem in client.problems], where
