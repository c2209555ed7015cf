"""One answer over HTTP: whole, in time and not too big, or an error that names what went wrong."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from portfolio.providers import base
from portfolio.providers.http import Answer, Http, seconds_until
from tests.providers.fund_makers import seconds
from tests.upstream.replica import Replica

HOST = "api.mfapi.in"
PATH = "/mf/122639/latest"


@pytest.fixture
def http(replica: Replica) -> Http:
    return Http(HOST, proxy=replica.url, ca=str(replica.ca_file))


def test_it_brings_the_body_and_says_who_asks(http: Http, replica: Replica) -> None:
    replica.fault("/mf", "body", body='{"nav": 1.10}')
    answer = http.get(PATH, params={"a": "b"}, deadline=seconds())
    assert (answer.status, answer.body) == (200, b'{"nav": 1.10}')
    assert str(answer.json()["nav"]) == "1.10"
    request = replica.log[-1]
    assert (request.host, request.path, request.query, request.user_agent) == (HOST, PATH, "a=b", "PandaLedger")


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("401", base.Unreachable),
        ("429", base.RateLimited),
        ("500", base.Unreachable),
        ("502", base.Unreachable),
        ("503", base.Unreachable),
        ("refuse", base.Unreachable),
        ("drop", base.Unreachable),
        ("truncate", base.Unreachable),
        ("slow", base.TimedOut),
        ("trickle", base.TimedOut),
        ("hang", base.TimedOut),
    ],
)
def test_what_goes_wrong_has_a_name_and_ends_in_time(
    http: Http, replica: Replica, mode: str, error: type[base.ProviderError]
) -> None:
    replica.fault(HOST, mode, delay=0.2 if mode == "trickle" else None)
    is_slow = error is base.TimedOut
    started = time.monotonic()
    with pytest.raises(error) as raised:
        http.get(PATH, deadline=seconds(1 if is_slow else 30))
    assert not is_slow or time.monotonic() - started < 5
    assert type(raised.value) is error
    assert HOST in str(raised.value)


def test_it_recovers_at_once(http: Http, replica: Replica) -> None:
    for mode in ("500", "drop", "truncate", "hang"):
        replica.fault(HOST, mode, times=1)
        with pytest.raises(base.ProviderDown):
            http.get(PATH, deadline=seconds(1))
        assert http.get(PATH, deadline=seconds()).status == 200


def test_a_head_that_drips_is_cut_as_well(dripping: int) -> None:
    http = Http(HOST, proxy=f"http://127.0.0.1:{dripping}")
    started = time.monotonic()
    with pytest.raises(base.TimedOut):
        http.get(PATH, deadline=seconds(1))
    assert time.monotonic() - started < 5


def test_a_deadline_that_is_over_sends_nothing(http: Http, replica: Replica) -> None:
    with pytest.raises(base.TimedOut):
        http.get(PATH, deadline=seconds(0))
    assert replica.log == []


def test_what_is_too_big_is_not_read_on(http: Http, replica: Replica) -> None:
    replica.fault(HOST, "body", body="x" * 100_000)
    assert len(http.get(PATH, deadline=seconds(), most_bytes=100_000).body) == 100_000
    with pytest.raises(base.Garbled):
        http.get(PATH, deadline=seconds(), most_bytes=99_999)


def test_a_404_is_an_answer(http: Http, replica: Replica) -> None:
    replica.fault(HOST, "404", times=1)
    assert http.get(PATH, deadline=seconds()).is_missing


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_not_json_is_garbled(body: bytes) -> None:
    with pytest.raises(base.Garbled):
        Answer(HOST, 200, body).json()


def test_it_says_when_to_come_back(http: Http, replica: Replica) -> None:
    replica.fault(HOST, "429", times=1, retry_after=17)
    with pytest.raises(base.RateLimited) as raised:
        http.get(PATH, deadline=seconds())
    assert raised.value.retry_after == 17


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 120),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
@time_machine.travel("2026-11-20T12:00:00+00:00", tick=False)
def test_retry_after_is_seconds_or_an_instant(text: str, expected: float | None) -> None:
    assert seconds_until(text) == expected


def test_it_serves_many_threads(http: Http, replica: Replica) -> None:
    replica.latency = 0.1
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: http.get(PATH, deadline=seconds()), range(48)))
    assert {answer.status for answer in answers} == {200}


@pytest.fixture
def dripping() -> Iterator[int]:
    """A proxy that says its first line one letter every 0.2 seconds."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                for letter in b"HTTP/1.1 200 Connection established\r\n":
                    if not stop.wait(0.2):
                        connection.send(bytes([letter]))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()
