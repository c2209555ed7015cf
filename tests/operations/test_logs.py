"""Lines of the log: one for each request, with its id and its person by number, and with nothing private."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from core.apis.me import MeApi
from core.logs import formatter
from core.models import User

SECRETS = {
    "asha@example.com": "no such person: asha@example.com",
    "pl_AbCdEfGhIjKlMnOpQrStUvWx": "the key pl_AbCdEfGhIjKlMnOpQrStUvWx",
    "MTA-c3f-9a8b7c": "Not Found: /accounts/password/reset/key/MTA-c3f-9a8b7c/",
    "NTox.xyz": "/accounts/confirm-email/NTox.xyz/ was asked for",
    "hunter2": "could not connect to postgres://site:hunter2@db:5432/site",
    "sentinel": "GET https://upstream.example/v8/chart?token=sentinel failed",
}


@pytest.fixture(params=["line", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    yield from _captured(request.param)


@pytest.fixture
def json_log() -> Iterator[io.StringIO]:
    yield from _captured("json")


def _captured(kind: str) -> Iterator[io.StringIO]:
    """What the server would write."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter(kind))
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_request_has_one_line(asha: User, asha_api: APIClient, json_log: io.StringIO) -> None:
    answer = asha_api.get("/api/v1/me/", {"word": "sentinel"})
    (line,) = lines(json_log)
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/api/v1/me/", 200)
    assert line["user_id"] == asha.pk
    assert line["request_id"] == answer["X-Request-ID"]
    assert 0 < line["ms"] < 60_000
    assert set(line) == {
        *("timestamp", "level", "logger", "event", "method", "path", "status", "ms", "request_id", "user_id")
    }


def test_files_and_addresses_that_there_are_not_are_told_without_their_names(
    client: Client, json_log: io.StringIO, db: None
) -> None:
    for path in ("/static/admin/css/base.css", "/of/asha@example.com/"):
        client.get(path).close()
    assert [(line["path"], line["status"]) for line in lines(json_log)] == [("/static", 200), ("/unknown", 404)]


def test_an_id_of_the_proxy_is_in_the_line(asha_api: APIClient, log: io.StringIO) -> None:
    asha_api.get("/api/v1/me/", headers={"x-request-id": "proxy-0123456789"})
    assert "proxy-0123456789" in log.getvalue()


def test_what_libraries_say_goes_the_same_way(json_log: io.StringIO) -> None:
    logging.getLogger("some.library").warning("%s of %s failed", 1, "two")
    (line,) = lines(json_log)
    assert (line["logger"], line["level"], line["event"]) == ("some.library", "warning", "1 of two failed")


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_withheld(secret: str, log: io.StringIO) -> None:
    """In a message, in what is beside it, and in the text of an error with its traceback."""
    text = SECRETS[secret]
    logger = logging.getLogger("some.library")
    logger.warning(text)
    logger.warning("%s", text, extra={"detail": text})
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("It failed")
    written = log.getvalue()
    assert secret not in written
    assert "ValueError" in written


def test_a_person_in_a_request_is_not_in_the_log(asha: User, asha_api: APIClient, log: io.StringIO) -> None:
    body = {"name": "Zarathustra", "preferences": {"note": "Zarathustra"}}
    asha_api.patch("/api/v1/me/?why=Zarathustra", body)
    assert asha_api.patch("/api/v1/me/", body, headers={"user-agent": "Zarathustra"}).status_code == 200
    asha_api.get("/api/v1/Zarathustra/")
    asha_api.get("/accounts/password/reset/key/Zarathustra-abc/")
    written = log.getvalue()
    assert written.count("path") == 4
    for word in ("Zarathustra", asha.email, "Token", "pl_"):
        assert word not in written


def test_an_error_is_told_once_with_its_traceback(
    asha: User, asha_api: APIClient, json_log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(view: MeApi) -> User:
        local = "sentinel in a variable"
        raise RuntimeError(f"{len(local)} things went wrong")

    monkeypatch.setattr(MeApi, "get_object", broken)
    asha_api.raise_request_exception = False
    answer = asha_api.get("/api/v1/me/")
    assert answer.status_code == 500
    failure, request = lines(json_log)
    assert failure["level"] == "error"
    assert "RuntimeError: 22 things went wrong" in failure["exception"]
    assert failure["exception"].count("Traceback") == 1
    assert "sentinel in" not in failure["exception"].replace('local = "sentinel in a variable"', "")
    assert request["status"] == 500
    assert {failure["request_id"], request["request_id"]} == {answer["X-Request-ID"]}


def test_a_page_that_fails_is_told_the_same_way(json_log: io.StringIO, db: None, client: Any) -> None:
    client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pandaledger.home.render", _fail)
        assert client.get("/").status_code == 500
    assert [line["event"] for line in lines(json_log)] == ["A request failed", "request"]


def _fail(*_: Any) -> Any:
    raise RuntimeError("no page")


def test_a_line_can_be_read_by_people(asha_api: APIClient) -> None:
    handler = _captured("line")
    log = next(handler)
    asha_api.get("/api/v1/me/")
    (line,) = log.getvalue().splitlines()
    assert " INFO pandaledger.requests: request method=GET path=/api/v1/me/ status=200 ms=" in line
    next(handler, None)


def test_nobody_writes_a_line_of_their_own(asha_api: APIClient, log: io.StringIO) -> None:
    asha_api.get("/api/v1/currencies/INR%0A2026-01-01 INFO forged%0D%1B[2J%C2%85%E2%80%A8%E2%80%AE/")
    logging.getLogger("elsewhere").warning("A file named %s", "one\nERROR forged")
    told = log.getvalue()
    assert not any(control in told for control in "\r\x1b\x85\u2028\u202e")
    assert len(told.splitlines()) == 2
    assert "forged" in told
