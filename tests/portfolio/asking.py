"""What the tests of search and choice share: the replica, asked from threads, and nothing left running after them."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from portfolio import upstream
from tests.upstream.replica import Replica

SLACK = 1.5
"""Seconds beyond a bound that a loaded machine may need."""


@pytest.fixture
def providers(replica: Replica, transactional_db: None) -> Iterator[Replica]:
    cache.clear()
    yield replica
    replica.faults.reset()
    deadline = time.monotonic() + 30
    while upstream._under_way and time.monotonic() < deadline:
        time.sleep(0.02)
    cache.clear()


def searches_at(replica: Replica, host: str) -> list[str]:
    return [record.query for record in replica.requests_to(host) if record.path.endswith("/search")]
