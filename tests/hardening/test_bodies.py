"""Too much is refused before it is read, and while it is read where nobody said how much it is."""

import gzip
import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.body_limits import PAGE_BYTES
from core.idempotency import _without
from tests.conftest import check_error
from tests.hardening.conftest import BOSS, PASSWORD, Site

MIB = 1024**2
ACCOUNTS = "/api/v1/accounts/"
BOUNDARY = "----------------------------pandas"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory from /proc")


def ask(site: Site, address: str, *, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with suppress(BrokenPipeError, ConnectionResetError):  # it has answered already, and reads no more
        connection.request("POST", address, body, {"Authorization": f"Token {site.key}", **names})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, json.loads(text) if text.startswith(b"{") else {"page": text.decode()}


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["code"])


def pieces(total: int) -> Iterator[bytes]:
    """Without a length, so it goes in chunks."""
    yield b'{"name": "'
    for _ in range(total // (64 * 1024)):
        yield b"x" * 64 * 1024
    yield b'"}'


def upload(size: int) -> Iterator[bytes]:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
    yield (part.format("format", "") + "nothing\r\n" + part.format("file", '; filename="a.csv"')).encode()
    for _ in range(size // MIB):
        yield b"x" * MIB
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    ("address", "kind", "length"),
    [
        (ACCOUNTS, "application/json", 8 * MIB + 1),
        ("/api/v1/imports/", "multipart/form-data; boundary=x", f"{66 * MIB:030}"),
        (ACCOUNTS, "application/x-www-form-urlencoded", 8 * MIB + 1),
        ("/api/v1/imports/", "multipart/form-data; boundary=x", 66 * MIB),
        ("/_allauth/app/v1/auth/login", "application/json", MIB + 1),
        ("/_allauth/app/v1/auth/login", "multipart/form-data; boundary=x", MIB + 1),
    ],
)
def test_a_length_is_enough_to_refuse(site: Site, address: str, kind: str, length: int | str) -> None:
    """Not one byte of it is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.putrequest("POST", address)
    for name, value in (("Content-Type", kind), ("Content-Length", str(length))):
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, code(json.loads(response.read()))) == (413, "too_large")
    connection.close()


def test_a_page_says_it_as_a_page(site: Site) -> None:
    status, answer = ask(site, "/accounts/login/", body=b"login=" + b"x" * PAGE_BYTES)
    assert status == 413
    assert "Too large" in answer["page"]


def test_a_body_without_a_length_is_read(site: Site) -> None:
    body = iter([b'{"name": "In pieces", ', b'"kind": "bank"}'])
    status, answer = ask(site, ACCOUNTS, body=body, Content_Type="application/json")
    assert (status, answer.get("name")) == (201, "In pieces")
    again = iter([b'{"name": "In pieces", ', b'"kind": "bank"}'])
    status, answer = ask(site, ACCOUNTS, body=again, Content_Type="application/json", Idempotency_Key="k")
    assert status == 400


def test_a_body_without_an_end_is_refused_on_the_way(site: Site) -> None:
    before = site.peak
    status, answer = ask(site, ACCOUNTS, body=pieces(200 * MIB), Content_Type="application/json")
    assert (status, code(answer)) == (413, "too_large")
    assert site.peak - before < 30


@pytest.mark.parametrize("key", [None, "a-key"])
def test_a_large_file_takes_no_memory(site: Site, key: str | None) -> None:
    before = site.peak
    size = sum(map(len, upload(60 * MIB)))
    headers = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}", "Content_Length": str(size)}
    if key:
        headers["Idempotency_Key"] = key
    status, answer = ask(site, "/api/v1/imports/", body=upload(60 * MIB), **headers)
    assert (status, answer["errors"][0]["attr"]) == (400, "format")
    assert site.peak - before < 20


def test_what_is_compressed_stays_compressed(site: Site) -> None:
    """512 MiB of spaces in half a megabyte."""
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6) as file:
        for _ in range(512):
            file.write(b" " * MIB)
    before = site.peak
    status, answer = ask(
        site, ACCOUNTS, body=packed.getvalue(), Content_Type="application/json", Content_Encoding="gzip"
    )
    assert (status, code(answer)) == (400, "parse_error")
    assert site.peak - before < 20


def test_the_limit_of_what_is_no_file_is_its_own(asha_api: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MIB
    text = {"name": "x" * MIB}
    check_error(asha_api.post(ACCOUNTS, text), 413, code="too_large")
    check_error(asha_api.post(ACCOUNTS, text, HTTP_IDEMPOTENCY_KEY="k"), 413, code="too_large")


def test_fields_and_files_of_a_form_are_counted(asha_api: APIClient) -> None:
    for form in (
        {f"field{number}": "x" for number in range(2100)},
        {f"file{number}": BytesIO(b"x") for number in range(11)},
    ):
        check_error(asha_api.post("/api/v1/imports/", form, format="multipart"), 400)


def test_ten_thousand_rows_fit(asha_api: APIClient, settings: Any) -> None:
    """Of the longest text that an entry may have in practice: half of what is accepted."""
    rows = [{"date": "2026-01-02", "kind": "expense", "amount": "12345.67", "note": "x" * 200}] * 10_000
    assert len(json.dumps(rows)) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2


def test_what_the_server_wrote_meanwhile_opens_nothing(site: Site) -> None:
    """At its most talkative: of the requests above, of a log-in, and of a key where none belongs."""
    login = json.dumps({"email": BOSS, "password": PASSWORD}).encode()
    status, answer = ask(site, "/_allauth/app/v1/auth/login", body=login, Content_Type="application/json")
    assert status == 200
    ask(site, f"/api/v1/nothing/?key={site.key}", body=b"{}", Content_Type="application/json")
    ask(site, f"/nothing/{site.key}/", body=b"{}", Content_Type="application/json")
    written = site.log.read_text()
    assert "path=/unknown" in written  # what nobody serves may have anything in it
    assert not [secret for secret in (site.key, PASSWORD, answer["meta"]["session_token"]) if secret in written]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_a_boundary_goes_wherever_the_pieces_were_cut(size: int) -> None:
    text = b"--abcab\r\nabcabcab\r\n--abcab--" * 9
    cut = (text[start : start + size] for start in range(0, len(text), size))
    assert b"".join(_without(b"abcab", cut)) == text.replace(b"abcab", b"")
