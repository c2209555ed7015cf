"""Files and forms as no browser sends them, to each operation that takes a file."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz import nasty
from tests.fuzz.bodies import UPLOADS, file_of, valid_bodies
from tests.fuzz.fields import API, JSON, Operation
from tests.fuzz.story import Story
from tests.fuzz.watching import Watcher


@pytest.mark.parametrize("address", UPLOADS)
def test_uploads(watcher: Watcher, story: Story, described: list[Operation], address: str) -> None:
    operation = next(each for each in described if each.name == f"POST {address}")
    fields = valid_bodies(story.ids)[operation.name]
    for title, body, kind in forms(fields, file_of(address).getvalue()):
        request: dict[str, Any] = {"data": body, "content_type": kind}
        watcher.send(f"{operation.name} {title}", "POST", API + address, allowed=operation.statuses, **request)
    watcher.watch.check(fewest=100)


def forms(fields: dict[str, Any], content: bytes) -> Iterator[tuple[str, bytes, str]]:
    """Forms with an odd file, an odd name of it, one odd field, or that are no form at all."""
    kind = "multipart/form-data; boundary=limit"
    names = (
        "",
        "a" * 5000,
        "../../etc/passwd",
        'a"b',
        "a\\",
        "\r\nX: 1",
        "caf\xe9",
        "\x00",
        "a.csv\x00.exe",
        "CON",
        ".",
    )
    files = (
        b"", b"\x00", b"\x00" * 10_000, b"\xff\xfe" + "date,symbol\n".encode("utf-16-le"), b"\xef\xbb\xbf",
        b"\n" * 10_000,
        b"," * 10_000, b'"', b'"' * 10_001, b"a,b\r1,2\r", b"a" * 2**20, b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b\x08",
        b"=1+1,@x\n",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><OFX>&b;</OFX>",
        b"OFXHEADER:100\n<OFX>",
        b"!Type:Bank\nD1/1'24\nT1e999\n^\n", content + b"\xff", content.replace(b",", b"\t"), content * 50,
        content[:-40],
    )  # fmt: skip
    for file in files:
        yield f"file {file[:20]!r}", form(fields, "a.csv", file), kind
    for name in names:
        yield f"named {name[:20]!r}", form(fields, name, content), kind
    for field in fields:
        for text in nasty.TEXTS:
            yield f"{field} = {text[:40]!r}", form({**fields, field: text}, "a.csv", content), kind
    whole = form(fields, "a.csv", content)
    yield "without a file", form(fields, None, b""), kind
    yield "cut off", whole[:-30], kind
    yield "of another limit", whole, "multipart/form-data; boundary=other"
    yield "as JSON", json.dumps(fields).encode(), JSON
    yield "10,000 fields", form({f"f{at}": "x" for at in range(10_000)}, "a.csv", content), kind
    yield "1,000 files", b"".join(form({}, f"{at}", b"x")[:-9] for at in range(1000)) + b"--limit--", kind


def form(fields: dict[str, Any], name: str | None, content: bytes) -> bytes:
    parts = [
        f'--limit\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    body = "".join(parts).encode("utf-8", "surrogatepass")
    if name is not None:
        head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body += head.encode("latin-1", "replace") + content + b"\r\n"
    return body + b"--limit--\r\n"
