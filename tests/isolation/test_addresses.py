"""Every address outside of /api/v1/ is known, and opens to those alone for whom it is meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.models import ApiToken, User
from tests.conftest import PASSWORD, make_person
from tests.isolation.ways import fingerprint
from tests.isolation.world import World

PUBLIC, STAFF, OWN, METRICS = "for everybody", "for administrators", "of one's own session", "for who watches the site"

ADDRESSES: Mapping[str, str] = {
    r"": PUBLIC,
    r"api/(schema|docs)/": PUBLIC,
    r"\^api/": PUBLIC,
    r"healthz/(live|ready)": PUBLIC,
    r"metrics": METRICS,
    r"admin/login/": PUBLIC,
    r"admin/.*": STAFF,
    # what is done before a log-in, and pages that say something to everybody
    r"accounts/(login|logout|inactive|signup)/": PUBLIC,
    r"accounts/(\^confirm-email/.*|confirm-email/|login/code/confirm/)": PUBLIC,
    r"accounts/\^?password/reset/.*": PUBLIC,
    r"accounts/2fa/(authenticate|webauthn/login)/": PUBLIC,
    r"accounts/(3rdparty|social)/(login/(cancelled|error)|signup)/": PUBLIC,
    r"accounts/oidc/.*": PUBLIC,
    # a person's own account
    r"accounts/(reauthenticate|email|sessions|password/(change|set))/": OWN,
    r"accounts/2fa/.*": OWN,
    r"accounts/(3rdparty|social/connections)/": OWN,
    # the same for browsers and apps without pages; each says 401 or 404 where nobody is logged in
    r"_allauth/(browser|app)/v1/config": PUBLIC,
    r"\^_allauth/.*/phone": PUBLIC,
    r"_allauth/(browser|app)/v1/auth/(?!sessions).*": PUBLIC,
    r"_allauth/(browser|app)/v1/(account/.*|auth/sessions)": OWN,
    r"_allauth/app/v1/tokens/refresh": PUBLIC,
    r"_allauth/openapi\.(yaml|json|html)": PUBLIC,
}
"""By the pattern of its route, whom an address is for; the first that fits it counts."""


def routes(patterns: Sequence[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif not route.startswith("api/v1/"):
            yield route


def audience(route: str) -> str | None:
    return next((whom for pattern, whom in ADDRESSES.items() if re.fullmatch(pattern, route)), None)


def addresses(whom: str, *, pk: int) -> list[str]:
    """Those of the routes for these people; of an object that of the row `pk`."""
    return [_address(route, pk) for route in routes() if audience(route) == whom and "^" not in route]


def _address(route: str, pk: int) -> str:
    return "/" + re.sub(r"<[^>]+>", str(pk), route)


def test_every_address_is_known() -> None:
    """Whoever adds one says in the table whom it is for."""
    assert [route for route in routes() if audience(route) is None] == []


def test_every_line_of_the_table_is_of_an_address() -> None:
    known = list(routes())
    unused = [pattern for pattern in ADDRESSES if not any(re.fullmatch(pattern, route) for route in known)]
    assert unused == []


def session_of(user: User) -> Client:
    client = Client()
    assert client.login(email=user.email, password=PASSWORD)
    return client


@pytest.fixture
def ordinary(of_mallory: World) -> Client:
    return session_of(of_mallory.user)


@pytest.fixture
def staff(db: None) -> Client:
    user = make_person("staff@example.com", currency="INR", zone="UTC")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return session_of(user)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_the_admin_is_closed_to_others(method: str, of_asha: World, ordinary: Client) -> None:
    """They are sent to a log-in, and learn nothing of what is there."""
    before = fingerprint()
    for client in (Client(), ordinary):
        for address in addresses(STAFF, pk=of_asha.base + 1):
            answer = getattr(client, method)(address)
            assert answer.status_code in (302, 405), (address, answer.status_code)
            assert answer.get("Location", "/admin/").startswith("/admin/"), address
            assert not of_asha.traces(answer.content.decode()), address
    assert fingerprint() == before


def test_nor_by_a_key_of_an_administrator(of_asha: World) -> None:
    """Keys are for the API: one that was stolen opens no page of the admin."""
    User.objects.filter(pk=of_asha.user.pk).update(is_staff=True, is_superuser=True)
    _, key = ApiToken.issue(of_asha.user, "script")
    answer = Client().get("/admin/", headers={"authorization": f"Token {key}"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_admin_opens_to_administrators(staff: Client, of_asha: World) -> None:
    for address in ("/admin/", "/admin/core/account/", f"/admin/core/account/{of_asha['account']}/change/"):
        assert staff.get(address).status_code == 200


def test_public_pages_tell_nothing_of_anybody(of_asha: World, ordinary: Client) -> None:
    for client in (Client(), ordinary):
        for address in addresses(PUBLIC, pk=of_asha.base + 1):
            cache.clear()  # of so many log-in pages at once, some would be refused for their number
            answer = client.get(address)
            assert answer.status_code < 500 or address.startswith("/healthz"), (address, answer.status_code)
            assert not of_asha.traces(b"".join(answer).decode(errors="replace")), address


def test_pages_of_ones_own_account_need_a_log_in(of_asha: World) -> None:
    before = fingerprint()
    for method in ("get", "post"):
        for address in addresses(OWN, pk=of_asha.base + 1):
            cache.clear()
            answer = getattr(Client(), method)(address, content_type="application/json")
            assert answer.status_code in (301, 302, 401, 404, 405, 409, 410), (address, answer.status_code)
            assert answer.get("Location", "/accounts/").startswith("/accounts/"), address
            assert not of_asha.traces(answer.content.decode())
    assert fingerprint() == before


def test_pages_of_ones_own_account_show_ones_own(of_asha: World, ordinary: Client) -> None:
    for address in addresses(OWN, pk=of_asha.base + 1):
        cache.clear()
        answer: Any = ordinary.get(address)
        assert answer.status_code < 500, address
        assert not of_asha.traces(answer.content.decode()), address
