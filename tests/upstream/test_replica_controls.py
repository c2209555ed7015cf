"""The replica told over HTTP, in a process of its own, and beside a command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine

from tests.upstream.clock import Clock
from tests.upstream.conftest import Get
from tests.upstream.listings import catalogue
from tests.upstream.replica import Replica
from tests.upstream.world import World, listed_in

CHART = "https://query2.finance.yahoo.com/v8/finance/chart"
FUND = "https://api.mfapi.in/mf/122639/latest"
ROOT = Path(__file__).resolve().parent.parent.parent
Tell = Callable[..., requests.Response]


def chart(get: Get, symbol: str) -> Any:
    return get(f"{CHART}/{symbol}?range=1mo&interval=1d&events=div,splits").json()["chart"]["result"][0]


def test_faults_by_http(get: Get, tell: Tell) -> None:
    assert tell("fault", match="mfapi.*latest", mode=503, times=1).status_code == 200
    assert [get(FUND).status_code for _ in range(2)] == [503, 200]
    tell("fault", match="mfapi", mode="garbage")
    tell("reset")
    assert get(FUND).json()["status"] == "SUCCESS"
    assert tell("fault", match="x", mode="nonsense").status_code == 400


def test_a_fault_of_everything_can_be_healed(get: Get, tell: Tell) -> None:
    tell("fault", match=".*", mode=500)
    assert get(FUND).status_code == 500
    assert tell("heal").status_code == 200
    assert get(FUND).status_code == 200


def test_the_log_by_http(replica: Replica, get: Get) -> None:
    get(FUND, headers={"User-Agent": "a test"})
    log = requests.get(f"{replica.url}/__log__", timeout=5).json()
    assert log["counts"] == {"api.mfapi.in": 1}
    [record] = log["requests"]
    assert (record["method"], record["path"], record["user_agent"]) == ("GET", "/mf/122639/latest", "a test")
    assert [one.path for one in replica.requests_to("mfapi")] == ["/mf/122639/latest"]
    assert replica.requests_to("yahoo") == replica.requests_to("amfi") == []


def test_the_clock_by_http(replica: Replica, tell: Tell, get: Get) -> None:
    assert tell("clock", at="2026-11-20T15:00:00+00:00", speed=0).json() == {"now": 1795186800.0}
    assert get(FUND).json()["data"][0]["date"] == "19-11-2026"
    tell("clock", offset=86_400)
    assert replica.clock.now() == pytest.approx(time.time() + 86_400, abs=5)


def test_the_clock_follows_that_of_the_process_unless_told() -> None:
    clock = Clock()
    with time_machine.travel(datetime(2024, 2, 29, tzinfo=UTC), tick=False) as traveller:
        assert clock.now() == datetime(2024, 2, 29, tzinfo=UTC).timestamp()
        clock.set(datetime(2020, 1, 1, tzinfo=UTC), speed=60)
        traveller.shift(10)
        assert clock.now() == datetime(2020, 1, 1, 0, 10, tzinfo=UTC).timestamp()


def test_the_world_by_http(get: Get, tell: Tell) -> None:
    tell("clock", at="2026-11-20T22:00:00+00:00", speed=0)
    closes = {"2026-11-18": 400, "2026-11-19": 404, "2026-11-20": 101}
    tell("world", do="add", symbol="ACME.L", closes=closes, currency="GBP", name="Acme", kind="ETF")
    tell("world", do="add_split", symbol="ACME.L", day="2026-11-20", ratio="4:1")
    tell("world", do="corrupt", symbol="ACME.L", closes={"2026-11-18": None})
    result = chart(get, "ACME.L")
    assert result["indicators"]["quote"][0]["close"] == [None, 101, 101]
    assert (result["meta"]["currency"], result["meta"]["instrumentType"]) == ("GBP", "ETF")
    tell("world", do="rename", old="ACME.L", new="ACNE.L")
    assert get(f"{CHART}/ACME.L?range=5d").status_code == 404
    assert chart(get, "ACNE.L")["meta"]["symbol"] == "ACNE.L"
    assert tell("world", do="explode").status_code == 400
    assert tell("world", do="set_price", symbol="NOSUCH", price=1).status_code == 400


def test_funds_by_http(get: Get, tell: Tell) -> None:
    tell("funds", do="add", code="500001", navs={"2026-11-19": "10.5"})
    assert get("https://api.mfapi.in/mf/500001").json()["data"] == [{"date": "19-11-2026", "nav": "10.50000"}]
    tell("funds", set={"unknown_as": "empty"})
    assert get("https://api.mfapi.in/mf/777777").status_code == 200


def test_many_at_once_are_answered(replica: Replica, get: Get) -> None:
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda i: chart(get, f"SYM{i}")["meta"]["symbol"], range(120)))
    assert answers == [f"SYM{i}" for i in range(120)]
    assert len(replica.requests_to("yahoo")) == 120


def test_weeks_are_not_offered(get: Get) -> None:
    assert get(f"{CHART}/AAPL?range=1y&interval=1wk").status_code == 422


def test_nothing_gets_out(get: Get) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        get("https://example.com/")


def test_symbols_of_a_file_exist() -> None:
    seeds = listed_in(ROOT / "portfolio" / "seeds" / "assets.csv")
    world = World(seeds)
    assert all(world.find(symbol) for symbol in seeds)
    kinds = {seeds[symbol].kind for symbol in seeds if symbol.endswith("-USD") and symbol not in catalogue()}
    assert kinds == {"CRYPTOCURRENCY"}
    assert len(seeds) > 500


def run(*command: str) -> "subprocess.Popen[str]":
    whole = [sys.executable, "-m", "tests.upstream", *command]
    return subprocess.Popen(whole, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def is_listening(url: str) -> bool:
    try:
        return requests.get(f"{url}/__log__", timeout=5).ok
    except requests.ConnectionError:
        return False


def check_gone(url: str, ca: str) -> None:
    deadline = time.monotonic() + 10
    while is_listening(url) or Path(ca).exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_in_the_foreground_until_it_is_told_to_end(told: signal.Signals) -> None:
    with run("--latency", "1") as process:
        url, ca = (process.stdout.readline().strip().partition("=")[2] for _ in range(2))
        assert is_listening(url)
        process.send_signal(told)
        assert process.wait(10) == 0
    check_gone(url, ca)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_command_beside_it(told: signal.Signals) -> None:
    """As `make run UPSTREAM=replica` has it; however the server ends, nothing is left behind."""
    script = "import os, time; e = os.environ; print(e['UPSTREAM_PROXY'], e['UPSTREAM_CA'], flush=True); time.sleep(60)"
    with run(sys.executable, "-c", script) as process:
        url, ca = process.stdout.readline().split()
        assert is_listening(url)
        os.kill(process.pid, told)
        assert process.wait(10) == -told
    check_gone(url, ca)


def test_a_command_that_ends_gives_its_status() -> None:
    with run(sys.executable, "-c", "raise SystemExit(7)") as process:
        assert process.wait(60) == 7
