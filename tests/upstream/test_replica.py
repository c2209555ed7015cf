"""The real yfinance and requests against the replica."""

import requests

from tests.upstream.replica import Replica


def test_it_runs(replica: Replica) -> None:
    assert requests.get(f"{replica.url}/__log__", timeout=5).json()["requests"] == []
