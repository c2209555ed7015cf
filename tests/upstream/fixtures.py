"""The replica as a fixture: one server for all tests of a process, as new for each of them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.upstream.replica import Replica


@pytest.fixture(scope="session")
def replica_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Replica]":
    from tests.upstream.replica import Replica

    with Replica(tmp_path_factory.mktemp("replica")) as server:
        yield server


@pytest.fixture
def replica(replica_server: "Replica", settings: Any, tmp_path: Path) -> "Iterator[Replica]":
    """Yahoo, MFAPI and AMFI, to which the settings lead; nothing is remembered of the test before."""
    replica_server.reset()
    settings.LIVE_PRICES = True
    settings.DATA_DIR = tmp_path
    settings.UPSTREAM_PROXY = replica_server.url
    settings.UPSTREAM_CA = str(replica_server.ca_file)
    forget_upstreams(tmp_path / "yfinance")
    yield replica_server
    errors = list(replica_server.server.errors)
    replica_server.reset()
    forget_upstreams(tmp_path / "yfinance")
    assert not errors, "\n".join(errors)


def forget_upstreams(folder: Path) -> None:
    """yfinance keeps a cookie, zones and answers, in memory and in files; the registry keeps its providers."""
    import yfinance as yf
    from yfinance import cache
    from yfinance.data import SingletonMeta, YfData

    YfData.cache_get.cache_clear()
    SingletonMeta._instances.clear()
    yf.set_tz_cache_location(str(folder))
    cache._TzCacheManager._tz_cache = cache._CookieCacheManager._Cookie_cache = None
    cache._ISINCacheManager._isin_cache = None
    registry = sys.modules.get("portfolio.providers.registry")
    if registry is not None:
        registry.forget()
