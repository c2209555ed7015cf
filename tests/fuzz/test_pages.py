"""What strangers reach outside the API: pages, log-in, probes, the schema, addresses that are none, odd methods."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from tests.fuzz import nasty
from tests.fuzz.fields import JSON
from tests.fuzz.test_nasty import HOLE, one_of
from tests.fuzz.watching import Watcher

ON_POSTGRES = connection.vendor == "postgresql"
FORM = "application/x-www-form-urlencoded"
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "CONNECT",
    "get",
    "QUERY",
    "X" * 300,
)
FIELDS = (
    "login",
    "email",
    "password",
    "password1",
    "username",
    "code",
    "key",
    "next",
    "process",
    "credential",
    "id",
    "action",
)
ADDRESSES = (
    "/", "/admin/login/", "/admin/", "/healthz", "/healthz/", "/healthz/live", "/healthz/ready", "/metrics",
    "/robots.txt",
    "/favicon.ico", "/.env", "/.git/HEAD", "//evil.example/", "/static/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/a%00b", "/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me/", "/api/v1/me", "/api/schema/?format=x",
    "/api/schema/?format=json", "/api/schema/?version=%00", "/api/schema/?lang=../../x", "/api/docs/?x=" + "y" * 5000,
    "/" + "a" * 20_000, "/api/v1/" + "a/" * 3000, "/%ff%fe", "/%F0%9F%90%BC/", "/api/v1/%ff/", "/a%0d%0aX-Evil:1",
    "/*", "/?%00",
    "/accounts/login/?next=//evil.example", "/accounts/login/?next=javascript:alert(1)", "/accounts/confirm-email/x/",
    "/accounts/password/reset/key/1-x/", "/accounts/password/reset/key/" + "z" * 3000 + "-x/",
)  # fmt: skip


@pytest.fixture
def nobody(db: None) -> Watcher:
    return Watcher()


def pages() -> list[str]:
    """Every address of allauth and of the admin's door, with something in place of each parameter."""
    found = {address for address in _addresses(get_resolver().url_patterns, "/") if not address.startswith("/api/")}
    return sorted(address for address in found if not address.startswith("/admin/") or "login" in address)


def people() -> list[str]:
    """Those of them at which people log in, and all that follows."""
    return [address for address in pages() if address.startswith(("/accounts/", "/_allauth/", "/admin/"))]


def _addresses(patterns: Any, before: str) -> Iterator[str]:
    for each in patterns:
        here = before + _filled(each.pattern)
        if isinstance(each, URLResolver):
            yield from _addresses(each.url_patterns, here)
        elif isinstance(each, URLPattern):
            yield here


def _filled(pattern: Any) -> str:
    """Of an address with parts to choose the first way."""
    route, names = normalize(pattern.regex.pattern)[0]
    return str(route) % dict.fromkeys(names, "1")


def test_addresses_and_methods(nobody: Watcher) -> None:
    cases = ((address, method) for address in (*ADDRESSES, *pages()) for method in METHODS)
    for address, method in one_of(11 if ON_POSTGRES else 2, cases):
        nobody.send(f"{method} {address[:60]}", method, address)
    nobody.watch.check(fewest=100)


def test_forms(nobody: Watcher) -> None:
    """Each page of people with each odd text in each field that a form of theirs could have."""
    forms = [address for address in people() if not address.startswith("/_allauth/")]
    cases = ((address, name, text) for address in forms for name in FIELDS for text in nasty.TEXTS)
    for address, name, text in one_of(331 if ON_POSTGRES else 83, cases):
        fields = {**dict.fromkeys(FIELDS, "a@example.com"), name: text}
        body = "&".join(f"{key}={quote(value)}" for key, value in fields.items())
        nobody.send(f"POST {address} {name} = {text[:40]!r}", "POST", address, data=body, content_type=FORM)
    nobody.watch.check(fewest=100)


def test_fields_of_apps(nobody: Watcher) -> None:
    apps = [address for address in pages() if address.startswith("/_allauth/")]
    cases = ((address, name, value) for address in apps for name in FIELDS for value in nasty.JSON)
    for address, name, value in one_of(331 if ON_POSTGRES else 83, cases):
        body = json.dumps({**dict.fromkeys(FIELDS, "a@example.com"), name: HOLE}).replace(f'"{HOLE}"', value)
        nobody.send(f"POST {address} {name} = {value[:40]}", "POST", address, data=body, content_type=JSON)
    nobody.watch.check(fewest=100)


def test_bodies(nobody: Watcher) -> None:
    bodies = nasty.bodies(b'{"email": "a@example.com", "password": "x"}')
    cases = ((address, each) for address in people() for each in bodies.items())
    for address, (title, (body, kind)) in one_of(31 if ON_POSTGRES else 7, cases):
        nobody.send(f"POST {address} {title}", "POST", address, data=body, content_type=kind)
    nobody.watch.check(fewest=50)


def test_headers(nobody: Watcher) -> None:
    given = [(name, value) for name, values in nasty.HEADERS.items() for value in values]
    cases = ((address, each) for address in (*people(), "/") for each in given)
    for address, (name, value) in one_of(59 if ON_POSTGRES else 17, cases):
        nobody.send(f"GET {address} {name}: {value[:40]!r}", "GET", address, **{name: value})
    nobody.watch.check(fewest=50)
