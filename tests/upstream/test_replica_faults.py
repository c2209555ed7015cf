"""What the real clients make of each fault: the table of what goes wrong upstream."""

import json
import time
from typing import Any

import curl_cffi.requests
import pytest
import requests
import yfinance as yf
from curl_cffi.requests import exceptions as curl
from yfinance.data import YfData
from yfinance.exceptions import YFDataException, YFPricesMissingError, YFRateLimitError

from tests.upstream.conftest import Get, Ticker
from tests.upstream.faults import MODES
from tests.upstream.replica import Replica

CHART = r"/v8/finance/chart/AAPL\?"
FUND = "https://api.mfapi.in/mf/122639"

OF_CHARTS: dict[str, type[Exception]] = {
    "429": YFRateLimitError,
    "500": json.JSONDecodeError,
    "502": json.JSONDecodeError,
    "503": json.JSONDecodeError,
    "401": YFPricesMissingError,
    "404": YFPricesMissingError,
    "garbage": json.JSONDecodeError,
    "empty": json.JSONDecodeError,
    "html": YFDataException,
    "emptyobj": YFPricesMissingError,
    "chartnull": YFPricesMissingError,
    "drop": curl.ConnectionError,
    "truncate": curl.IncompleteRead,
    "slow": curl.Timeout,
    "trickle": curl.Timeout,
    "hang": curl.Timeout,
}
OF_FUNDS: dict[str, type[Exception]] = {
    "429": requests.HTTPError,
    "404": requests.HTTPError,
    "500": requests.HTTPError,
    "502": requests.HTTPError,
    "503": requests.HTTPError,
    "garbage": requests.exceptions.JSONDecodeError,
    "html": requests.exceptions.JSONDecodeError,
    "empty": requests.exceptions.JSONDecodeError,
    "drop": requests.ConnectionError,
    "refuse": requests.ConnectionError,
    "truncate": requests.exceptions.ChunkedEncodingError,
    "slow": requests.ReadTimeout,
    "hang": requests.ReadTimeout,
}


@pytest.mark.parametrize(("mode", "error"), OF_CHARTS.items())
def test_a_chart_that_fails(replica: Replica, ticker: Ticker, mode: str, error: type[Exception]) -> None:
    ticker("AAPL").history(period="5d")  # cookie, crumb and zone are had
    replica.fault(CHART, mode)
    with pytest.raises(error) as raised:
        ticker("AAPL").history(period="5d", timeout=1 if error is curl.Timeout else 30)
    if isinstance(raised.value, YFPricesMissingError):
        assert raised.value.yahoo_reason == ("No data found, symbol may be delisted" if mode == "404" else None)
    assert {record.fault for record in replica.log if record.path.endswith("AAPL")} == {"", mode}
    assert not ticker("MSFT").history(period="5d").empty


@pytest.mark.parametrize("mode", [mode for mode in OF_CHARTS if mode not in ("slow", "trickle", "hang")])
def test_a_download_names_no_error(replica: Replica, session: "curl_cffi.requests.Session", mode: str) -> None:
    replica.fault(CHART, mode)
    yf.config.debug.hide_exceptions = True
    how: Any = {"auto_adjust": False, "progress": False, "threads": False, "session": session}
    frame = yf.download(["AAPL", "MSFT"], period="5d", **how)
    assert frame["Close"]["AAPL"].isna().all()
    assert frame["Close"]["MSFT"].notna().all()


def test_a_refused_connection(replica: Replica, ticker: Ticker) -> None:
    replica.fault(r"^query2\.finance\.yahoo\.com$", "refuse")
    with pytest.raises(curl.RequestException):
        ticker("AAPL").history(period="5d")
    replica.faults.reset()
    assert not ticker("AAPL").history(period="5d").empty


@pytest.mark.parametrize(("mode", "error"), OF_FUNDS.items())
def test_a_fund_that_fails(replica: Replica, get: Get, mode: str, error: type[Exception]) -> None:
    replica.fault(r"api\.mfapi\.in" + ("$" if mode == "refuse" else "/mf/122639"), mode)
    with pytest.raises(error):
        ask(get, FUND, timeout=0.5 if error is requests.ReadTimeout else 30)
    replica.faults.reset()
    assert ask(get, FUND)["status"] == "SUCCESS"


def ask(get: Get, url: str, timeout: float = 30) -> Any:
    answer = get(url, timeout=timeout)
    answer.raise_for_status()
    return answer.json()


def test_every_mode_is_proved() -> None:
    assert set(MODES) == {*OF_CHARTS, *OF_FUNDS, "body"}


def test_requests_are_not_stopped_by_a_trickle(replica: Replica, get: Get) -> None:
    """Its timeout is of each read, so a deadline of one's own is needed."""
    replica.fault("/mf/122639/latest", "trickle", delay=0.01)
    started = time.monotonic()
    assert get(f"{FUND}/latest", timeout=2).json()["status"] == "SUCCESS"
    assert time.monotonic() - started > 2


def test_any_answer_can_be_sent(replica: Replica, get: Get) -> None:
    replica.fault("/mf/122639", "body", body='{"status": "FAILURE"}', status=418)
    answer = get(FUND)
    assert (answer.status_code, answer.json()) == (418, {"status": "FAILURE"})


def test_a_rate_limit_may_say_for_how_long(replica: Replica, get: Get) -> None:
    replica.fault("mfapi", 429, retry_after=30, times=1)
    assert get(FUND).headers["Retry-After"] == "30"
    assert get(FUND).status_code == 200


def test_a_fault_happens_so_many_times(replica: Replica, ticker: Ticker) -> None:
    """yfinance asks once more after each status that is an error."""
    replica.fault(CHART, 500, times=1)
    assert not ticker("AAPL").history(period="5d").empty
    replica.fault(CHART, 500, times=2)
    with pytest.raises(json.JSONDecodeError):
        ticker("AAPL").history(period="5d")
    assert not ticker("AAPL").history(period="5d").empty


def test_a_fault_happens_with_a_probability(replica: Replica, get: Get) -> None:
    replica.fault("mfapi", 503, probability=0.5)
    statuses = {get(f"{FUND}/latest").status_code for _ in range(40)}
    assert statuses == {200, 503}  # one in 5e11 runs sees one of them alone
    replica.faults.reset()
    replica.fault("mfapi", 503, probability=0.0)
    assert get(FUND).status_code == 200


def test_an_outage_of_the_crumb_leaves_charts(replica: Replica, ticker: Ticker) -> None:
    replica.fault("getcrumb", 429)
    replica.fault("fc.yahoo.com", "drop")
    assert not ticker("AAPL").history(period="5d").empty


def test_yfinance_remembers_answers_about_the_past_also_bad_ones(replica: Replica, ticker: Ticker) -> None:
    """So a provider has to do without its memory, and the fixture clears it."""
    span = {"start": "2020-01-06", "end": "2020-01-11"}
    ticker("AAPL").history(period="5d")
    replica.fault(CHART, "garbage", times=1)
    for _ in range(2):
        with pytest.raises(json.JSONDecodeError):
            ticker("AAPL").history(**span)
    YfData.cache_get.cache_clear()
    assert len(ticker("AAPL").history(**span)) == 5


def test_a_latency_holds_for_every_answer(replica: Replica, get: Get) -> None:
    replica.latency = 0.3
    started = time.monotonic()
    get(f"{FUND}/latest")
    assert time.monotonic() - started >= 0.3
