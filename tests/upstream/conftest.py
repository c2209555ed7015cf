"""The real yfinance and the real requests, led to the replica as a user of theirs would lead them."""

from collections.abc import Callable, Iterator
from typing import Any

import curl_cffi.requests
import pytest
import requests
import yfinance as yf

from tests.upstream.replica import Replica

Ticker = Callable[[str], yf.Ticker]
Get = Callable[..., requests.Response]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """yfinance 1.7.0 is behind pandas 3."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings("ignore:.*:Warning:yfinance"))


@pytest.fixture
def session(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> "Iterator[curl_cffi.requests.Session]":
    """yfinance says what went wrong, and of an unknown symbol always the same: of the first two it asks for more."""
    yf.config.debug.hide_exceptions = False
    monkeypatch.setattr("yfinance.base._tz_info_fetch_ctr", 2)
    led: Any = {"proxies": {"https": replica.url}, "verify": str(replica.ca_file)}
    with curl_cffi.requests.Session(impersonate="chrome", **led) as made:
        yield made
    yf.config.debug.hide_exceptions = True


@pytest.fixture
def ticker(session: "curl_cffi.requests.Session") -> Ticker:
    return lambda symbol: yf.Ticker(symbol, session=session)


@pytest.fixture
def get(replica: Replica) -> Get:
    """A GET of an address at an upstream, by requests."""

    def get(url: str, **options: Any) -> requests.Response:
        proxies, ca = {"https": replica.url}, str(replica.ca_file)
        return requests.get(url, **{"timeout": 30, **options}, proxies=proxies, verify=ca)  # noqa: S113

    return get


@pytest.fixture
def tell(replica: Replica) -> Callable[..., requests.Response]:
    """POST to one of the replica's controls."""
    return lambda what, **data: requests.post(f"{replica.url}/__{what}__", json=data, timeout=5)
